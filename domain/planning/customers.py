"""Reading customers as the call cycle sees them: owner, sales, sites and visits."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from domain.call_plans.models import CallPlan
from domain.customers.models import Account, Site
from domain.customers.rules import AccountStatus
from domain.geo.rules import Position
from domain.kernel.model import any_of
from domain.orders.models import Order
from domain.orders.rules import OrderStatus
from domain.people.models import Organisation, User
from domain.people.permissions import Role
from domain.planning.generate import Customer, KnownVisit, Place
from domain.territories.models import Membership, Territory
from domain.visits.models import Visit

SALES_OVER = timedelta(days=365)


def list_customers(
    session: Session, *, organisation: Organisation, plans: Sequence[CallPlan], today: date
) -> list[Customer]:
    """Return the active accounts that a call plan may be for."""
    org_id = organisation.id
    query = select(Account.id, Account.account_class, Account.territory_id).where(
        Account.org_id == org_id, Account.status == AccountStatus.ACTIVE
    )
    if all(plan.account_id is not None for plan in plans):
        query = query.where(Account.id == any_of([plan.account_id for plan in plans if plan.account_id]))
    accounts = session.execute(query.order_by(Account.id)).all()
    owners = owners_of_territories(session, org_id=org_id, on=today)
    by_sales = any(plan.sales_from_minor is not None or plan.sales_below_minor is not None for plan in plans)
    sales = _sales(session, organisation=organisation, today=today) if by_sales else {}
    sites = _sites(session, org_id=org_id, account_ids=[account.id for account in accounts])
    return [
        Customer(
            account_id=account.id,
            account_class=account.account_class,
            sales_minor=sales.get(account.id, 0),
            owner_id=owners.get(account.territory_id),
            sites=sites.get(account.id, ()),
        )
        for account in accounts
    ]


def owners_of_territories(session: Session, *, org_id: UUID, on: date) -> Mapping[UUID, UUID]:
    """Return who owns the accounts of each territory on a day: its rep, else that of the territory above it.

    Of several reps of a territory the one who has been there longest.
    """
    parents = {
        territory.id: territory.parent_id
        for territory in session.execute(select(Territory.id, Territory.parent_id).where(Territory.org_id == org_id))
    }
    reps: dict[UUID, UUID] = {}
    members = session.execute(
        select(Membership.territory_id, Membership.user_id)
        .join(User, (User.org_id == Membership.org_id) & (User.id == Membership.user_id))
        .where(
            Membership.org_id == org_id,
            Membership.role == Role.REP,
            Membership.starts_on <= on,
            or_(Membership.ends_on.is_(None), Membership.ends_on >= on),
            User.active,
        )
        .order_by(Membership.starts_on, Membership.id)
    )
    for territory_id, user_id in members:
        reps.setdefault(territory_id, user_id)
    owners = {}
    for territory_id in parents:
        above: UUID | None = territory_id
        while above is not None and above not in reps:
            above = parents[above]
        if above is not None:
            owners[territory_id] = reps[above]
    return owners


def list_visits(
    session: Session, *, organisation: Organisation, since: date, account_ids: Sequence[UUID] | None
) -> list[KnownVisit]:
    """Return the visits since a day, of some accounts or of all."""
    zone = ZoneInfo(organisation.time_zone)
    query = (
        select(
            Visit.id,
            Visit.account_id,
            Visit.rep_id,
            Visit.status,
            Visit.generated,
            Visit.call_plan_id,
            Visit.call_period_on,
            Visit.planned_start_at,
            Visit.checked_in_at,
            Visit.duration_min,
            Site.latitude,
            Site.longitude,
        )
        .join(Site, (Site.org_id == Visit.org_id) & (Site.id == Visit.site_id))
        .where(Visit.org_id == organisation.id, Visit.planned_start_at >= datetime.combine(since, time(), zone))
    )
    if account_ids is not None:
        query = query.where(Visit.account_id == any_of(account_ids))
    visits = []
    for row in session.execute(query):
        local = (row.checked_in_at or row.planned_start_at).astimezone(zone)
        visits.append(
            KnownVisit(
                id=row.id,
                account_id=row.account_id,
                rep_id=row.rep_id,
                status=row.status,
                generated=row.generated,
                call_plan_id=row.call_plan_id,
                call_period_on=row.call_period_on,
                day=local.date(),
                start_min=local.hour * 60 + local.minute,
                duration_min=row.duration_min,
                position=_position(row.latitude, row.longitude),
            )
        )
    return visits


def _sites(session: Session, *, org_id: UUID, account_ids: Sequence[UUID]) -> Mapping[UUID, Sequence[Place]]:
    query = select(Site.id, Site.account_id, Site.opening_hours, Site.latitude, Site.longitude).where(
        Site.org_id == org_id, Site.account_id == any_of(account_ids)
    )
    sites: dict[UUID, list[Place]] = {}
    for row in session.execute(query.order_by(Site.account_id, Site.created_at, Site.id)):
        place = Place(site_id=row.id, opening_hours=row.opening_hours, position=_position(row.latitude, row.longitude))
        sites.setdefault(row.account_id, []).append(place)
    return sites


def _sales(session: Session, *, organisation: Organisation, today: date) -> Mapping[UUID, int]:
    since = datetime.combine(today - SALES_OVER, time(), ZoneInfo(organisation.time_zone))
    query = (
        select(Order.account_id, func.sum(Order.total_minor))
        .where(
            Order.org_id == organisation.id,
            Order.placed_at >= since,
            Order.currency == organisation.currency,
            Order.status.not_in([OrderStatus.CANCELED, OrderStatus.REJECTED]),
        )
        .group_by(Order.account_id)
    )
    return {account_id: int(total) for account_id, total in session.execute(query)}


def _position(latitude: float | None, longitude: float | None) -> Position | None:
    return None if latitude is None or longitude is None else Position(lat=latitude, lng=longitude)
