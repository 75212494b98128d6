"""Attachments, the contents that they refer to, and the uploads by which contents arrive."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from domain.kernel.model import Model, Record, refers_to


class Attachment(Record):
    """A photo, a signature or a file that belongs to a record.

    `entity` and `record_id` name that record, `account_id` is its account's. The content has a lane of its own.
    """

    __tablename__ = "attachments"
    __table_args__ = (
        refers_to("accounts", "account_id"),
        refers_to("users", "created_by_id"),
        Index("ix_attachments_account", "org_id", "account_id"),
        Index("ix_attachments_record", "org_id", "record_id"),
        Index("ix_attachments_content", "org_id", "sha256"),
    )

    entity: Mapped[str]
    record_id: Mapped[UUID]
    account_id: Mapped[UUID]
    kind: Mapped[str]
    sha256: Mapped[str]
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str]
    name: Mapped[str]
    width: Mapped[int | None]
    height: Mapped[int | None]
    status: Mapped[str]
    reason: Mapped[str | None]
    created_by_id: Mapped[UUID]
    occurred_at: Mapped[datetime]


class Content(Model):
    """A content that arrived whole, once per organisation.

    `object_key` is where the storage keeps it; None once it was refused. `media_type` is what its bytes say.
    """

    __tablename__ = "contents"
    __table_args__ = (Index("ix_contents_object", "org_id", "object_key"),)

    org_id: Mapped[UUID] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(Text, primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    media_type: Mapped[str]
    status: Mapped[str]
    reason: Mapped[str | None]
    object_key: Mapped[str | None]
    arrived_at: Mapped[datetime]
    unused_since: Mapped[datetime | None]
    """Since when no attachment has referred to it."""


class Upload(Model):
    """A content that a person is handing in: its first `received` bytes are in the objects named in `parts`."""

    __tablename__ = "uploads"
    __table_args__ = (refers_to("users", "user_id"),)

    org_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(Text, primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    received: Mapped[int] = mapped_column(BigInteger)
    parts: Mapped[list[str]]
    metadata_header: Mapped[str]
    """`Upload-Metadata` as the client sent it: it gets it back."""
    expires_at: Mapped[datetime]
