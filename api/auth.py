"""Signing in and out, and the devices from which people do."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields, validate
from sqlalchemy.orm import Session

from api import doors
from api.blueprint import Blueprint
from domain.kernel.clock import utc_now
from domain.kernel.fields import ArgsSchema, Id, Name, Text, UtcDateTime
from domain.people import sign_in, tokens
from domain.people.models import Device, User
from domain.people.permissions import Permission, permissions_of
from domain.people.sign_in import SignedIn
from notifications import subscriptions
from notifications.queue import vapid_public_key
from sync.push import expected_seq

PLATFORMS = ("web", "android", "ios", "python", "other")

blueprint = Blueprint("auth", __name__, description="Signing in, and devices.")


class DeviceArgs(ArgsSchema):
    """The installation that signs in. Its `id` is made by the client at its first start."""

    id = Id(load_default=None, allow_none=True)
    name = Name(100, required=True)
    platform = fields.String(required=True, validate=validate.OneOf(PLATFORMS))


class LoginArgs(ArgsSchema):
    """Who signs in, and from where."""

    email = Name(320, required=True)
    password = fields.String(required=True, validate=validate.Length(min=1, max=200), load_only=True)
    organisation = Name(100, load_default=None, allow_none=True)
    device = fields.Nested(DeviceArgs, required=True)


class RefreshArgs(ArgsSchema):
    """The refresh token."""

    refresh_token = fields.String(required=True, validate=validate.Length(min=1, max=4_000))


class MeSchema(Schema):
    """The signed-in person."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    email = fields.String(required=True)
    roles = fields.List(fields.String(), required=True)
    permissions = fields.List(fields.String(), required=True)
    language = fields.String(required=True)


class SignedInDeviceSchema(Schema):
    """The device, and the sequence number of its next mutation."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    next_seq = fields.Integer(required=True)


class SignedInOrganisationSchema(Schema):
    """The organisation."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    slug = fields.String(required=True)
    currency = fields.String(required=True)
    time_zone = fields.String(required=True)
    country = fields.String(required=True)


class ExportKeySchema(Schema):
    """The public key (RFC 7517) for which a device encrypts unsent work that it exports."""

    kty = fields.String(required=True)
    crv = fields.String(required=True)
    x = fields.String(required=True)
    y = fields.String(required=True)
    kid = fields.String(required=True)
    use = fields.String(required=True)
    alg = fields.String(required=True)


class SignedInSchema(Schema):
    """Tokens, and who they stand for. `expires_in` is in seconds. Without `map_style_url` maps have a plain ground."""

    access_token = fields.String(required=True)
    refresh_token = fields.String(required=True)
    expires_in = fields.Integer(required=True)
    token_type = fields.String(required=True)
    user = fields.Nested(MeSchema, required=True)
    device = fields.Nested(SignedInDeviceSchema, required=True)
    organisation = fields.Nested(SignedInOrganisationSchema, required=True)
    server_id = fields.String(required=True)
    export_key = fields.Nested(ExportKeySchema, required=True)
    map_style_url = fields.String(required=True, allow_none=True)


class DeviceSchema(Schema):
    """An installation of the app."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    platform = fields.String(required=True)
    created_at = UtcDateTime(required=True)
    last_seen_at = UtcDateTime(required=True)
    revoked_at = UtcDateTime(required=True, allow_none=True)
    current = fields.Boolean(required=True)


class DeviceListSchema(Schema):
    """Somebody's devices, the one used last in front."""

    items = fields.List(fields.Nested(DeviceSchema), required=True)


class VapidKeySchema(Schema):
    """The key that a browser needs to subscribe."""

    public_key = fields.String(required=True)


class SubscriptionKeysArgs(ArgsSchema):
    """The browser's keys, base64url."""

    p256dh = Name(200, required=True)
    auth = Name(100, required=True)


class SubscriptionArgs(ArgsSchema):
    """Where to send pushes: `endpoint` and `keys` of a browser, or the `token` of a store-packaged app."""

    channel = fields.String(required=True, validate=validate.OneOf(["web", "fcm"]))
    endpoint = Text(2_000, load_default=None, allow_none=True)
    keys = fields.Nested(SubscriptionKeysArgs, load_default=None, allow_none=True)
    token = Text(4_000, load_default=None, allow_none=True)


@contextmanager
def nobodys_session() -> Iterator[Session]:
    """Open a session that belongs to no organisation until somebody has proved who they are."""
    with doors.services().sessions() as session:
        yield session


@blueprint.route("/auth/login", methods=["POST"])
@blueprint.arguments(LoginArgs)
@blueprint.response(200, SignedInSchema)
def login(args: dict[str, Any]) -> dict[str, Any]:
    """Sign in on a device."""
    device = args["device"]
    with nobodys_session() as session:
        signed_in = sign_in.sign_in(
            session,
            email=args["email"],
            password=args["password"],
            organisation=args["organisation"],
            device_id=device["id"],
            device_name=device["name"],
            platform=device["platform"],
            secret=doors.services().settings.secret_key,
            now=utc_now(),
        )
        answer = _answer(session, signed_in)
        session.commit()
        return answer


