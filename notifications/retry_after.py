"""The `Retry-After` header (RFC 9110, 10.2.3)."""

from datetime import UTC
from email.utils import parsedate_to_datetime

from domain.kernel.clock import utc_now

LONGEST_WAIT_S = 3600


def seconds_to_wait(header: str | None) -> int | None:
    """Return how many seconds to wait, at most an hour, or None when the header is absent or cannot be read."""
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return min(int(text), LONGEST_WAIT_S)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    seconds = (moment.replace(tzinfo=moment.tzinfo or UTC) - utc_now()).total_seconds()
    return min(max(int(seconds), 0), LONGEST_WAIT_S)
