"""What part of the organisation a person holds: the set of buckets, from roles, memberships and dates."""

from collections.abc import Collection, Iterable
from datetime import date
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from domain.kernel.synced import ORG_BUCKET, user_bucket
from domain.people.permissions import Permission, Role, permissions_of

_TERRITORY = "territory:"

# Asked at every request: as text it costs no time to put together.
_EVERYTHING = text("select id, area_id from territories where org_id = :org_id order by id")
_MEMBER = text("""
    with recursive member as (
        select t.id, t.area_id
          from memberships m join territories t on t.org_id = m.org_id and t.id = m.territory_id
         where m.org_id = :org_id and m.user_id = :user_id
           and m.starts_on <= :today and (m.ends_on is null or m.ends_on >= :today)
         union
        select below.id, below.area_id
          from member join territories below on below.org_id = :org_id and below.parent_id = member.id
    )
    select id, area_id from member order by id
""")


def territory_bucket(territory_id: UUID) -> str:
    """Return the bucket of a territory: its accounts and all that hangs on them."""
    return f"{_TERRITORY}{territory_id}"


def territories_of(buckets: Iterable[str]) -> list[UUID]:
    """Return the territories whose buckets are among these."""
    return [UUID(bucket.removeprefix(_TERRITORY)) for bucket in buckets if bucket.startswith(_TERRITORY)]


def dispatch_bucket(area_id: UUID) -> str:
    """Return the bucket of a dispatch area (a root territory): its appointments."""
    return f"dispatch:{area_id}"


def granted_buckets(session: Session, *, org_id: UUID, user_id: UUID, roles: Collection[str], today: date) -> list[str]:
    """Return the person's buckets, what is needed first in front.

    A member of a territory on `today` (in the organisation's time zone) has it and all below it. An admin has
    everything.
    """
    statement = _EVERYTHING if Role.ADMIN in roles else _MEMBER
    rows = session.execute(statement, {"org_id": org_id, "user_id": user_id, "today": today}).all()
    buckets = [user_bucket(user_id)]
    if Permission.DISPATCH in permissions_of(roles):
        buckets += [dispatch_bucket(area_id) for area_id in dict.fromkeys(row.area_id for row in rows)]
    # One's own day, with its customers, comes first; then what names and prices it; then the rest of the territories.
    return [*buckets, ORG_BUCKET, *(territory_bucket(row.id) for row in rows)]
