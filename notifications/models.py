"""Notices, and where a device receives pushes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.kernel.model import Record, Row, refers_to


class Notice(Record):
    """Something that one person was told. Title and body are in that person's language."""

    __tablename__ = "notices"
    __table_args__ = (
        refers_to("users", "user_id", ondelete="CASCADE"),
        Index("ix_notices_user", "org_id", "user_id", "created_at", "id"),
    )

    user_id: Mapped[UUID]
    kind: Mapped[str]
    title: Mapped[str]
    body: Mapped[str]
    params: Mapped[dict[str, Any]]
    link: Mapped[str | None]
    tag: Mapped[str]
    """Names what it is about: of two pushes with the same tag a device shows only the later one."""
    read_at: Mapped[datetime | None]


class PushSubscription(Row):
    """Where one device receives pushes. A device has at most one."""

    __tablename__ = "push_subscriptions"
    __table_args__ = (
        refers_to("devices", "device_id", ondelete="CASCADE"),
        refers_to("users", "user_id", ondelete="CASCADE"),
        UniqueConstraint("org_id", "device_id"),
        UniqueConstraint("org_id", "endpoint"),
        Index("ix_push_subscriptions_user", "org_id", "user_id"),
    )

    device_id: Mapped[UUID]
    user_id: Mapped[UUID]
    channel: Mapped[str]
    endpoint: Mapped[str]
    """The push service's address of the device (web), or its registration (fcm). A secret: who knows it can send."""
    p256dh: Mapped[str | None]
    auth: Mapped[str | None]
    failures: Mapped[int] = mapped_column(default=0)
    """Sends in a row that failed."""
    created_at: Mapped[datetime]
    last_success_at: Mapped[datetime | None]
