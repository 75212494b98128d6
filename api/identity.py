"""Who is asking, and what part of the organisation they see."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from uuid import UUID

from sqlalchemy.orm import Session

from domain.kernel.command import Actor
from domain.kernel.synced import ORG_BUCKET
from domain.people.permissions import permissions_of
from domain.people.sign_in import Caller, authenticate, authenticate_revoked
from domain.people.tokens import AccessClaims
from domain.territories.scope import granted_buckets
from sync.scope import BucketScope


@dataclass(frozen=True, kw_only=True)
class Identity:
    """A signed-in person on a device."""

    org_id: UUID
    user_id: UUID
    roles: Sequence[str]
    device_id: UUID
    buckets: list[str]
    today: date
    """In the organisation's time zone."""
    revoked: bool = False
    """The device may hand in what it has, to be kept, and nothing else."""

    @cached_property
    def actor(self) -> Actor:
        """The person as a command sees them."""
        return Actor(user_id=self.user_id, permissions=permissions_of(self.roles), device_id=self.device_id)

    @property
    def own_day(self) -> list[str]:
        """The buckets that hold what they work on today."""
        return self.buckets[: self.buckets.index(ORG_BUCKET)]

    @cached_property
    def scope(self) -> BucketScope:
        """What they may see."""
        return BucketScope(org_id=self.org_id, buckets=self.buckets)


def load_identity(session: Session, claims: AccessClaims) -> Identity:
    """Return who the access token stands for, as of now.

    Raises:
        TokenInvalid, DeviceRevoked, UserInactive: the person or the device may not come in any more.
    """
    return _identity_of(authenticate(session, claims=claims), claims)


def load_revoked_identity(session: Session, claims: AccessClaims) -> Identity:
    """Return whose work a revoked device hands in.

    Raises:
        TokenInvalid, RefreshReused: it may not hand in anything.
    """
    return _identity_of(authenticate_revoked(session, claims=claims), claims, revoked=True)


def _identity_of(caller: Caller, claims: AccessClaims, *, revoked: bool = False) -> Identity:
    return Identity(
        org_id=claims.org_id,
        user_id=caller.user_id,
        roles=caller.roles,
        device_id=claims.device_id,
        buckets=granted_buckets(user_id=caller.user_id, roles=caller.roles, territories=caller.territories),
        today=caller.today,
        revoked=revoked,
    )
