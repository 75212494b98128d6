"""Notices on the wire."""

from marshmallow import fields

from domain.kernel.fields import ArgsSchema, Id, RecordDocument, UtcDateTime


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
