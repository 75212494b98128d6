"""Shifts, absences and holidays: no database, no clock."""

from collections.abc import Iterator, Mapping, Sequence
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


class SubdivisionUnknown(DomainError):
    """The holiday calendar does not know this part of the country. Choose one from the list, or none."""

    code, status, retryable = "organisation.subdivision_unknown", 422, False


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


def list_holidays(
    *, country: str, subdivision: str | None, first: date, last: date, language: str
) -> Iterator[tuple[date, str]]:
    """Yield the public holidays between two days, both included, with their names.

    They are in `language` where the calendar knows it, else as the country writes them.
    """
    names: dict[date, str] = {}
    for year in range(first.year, last.year + 1):
        names |= _holidays(country, subdivision, year, language)
    yield from sorted((day, name) for day, name in names.items() if first <= day <= last)


def subdivisions_of(country: str) -> Mapping[str, str]:
    """Return the parts of a country that have holidays of their own, with their names: none if the country has none."""
    try:
        known = holidays.country_holidays(country)
    except NotImplementedError:
        return {}
    # A part may have several names: the first one is the long one.
    names = {code: name for name, code in reversed(getattr(known, "subdivisions_aliases", {}).items())}
    return {code: names.get(code, code) for code in known.subdivisions}


def check_subdivision(subdivision: str, *, country: str) -> None:
    """Check that the holiday calendar knows a part of a country.

    Raises:
        SubdivisionUnknown: it does not.
    """
    if subdivision not in subdivisions_of(country):
        raise SubdivisionUnknown(fields={"subdivision": [SubdivisionUnknown.sentence()]})


@lru_cache(maxsize=1_000)
def _holidays(country: str, subdivision: str | None, year: int, language: str | None = None) -> Mapping[date, str]:
    try:
        known = holidays.country_holidays(country)
        # Without a language the names would be in that of the server's locale.
        spoken = next((one for one in known.supported_languages if one[:2] == language), known.default_language)
        return dict(holidays.country_holidays(country, subdiv=subdivision, years=year, language=spoken))
    except NotImplementedError:
        return {}
