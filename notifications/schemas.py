"""Notices and push subscriptions on the wire."""

import base64
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from marshmallow import ValidationError, fields, validate, validates_schema

from domain.kernel.fields import ArgsSchema, Id, OneOf, RecordDocument, UtcDateTime
from notifications.addresses import MAX_ENDPOINT_LENGTH
from notifications.channels import ChannelName


class NoticeDocument(RecordDocument):
    """Something that one person was told."""

    user_id = Id(required=True)
    kind = fields.String(required=True)
    title = fields.String(required=True)
    body = fields.String(required=True)
    params = fields.Dict(keys=fields.String(), required=True)
    link = fields.String(required=True, allow_none=True)
    read_at = UtcDateTime(required=True, allow_none=True)


class ReadNoticeArgs(ArgsSchema):
    """The notice that was read."""

    notice_id = Id(required=True)


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except ValueError as error:
        raise ValidationError("Not valid base64url.") from error


def _public_key(text: str) -> None:
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), _decoded(text))
    except ValueError as error:
        raise ValidationError("Not a public key on P-256.") from error


def _secret(text: str) -> None:
    if len(_decoded(text)) != 16:
        raise ValidationError("Not 16 bytes.")


class WebPushKeysArgs(ArgsSchema):
    """The keys of a browser's subscription in base64url, as its `toJSON()` gives them."""

    p256dh = fields.String(required=True, validate=_public_key)
    auth = fields.String(required=True, validate=_secret)


class PushSubscriptionArgs(ArgsSchema):
    """Where this device receives pushes: `endpoint` and `keys` of a browser, or the `token` of a store-packaged app."""

    channel = OneOf(ChannelName, required=True)
    endpoint = fields.String(validate=validate.Regexp(r"[!-~]+\Z"))
    keys = fields.Nested(WebPushKeysArgs)
    token = fields.String(validate=[validate.Regexp(r"[!-~]+\Z"), validate.Length(max=MAX_ENDPOINT_LENGTH)])

    @validates_schema
    def _fits_the_channel(self, data: dict[str, Any], **_kwargs: Any) -> None:
        if "channel" not in data:
            return
        needed = {"endpoint", "keys"} if data["channel"] == ChannelName.WEB else {"token"}
        given = data.keys() - {"channel"}
        messages = {name: ["Missing data for required field."] for name in needed - given}
        messages |= {name: ["Not for this channel."] for name in given - needed}
        if messages:
            raise ValidationError(messages)
