"""Visits of reps to accounts."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from domain.kernel.model import Record, refers_to


class Visit(Record):
    """A call at a customer's site."""

    __tablename__ = "visits"
    __table_args__ = (
        refers_to("accounts", "account_id"),
        refers_to("sites", "site_id"),
        refers_to("users", "rep_id"),
        Index("ix_visits_account", "org_id", "account_id"),
        Index("ix_visits_rep", "org_id", "rep_id", "planned_start_at"),
        Index("ix_visits_planned", "org_id", "planned_start_at", "id"),
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
