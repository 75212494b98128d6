"""Weekly shifts and absences."""

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped

from domain.kernel.model import Record, refers_to


class WorkingWeek(Record):
    """When a person works in every week. `shifts` is `[{weekday, starts, ends}]`, by the organisation's clocks."""

    __tablename__ = "working_weeks"
    __table_args__ = (refers_to("users", "user_id", ondelete="CASCADE"), UniqueConstraint("org_id", "user_id"))

    user_id: Mapped[UUID]
    shifts: Mapped[list[dict[str, Any]]]


class Absence(Record):
    """Days on which a person does not work, both included. Why is nobody's business: everybody sees absences."""

    __tablename__ = "absences"
    __table_args__ = (
        refers_to("users", "user_id", ondelete="CASCADE"),
        Index("ix_absences_user", "org_id", "user_id", "starts_on"),
    )

    user_id: Mapped[UUID]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    withdrawn: Mapped[bool]
