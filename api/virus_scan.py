"""Virus scans by a command of the operator's, such as `clamdscan --no-summary -`."""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import suppress
from tempfile import TemporaryFile

from domain.attachments.housekeeping import Scan, ScanFailed

TIMEOUT_S = 120
REASON_MAX = 300


def scan_by(command: Sequence[str]) -> Scan:
    """Return the scan that hands a content to `command` on its standard input.

    It exits with 0 for a clean content and with 1 for one that must not be kept, whose first line of output becomes
    the reason. Anything else means that it does not know.
    """

    def scan(pieces: Iterator[bytes]) -> str | None:
        with TemporaryFile() as content:
            for piece in pieces:
                content.write(piece)
            content.seek(0)
            try:
                done = subprocess.run(command, stdin=content, capture_output=True, timeout=TIMEOUT_S, check=False)
            except (OSError, subprocess.TimeoutExpired) as error:
                raise ScanFailed(str(error)) from error
        if done.returncode == 0:
            return None
        said = next(iter(done.stdout.decode(errors="replace").splitlines()), "").strip()
        if done.returncode != 1:
            raise ScanFailed(f"exit code {done.returncode}: {said or done.stderr.decode(errors='replace').strip()}")
        return f"The virus scan refused it: {said}"[:REASON_MAX] if said else "The virus scan refused it."

    return scan


def accept_all(pieces: Iterator[bytes]) -> str | None:
    """Look for nothing."""
    with suppress(StopIteration):
        next(pieces)
    return None
