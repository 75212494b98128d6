"""Phones that come on line, and how long each takes until everything is handed in and fetched."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import islice

from mobile_client.actions import Action
from mobile_client.client import Client
from mobile_client.errors import ClientError, Temporary
from mobile_client.loop import Backoff

from .workday import workday

FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0
"""Between two attempts of a phone whose sync fails."""
STEP_S = 5.0
"""Between two reports of progress."""

Say = Callable[[str], None]


class Arrivals(StrEnum):
    """How phones spread over the time in which they come."""

    EVEN = "even"
    """At equal distances."""
    RANDOM = "random"
    """Each at a moment of its own choice."""
    BELL = "bell"
    """Few at first, most in the middle, few at the end."""

    def moments(self, count: int, *, within_s: float, rng: random.Random) -> list[float]:
        """Return when each of them comes, in seconds from the beginning."""
        match self:
            case Arrivals.EVEN:
                return [within_s * number / count for number in range(count)]
            case Arrivals.RANDOM:
                return sorted(rng.uniform(0, within_s) for _ in range(count))
            case Arrivals.BELL:
                return sorted(rng.betavariate(4, 4) * within_s for _ in range(count))


@dataclass(kw_only=True)
class Round:
    """What became of the phones that came."""

    seconds: list[float] = field(default_factory=list)
    """Of each phone that was done: from the moment at which it was to come to the end of its sync."""
    retries: int = 0
    """Attempts that failed for the time being, and were repeated after a pause."""
    given_up: Counter[str] = field(default_factory=Counter)
    """Why phones were not done → how many."""


class Phone:
    """A client, and what is to be done when it comes on line."""

    def __init__(self, client: Client, *, rng: random.Random, sign_in: Callable[[Client], None] | None = None) -> None:
        """`sign_in` is called when the phone comes and nobody is signed in on it."""
        self.client = client
        self._rng = rng
        self._sign_in = sign_in
        self._day: Iterator[Action] | None = None

    def work(self, mutations: int) -> int:
        """Capture what the person does without signal; return how many mutations that gave."""
        self._day = self._day or workday(self.client, rng=self._rng)
        captured = 0
        for action in islice(self._day, mutations):
            self.client.do(action)
            captured += 1
        if captured < mutations:
            self._day = None  # nothing to do yet, or nobody there: look again the next time
        return captured

    def come(self, *, until: float) -> int:
        """Sign in if needed, hand in and fetch; return how many attempts failed before.

        Raises:
            ClientError: it cannot be done, or not before `until` (of the monotonic clock).
        """
        backoff = Backoff(rng=self._rng, first_s=FIRST_PAUSE_S, most_s=LONGEST_PAUSE_S)
        failed = 0
        while True:
            try:
                if self._sign_in and self.client.user is None:
                    self._sign_in(self.client)
                self.client.sync()
            except Temporary as trouble:
                pause_s = backoff.after_failure(at_least_s=trouble.retry_after_s)
                if time.monotonic() + pause_s > until:
                    raise
                failed += 1
                time.sleep(pause_s)
            else:
                return failed


class Fleet:
    """All phones of a simulation. Each that is on line has a thread of its own."""

    def __init__(self, phones: Sequence[Phone], *, rng: random.Random, say: Say = lambda _line: None) -> None:
        self._phones = phones
        self._rng = rng
        self._say = say
        self._lock = threading.Lock()

    def work(self, mutations: int) -> int:
        """Let each person do something without signal; return how many mutations there are."""
        return sum(phone.work(mutations) for phone in self._phones)

    def come(self, *, within_s: float, arrivals: Arrivals, patience_s: float) -> Round:
        """Let all phones come on line and wait for them. `patience_s` is how long each of them tries."""
        found = Round()
        moments = arrivals.moments(len(self._phones), within_s=within_s, rng=self._rng)
        phones = self._rng.sample(self._phones, len(self._phones))
        began = time.monotonic()
        threads = []
        reported_at = began
        for phone, moment in zip(phones, moments, strict=True):
            due = began + moment
            time.sleep(max(0.0, due - time.monotonic()))
            thread = threading.Thread(
                target=self._come, args=(phone, found), kwargs={"due": due, "until": due + patience_s}
            )
            thread.start()
            threads.append(thread)
            if time.monotonic() - reported_at > STEP_S:
                reported_at = time.monotonic()
                self._report(found, came=len(threads), began=began)
        for thread in threads:
            while thread.is_alive():
                thread.join(STEP_S)
                if thread.is_alive():
                    self._report(found, came=len(threads), began=began)
        return found

    def _come(self, phone: Phone, found: Round, *, due: float, until: float) -> None:
        try:
            failed = phone.come(until=until)
        except ClientError as error:
            with self._lock:
                found.given_up[f"{type(error).__name__}: {error}"] += 1
            return
        with self._lock:
            found.seconds.append(time.monotonic() - due)
            found.retries += failed

    def _report(self, found: Round, *, came: int, began: float) -> None:
        with self._lock:
            done, given_up = len(found.seconds), found.given_up.total()
        waiting = came - done - given_up
        self._say(
            f"{time.monotonic() - began:5.0f} s: {came:,} of {len(self._phones):,} came,"
            f" {done:,} done, {waiting:,} under way, {given_up:,} gave up"
        )
