"""Who is asking, and what part of the organisation they see."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from domain.kernel.command import Actor
from domain.people.models import Organisation, User
from domain.people.permissions import permissions_of
from domain.people.sign_in import authenticate
from domain.people.tokens import AccessClaims
from domain.territories.scope import granted_buckets
from sync.scope import BucketScope


@dataclass(frozen=True, kw_only=True)
class Identity:
    """A signed-in person on a device."""

    org_id: UUID
    user: User
    device_id: UUID
    buckets: list[str]

    @property
    def actor(self) -> Actor:
        """The person as a command sees them."""
        return Actor(user_id=self.user.id, permissions=permissions_of(self.user.roles), device_id=self.device_id)

    @property
    def scope(self) -> BucketScope:
        """What they may see."""
        return BucketScope(org_id=self.org_id, buckets=self.buckets)


def load_identity(session: Session, claims: AccessClaims, *, now: datetime) -> Identity:
    """Return who the access token stands for, as of now.

    Raises:
        TokenInvalid, DeviceRevoked, UserInactive: the person or the device may not come in any more.
    """
    user, device = authenticate(session, claims=claims)
    organisation = session.get_one(Organisation, (claims.org_id, claims.org_id))
    today = now.astimezone(ZoneInfo(organisation.time_zone)).date()
    buckets = granted_buckets(session, org_id=claims.org_id, user=user, today=today)
    return Identity(org_id=claims.org_id, user=user, device_id=device.id, buckets=buckets)
