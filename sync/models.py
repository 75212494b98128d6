"""What the engine keeps: the stored documents, in which buckets they are, and the organisation's revision counter."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from domain.kernel.model import Model, Row, refers_to


class SyncCounter(Model):
    """The revision of the organisation's latest commit, and the tombstone floor below which no cursor can be served."""

    __tablename__ = "sync_counters"

    org_id: Mapped[UUID] = mapped_column(primary_key=True)
    rev: Mapped[int] = mapped_column(BigInteger)
    floor: Mapped[int] = mapped_column(BigInteger, default=0)


class SyncDocument(Model):
    """A record as a phone sees it, ready for the wire. `follows_id` is the record in whose buckets it also is."""

    __tablename__ = "sync_documents"
    __table_args__ = (
        Index("ix_sync_documents_follows", "org_id", "follows_id"),
        Index("ix_sync_documents_expires", "org_id", "expires_at", postgresql_where=text("expires_at IS NOT NULL")),
    )

    org_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    entity: Mapped[str]
    doc: Mapped[str] = mapped_column(Text)
    own_buckets: Mapped[list[str]] = mapped_column(ARRAY(Text))
    follows_id: Mapped[UUID | None]
    expires_at: Mapped[datetime | None]


class SyncShare(Model):
    """`id` (and what follows it) is in `bucket` because `source_id` needs it there."""

    __tablename__ = "sync_shares"
    __table_args__ = (Index("ix_sync_shares_source", "org_id", "source_id"),)

    org_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    bucket: Mapped[str] = mapped_column(Text, primary_key=True)
    source_id: Mapped[UUID] = mapped_column(primary_key=True)


class SyncEntry(Model):
    """A document is in a bucket, or (a tombstone, `present` false) has left it, since revision `rev`."""

    __tablename__ = "sync_entries"
    __table_args__ = (
        Index("uq_sync_entries_log", "org_id", "bucket", "rev", "id", unique=True),
        Index("ix_sync_entries_tombstones", "org_id", "rev", postgresql_where=text("NOT present")),
    )

    org_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    bucket: Mapped[str] = mapped_column(Text, primary_key=True)
    rev: Mapped[int] = mapped_column(BigInteger)
    present: Mapped[bool]
    entity: Mapped[str]


class SyncBucket(Model):
    """How many documents a bucket holds and their hash: the sum modulo 2³² of `sync_hash(id, rev)`."""

    __tablename__ = "sync_buckets"

    org_id: Mapped[UUID] = mapped_column(primary_key=True)
    bucket: Mapped[str] = mapped_column(Text, primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[int] = mapped_column(BigInteger)


class SyncDevice(Model):
    """The sequence number that a device's next mutation must have. The row is the lock that keeps two pushes of one
    device apart.
    """

    __tablename__ = "sync_devices"

    org_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    next_seq: Mapped[int] = mapped_column(BigInteger)


class SyncFailure(Row):
    """A mutation that was kept without being carried out: something broke, or its device had been revoked.

    `id` is the incident that the person was told. A replay that breaks again makes a new one.
    """

    __tablename__ = "sync_failures"
    __table_args__ = (
        refers_to("receipts", "mutation_id", ondelete="CASCADE"),
        Index("ix_sync_failures_mutation", "org_id", "mutation_id"),
    )

    mutation_id: Mapped[UUID]
    code: Mapped[str]
    error_type: Mapped[str | None]
    traceback: Mapped[str | None]
    base_rev: Mapped[int] = mapped_column(BigInteger)
    app_version: Mapped[str | None]
    failed_at: Mapped[datetime]
    state: Mapped[str]
    settled_at: Mapped[datetime | None]
    outcome: Mapped[str | None]
    """The status that the mutation got when it was replayed or discarded."""


class SyncDay(Model):
    """The organisation's revision when it was last looked at on a day (UTC): how old a revision at least is."""

    __tablename__ = "sync_days"

    org_id: Mapped[UUID] = mapped_column(primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    rev: Mapped[int] = mapped_column(BigInteger)


class FirstSync(Model):
    """A device that is fetching everything for the first time, and when it asked for a page last."""

    __tablename__ = "first_syncs"
    __table_args__ = ({"prefixes": ["UNLOGGED"]},)

    org_id: Mapped[UUID] = mapped_column(primary_key=True)
    device_id: Mapped[UUID] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]
