"""Plans, and the accounts in them."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, false
from sqlalchemy.orm import Mapped, mapped_column

from domain.kernel.model import Record, Row, refers_to
from domain.territory_plans.rules import WorkloadUnit


class TerritoryPlan(Record):
    """A proposal for the accounts of some territories of one area."""

    __tablename__ = "territory_plans"
    __table_args__ = (
        refers_to("territories", "area_id"),
        refers_to("users", "created_by_id"),
        Index("ix_territory_plans_status", "org_id", "status"),
    )

    name: Mapped[str]
    area_id: Mapped[UUID]
    method: Mapped[str]
    territory_ids: Mapped[list[str]]
    """The territories whose accounts are divided anew."""
    territories: Mapped[int]
    """How many there are to be."""
    workload: Mapped[dict[str, Any]]
    """Account class → work of one account."""
    by_call_plans: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether the work of an account is the hours a year that its call plan asks for, where there is one."""
    workload_in: Mapped[str] = mapped_column(default=WorkloadUnit.POINTS, server_default=WorkloadUnit.POINTS)
    """What the figures of workload are in, when they have been worked out."""
    tolerance_pct: Mapped[float]
    seed: Mapped[int]
    status: Mapped[str]
    progress_pct: Mapped[int] = mapped_column(default=0)
    owners: Mapped[list[dict[str, Any]]] = mapped_column(default=list)
    """The territories that there are to be, `{id, name, is_new}`. The new ones are made when the plan is published."""
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    shortcoming: Mapped[dict[str, Any] | None]
    without_position: Mapped[int] = mapped_column(default=0)
    """Accounts of these territories without a place on the map: they stay where they are."""
    moved: Mapped[int | None]
    """Accounts that changed hands when the plan took effect."""
    starts_on: Mapped[date | None]
    created_by_id: Mapped[UUID | None]
    published_at: Mapped[datetime | None]


class PlannedAccount(Row):
    """Where an account is today and where the plan wants it. `id` is a new one: an account may be in several plans."""

    __tablename__ = "planned_accounts"
    __table_args__ = (
        refers_to("territory_plans", "plan_id", ondelete="CASCADE"),
        refers_to("accounts", "account_id"),
        Index("ix_planned_accounts_plan", "org_id", "plan_id"),
    )

    plan_id: Mapped[UUID]
    account_id: Mapped[UUID]
    from_territory_id: Mapped[UUID]
    to_territory_id: Mapped[UUID]
    latitude: Mapped[float]
    longitude: Mapped[float]
    workload: Mapped[float]
