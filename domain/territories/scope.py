"""What part of the organisation a person holds: the set of buckets, from roles, memberships and dates."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from domain.kernel.synced import ORG_BUCKET, user_bucket
from domain.people.models import User
from domain.people.permissions import Permission, Role, permissions_of
from domain.territories.models import Membership, Territory

_TERRITORY = "territory:"


def territory_bucket(territory_id: UUID) -> str:
    """Return the bucket of a territory: its accounts and all that hangs on them."""
    return f"{_TERRITORY}{territory_id}"


def territories_of(buckets: Iterable[str]) -> list[UUID]:
    """Return the territories whose buckets are among these."""
    return [UUID(bucket.removeprefix(_TERRITORY)) for bucket in buckets if bucket.startswith(_TERRITORY)]


def dispatch_bucket(area_id: UUID) -> str:
    """Return the bucket of a dispatch area (a root territory): its appointments."""
    return f"dispatch:{area_id}"


def granted_buckets(session: Session, *, org_id: UUID, user: User, today: date) -> list[str]:
    """Return the person's buckets, what is needed first in front.

    A member of a territory on `today` (in the organisation's time zone) has it and all below it. An admin has
    everything.
    """
    own = select(Territory.id, Territory.area_id).where(Territory.org_id == org_id)
    if Role.ADMIN not in user.roles:
        member = (
            select(Territory.id, Territory.area_id)
            .join(Membership, (Membership.org_id == Territory.org_id) & (Membership.territory_id == Territory.id))
            .where(
                Territory.org_id == org_id,
                Membership.user_id == user.id,
                Membership.starts_on <= today,
                or_(Membership.ends_on.is_(None), Membership.ends_on >= today),
            )
            .cte("member", recursive=True)
        )
        below = aliased(Territory)
        member = member.union(
            select(below.id, below.area_id).where(below.org_id == org_id, below.parent_id == member.c.id)
        )
        own = select(member.c.id, member.c.area_id)
    rows = session.execute(own.order_by("id")).all()
    buckets = [user_bucket(user.id)]
    if Permission.DISPATCH in permissions_of(user.roles):
        buckets += [dispatch_bucket(area_id) for area_id in dict.fromkeys(row.area_id for row in rows)]
    # One's own day, with its customers, comes first; then what names and prices it; then the rest of the territories.
    return [*buckets, ORG_BUCKET, *(territory_bucket(row.id) for row in rows)]
