"""Who may ask how much: limits per device and organisation, a fair share of the places, and few first syncs at a time.

All of it is refused early and with `Retry-After`: a server that is asked too much stays quick for what it does answer.
See docs/decisions/0011-fairness.md.
"""

import math
import random
import threading
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable
from itertools import islice
from uuid import UUID

from flask import Flask, current_app, g, request
from sqlalchemy.orm import Session, sessionmaker

from api import doors
from api.metrics import LIMITS_HIT, PLACE_WAIT_SECONDS
from api.problems import ServerBusy
from api.settings import Settings
from domain.kernel.clock import utc_now
from domain.kernel.errors import DomainError
from domain.kernel.session import ask_first, open_session

MOST_KEYS = 10_000
"""More devices than that in a minute, and the idle ones are forgotten."""

LONGEST_WAIT_S = 20.0
PRESENT_S = 60.0
"""An organisation counts as present for so long after its last request."""

LEASE_S = 60
"""A device in the middle of its first sync that asks for nothing for so long gives its place away."""

_TAKE_PLACE = "select to_json(take_first_sync_place('{org}', '{device}', {most}, {lease}))"
_KEEP_PLACE = """
    insert into first_syncs (org_id, device_id, seen_at) values ('{org}', '{device}', clock_timestamp())
    on conflict (org_id, device_id) do update set seen_at = excluded.seen_at returning to_json(true)
"""
_LEAVE_PLACE = """
    with gone as (delete from first_syncs where org_id = '{org}' and device_id = '{device}' returning true)
    select to_json(exists(select from gone))
"""


class DeviceAsksTooOften(DomainError):
    """This device asks too often. Wait for as long as Retry-After says, then go on."""

    code, status, retryable = "limits.device", 429, True

    def __init__(self, *, retry_after_s: int) -> None:
        super().__init__()
        self.retry_after_s = retry_after_s


class OrganisationAsksTooOften(DomainError):
    """Your organisation asks too often. Wait for as long as Retry-After says, then go on."""

    code, status, retryable = "limits.organisation", 429, True

    def __init__(self, *, retry_after_s: int) -> None:
        super().__init__()
        self.retry_after_s = retry_after_s


class OrganisationBusy(DomainError):
    """Your organisation has its share of requests waiting here, and others wait too. Try again in a few seconds."""

    code, status, retryable = "limits.organisation_share", 429, True

    def __init__(self) -> None:
        super().__init__()
        self.retry_after_s = random.randint(2, 6)  # noqa: S311 - spread, so that they do not come back together


class FirstSyncsBusy(DomainError):
    """Many devices fetch everything for the first time just now. This one comes next: try again in a few seconds."""

    code, status, retryable = "sync.first_syncs_busy", 503, True

    def __init__(self) -> None:
        super().__init__()
        self.retry_after_s = random.randint(5, 15)  # noqa: S311 - as above


