"""Runs of the call cycle, plans of a rep's days, and calendar feeds."""

from datetime import date, datetime
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


class RoutePlan(Row):
    """A proposal for some days of a rep: asked for, worked out, taken over, taken back."""

    __tablename__ = "route_plans"
    __table_args__ = (
        refers_to("users", "rep_id"),
        refers_to("users", "requested_by_id"),
        Index("ix_route_plans_requested", "org_id", "requested_at"),
    )

    rep_id: Mapped[UUID]
    requested_by_id: Mapped[UUID]
    requested_at: Mapped[datetime]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    status: Mapped[str]
    progress_pct: Mapped[int] = mapped_column(default=0)
    basis: Mapped[dict[str, Any] | None]
    """What the days were like when it was worked out, see `rep_days.read_basis`."""
    proposal: Mapped[dict[str, Any] | None]
    """See `route_plans.as_json`."""
    done: Mapped[list[dict[str, Any]] | None]
    """What was done when it was taken over: `[{visit_id, version, before, generated}]`; a new one has no `before`."""


class CalendarFeed(Row):
    """The address at which a person's calendar program finds their visits and appointments. `id` is the person's."""

    __tablename__ = "calendar_feeds"
    __table_args__ = (refers_to("users", "id", ondelete="CASCADE"),)

    token_hash: Mapped[str]
    created_at: Mapped[datetime]
