"""Where the devices of a person receive pushes.

Subscribing is a device's own affair: no other phone learns of it, so it is neither a command nor synced.
"""

import base64
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric import ec
from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.kernel.errors import ValidationFailed
from domain.kernel.ids import new_id
from domain.people.models import Device
from notifications.addresses import MAX_ENDPOINT_LENGTH, require_public_endpoint
from notifications.channels import ChannelName
from notifications.installation import installation
from notifications.models import PushSubscription


def subscribe(
    session: Session, *, org_id: UUID, user_id: UUID, device_id: UUID, args: Mapping[str, Any], now: datetime
) -> None:
    """Send this person's pushes to this device from now on, and to this address only. A repeat changes nothing.

    `args` are those of `PUT /devices/current/push-subscription`: `channel` with `endpoint` and `keys`, or with `token`.

    Raises:
        ValidationFailed: something is missing, or is no key.
        PushEndpointNotAllowed: the push service's address is not public.
    """
    address = _web_address(args) if args["channel"] == ChannelName.WEB else _fcm_address(args)
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


def _web_address(args: Mapping[str, Any]) -> dict[str, Any]:
    endpoint, keys = args.get("endpoint"), args.get("keys") or {}
    if not endpoint:
        raise ValidationFailed(fields={"endpoint": ["Missing data for required field."]})
    require_public_endpoint(endpoint, allow_loopback=installation().settings.allow_loopback)
    if not _is_public_key(keys.get("p256dh")):
        raise ValidationFailed(fields={"keys": {"p256dh": ["Not a public key on P-256 in base64url."]}})
    if len(_decoded(keys.get("auth"))) != 16:
        raise ValidationFailed(fields={"keys": {"auth": ["Not 16 bytes in base64url."]}})
    return {"endpoint": endpoint, "p256dh": keys["p256dh"], "auth": keys["auth"]}


def _fcm_address(args: Mapping[str, Any]) -> dict[str, Any]:
    token = args.get("token") or ""
    if not 0 < len(token) <= MAX_ENDPOINT_LENGTH or not token.isascii():
        raise ValidationFailed(fields={"token": ["Not a registration of Firebase Cloud Messaging."]})
    return {"endpoint": token, "p256dh": None, "auth": None}


def _is_public_key(text: str | None) -> bool:
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _decoded(text))
    except ValueError:
        return False
    return True


def _decoded(text: str | None) -> bytes:
    padded = (text or "") + "=" * (-len(text or "") % 4)
    try:
        return base64.b64decode(padded, altchars=b"-_", validate=True)
    except ValueError:
        return b""


def _delete(session: Session, *conditions: ColumnElement[bool]) -> None:
    session.execute(delete(PushSubscription).where(*conditions), execution_options={"reaches_no_phone": True})
