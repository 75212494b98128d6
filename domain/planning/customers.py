"""Reading customers as the call cycle sees them: owner, sales, sites and visits."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from domain.call_plans.models import CallPlan
from domain.call_plans.rules import minutes_a_year, plan_for
from domain.contracts.models import Agreement
from domain.customers.models import Account, Site
from domain.customers.rules import AccountStatus
from domain.geo.rules import Position
from domain.kernel.command import Context
from domain.kernel.model import any_of
from domain.orders.models import Order, Quote
from domain.orders.rules import OrderStatus, QuoteStatus
from domain.people.models import Organisation
from domain.people.rules import local_date
from domain.planning.generate import Customer, KnownVisit, Place
from domain.planning.models import CycleRun
from domain.planning.service import Service, find_badly_served
from domain.territories.ownership import list_owners, owners_of_territories
from domain.visits.models import Visit

SALES_OVER = timedelta(days=365)


def list_customers(
    session: Session, *, organisation: Organisation, plans: Sequence[CallPlan], today: date, until: date
) -> list[Customer]:
    """Return the active accounts that a call plan may be for, with their owners from `today` to `until`."""
    org_id = organisation.id
    query = select(Account.id, Account.account_class, Account.territory_id).where(
        Account.org_id == org_id, Account.status == AccountStatus.ACTIVE
    )
    if all(plan.account_id is not None for plan in plans):
        query = query.where(Account.id == any_of([plan.account_id for plan in plans if plan.account_id]))
    accounts = session.execute(query.order_by(Account.id)).all()
    ownership = list_owners(session, org_id=org_id, first=today, last=until)
    by_sales = any(plan.sales_from_minor is not None or plan.sales_below_minor is not None for plan in plans)
    sales = _sales(session, organisation=organisation, today=today) if by_sales else {}
    sites = _sites(session, org_id=org_id, account_ids=[account.id for account in accounts])
    return [
        Customer(
            account_id=account.id,
            account_class=account.account_class,
            sales_minor=sales.get(account.id, 0),
            owners=[(since, owners.get(account.territory_id)) for since, owners in ownership],
            sites=sites.get(account.id, ()),
        )
        for account in accounts
    ]


def hours_a_year(ctx: Context, account_ids: Sequence[UUID]) -> Mapping[UUID, float]:
    """Return how many hours a year the call plans of today ask for at each account. One without a plan is missing."""
    organisation = ctx.get(Organisation, ctx.org_id)
    today = local_date(ctx.now, time_zone=organisation.time_zone)
    wanted = frozenset(account_ids)
    counting = _plans_that_count(ctx.session, organisation=organisation, today=today)
    return {account_id: minutes_a_year(plan) / 60 for account_id, plan in counting if account_id in wanted}


def _plans_that_count(session: Session, *, organisation: Organisation, today: date) -> Iterator[tuple[UUID, CallPlan]]:
    """Yield the call plan that counts today for each customer who has one."""
    plans = session.scalars(select(CallPlan).where(CallPlan.org_id == organisation.id, CallPlan.enabled)).all()
    of_many = [plan for plan in plans if plan.account_id is None]
    of_one: dict[UUID, list[CallPlan]] = {}
    for plan in plans:
        if plan.account_id is not None:
            of_one.setdefault(plan.account_id, []).append(plan)
    for customer in list_customers(session, organisation=organisation, plans=plans, today=today, until=today):
        counts = plan_for(
            [*of_many, *of_one.get(customer.account_id, ())],
            account_id=customer.account_id,
            account_class=customer.account_class,
            sales_minor=customer.sales_minor,
            on=today,
        )
        if counts is not None:
            yield customer.account_id, counts


def list_badly_served(
    session: Session, *, organisation: Organisation, territory_ids: Sequence[UUID], since: date, today: date
) -> list[tuple[Service, str]]:
    """Return the customers of some territories who are served too little or too much, each with its name."""
    org_id = organisation.id
    plans = session.scalars(select(CallPlan).where(CallPlan.org_id == org_id, CallPlan.enabled)).all()
    names = {
        account.id: account.name
        for account in session.execute(
            select(Account.id, Account.name).where(
                Account.org_id == org_id, Account.territory_id == any_of(territory_ids)
            )
        )
    }
    customers = list_customers(session, organisation=organisation, plans=plans, today=today, until=today)
    last_run = session.scalar(
        select(CycleRun.unplaced)
        .where(CycleRun.org_id == org_id, CycleRun.finished_at.is_not(None))
        .order_by(CycleRun.requested_at.desc())
        .limit(1)
    )
    unplaced: dict[UUID, list[str]] = {}
    for one in last_run or ():
        unplaced.setdefault(UUID(one["account_id"]), []).append(one["reason"])
    found = find_badly_served(
        plans=plans,
        customers=[customer for customer in customers if customer.account_id in names],
        visits=list_visits(session, organisation=organisation, since=since, account_ids=list(names)),
        unplaced=unplaced,
        since=since,
        today=today,
    )
    return [(service, names[service.account_id]) for service in found]


def count_by_plan(session: Session, *, organisation: Organisation, today: date) -> Mapping[UUID, int]:
    """Return for how many customers each call plan counts today; those without any are left out."""
    return Counter(plan.id for _, plan in _plans_that_count(session, organisation=organisation, today=today))


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


def next_visit_documents(
    session: Session, *, organisation: Organisation, rep_id: UUID, today: date
) -> dict[str, list[dict[str, Any]]]:
    """Return what `who_next` reads of a rep's own customers, in the shape of the documents. Eight queries."""
    org_id = organisation.id
    owners = owners_of_territories(session, org_id=org_id, on=today)
    own = [territory_id for territory_id, owner_id in owners.items() if owner_id == rep_id]
    since = datetime.combine(today - SALES_OVER, time(), ZoneInfo(organisation.time_zone))
    accounts = _documents(
        session,
        select(Account.id, Account.name, Account.account_class, Account.status).where(
            Account.org_id == org_id, Account.territory_id == any_of(own), Account.status == AccountStatus.ACTIVE
        ),
    )
    theirs = any_of([UUID(account["id"]) for account in accounts])
    sites = _documents(
        session,
        select(Site.id, Site.account_id, Site.created_at, Site.latitude, Site.longitude).where(
            Site.org_id == org_id, Site.account_id == theirs
        ),
    )
    for site in sites:
        placed = _position(site["latitude"], site["longitude"])
        site["position"] = placed.as_json() if placed else None
    visits = select(Visit.account_id, Visit.status, Visit.planned_start_at, Visit.checked_in_at).where(
        Visit.org_id == org_id, Visit.account_id == theirs, Visit.planned_start_at >= since
    )
    orders = select(Order.account_id, Order.status, Order.placed_at, Order.total_minor).where(
        Order.org_id == org_id, Order.account_id == theirs, Order.placed_at >= since
    )
    plans = select(*CallPlan.__table__.columns).where(
        CallPlan.org_id == org_id, or_(CallPlan.account_id.is_(None), CallPlan.account_id == theirs)
    )
    quotes = select(
        Quote.id,
        Quote.account_id,
        Quote.status,
        Quote.written_at,
        Quote.valid_until_on,
        Quote.total_minor,
        Quote.currency,
    ).where(Quote.org_id == org_id, Quote.account_id == theirs, Quote.status == QuoteStatus.OPEN)
    agreements = select(
        Agreement.id, Agreement.account_id, Agreement.ends_on, Agreement.renewed_by_id, Agreement.end_reason
    ).where(Agreement.org_id == org_id, Agreement.account_id == theirs, Agreement.ends_on >= today)
    return {
        "accounts": accounts,
        "sites": sites,
        "visits": _documents(session, visits),
        "orders": _documents(session, orders),
        "call_plans": _documents(session, plans),
        "quotes": _documents(session, quotes),
        "agreements": _documents(session, agreements),
    }


def _documents(session: Session, query: Select[*tuple[Any, ...]]) -> list[dict[str, Any]]:
    return [{name: _on_the_wire(value) for name, value in row.items()} for row in session.execute(query).mappings()]


def _on_the_wire(value: Any) -> Any:
    if isinstance(value, UUID):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value
