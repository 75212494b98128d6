"""Attachments on the wire."""

from typing import Any

from marshmallow import fields, validate

from domain.attachments.rules import AttachmentKind, AttachmentStatus
from domain.kernel.fields import ArgsSchema, Id, Name, OneOf, RecordDocument, UtcDateTime, Whole

SHA256 = r"[0-9a-f]{64}\Z"
MEDIA_TYPE = r"[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*\Z"
LARGEST_SIDE = 100_000
LARGEST_SIZE = 2**50


class AttachmentDocument(RecordDocument):
    """A photo, a signature or a file."""

    entity = fields.String(required=True)
    record_id = Id(required=True)
    account_id = Id(required=True)
    kind = OneOf(AttachmentKind, required=True)
    sha256 = fields.String(required=True)
    size = fields.Integer(required=True)
    media_type = fields.String(required=True)
    name = fields.String(required=True)
    width = fields.Integer(required=True, allow_none=True)
    height = fields.Integer(required=True, allow_none=True)
    status = OneOf(AttachmentStatus, required=True)
    reason = fields.String(required=True, allow_none=True)
    created_by_id = Id(required=True)
    occurred_at = UtcDateTime(required=True)


class Matching(fields.String):
    """A text of a given form."""

    def __init__(self, pattern: str, **kwargs: Any) -> None:
        super().__init__(validate=[validate.Length(max=127), validate.Regexp(pattern)], **kwargs)


class AddAttachmentArgs(ArgsSchema):
    """What was attached to which record. `sha256` is that of the content, in hexadecimal; `size` in bytes."""

    id = Id(required=True)
    entity = Name(50, required=True)
    record_id = Id(required=True)
    kind = OneOf(AttachmentKind, required=True)
    sha256 = Matching(SHA256, required=True)
    size = Whole(1, LARGEST_SIZE, required=True)
    media_type = Matching(MEDIA_TYPE, required=True)
    name = Name(required=True)
    width = Whole(1, LARGEST_SIDE, load_default=None, allow_none=True)
    height = Whole(1, LARGEST_SIDE, load_default=None, allow_none=True)


class RemoveAttachmentArgs(ArgsSchema):
    """The attachment to take away."""

    attachment_id = Id(required=True)