class Allowance:
    """So many requests a minute for each key, a whole minute's at once. 0 sets no limit.

    The generic cell rate algorithm (ITU-T I.371): for each key one number, when its present debt will be worked off.
    """

    def __init__(self, per_minute: int, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._cost_s = 60.0 / per_minute if per_minute else 0.0
        self._clock = clock
        self._free_at: dict[UUID, float] = {}
        self._lock = threading.Lock()

    def take(self, key: UUID) -> int:
        """Count one request. Return 0, or, if there was none left, the seconds until there is."""
        now = self._clock()
        with self._lock:
            free_at = max(self._free_at.get(key, now), now) + self._cost_s
            if (wait_s := free_at - now - 60.0) > 1e-9:
                return math.ceil(wait_s)
            self._free_at[key] = free_at
            if len(self._free_at) > MOST_KEYS:
                self._free_at = {one: at for one, at in self._free_at.items() if at > now}
        return 0


class FairShare:
    """The places of a process at which requests are worked on, shared by the organisations that are present.

    A free place goes to the organisation with the fewest. While others are present, an organisation has a quarter of
    the places at most, so that whoever comes next starts at once and shares the processor with few, and of those that
    wait only so many are its own that there is always room for the requests of one more.
    """

    def __init__(self, *, places: int, waiting: int, clock: Callable[[], float] = time.monotonic) -> None:
        """`places` requests are worked on, and there is room for `waiting` more."""
        self._places, self._waiting_at_most = places, waiting
        self._clock = clock
        self._lock = threading.Lock()
        self._running: Counter[UUID | None] = Counter()
        self._waiting: OrderedDict[UUID | None, deque[threading.Event]] = OrderedDict()
        self._last_seen: dict[UUID, float] = {}

    def enter(self, organisation: UUID | None) -> None:
        """Wait for a place. `None` stands for all who have not signed in.

        Raises:
            OrganisationBusy: its share of those that wait is taken.
            ServerBusy: no place became free in time.
        """
        turn = threading.Event()
        with self._lock:
            self._note_presence(organisation)
            if not self._waiting and self._may_start(organisation):
                self._running[organisation] += 1
                return
            its_own = self._waiting.get(organisation, deque())
            if self._others_than(organisation) and len(its_own) >= self._waiting_at_most // (1 + len(self._waiting)):
                raise OrganisationBusy if organisation else ServerBusy
            self._waiting.setdefault(organisation, its_own).append(turn)
            self._fill_places()
        if not turn.wait(LONGEST_WAIT_S):
            with self._lock:
                if not turn.is_set():
                    self._forget(organisation, turn)
                    raise ServerBusy

    def leave(self, organisation: UUID | None) -> None:
        """Give the place back, to whoever is next."""
        with self._lock:
            self._running[organisation] -= 1
            if not self._running[organisation]:
                del self._running[organisation]
            self._fill_places()

    def _fill_places(self) -> None:
        while ready := [one for one in self._waiting if self._may_start(one)]:
            organisation = min(ready, key=lambda one: self._running[one])
            turn = self._waiting[organisation][0]
            self._forget(organisation, turn)
            if organisation in self._waiting:
                self._waiting.move_to_end(organisation)  # of two with as many, the one that had no turn for longer
            self._running[organisation] += 1
            turn.set()

    def _may_start(self, organisation: UUID | None) -> bool:
        if self._running.total() >= self._places:
            return False
        return self._running[organisation] < max(1, self._places // 4) or not self._others_than(organisation)

    def _others_than(self, organisation: UUID | None) -> bool:
        # Who signs in belongs to one of those that are present: only where there are several is it a matter of shares.
        enough = 1 if organisation else 2
        since = self._clock() - PRESENT_S
        present = (one for one, seen in self._last_seen.items() if one != organisation and seen > since)
        return len(list(islice(present, enough))) == enough

    def _note_presence(self, organisation: UUID | None) -> None:
        if organisation is None:  # who signs in is nobody's rival
            return
        now = self._clock()
        self._last_seen[organisation] = now
        if len(self._last_seen) > MOST_KEYS:
            self._last_seen = {one: seen for one, seen in self._last_seen.items() if seen > now - PRESENT_S}

    def _forget(self, organisation: UUID | None, turn: threading.Event) -> None:
        self._waiting[organisation].remove(turn)
        if not self._waiting[organisation]:
            del self._waiting[organisation]


class FirstSyncs:
    """Lets few devices fetch everything at a time, over all processes. Who has begun is never stopped."""

    def __init__(self, *, sessions: sessionmaker[Session], most: int) -> None:
        self._sessions, self._most = sessions, most
        self._noted: dict[UUID, float] = {}
        """When this process told the database last that a device goes on."""

    def begin(self, *, org_id: UUID, device_id: UUID) -> None:
        """Take a place for the device.

        Raises:
            FirstSyncsBusy: there is none.
        """
        if not self._ask(_TAKE_PLACE, org=org_id, device=device_id, most=self._most, lease=LEASE_S):
            LIMITS_HIT.labels("first_syncs").inc()
            raise FirstSyncsBusy
        if len(self._noted) > MOST_KEYS:
            self._noted.clear()
        self._noted[device_id] = time.monotonic()

    def go_on(self, *, org_id: UUID, device_id: UUID, more: bool) -> None:
        """Keep the device's place for another while, or give it back when nothing more is to come."""
        if more and time.monotonic() - self._noted.get(device_id, -math.inf) < LEASE_S / 4:
            return
        self._ask(_KEEP_PLACE if more else _LEAVE_PLACE, org=org_id, device=device_id)
        if more:
            self._noted[device_id] = time.monotonic()
        else:
            self._noted.pop(device_id, None)

    def _ask(self, question: str, *, org: UUID, **values: UUID | int) -> bool:
        with open_session(self._sessions, org_id=org, now=utc_now()) as session:
            answer = ask_first(session, question.format(org=org, **values))
            session.commit()
            return bool(answer)


def first_syncs() -> FirstSyncs:
    """Return the places for first syncs of the running app."""
    found: FirstSyncs = current_app.extensions["first_syncs"]
    return found


def register(app: Flask, settings: Settings, *, sessions: sessionmaker[Session]) -> None:
    """Let `app` refuse what is too much."""
    app.extensions["first_syncs"] = FirstSyncs(sessions=sessions, most=settings.first_syncs)
    share = FairShare(places=settings.web_threads, waiting=settings.request_threads - settings.web_threads)
    of_device = Allowance(settings.device_requests_per_minute)
    of_organisation = Allowance(settings.organisation_requests_per_minute)

    @app.before_request
    def admit() -> None:
        if not request.path.startswith("/api/v1/"):
            return
        caller = doors.find_claims()
        if caller is not None:
            if wait_s := of_device.take(caller.device_id):
                LIMITS_HIT.labels("device").inc()
                raise DeviceAsksTooOften(retry_after_s=wait_s)
            if wait_s := of_organisation.take(caller.org_id):
                LIMITS_HIT.labels("organisation").inc()
                raise OrganisationAsksTooOften(retry_after_s=wait_s)
        if request.endpoint == "sync.listen" or request.blueprint == "uploads":
            return  # They hold a thread for long, hardly work, and have limits of their own.
        # A slow line must not hold a place: what it sends is here before one is taken.
        request.get_data()
        organisation = caller.org_id if caller else None
        came = time.perf_counter()
        try:
            share.enter(organisation)
        except DomainError as busy:
            LIMITS_HIT.labels("share" if isinstance(busy, OrganisationBusy) else "wait").inc()
            raise
        g.place_of = organisation
        PLACE_WAIT_SECONDS.observe(time.perf_counter() - came)

    @app.teardown_request
    def leave(_error: BaseException | None) -> None:
        if "place_of" in g:
            share.leave(g.pop("place_of"))
