"""When a site is open, in OpenStreetMap's `opening_hours` syntax (wiki.openstreetmap.org/wiki/Key:opening_hours)."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from opening_hours import OpeningHours as Parsed
from opening_hours import ParserError, State, UnknownCountryError  # type: ignore[attr-defined]  # its stubs leave two out

Span = tuple[int, int]
"""From a minute of the day to another, such as (480, 720) for 08:00 to 12:00."""

DAY: Span = (0, 24 * 60)


class UnreadableOpeningHours(ValueError):
    """The text is not in the syntax."""


def check(text: str) -> None:
    """Check that a text can be read.

    Raises:
        UnreadableOpeningHours: it cannot. Says where it stops making sense.
    """
    try:
        Parsed(text)
    except ParserError as error:
        raise UnreadableOpeningHours(_where(text, str(error))) from error
    except UnicodeEncodeError as error:
        raise UnreadableOpeningHours("Contains characters that are not allowed.") from error


def open_spans(text: str | None, *, day: date, country: str) -> Sequence[Span]:
    """Return when a site is open on a day, in the minutes of its clocks. Without a text it is always open.

    `country` (ISO 3166-1) says which public holidays `PH` means. A text that cannot be read counts as none: it was
    stored before texts were checked.
    """
    if not text:
        return (DAY,)
    return _spans(text, day, country)


@lru_cache(maxsize=200_000)
def _spans(text: str, day: date, country: str) -> Sequence[Span]:
    parsed = _parsed(text, country)
    if parsed is None:
        return (DAY,)
    midnight = datetime.combine(day, time())
    return tuple(
        (_minute(starts, midnight), _minute(ends, midnight))
        for starts, ends, state, _comment in parsed.intervals(midnight, midnight + timedelta(days=1))
        if state == State.OPEN
    )


@lru_cache(maxsize=20_000)
def _parsed(text: str, country: str) -> Parsed | None:
    try:
        return Parsed(text, country=country)
    except UnknownCountryError:
        return Parsed(text)
    except ParserError:
        return None


def _minute(moment: datetime, midnight: datetime) -> int:
    return int((moment.replace(tzinfo=None) - midnight).total_seconds()) // 60


def _where(text: str, message: str) -> str:
    # The parser's message begins with "Failed to parse expression:  --> <line>:<column>".
    _, _, place = message.partition("-->")
    column = place.partition("\n")[0].rpartition(":")[2].strip()
    rest = text[int(column) - 1 :] if column.isdecimal() else text
    example = "Mo-Fr 08:00-12:00,13:30-18:00"
    return f"Not opening hours as OpenStreetMap writes them, such as “{example}”. See “{rest[:40]}”."
