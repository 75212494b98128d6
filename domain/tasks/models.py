"""Tasks and the rules that make them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from domain.kernel.model import Record, refers_to


class TaskRule(Record):
    """When something happens, somebody gets a task. `outcome` narrows completed visits; None means any."""

    __tablename__ = "task_rules"

    trigger: Mapped[str]
    outcome: Mapped[str | None]
    title: Mapped[str]
    due_in_days: Mapped[int]
    assign_to: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)


class Task(Record):
    """Something to do. `source` and `source_id` name the visit, order or work order that it came out of."""

    __tablename__ = "tasks"
    __table_args__ = (
        refers_to("accounts", "account_id"),
        refers_to("users", "assignee_id"),
        refers_to("users", "created_by_id"),
        refers_to("users", "done_by_id"),
        refers_to("task_rules", "rule_id"),
        Index("ix_tasks_account", "org_id", "account_id"),
        Index("ix_tasks_assignee", "org_id", "assignee_id", "due_on"),
        Index("ix_tasks_source", "org_id", "source_id"),
    )

    title: Mapped[str]
    notes: Mapped[str | None]
    due_on: Mapped[date | None]
    assignee_id: Mapped[UUID]
    account_id: Mapped[UUID | None]
    source: Mapped[str | None]
    source_id: Mapped[UUID | None]
    rule_id: Mapped[UUID | None]
    created_by_id: Mapped[UUID | None]
    done_at: Mapped[datetime | None]
    done_by_id: Mapped[UUID | None]
