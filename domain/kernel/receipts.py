"""One row per command: who did what, when, through which door, and what became of it.

It is the audit trail and what makes a repeat harmless: it is written in the same transaction as the effect.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.kernel.model import Row


class Receipt(Row):
    """The outcome of a command. `id` is the mutation's id, or derived from the `Idempotency-Key`."""

    __tablename__ = "receipts"
    __table_args__ = (
        Index("ix_receipts_device", "org_id", "device_id", "rev"),
        Index("ix_receipts_subject", "org_id", "subject_id"),
        Index("ix_receipts_recorded", "org_id", "recorded_at"),
        Index(
            "ix_receipts_refused",
            "org_id",
            "recorded_at",
            "id",
            postgresql_where=text("status in ('rejected', 'failed')"),
        ),
    )

    device_id: Mapped[UUID | None]
    seq: Mapped[int | None] = mapped_column(BigInteger)
    actor_id: Mapped[UUID | None]
    door: Mapped[str]
    name: Mapped[str]
    args: Mapped[dict[str, Any]]
    digest: Mapped[str]
    status: Mapped[str]
    code: Mapped[str | None]
    message: Mapped[str | None]
    fields: Mapped[dict[str, Any] | None]
    refs: Mapped[dict[str, Any] | None]
    subject_entity: Mapped[str | None]
    subject_id: Mapped[UUID | None]
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    rev: Mapped[int] = mapped_column(BigInteger)
    settled_at: Mapped[datetime | None]
    """When a refusal was mended, or seen to by somebody."""
    settled_by_id: Mapped[UUID | None]
    """Who saw to it; None for support."""
