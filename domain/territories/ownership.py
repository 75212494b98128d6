"""Who owns the accounts of each territory on a day: one of its members, or else the owner of the territory above."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from domain.kernel.command import Context
from domain.people.models import Organisation, User
from domain.people.rules import local_date
from domain.territories.models import Membership, Territory
from domain.territories.rules import inherited


def owners_of_territories(session: Session, *, org_id: UUID, on: date) -> Mapping[UUID, UUID]:
    """Return who owns the accounts of each territory on a day. A territory that nobody owns is missing."""
    [(_, owners)] = list_owners(session, org_id=org_id, first=on, last=on)
    return owners


def owners_today(ctx: Context) -> Mapping[UUID, UUID]:
    """Return who owns the accounts of each territory today, asked once in a transaction."""
    if "owners" not in ctx.unit.cache:
        with ctx.session.no_autoflush:
            today = local_date(ctx.now, time_zone=ctx.get(Organisation, ctx.org_id).time_zone)
            ctx.unit.cache["owners"] = owners_of_territories(ctx.session, org_id=ctx.org_id, on=today)
    found: Mapping[UUID, UUID] = ctx.unit.cache["owners"]
    return found


def list_owners(
    session: Session, *, org_id: UUID, first: date, last: date
) -> Sequence[tuple[date, Mapping[UUID, UUID]]]:
    """Return who owns the accounts of each territory from which day on, between two days."""
    tree = select(Territory.id, Territory.parent_id).where(Territory.org_id == org_id)
    parents: dict[UUID, UUID | None] = {territory.id: territory.parent_id for territory in session.execute(tree)}
    owners = session.execute(
        select(Membership.territory_id, Membership.user_id, Membership.starts_on, Membership.ends_on)
        .join(User, (User.org_id == Membership.org_id) & (User.id == Membership.user_id))
        .where(
            Membership.org_id == org_id,
            Membership.owner,
            Membership.starts_on <= last,
            or_(Membership.ends_on.is_(None), Membership.ends_on >= first),
            User.active,
        )
    ).all()
    changes = {first, *(owner.starts_on for owner in owners)}
    changes |= {owner.ends_on + timedelta(days=1) for owner in owners if owner.ends_on}
    return [
        (
            day,
            inherited(
                {
                    owner.territory_id: owner.user_id
                    for owner in owners
                    if owner.starts_on <= day and (owner.ends_on is None or owner.ends_on >= day)
                },
                parents,
            ),
        )
        for day in sorted(day for day in changes if first <= day <= last)
    ]
