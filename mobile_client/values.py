"""Times and ids as the wire writes them. Clock and randomness are handed in, so a run can be repeated exactly."""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

Clock = Callable[[], datetime]
"""Gives the present as an aware UTC time."""


def system_clock() -> datetime:
    """Return the present by the device's own clock, in UTC."""
    return datetime.now(UTC)


def wire_time(at: datetime) -> str:
    """Write a time as RFC 3339 in UTC with milliseconds.

    Raises:
        ValueError: `at` has no time zone.
    """
    if at.tzinfo is None:
        raise ValueError("a time on the wire needs a time zone")
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def new_id(*, at: datetime, rng: random.Random) -> str:
    """Return a UUID of version 7 (RFC 9562, section 5.7): milliseconds since 1970, then 74 random bits."""
    bits = int(at.timestamp() * 1000) << 80 | rng.getrandbits(80)
    bits = bits & ~(0xF << 76) | 0x7 << 76
    bits = bits & ~(0b11 << 62) | 0b10 << 62
    return str(UUID(int=bits))
