"""Where the devices of a person receive pushes.

Subscribing is a device's own affair: no other phone learns of it, so it is neither a command nor synced.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.kernel.ids import new_id
from domain.people.models import Device
from notifications.addresses import require_public_endpoint
from notifications.channels import ChannelName
from notifications.models import PushSubscription


def subscribe(
    session: Session,
    *,
    org_id: UUID,
    user_id: UUID,
    device_id: UUID,
    args: Mapping[str, Any],
    now: datetime,
    allow_loopback: bool = False,
) -> None:
    """Send this person's pushes to this device from now on, and to this address only. A repeat changes nothing.

    `args` are what `PushSubscriptionArgs` loads.

    Raises:
        PushEndpointNotAllowed: the push service's address is not public.
    """
    if args["channel"] == ChannelName.WEB:
        require_public_endpoint(args["endpoint"], allow_loopback=allow_loopback)
        address = {"endpoint": args["endpoint"], **args["keys"]}
    else:
        address = {"endpoint": args["token"], "p256dh": None, "auth": None}
    # The same installation may have signed in as another device before: the address moves with it.
    _delete(
        session,
        PushSubscription.org_id == org_id,
        PushSubscription.endpoint == address["endpoint"],
        PushSubscription.device_id != device_id,
    )
    values = {"user_id": user_id, "channel": args["channel"], **address, "failures": 0}
    session.execute(
        insert(PushSubscription)
        .values(org_id=org_id, id=new_id(), device_id=device_id, created_at=now, **values)
        .on_conflict_do_update(index_elements=["org_id", "device_id"], set_=values)
    )


def unsubscribe(session: Session, *, org_id: UUID, device_id: UUID) -> None:
    """Send nothing to this device any more, as after signing out. Harmless when it was not subscribed."""
    _delete(session, PushSubscription.org_id == org_id, PushSubscription.device_id == device_id)


def list_subscriptions(session: Session, *, org_id: UUID, user_id: UUID) -> list[PushSubscription]:
    """Return where to reach the person: devices on which that person, and nobody else since, is signed in."""
    query = (
        select(PushSubscription)
        .join(Device, (Device.org_id == PushSubscription.org_id) & (Device.id == PushSubscription.device_id))
        .where(
            PushSubscription.org_id == org_id,
            PushSubscription.user_id == user_id,
            Device.user_id == user_id,
            Device.revoked_at.is_(None),
        )
        .order_by(PushSubscription.id)
    )
    return list(session.scalars(query))


def _delete(session: Session, *conditions: ColumnElement[bool]) -> None:
    session.execute(delete(PushSubscription).where(*conditions), execution_options={"reaches_no_phone": True})
