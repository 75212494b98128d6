"""How a content and the records that refer to it find each other, in whichever order they arrive."""

from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.attachments.models import Attachment, Content
from domain.attachments.rules import AttachmentStatus, ContentStatus


def find_content(session: Session, *, org_id: UUID, sha256: str, lock: bool = False) -> Content | None:
    """Return the content if it has arrived.

    Whoever adds a record looks without `lock`, whoever settles a content's fate looks with it: one of the two
    transactions then sees what the other did, and those who add records do not hold each other up.
    """
    number = int.from_bytes(bytes.fromhex(sha256)[:8], signed=True)
    take = func.pg_advisory_xact_lock if lock else func.pg_advisory_xact_lock_shared
    # A statement of its own: the next one sees what was committed while this one waited.
    session.execute(select(take(number)))
    return session.get(Content, (org_id, sha256), populate_existing=True)


def tell_attachments(session: Session, content: Content) -> None:
    """Let every record that waits for `content` say what became of it."""
    query = select(Attachment).where(
        Attachment.org_id == content.org_id,
        Attachment.sha256 == content.sha256,
        Attachment.status == AttachmentStatus.PENDING,
    )
    for attachment in session.scalars(query).all():
        tell_attachment(attachment, content)


def tell_attachment(attachment: Attachment, content: Content) -> None:
    """Let the record say what became of its content. Size and type are the content's own from now on."""
    if content.status == ContentStatus.CHECKING:
        return
    attachment.status = AttachmentStatus(content.status)
    attachment.reason = content.reason
    attachment.size = content.size
    if content.status == ContentStatus.STORED:
        attachment.media_type = content.media_type
