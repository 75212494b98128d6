"""Starts the processes of an installation, keeps them running, and stops them in order."""

import ctypes
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from api.runtime.memory import KEEPING_SOME
from api.runtime.postgres import EmbeddedPostgres, PostgresNotStarted

STOP_TIMEOUT_S = 35
READY_TIMEOUT_S = 90
LOOK_EVERY_S = 0.5
LARGEST_LOG = 20_000_000
MOST_RESTARTS = 5
RESTARTS_WITHIN_S = 60
_SET_PARENT_DEATH_SIGNAL = 1  # prctl(2)


class ProcessFailed(Exception):
    """A process did not start, or does not stay up."""


@dataclass(kw_only=True)
class Process:
    """One of our processes: `fieldbook <arguments>` with the environment of this one."""

    name: str
    arguments: Sequence[str]
    log_file: Path
    passed_on: Sequence[int] = ()
    running: subprocess.Popen[bytes] | None = None
    started_at: list[float] = field(default_factory=list)

    def start(self) -> None:
        """Start the process, in a session of its own: the terminal's Ctrl-C is for the supervisor alone."""
        self.started_at.append(time.monotonic())
        with self._open_log() as log:
            self.running = subprocess.Popen(
                [sys.executable, "-m", "api.cli", *self.arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**KEEPING_SOME, **os.environ},
                pass_fds=self.passed_on,
                start_new_session=True,
                preexec_fn=_die_with_parent(os.getpid()),  # noqa: PLW1509 - we have no threads
            )

    def has_ended(self) -> bool:
        """Whether the process was started and runs no more."""
        return self.running is not None and self.running.poll() is not None

    def restarts_too_often(self) -> bool:
        """Whether it makes no sense to start it again."""
        recent = [moment for moment in self.started_at if time.monotonic() - moment < RESTARTS_WITHIN_S]
        return len(recent) > MOST_RESTARTS

    def stop(self) -> None:
        """Let the process finish what it has begun; end it if that takes too long."""
        if self.running is None:
            return
        self.running.terminate()
        try:
            self.running.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            with suppress(ProcessLookupError):
                os.killpg(self.running.pid, signal.SIGKILL)
            self.running.wait()
        self.running = None

    def last_words(self) -> str:
        """Return the end of the process's log."""
        with suppress(OSError):
            return "\n".join(self.log_file.read_text(errors="replace").splitlines()[-12:])
        return ""

    def _open_log(self) -> IO[bytes]:
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            if self.log_file.stat().st_size > LARGEST_LOG:
                self.log_file.replace(self.log_file.with_suffix(".log.1"))
        return self.log_file.open("ab")


class Supervisor:
    """Keeps processes, and the database that they use, running."""

    def __init__(
        self, processes: Sequence[Process], *, postgres: EmbeddedPostgres | None, say: Callable[[str], None]
    ) -> None:
        self._processes, self._postgres, self._say = processes, postgres, say

    def start(self, *, ready: Callable[[], bool]) -> None:
        """Start everything and wait until `ready`.

        Raises:
            ProcessFailed: a process ended, or was not ready in time.
        """
        for process in self._processes:
            process.start()
        deadline = time.monotonic() + READY_TIMEOUT_S
        while not ready():
            for process in self._processes:
                if process.has_ended():
                    raise ProcessFailed(f"The {process.name} process did not start:\n{process.last_words()}")
            if time.monotonic() > deadline:
                raise ProcessFailed(f"Fieldbook was not ready after {READY_TIMEOUT_S} seconds. See the logs.")
            time.sleep(0.1)

    def watch(self) -> None:
        """Restart what ends, until interrupted.

        Raises:
            ProcessFailed: a process ends again and again.
        """
        while True:
            if self._postgres and not self._postgres.is_alive():
                self._say("PostgreSQL ended unexpectedly: starting it again")
                self._restart_postgres(self._postgres)
            for process in self._processes:
                if process.has_ended():
                    if process.restarts_too_often():
                        raise ProcessFailed(f"The {process.name} process ends again and again:\n{process.last_words()}")
                    self._say(f"The {process.name} process ended unexpectedly: starting it again")
                    process.start()
            time.sleep(LOOK_EVERY_S)

    def stop(self) -> None:
        """Stop everything in the order in which it was given."""
        for process in self._processes:
            process.stop()

    def _restart_postgres(self, postgres: EmbeddedPostgres) -> None:
        try:
            postgres.stop()
            postgres.start()
        except PostgresNotStarted as error:
            raise ProcessFailed(str(error)) from error


def answers(url: str) -> bool:
    """Whether a GET of `url` succeeds."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except OSError:
        return False


def _die_with_parent(parent: int) -> Callable[[], None] | None:
    """Have the kernel stop the child when this process is killed without a chance to do so. Linux only."""
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None).prctl

    def before_exec() -> None:
        prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)
        if os.getppid() != parent:  # it died in between
            os._exit(1)

    return before_exec