@blueprint.route("/auth/refresh", methods=["POST"])
@blueprint.arguments(RefreshArgs)
@blueprint.response(200, SignedInSchema)
def refresh(args: dict[str, Any]) -> dict[str, Any]:
    """Exchange a refresh token for new tokens. Safe to repeat when the answer was lost."""
    with nobodys_session() as session:
        secret = doors.services().settings.secret_key
        signed_in = sign_in.refresh(session, refresh_token=args["refresh_token"], secret=secret, now=utc_now())
        answer = _answer(session, signed_in)
        session.commit()
        return answer


def _answer(session: Session, signed_in: SignedIn) -> dict[str, Any]:
    session.flush()
    user, device = signed_in.user, signed_in.device
    return {
        "access_token": signed_in.access_token,
        "refresh_token": signed_in.refresh_token,
        "expires_in": int(tokens.ACCESS_TOKEN_LIFETIME.total_seconds()),
        "token_type": "Bearer",
        "user": _me(user),
        "device": {
            "id": device.id,
            "name": device.name,
            "next_seq": expected_seq(session, org_id=device.org_id, device_id=device.id),
        },
        "organisation": signed_in.organisation,
        "server_id": doors.services().server_id,
        "export_key": doors.services().export_key,
        "map_style_url": doors.services().settings.map_style_url,
    }


def _me(user: Any) -> dict[str, Any]:
    return {
        "id": user.id,
        "name": user.name,
        "email": user.email,
        "roles": user.roles,
        "permissions": sorted(permissions_of(user.roles)),
        "language": user.language,
    }


@blueprint.route("/auth/logout", methods=["POST"])
@blueprint.response(204)
def logout() -> None:
    """Sign this device out. What is unsent stays on it."""
    with doors.signed_in() as (session, identity):
        session.get_one(Device, (identity.org_id, identity.device_id)).sign_out()
        subscriptions.unsubscribe(session, org_id=identity.org_id, device_id=identity.device_id)
        session.commit()


@blueprint.route("/me", methods=["GET"])
@blueprint.response(200, MeSchema)
def me() -> dict[str, Any]:
    """Tell who is signed in."""
    with doors.reading() as (session, identity):
        return _me(session.get_one(User, (identity.org_id, identity.user_id)))


@blueprint.route("/devices", methods=["GET"])
@blueprint.response(200, DeviceListSchema)
def list_devices() -> dict[str, Any]:
    """List one's own devices."""
    with doors.reading() as (session, identity):
        devices = sign_in.list_devices(session, org_id=identity.org_id, user_id=identity.user_id)
        return {"items": [_device(device, identity.device_id) for device in devices]}


def _device(device: Device, current_id: UUID) -> dict[str, Any]:
    shown = ("id", "name", "platform", "created_at", "last_seen_at", "revoked_at")
    return {**{name: getattr(device, name) for name in shown}, "current": device.id == current_id}


@blueprint.route("/devices/<uuid:device_id>/revoke", methods=["POST"])
@blueprint.response(200, DeviceSchema)
def revoke_device(device_id: UUID) -> dict[str, Any]:
    """Sign a device out for good: one's own, or, as an admin, anybody's."""
    with doors.signed_in() as (session, identity):
        device = sign_in.revoke_device(
            session,
            org_id=identity.org_id,
            device_id=device_id,
            user_id=identity.user_id,
            of_anybody=identity.actor.may(Permission.MANAGE_DEVICES),
            now=session.info["now"],
        )
        session.commit()
        return _device(device, identity.device_id)


@blueprint.route("/push/vapid-key", methods=["GET"])
@blueprint.response(200, VapidKeySchema)
def vapid_key() -> dict[str, str]:
    """Return the key with which a browser subscribes to this server's pushes."""
    return {"public_key": vapid_public_key()}


@blueprint.route("/devices/current/push-subscription", methods=["PUT"])
@blueprint.arguments(SubscriptionArgs)
@blueprint.response(204)
def subscribe(args: dict[str, Any]) -> None:
    """Send this device's pushes to the given place from now on."""
    with doors.signed_in() as (session, identity):
        subscriptions.subscribe(
            session,
            org_id=identity.org_id,
            device_id=identity.device_id,
            user_id=identity.user_id,
            args=args,
            now=session.info["now"],
        )
        session.commit()


@blueprint.route("/devices/current/push-subscription", methods=["DELETE"])
@blueprint.response(204)
def unsubscribe() -> None:
    """Send this device no pushes any more."""
    with doors.signed_in() as (session, identity):
        subscriptions.unsubscribe(session, org_id=identity.org_id, device_id=identity.device_id)
        session.commit()
