"""When to sync: after something happened, when the server pokes, and by the clock; less often while it fails."""

import logging
import random
import threading
from collections.abc import Callable

from .errors import SignInNeeded, Temporary, UpgradeRequired
from .session import Session
from .transport import Stream

log = logging.getLogger(__name__)

POLL_S = 30.0
"""Seconds between two rounds while no live stream is open."""
CONNECTED_POLL_S = 300.0
"""Seconds between two rounds while one is: a poke may get lost."""


class Backoff:
    """The pause after each failure in a row: doubling, bounded, and spread so that phones do not come back together."""

    def __init__(self, *, rng: random.Random, first_s: float = 1.0, most_s: float = 300.0) -> None:
        self._rng = rng
        self._first_s = first_s
        self._most_s = most_s
        self._failures = 0

    def after_failure(self, *, at_least_s: float | None = None) -> float:
        """Return the seconds to wait: never less than the server asked for, and up to half as long again."""
        ceiling = min(self._most_s, self._first_s * 2**self._failures)
        self._failures = min(self._failures + 1, 32)
        asked_for = (at_least_s or 0.0) * self._rng.uniform(1, 1.5)
        return max(self._rng.uniform(ceiling / 2, ceiling), asked_for)

    def after_success(self) -> None:
        """Start again at the shortest pause."""
        self._failures = 0


class SyncLoop:
    """Runs `sync` again and again.

    `online` tells whether the last attempt reached the server, `live` whether the server pokes.
    """

    def __init__(self, *, sync: Callable[[], object], rng: random.Random) -> None:
        self._sync = sync
        self._backoff = Backoff(rng=rng)
        self._woken = threading.Event()
        self.online = False
        self.live = False

    def wake(self) -> None:
        """Sync soon: something was captured, the server poked, the signal or the person came back."""
        self._woken.set()

    def step(self) -> float | None:
        """Sync once. Return the seconds until the next attempt, or None when only `wake` should bring it on."""
        try:
            self._sync()
        except Temporary as trouble:
            self.online = False
            return self._backoff.after_failure(at_least_s=trouble.retry_after_s)
        except SignInNeeded:
            self.online = True
            return None
        except UpgradeRequired:
            self.online = True
            return CONNECTED_POLL_S
        except Exception:
            # Whatever it is (a refusal, a full disk, an answer of another shape): the next attempt must not be lost.
            log.exception("the sync failed")
            self.online = True
            return self._backoff.after_failure()
        self.online = True
        self._backoff.after_success()
        return CONNECTED_POLL_S if self.live else POLL_S

    def run(self, *, stop: threading.Event) -> None:
        """Go on until `stop` is set and `wake` is called."""
        while not stop.is_set():
            pause_s = self.step()
            self._woken.wait(pause_s)
            self._woken.clear()


class LiveReader:
    """Listens on `/sync/live`. Without a stream the loop polls; nothing depends on a poke."""

    def __init__(self, *, session: Session, loop: SyncLoop, rng: random.Random) -> None:
        self._session = session
        self._loop = loop
        self._backoff = Backoff(rng=rng)
        self._stream: Stream | None = None
        self._closed = False

    def step(self) -> float:
        """Listen to one stream until it ends. Return the seconds until the next attempt."""
        try:
            with self._session.stream("/sync/live") as stream:
                self._stream = stream
                if self._closed:
                    return 0.0
                self._loop.live = True
                self._loop.wake()  # what happened while no stream was open
                self._listen(stream)
        except Temporary as trouble:
            return self._backoff.after_failure(at_least_s=trouble.retry_after_s)
        except SignInNeeded:
            return POLL_S
        finally:
            self._stream = None
            self._loop.live = False
        return self._backoff.after_failure()

    def _listen(self, stream: Stream) -> None:
        event = ""
        for line in stream.lines():
            self._backoff.after_success()
            if line.startswith("event:"):
                event = line.removeprefix("event:").strip()
            elif not line:
                if event == "poke":
                    self._loop.wake()
                elif event == "bye":
                    return
                event = ""

    def close(self) -> None:
        """End the open stream, or the one that is about to open."""
        self._closed = True
        if stream := self._stream:
            stream.close()

    def run(self, *, stop: threading.Event) -> None:
        """Go on until `stop` is set and `close` is called."""
        self._closed = False
        while not stop.is_set():
            stop.wait(self.step())
