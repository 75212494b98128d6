"""The only place that asks the system for the time. Doors pass `now` on; domain code never calls this."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """Return the present moment as an aware UTC time."""
    return datetime.now(UTC)
