"""Where the devices of a person receive pushes.

Subscribing is a device's own affair: no other phone learns of it, so it is neither a command nor synced.
"""

import base64
import re
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

_FCM_REGISTRATION = re.compile(rf"[!-~]{{1,{MAX_ENDPOINT_LENGTH}}}")


def subscribe(
    session: Session, *, org_id: UUID, user_id: UUID, device_id: UUID, args: Mapping[str, Any], now: datetime
) -> None:
    """Send this person's pushes to this device from now on, and to this address only. A repeat changes nothing.

    `args` are those of `PUT /devices/current/push-subscription`; what is not for the channel is None or absent.

    Raises:
        ValidationFailed: something is missing, or is no key.
        PushEndpointNotAllowed: the push service's address is not public.
    """
    address = checked_address(args, allow_loopback=installation().settings.allow_loopback)
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
            Device.token_hash.is_not(None),
            Device.revoked_at.is_(None),
        )
        .order_by(PushSubscription.id)
    )
    return list(session.scalars(query))


def checked_address(args: Mapping[str, Any], *, allow_loopback: bool) -> dict[str, str | None]:
    """Return the endpoint and the keys of a subscription to which something can be sent.

    Raises:
        ValidationFailed: something is missing, or is no key.
        PushEndpointNotAllowed: the push service's address is not public.
    """
    if args["channel"] == ChannelName.FCM:
        token = args.get("token") or ""
        if not _FCM_REGISTRATION.fullmatch(token):
            raise _invalid("token", "Not a registration with Firebase Cloud Messaging.")
        return {"endpoint": token, "p256dh": None, "auth": None}
    endpoint, keys = args.get("endpoint"), args.get("keys") or {}
    if not endpoint:
        raise _invalid("endpoint", "Missing data for required field.")
    require_public_endpoint(endpoint, allow_loopback=allow_loopback)
    p256dh, auth = keys.get("p256dh") or "", keys.get("auth") or ""
    if not _is_public_key(p256dh):
        raise _invalid("keys", {"p256dh": ["Not a public key on P-256 in base64url."]})
    if len(_decoded(auth)) != 16:
        raise _invalid("keys", {"auth": ["Not 16 bytes in base64url."]})
    return {"endpoint": endpoint, "p256dh": p256dh, "auth": auth}


def _invalid(field: str, what: str | Mapping[str, Any]) -> ValidationFailed:
    return ValidationFailed(fields={field: [what] if isinstance(what, str) else what})


def _is_public_key(text: str) -> bool:
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _decoded(text))
    except ValueError:
        return False
    return True


def _decoded(text: str) -> bytes:
    """Return the bytes of a base64url text, or none if it is not one."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError:
        return b""


def _delete(session: Session, *conditions: ColumnElement[bool]) -> None:
    session.execute(delete(PushSubscription).where(*conditions), execution_options={"reaches_no_phone": True})
