"""Runs of the call cycle, and calendar feeds."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from domain.kernel.model import Row, refers_to


class CycleRun(Row):
    """One run of the call cycle: how far it is, what it did, and what it could not place."""

    __tablename__ = "cycle_runs"
    __table_args__ = (
        refers_to("users", "requested_by_id"),
        Index("ix_cycle_runs_requested", "org_id", "requested_at", "id"),
    )

    requested_by_id: Mapped[UUID | None]
    """Who asked for it; None is the clock or an operator."""
    requested_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    status: Mapped[str]
    total: Mapped[int] = mapped_column(default=0)
    """Visits to plan, move and call off."""
    done: Mapped[int] = mapped_column(default=0)
    planned: Mapped[int] = mapped_column(default=0)
    moved: Mapped[int] = mapped_column(default=0)
    withdrawn: Mapped[int] = mapped_column(default=0)
    unplaced: Mapped[list[dict[str, Any]]]
    """`[{call_plan_id, account_id, rep_id, first, last, reason}]`."""


class CalendarFeed(Row):
    """The address at which a person's calendar program finds their visits and appointments. `id` is the person's."""

    __tablename__ = "calendar_feeds"
    __table_args__ = (refers_to("users", "id", ondelete="CASCADE"),)

    token_hash: Mapped[str]
    created_at: Mapped[datetime]
