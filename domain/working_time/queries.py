"""Reading when people work."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.kernel.model import any_of
from domain.people.models import Organisation
from domain.working_time.models import Absence, WorkingWeek
from domain.working_time.rules import USUAL_WEEK, Span, is_holiday, shifts_on


@dataclass(frozen=True, kw_only=True)
class WorkingDays:
    """When some people work, from today on."""

    country: str
    subdivision: str | None
    shifts: Mapping[UUID, Sequence[Mapping[str, Any]]]
    absent: Mapping[UUID, frozenset[date]]

    def on(self, user_id: UUID, day: date) -> list[Span]:
        """Return when a person works on a day, in minutes of the organisation's clocks: nothing if not at all."""
        if day in self.absent.get(user_id, ()) or is_holiday(day, country=self.country, subdivision=self.subdivision):
            return []
        return shifts_on(day, shifts=self.shifts.get(user_id, USUAL_WEEK))


def find_working_week(session: Session, *, org_id: UUID, user_id: UUID) -> WorkingWeek | None:
    """Return a person's weekly shifts, or None if nobody has set them."""
    return session.scalar(select(WorkingWeek).where(WorkingWeek.org_id == org_id, WorkingWeek.user_id == user_id))


def load_working_days(
    session: Session, *, organisation: Organisation, user_ids: Sequence[UUID], starts_on: date, ends_on: date
) -> WorkingDays:
    """Return when these people work between two days, both included. Two queries."""
    mine = WorkingWeek.org_id == organisation.id
    weeks = session.execute(
        select(WorkingWeek.user_id, WorkingWeek.shifts).where(mine, WorkingWeek.user_id == any_of(user_ids))
    )
    absences = session.execute(
        select(Absence.user_id, Absence.starts_on, Absence.ends_on).where(
            Absence.org_id == organisation.id,
            Absence.user_id == any_of(user_ids),
            ~Absence.withdrawn,
            Absence.starts_on <= ends_on,
            Absence.ends_on >= starts_on,
        )
    )
    absent: dict[UUID, set[date]] = {}
    for user_id, absent_from, absent_to in absences:
        first, last = max(absent_from, starts_on), min(absent_to, ends_on)
        days = (first + timedelta(days=number) for number in range((last - first).days + 1))
        absent.setdefault(user_id, set()).update(days)
    return WorkingDays(
        country=organisation.country,
        subdivision=organisation.subdivision,
        shifts={week.user_id: week.shifts for week in weeks},
        absent={user_id: frozenset(days) for user_id, days in absent.items()},
    )
