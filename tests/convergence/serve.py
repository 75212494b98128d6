"""The web process as these tests start it: ours, but with a clock that the test sets and, if asked, a planted bug."""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import domain.kernel.clock

_CLOCK, _BUG, *_ARGUMENTS = sys.argv[1:]
_CLOCK_FILE = Path(_CLOCK)


def _shifted_now() -> datetime:
    return datetime.now(UTC) + timedelta(seconds=float(_CLOCK_FILE.read_text()))


# Before anything else is imported: every module takes the function by its name.
domain.kernel.clock.utc_now = _shifted_now

from api.cli import main  # noqa: E402

if _BUG == "receipt_after_commit":
    from tests.convergence import receipt_after_commit

    receipt_after_commit.plant()

main(["web", *_ARGUMENTS])
