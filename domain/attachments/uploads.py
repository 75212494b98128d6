"""Taking in a content, piece by piece: it may be broken off anywhere, by either side, and goes on from there.

Each piece becomes an object of the storage under a key of its own; the row of the upload names those that count. So a
piece either counts wholly or not at all, and whatever a crash leaves behind is never read: `housekeeping` removes it.
"""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.attachments.contents import find_content, tell_attachments
from domain.attachments.limits import limits
from domain.attachments.models import Content, Upload
from domain.attachments.rules import ContentStatus
from domain.attachments.sniffing import HEAD_BYTES, sniffed_type
from domain.attachments.storage import Storage
from domain.kernel.errors import DomainError
from domain.kernel.ids import new_id

KEEP_UNFINISHED = timedelta(days=7)
"""How long an upload may rest before it has to start anew."""
MOST_PARTS = 200
"""Of how many objects an upload may consist before they are joined: a very bad line brings very small pieces."""


class UploadNotFound(DomainError):
    """There is no such upload any more. Create it again."""

    code, status, retryable = "upload.not_found", 404, False


class UploadOffsetMismatch(DomainError):
    """The upload is at another place than the one you sent. Ask where it is, and go on from there."""

    code, status, retryable = "upload.offset_mismatch", 409, True


class UploadLongerThanSaid(DomainError):
    """More bytes came than the upload's length. Create it again with the right length."""

    code, status, retryable = "upload.longer_than_said", 413, False


class UploadHashMismatch(DomainError):
    """What arrived is not the content of this SHA-256. Send it again from the beginning."""

    code, status, retryable = "upload.hash_mismatch", 460, True


class ContentRefused(DomainError):
    """The server refuses this content and will not take it. Its attachments say why."""

    code, status, retryable = "attachment.content_refused", 403, False


@dataclass(frozen=True, kw_only=True)
class Lane:
    """What an upload needs of its surroundings."""

    storage: Storage
    is_checked: bool
    """Whether a worker looks at each content before it counts as stored."""


@dataclass(frozen=True, kw_only=True)
class Progress:
    """How far an upload is."""

    offset: int
    size: int
    expires_at: datetime | None
    """None once the content is whole."""
    is_new: bool = False
    """It was not there before, or began anew."""
    metadata_header: str | None = None
    leftovers: Collection[str] = ()
    """Objects to delete once the transaction is committed."""
    refusal: DomainError | None = None
    """To be raised once the transaction is committed."""


@dataclass(frozen=True, kw_only=True)
class UploadKey:
    """Whose upload of which content."""

    org_id: UUID
    user_id: UUID
    sha256: str
    now: datetime = field(compare=False)


def find(session: Session, key: UploadKey) -> Progress:
    """Return how far the upload is. Of a content that is there already, all is received.

    Raises:
        UploadNotFound, ContentRefused.
    """
    upload = session.get(Upload, (key.org_id, key.user_id, key.sha256))
    if upload is not None and upload.expires_at > key.now:
        return _progress(upload)
    content = session.get(Content, (key.org_id, key.sha256))
    if content is None:
        raise UploadNotFound
    return _whole(content)


def create(session: Session, key: UploadKey, *, size: int, media_type: str | None, metadata_header: str) -> Progress:
    """Begin the upload, or find it where it stopped. `size` is in bytes.

    Raises:
        AttachmentTooLarge, AttachmentTypeNotAllowed, ContentRefused, TooManyUnfinishedUploads.
    """
    limits().check(size=size, media_type=media_type)
    content = session.get(Content, (key.org_id, key.sha256))
    if content is not None:
        return _whole(content)
    new = {
        "size": size,
        "received": 0,
        "parts": [],
        "metadata_header": metadata_header,
        "expires_at": key.now + KEEP_UNFINISHED,
    }
    row = {"org_id": key.org_id, "user_id": key.user_id, "sha256": key.sha256}
    inserted = session.scalar(insert(Upload).values(**row, **new).on_conflict_do_nothing().returning(Upload.sha256))
    upload = _locked(session, key)
    if upload is None:
        # Another request has just brought the last piece.
        return find(session, key)
    is_new, forgotten = inserted is not None, list[str]()
    if upload.size != size or upload.expires_at <= key.now:
        is_new, forgotten = True, upload.parts
        for name, value in new.items():
            setattr(upload, name, value)
    if is_new:
        _check_unfinished(session, key)
    return replace(_progress(upload, leftovers=forgotten), is_new=is_new)


