"""What is done with contents by the clock: checking those that arrived, and removing what nobody needs."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from itertools import islice
from uuid import UUID

import structlog
from sqlalchemy import ColumnElement, exists, select, update
from sqlalchemy.orm import Session

from domain.attachments.contents import find_content, tell_attachments
from domain.attachments.models import Attachment, Content, Upload
from domain.attachments.rules import ContentStatus
from domain.attachments.storage import ObjectMissing, Storage
from domain.kernel.receipts import Receipt

log = structlog.get_logger(__name__)

KEEP_UNUSED = timedelta(days=30)
"""How long a content stays that nothing refers to: its record may still be on a phone without signal."""
KEEP_UNKNOWN = timedelta(days=1)
"""How long an object stays that no row names. It must be longer than any request takes."""
BATCH = 500

OpenSession = Callable[[], AbstractContextManager[Session]]
"""Opens a session of one organisation."""
Scan = Callable[[Iterator[bytes]], str | None]
"""Reads a content and returns why it must not be kept, or None if it may. Raises `ScanFailed`."""


class ScanFailed(Exception):
    """The scanner could not say whether the content is clean. It will be asked again."""


def check_contents(*, org_id: UUID, open_session: OpenSession, storage: Storage, scan: Scan) -> None:
    """Let `scan` look at each content that has arrived, and let its records say what came of it."""
    with open_session() as session:
        query = select(Content.sha256, Content.object_key).where(
            Content.org_id == org_id, Content.status == ContentStatus.CHECKING
        )
        waiting = session.execute(query.order_by(Content.arrived_at)).all()
    for sha256, object_key in [(sha256, key) for sha256, key in waiting if key is not None]:
        try:
            reason = scan(storage.read(object_key))
        except ScanFailed as error:
            log.warning("attachments.scan_failed", sha256=sha256, error=str(error))
        except ObjectMissing:
            # It can only be sent again.
            log.exception("attachments.object_missing", sha256=sha256, object_key=object_key)
            _forget(org_id=org_id, sha256=sha256, open_session=open_session)
        else:
            _settle(org_id=org_id, sha256=sha256, reason=reason, open_session=open_session)
            if reason is not None:
                storage.delete([object_key])


def _settle(*, org_id: UUID, sha256: str, reason: str | None, open_session: OpenSession) -> None:
    with open_session() as session:
        content = find_content(session, org_id=org_id, sha256=sha256, lock=True)
        if content is None or content.status != ContentStatus.CHECKING:
            return
        content.status, content.reason = ContentStatus.STORED, reason
        if reason is not None:
            content.status, content.object_key = ContentStatus.REFUSED, None
        tell_attachments(session, content)
        session.commit()


def _forget(*, org_id: UUID, sha256: str, open_session: OpenSession) -> None:
    with open_session() as session:
        content = find_content(session, org_id=org_id, sha256=sha256, lock=True)
        if content is not None:
            session.delete(content)
        session.commit()


def remove_unneeded(*, org_id: UUID, open_session: OpenSession, storage: Storage, now: datetime) -> None:
    """Remove uploads that were given up, contents that nothing refers to, and objects that no row names.

    Rows go first, then their objects: whatever breaks off in between, a content that has a row has its object.
    """
    storage.delete(_expired_uploads(org_id=org_id, open_session=open_session, now=now))
    for sha256 in _long_unused(org_id=org_id, open_session=open_session, now=now):
        storage.delete(_remove_unused(org_id=org_id, sha256=sha256, open_session=open_session))
    old = (key for key, written_at in storage.list_keys(str(org_id)) if written_at < now - KEEP_UNKNOWN)
    while keys := list(islice(old, BATCH)):
        with open_session() as session:
            known = _named_by_a_row(session, org_id=org_id, keys=keys)
        storage.delete(set(keys) - known)


def _expired_uploads(*, org_id: UUID, open_session: OpenSession, now: datetime) -> list[str]:
    with open_session() as session:
        query = select(Upload).where(Upload.org_id == org_id, Upload.expires_at <= now)
        expired = session.scalars(query.with_for_update(skip_locked=True)).all()
        for upload in expired:
            session.delete(upload)
        session.commit()
        return [part for upload in expired for part in upload.parts]


def _long_unused(*, org_id: UUID, open_session: OpenSession, now: datetime) -> Sequence[str]:
    """Note since when contents are unused, and return those that have been for long."""
    used = _is_used()
    marked = Content.unused_since.is_not(None)
    with open_session() as session:
        session.execute(update(Content).where(Content.org_id == org_id, ~marked, ~used).values(unused_since=now))
        session.execute(update(Content).where(Content.org_id == org_id, marked, used).values(unused_since=None))
        session.commit()
        query = select(Content.sha256).where(Content.org_id == org_id, Content.unused_since <= now - KEEP_UNUSED)
        return session.scalars(query).all()


def _remove_unused(*, org_id: UUID, sha256: str, open_session: OpenSession) -> list[str]:
    with open_session() as session:
        # With the lock: nobody adds a record that refers to it meanwhile.
        content = find_content(session, org_id=org_id, sha256=sha256, lock=True)
        used = select(Content.sha256).where(Content.org_id == org_id, Content.sha256 == sha256, _is_used())
        if content is None or session.scalar(used) is not None:
            return []
        session.delete(content)
        session.commit()
        return [content.object_key] if content.object_key else []


def _is_used() -> ColumnElement[bool]:
    """The condition that an attachment refers to a content, or a refusal that nobody has seen to yet.

    What support replays or a person mends makes the attachment, and the phone may not have the content any more.
    """
    attached = exists().where(Attachment.org_id == Content.org_id, Attachment.sha256 == Content.sha256)
    refused = exists().where(
        Receipt.org_id == Content.org_id,
        Receipt.status.in_(("rejected", "failed")),
        Receipt.settled_at.is_(None),
        Receipt.args["sha256"].astext == Content.sha256,
    )
    return attached | refused


def _named_by_a_row(session: Session, *, org_id: UUID, keys: Sequence[str]) -> set[str]:
    contents = select(Content.object_key).where(Content.org_id == org_id, Content.object_key.in_(keys))
    uploads = select(Upload.parts).where(Upload.org_id == org_id)
    return {key for key in session.scalars(contents) if key} | {
        part for parts in session.scalars(uploads) for part in parts
    }
