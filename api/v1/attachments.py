"""Attachments, and their contents back."""

from collections.abc import Iterator
from urllib.parse import quote
from uuid import UUID

import structlog
from flask import Response, current_app, request
from flask_smorest import Blueprint
from sqlalchemy import select
from werkzeug.datastructures import Headers
from werkzeug.http import quote_etag

from api import doors
from api.metrics import CONTENT_BYTES, DOWNLOADS
from api.resources import Resource, equals, register
from domain.attachments.models import Attachment, Content
from domain.attachments.rules import INLINE, AttachmentKind, AttachmentStatus, ContentStatus
from domain.attachments.storage import ObjectMissing, Storage
from domain.attachments.synced import ATTACHMENT
from domain.kernel.errors import DomainError, RecordNotFound
from domain.kernel.fields import OneOf, Text
from domain.registry import COMMAND

log = structlog.get_logger(__name__)

blueprint = Blueprint("attachments", __name__, description="Photos, signatures and files that belong to records.")

register(
    blueprint,
    Resource(
        collection="attachments",
        entity=ATTACHMENT,
        sorts={"created_at": Attachment.created_at, "occurred_at": Attachment.occurred_at},
        filters={
            "account_id": equals(Attachment.account_id),
            "entity": equals(Attachment.entity, Text(50)),
            "record_id": equals(Attachment.record_id),
            "kind": equals(Attachment.kind, OneOf(AttachmentKind)),
            "status": equals(Attachment.status, OneOf(AttachmentStatus)),
            "created_by_id": equals(Attachment.created_by_id),
        },
        create=COMMAND["attachment.add"],
        actions=[COMMAND["attachment.remove"]],
    ),
)


class ContentNotThere(DomainError):
    """The content has not arrived yet: it is still on the phone that took it, or was refused."""

    code, status, retryable = "attachment.content_not_there", 409, True


class RangeNotSatisfiable(DomainError):
    """The content is shorter than the range that you asked for."""

    code, status, retryable = "attachment.range_not_satisfiable", 416, False


@blueprint.route("/attachments/<uuid:record_id>/content", methods=["GET"], endpoint="get_attachment_content")
@blueprint.response(200, content_type="application/octet-stream", schema={"type": "string", "format": "binary"})
@blueprint.alt_response(
    206, content_type="application/octet-stream", schema={"type": "string", "format": "binary"}, success=True
)
@blueprint.alt_response(304, description="Not modified", success=True)
def get_content(record_id: UUID) -> Response:
    """Fetch what was attached, or a range of it. Whoever sees the record may."""
    attachment, content, object_key = _find(record_id)
    headers = Headers(
        {
            "Content-Type": content.media_type,
            "Content-Disposition": _disposition(attachment.name, inline=content.media_type in INLINE),
            # Whatever it is: nothing in it may run.
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
            "ETag": quote_etag(content.sha256),
            # Who may see it is asked each time.
            "Cache-Control": "private, no-cache",
            "Accept-Ranges": "bytes",
        }
    )
    if request.if_none_match.contains_weak(content.sha256):
        DOWNLOADS.labels(304).inc()
        return Response(status=304, headers=headers)
    wanted = _wanted_range(content)
    start, stop = wanted or (0, content.size)
    if wanted:
        headers["Content-Range"] = f"bytes {start}-{stop - 1}/{content.size}"
    headers["Content-Length"] = str(stop - start)
    status = 206 if wanted else 200
    if request.method == "HEAD":
        return Response(status=status, headers=headers)
    body = _read(object_key, start, stop)
    DOWNLOADS.labels(status).inc()
    CONTENT_BYTES.labels("sent").inc(stop - start)
    return Response(body, status=status, headers=headers, direct_passthrough=True)


def _find(record_id: UUID) -> tuple[Attachment, Content, str]:
    with doors.reading() as (session, identity):
        query = (
            select(Attachment, Content)
            .outerjoin(Content, (Content.org_id == Attachment.org_id) & (Content.sha256 == Attachment.sha256))
            .where(Attachment.org_id == identity.org_id, Attachment.id == record_id)
        )
        in_scope = identity.scope.contains(ATTACHMENT)
        found = session.execute(query if in_scope is None else query.where(in_scope)).first()
    if found is None:
        raise RecordNotFound
    attachment: Attachment = found[0]
    content: Content | None = found[1]
    if content is None or content.status != ContentStatus.STORED or content.object_key is None:
        raise ContentNotThere(attachment.reason)
    return attachment, content, content.object_key


def _disposition(name: str, *, inline: bool) -> str:
    """Return whether to show it or to save it, and under which name (RFC 6266, with a fallback in ASCII)."""
    plain = "".join(letter if " " <= letter <= "~" and letter not in '"\\%' else "_" for letter in name)
    way = "inline" if inline else "attachment"
    return f"{way}; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"


def _wanted_range(content: Content) -> tuple[int, int] | None:
    """Return the one range that is asked for, or None for the whole."""
    wanted = request.range
    if wanted is None or wanted.units != "bytes" or len(wanted.ranges) != 1:
        return None
    condition = request.if_range
    if condition.date or (condition.etag and condition.etag != content.sha256):
        return None
    found = wanted.range_for_length(content.size)
    if found is None:
        raise RangeNotSatisfiable
    return found[0], found[1]


def _read(object_key: str, start: int, stop: int) -> Iterator[bytes]:
    storage: Storage = current_app.extensions["uploads"].lane.storage
    try:
        return storage.read(object_key, start=start, stop=stop)
    except ObjectMissing as error:
        log.exception("attachments.object_missing", object_key=object_key)
        raise ContentNotThere from error