def append(session: Session, key: UploadKey, *, lane: Lane, offset: int, piece: bytes) -> Progress:
    """Take the next bytes. With the last ones the content is compared with its hash, and is there.

    Two that send at once: the second waits here and then learns that it is late.

    Raises:
        UploadNotFound, UploadOffsetMismatch, UploadLongerThanSaid, ContentRefused.
    """
    upload = _locked(session, key)
    if upload is None or upload.expires_at <= key.now:
        found = find(session, key)
        raise UploadOffsetMismatch(f"All {found.size} bytes are here already.")
    if upload.received != offset:
        raise UploadOffsetMismatch(f"The upload is at {upload.received}, not at {offset}.")
    if offset + len(piece) > upload.size:
        raise UploadLongerThanSaid
    part = object_key(key.org_id)
    lane.storage.put(part, [piece])
    upload.parts = [*upload.parts, part]
    upload.received += len(piece)
    upload.expires_at = key.now + KEEP_UNFINISHED
    if upload.received == upload.size:
        return _finish(session, key, lane, upload)
    if len(upload.parts) < MOST_PARTS:
        return _progress(upload)
    parts, upload.parts = upload.parts, [_join(key, lane, upload.parts)]
    return _progress(upload, leftovers=parts)


def cancel(session: Session, key: UploadKey) -> Sequence[str]:
    """Give an unfinished upload up and return its objects, to be deleted after the commit.

    A content that is whole belongs to the records that refer to it, and stays as long as they do.

    Raises:
        UploadNotFound, ContentRefused.
    """
    upload = _locked(session, key)
    if upload is None:
        find(session, key)
        return ()
    session.delete(upload)
    return upload.parts


def _check_unfinished(session: Session, key: UploadKey) -> None:
    # Those that begin in the same moment do not see each other: a few more than allowed do no harm.
    unfinished = select(func.count(), func.coalesce(func.sum(Upload.size), 0)).where(
        Upload.org_id == key.org_id, Upload.user_id == key.user_id, Upload.expires_at > key.now
    )
    uploads, size = session.execute(unfinished).one()
    limits().check_unfinished(uploads=uploads, size=size)


def object_key(org_id: UUID) -> str:
    """Return a new key. Its last digits spread the objects of an organisation over 256 folders."""
    made = new_id()
    return f"{org_id}/{made.hex[-2:]}/{made.hex}"


def _finish(session: Session, key: UploadKey, lane: Lane, upload: Upload) -> Progress:
    parts = upload.parts
    head, digest = b"", hashlib.sha256()
    for piece in _read(lane, parts):
        head += piece[: HEAD_BYTES - len(head)]
        digest.update(piece)
    if digest.hexdigest() != key.sha256:
        upload.parts, upload.received = [], 0
        return _progress(upload, leftovers=parts, refusal=UploadHashMismatch())
    # What takes time comes before the lock.
    media_type = sniffed_type(head, allowed=limits().media_types)
    kept = None if media_type is None else parts[0] if len(parts) == 1 else _join(key, lane, parts)
    content = find_content(session, org_id=key.org_id, sha256=key.sha256, lock=True)
    if content is None:
        content = _new_content(key, size=upload.size, media_type=media_type, kept=kept, is_checked=lane.is_checked)
        session.add(content)
        tell_attachments(session, content)
    session.delete(upload)
    written = parts if kept is None else [*parts, kept]
    return Progress(
        offset=content.size,
        size=content.size,
        expires_at=None,
        leftovers=set(written) - {content.object_key},
        refusal=_refusal(content) if content.status == ContentStatus.REFUSED else None,
    )


def _join(key: UploadKey, lane: Lane, parts: Sequence[str]) -> str:
    """Make one object of several and return its key."""
    joined = object_key(key.org_id)
    lane.storage.put(joined, _read(lane, parts))
    return joined


def _new_content(key: UploadKey, *, size: int, media_type: str | None, kept: str | None, is_checked: bool) -> Content:
    status, reason = ContentStatus.CHECKING if is_checked else ContentStatus.STORED, None
    if media_type is None:
        status = ContentStatus.REFUSED
        reason = f"The file is not what it should be; accepted are {limits().named_types}."
    return Content(
        org_id=key.org_id,
        sha256=key.sha256,
        size=size,
        media_type=media_type or "application/octet-stream",
        status=status,
        reason=reason,
        object_key=kept,
        arrived_at=key.now,
    )


def _read(lane: Lane, parts: Sequence[str]) -> Iterator[bytes]:
    for part in parts:
        yield from lane.storage.read(part)


def _locked(session: Session, key: UploadKey) -> Upload | None:
    query = select(Upload).where(
        Upload.org_id == key.org_id, Upload.user_id == key.user_id, Upload.sha256 == key.sha256
    )
    return session.scalar(query.with_for_update().execution_options(populate_existing=True))


def _progress(upload: Upload, *, leftovers: Collection[str] = (), refusal: DomainError | None = None) -> Progress:
    return Progress(
        offset=upload.received,
        size=upload.size,
        expires_at=upload.expires_at,
        metadata_header=upload.metadata_header,
        leftovers=leftovers,
        refusal=refusal,
    )


def _whole(content: Content) -> Progress:
    if content.status == ContentStatus.REFUSED:
        raise _refusal(content)
    return Progress(offset=content.size, size=content.size, expires_at=None)


def _refusal(content: Content) -> ContentRefused:
    return ContentRefused(content.reason)
