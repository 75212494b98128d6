"""Tasks: no database, no clock."""

from datetime import date, timedelta
from enum import StrEnum
from uuid import UUID, uuid5


class TaskSource(StrEnum):
    """What a task came out of."""

    VISIT = "visit"
    ORDER = "order"
    WORK_ORDER = "work_order"


class Trigger(StrEnum):
    """What makes a task by rule."""

    VISIT_COMPLETED = "visit_completed"
    ORDER_PLACED = "order_placed"
    WORK_ORDER_COMPLETED = "work_order_completed"


class AssignTo(StrEnum):
    """Whose task it becomes."""

    DOER = "doer"
    """Who made the visit, took the order or finished the work."""
    ACCOUNT_REP = "account_rep"
    """The rep of the account's territory; the doer where there is none."""


def task_id(*, rule_id: UUID, source_id: UUID) -> UUID:
    """Return the id of the one task that a rule makes of a record: what happens twice makes it once."""
    return uuid5(rule_id, str(source_id))


def due_on(*, day: date, days: int) -> date:
    """Return when a task is due that comes about on `day`."""
    return day + timedelta(days=days)
