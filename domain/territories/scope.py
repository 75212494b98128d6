"""What part of the organisation a person holds: the set of buckets, from roles, memberships and dates."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.kernel.synced import ORG_BUCKET, user_bucket
from domain.people.permissions import Permission, permissions_of

_TERRITORY = "territory:"


def territory_bucket(territory_id: UUID | str) -> str:
    """Return the bucket of a territory: its accounts and all that hangs on them."""
    return f"{_TERRITORY}{territory_id}"


def territories_of(buckets: Iterable[str]) -> list[UUID]:
    """Return the territories whose buckets are among these."""
    return [UUID(bucket.removeprefix(_TERRITORY)) for bucket in buckets if bucket.startswith(_TERRITORY)]


def dispatch_bucket(area_id: UUID | str) -> str:
    """Return the bucket of a dispatch area (a root territory): its appointments."""
    return f"dispatch:{area_id}"


def granted_territories(session: Session, *, org_id: UUID, user_id: UUID, today: date) -> list[tuple[str, str]]:
    """Return the territories in which a person works on `today` (in the organisation's time zone): each with its area.

    A member of a territory has it and all below it. An admin has everything.
    """
    query = select(func.granted_territories(org_id, user_id, today))
    found: list[tuple[str, str]] = session.execute(query).scalar_one()
    return found


def granted_buckets(
    *, user_id: UUID, roles: Collection[str], territories: Sequence[tuple[UUID | str, UUID | str]]
) -> list[str]:
    """Return the person's buckets, what is needed first in front."""
    buckets = [user_bucket(user_id)]
    if Permission.DISPATCH in permissions_of(roles):
        buckets += [dispatch_bucket(area_id) for area_id in dict.fromkeys(area_id for _, area_id in territories)]
    # One's own day, with its customers, comes first; then what names and prices it; then the rest of the territories.
    return [*buckets, ORG_BUCKET, *(territory_bucket(territory_id) for territory_id, _ in territories)]
