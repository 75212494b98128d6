"""Shifts, absences and holidays: no database, no clock."""

from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from functools import lru_cache
from typing import Any

import holidays

from domain.kernel.errors import DomainError

Span = tuple[int, int]
"""From a minute of the day to another, by the organisation's clocks."""


class Weekday(StrEnum):
    """A day of the week, as OpenStreetMap and iCalendar shorten it."""

    MONDAY = "mo"
    TUESDAY = "tu"
    WEDNESDAY = "we"
    THURSDAY = "th"
    FRIDAY = "fr"
    SATURDAY = "sa"
    SUNDAY = "su"


WEEKDAYS = tuple(Weekday)
USUAL_WEEK: tuple[Mapping[str, Any], ...] = tuple(
    {"weekday": str(day), "starts": starts, "ends": ends}
    for day in WEEKDAYS[:5]
    for starts, ends in (("08:00", "12:00"), ("13:00", "17:00"))
)
"""When somebody works of whom nothing else is known."""


class AbsenceEndsBeforeStart(DomainError):
    """An absence cannot end before it starts. Choose a later last day."""

    code, status, retryable = "absence.ends_before_start", 422, False


class ShiftsOverlap(DomainError):
    """Shifts of a day must not overlap, and must end after they start. Change their times."""

    code, status, retryable = "working_week.shifts_overlap", 422, False


def weekday_of(day: date) -> Weekday:
    """Return the weekday of a date."""
    return WEEKDAYS[day.weekday()]


def minutes(time_of_day: str) -> int:
    """Return the minutes from midnight to a time such as `08:30`."""
    hours, _, rest = time_of_day.partition(":")
    return int(hours) * 60 + int(rest)


def check_absence(*, starts_on: date, ends_on: date) -> None:
    """Check the days of an absence. Both are included.

    Raises:
        AbsenceEndsBeforeStart: the end is before the start.
    """
    if ends_on < starts_on:
        raise AbsenceEndsBeforeStart(fields={"ends_on": [AbsenceEndsBeforeStart.sentence()]})


def sorted_shifts(shifts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the shifts of a week in their order.

    Raises:
        ShiftsOverlap: two of a day overlap, or one does not end after it starts.
    """
    ordered = sorted(shifts, key=lambda shift: (WEEKDAYS.index(Weekday(shift["weekday"])), shift["starts"]))
    before: Mapping[str, Any] | None = None
    for shift in ordered:
        same_day = before is not None and before["weekday"] == shift["weekday"]
        if shift["ends"] <= shift["starts"] or (same_day and before and shift["starts"] < before["ends"]):
            raise ShiftsOverlap(fields={"shifts": [ShiftsOverlap.sentence()]})
        before = shift
    return [dict(shift) for shift in ordered]


def shifts_on(day: date, *, shifts: Sequence[Mapping[str, Any]]) -> list[Span]:
    """Return when somebody works on a day by their weekly shifts."""
    wanted = weekday_of(day)
    return [(minutes(shift["starts"]), minutes(shift["ends"])) for shift in shifts if shift["weekday"] == wanted]


def is_holiday(day: date, *, country: str, subdivision: str | None) -> bool:
    """Tell whether a day is a public holiday. A country that the calendar does not know has none."""
    return day in _holidays(country, subdivision, day.year)


@lru_cache(maxsize=1_000)
def _holidays(country: str, subdivision: str | None, year: int) -> frozenset[date]:
    try:
        return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year))
    except NotImplementedError:
        return frozenset()
