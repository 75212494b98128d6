"""Visits of reps to accounts."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.kernel.model import Record, refers_to


class Visit(Record):
    """A call at a customer's site."""

    __tablename__ = "visits"
    __table_args__ = (
        refers_to("accounts", "account_id"),
        refers_to("sites", "site_id"),
        refers_to("users", "rep_id"),
        refers_to("call_plans", "call_plan_id"),
        Index("ix_visits_account", "org_id", "account_id"),
        Index("ix_visits_rep", "org_id", "rep_id", "planned_start_at"),
        Index("ix_visits_planned", "org_id", "planned_start_at", "id"),
        Index("ix_visits_call_plan", "org_id", "call_plan_id"),
        # A visit of the call cycle that nobody has touched is the only one of its period.
        Index(
            "uq_visits_generated",
            "org_id",
            "call_plan_id",
            "account_id",
            "call_period_on",
            unique=True,
            postgresql_where=text("generated and status = 'planned'"),
        ),
        # What the clock still looks at.
        Index(
            "ix_visits_waiting",
            "org_id",
            "planned_start_at",
            postgresql_where=text("status in ('planned', 'confirmed')"),
        ),
    )

    account_id: Mapped[UUID]
    site_id: Mapped[UUID]
    rep_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(default="in_person", server_default="in_person")
    status: Mapped[str]
    unplanned: Mapped[bool] = mapped_column(default=False)
    planned_start_at: Mapped[datetime]
    duration_min: Mapped[int]
    purpose: Mapped[str | None]
    notes: Mapped[str | None]
    outcome: Mapped[str | None]
    next_step: Mapped[str | None]
    follow_up_on: Mapped[date | None]
    confirmed_at: Mapped[datetime | None]
    checked_in_at: Mapped[datetime | None]
    checked_in_position: Mapped[dict[str, Any] | None]
    distance_m: Mapped[int | None]
    far_away: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    completed_at: Mapped[datetime | None]
    canceled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None]
    call_plan_id: Mapped[UUID | None]
    call_period_on: Mapped[date | None]
    """The first day of the period of the call cycle that the visit serves, wherever it was moved since."""
    generated: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The call cycle has placed it and nobody has touched it: the call cycle may move it or call it off."""
