"""The call cycle: which visits fall due, and on which day and at what time. Pure: no database, no clock.

A visit that a person has touched is never moved, and neither is one of the cycle's own that still fits: a second run
changes nothing. What cannot be placed is returned with the reason. See docs/decisions/0017-call-cycle.md.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Protocol
from uuid import UUID

from domain.call_plans.rules import Period, Terms, interval_days, periods, plan_for
from domain.geo.rules import Position
from domain.visits.rules import OPEN, VisitStatus
from domain.working_time.rules import Span, minutes, weekday_of

GRID_MIN = 15
"""Visits begin at whole quarters of an hour."""
WRITE_UP_MIN = 5
"""Free time after a visit, to write it up, besides the way to the next one."""
UNKNOWN_WAY_MIN = 10
"""The way to or from a place of which nobody knows where it is."""
LATE_MIN = 10
"""A visit of the cycle stays where it is if one comes no later than this: figures of roads change a little."""
FAR_KM = 25.0
"""A customer as far as this from all others of a day makes the day as little fitting as if it were half full."""


class UnplacedReason(StrEnum):
    """Why a visit that falls due has no day."""

    NO_SITE = "no_site"
    NO_REP = "no_rep"
    REP_AWAY = "rep_away"
    CLOSED = "closed"
    DAYS_FULL = "days_full"


@dataclass(frozen=True, kw_only=True)
class Place:
    """A site."""

    site_id: UUID
    opening_hours: str | None
    position: Position | None


@dataclass(frozen=True, kw_only=True)
class Customer:
    """An account to be visited, and the site at which to do so, if it has one."""

    account_id: UUID
    account_class: str
    sales_minor: int
    """Orders of the last twelve months."""
    owners: Sequence[tuple[date, UUID | None]]
    """Who owns the account from which day on."""
    sites: Sequence[Place]
    """The first one is the main one."""

    def owner_on(self, day: date) -> UUID | None:
        """Return who owns the account on a day."""
        return next((owner_id for since, owner_id in reversed(self.owners) if since <= day), None)


@dataclass(frozen=True, kw_only=True)
class KnownVisit:
    """A visit that there is. Its day and minute are by the organisation's clocks."""

    id: UUID
    account_id: UUID
    rep_id: UUID
    status: str
    generated: bool
    call_plan_id: UUID | None
    call_period_on: date | None
    day: date
    start_min: int
    duration_min: int
    position: Position | None = None

    @property
    def is_the_cycle_s(self) -> bool:
        """Whether the cycle may move it."""
        return self.generated and self.status == VisitStatus.PLANNED

    @property
    def takes_time(self) -> bool:
        """Whether its time is taken."""
        return self.status in OPEN or self.status == VisitStatus.COMPLETED


@dataclass(frozen=True, kw_only=True)
class Engagement:
    """An appointment, for which a person's time is taken."""

    id: UUID
    account_id: UUID
    site_id: UUID
    user_id: UUID
    day: date
    start_min: int
    end_min: int
    position: Position | None = None


@dataclass(frozen=True, kw_only=True)
class Due:
    """A visit that falls due in a period."""

    plan: Terms
    customer: Customer
    period: Period
    rep_id: UUID | None
    place: Place | None

    def rep_on(self, day: date) -> UUID | None:
        """Return who would go on a day."""
        return self.plan.rep_id or self.customer.owner_on(day)

    @property
    def key(self) -> tuple[UUID, UUID, date]:
        """What makes it the same visit in the next run."""
        return self.plan.id, self.customer.account_id, self.period.begins_on


@dataclass(frozen=True, kw_only=True)
class Placement:
    """A visit that falls due, its day and time; `visit_id` is that of the visit that is moved there, if any."""

    due: Due
    day: date
    start_min: int
    visit_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class Unplaced:
    """A visit that falls due and has no day."""

    due: Due
    reason: UnplacedReason


@dataclass(kw_only=True)
class Cycle:
    """What is to be done."""

    plan: list[Placement] = field(default_factory=list)
    move: list[Placement] = field(default_factory=list)
    withdraw: list[UUID] = field(default_factory=list)
    unplaced: list[Unplaced] = field(default_factory=list)


Works = Callable[[UUID, date], Sequence[Span]]
"""From a person and a day to when they work."""
IsOpen = Callable[[str | None, date], Sequence[Span]]
"""From opening hours and a day to when the site is open."""


class Ways(Protocol):
    """How long the rep is on the way between two places. `are_sure`: one may move visits because of it."""

    @property
    def are_sure(self) -> bool: ...

    def minutes(self, rep_id: UUID, start: Position, end: Position) -> int:
        """Return the whole minutes from the one to the other."""


def generate(
    *,
    plans: Sequence[Terms],
    customers: Sequence[Customer],
    visits: Sequence[KnownVisit],
    engagements: Sequence[Engagement],
    works: Works,
    is_open: IsOpen,
    ways: Ways,
    first: date,
    last: date,
) -> Cycle:
    """Return what makes the calendar fit the call plans for periods that begin no later than `last`.

    Nothing is placed before `first`. `visits` are all of these customers and people since the earliest period that is
    open on `first` began.
    """
    calendar = _Calendar(works=works, is_open=is_open, ways=ways, first=first)
    cycle = Cycle()
    for engagement in engagements:
        calendar.take(engagement)
    for visit in visits:
        if visit.takes_time and not visit.is_the_cycle_s:
            calendar.take_visit(visit)
    # 1. What falls due, and what of it is served, refused, or has a visit of the cycle already?
    own, standing, open_dues = _match(_due(plans, customers, first=first, last=last), visits, first=first)
    cycle.withdraw = sorted(visit.id for visit in own.values() if visit.day >= first)
    # 2. What fits stays where it is.
    kept: list[tuple[Due, KnownVisit]] = []
    waiting: list[tuple[Due, KnownVisit | None]] = [(due, None) for due in open_dues]
    for due, visit in standing:
        if visit.day < first or calendar.still_fits(due, visit):
            calendar.take_visit(visit)
            kept.append((due, visit))
        else:
            waiting.append((due, visit))
    # 3. What stands where its plan would rather not have it moves as soon as it can.
    cycle.move = _improve(calendar, kept, first=first)
    # 4. The rest is placed, what falls due first in front.
    for due, known in sorted(waiting, key=lambda one: _order(one[0])):
        found = calendar.find(due)
        if isinstance(found, UnplacedReason):
            cycle.unplaced.append(Unplaced(due=due, reason=found))
            if known is not None:
                cycle.withdraw.append(known.id)
            continue
        day, start_min = found
        calendar.take_due(due, day, start_min)
        placement = Placement(due=due, day=day, start_min=start_min, visit_id=known.id if known else None)
        (cycle.move if known else cycle.plan).append(placement)
    return cycle


def due_periods(
    plans: Sequence[Terms], customer: Customer, *, first: date, last: date
) -> Iterable[tuple[Terms, Period]]:
    """Yield when a customer is to be visited: the periods that are open between two days, each with its plan."""
    fitting = [plan for plan in plans if plan.account_id in (None, customer.account_id)]
    for plan in fitting:
        for period in periods(plan, first=first, last=last):
            if period.last < first:
                continue
            counts = plan_for(
                fitting,
                account_id=customer.account_id,
                account_class=customer.account_class,
                sales_minor=customer.sales_minor,
                on=max(period.first, first),
            )
            if counts is plan:
                yield plan, period


def _due(plans: Sequence[Terms], customers: Sequence[Customer], *, first: date, last: date) -> list[Due]:
    of_many = [plan for plan in plans if plan.account_id is None]
    of_one: dict[UUID, list[Terms]] = {}
    for plan in plans:
        if plan.account_id is not None:
            of_one.setdefault(plan.account_id, []).append(plan)
    dues = []
    for customer in customers:
        its_plans = [*of_many, *of_one.get(customer.account_id, ())]
        for plan, period in due_periods(its_plans, customer, first=first, last=last):
            place = next((site for site in customer.sites if plan.site_id in (None, site.site_id)), None)
            rep_id = plan.rep_id or customer.owner_on(max(period.first, first))
            dues.append(Due(plan=plan, customer=customer, period=period, rep_id=rep_id, place=place))
    return sorted(dues, key=_order)


def _order(due: Due) -> tuple[date, date, UUID, UUID]:
    return due.period.last, due.period.first, due.customer.account_id, due.plan.id


def _match(
    dues: Sequence[Due], visits: Sequence[KnownVisit], *, first: date
) -> tuple[dict[UUID, KnownVisit], list[tuple[Due, KnownVisit]], list[Due]]:
    """Return the cycle's own visits that nothing falls due for, those that something does, and what has no visit."""
    by_account: dict[UUID, list[KnownVisit]] = {}
    for visit in sorted(visits, key=lambda visit: (visit.day, visit.start_min, visit.id)):
        by_account.setdefault(visit.account_id, []).append(visit)
    own = {visit.id: visit for visit in visits if visit.is_the_cycle_s}
    standing, open_dues = [], []
    for due in dues:
        candidates = by_account.get(due.customer.account_id, ())
        if any(serves(visit, due.plan, due.period) for visit in candidates):
            continue
        mine = next(
            (
                visit
                for visit in candidates
                if visit.id in own
                and (visit.call_plan_id, visit.call_period_on) == (due.plan.id, due.period.begins_on)
                and (visit.rep_id == due.rep_on(visit.day) or visit.day < first)
            ),
            None,
        )
        if mine is None:
            open_dues.append(due)
        else:
            del own[mine.id]
            # Of two owners within a period, the one of the day.
            standing.append((replace(due, rep_id=mine.rep_id), mine))
    return own, standing, open_dues


def serves(visit: KnownVisit, plan: Terms, period: Period) -> bool:
    """Tell whether a person has settled a period by this visit: it was made, is fixed, or was refused.

    One of the cycle's own settles nothing, wherever it stands, and neither does one that was missed: the customer is
    still waiting.
    """
    if visit.generated or visit.status == VisitStatus.MISSED:
        return False
    if visit.call_period_on is not None and visit.call_plan_id == plan.id:
        return visit.call_period_on == period.begins_on
    return visit.takes_time and period.begins_on <= visit.day <= period.last


@dataclass(frozen=True)
class _Taken:
    start_min: int
    end_min: int
    position: Position | None


class _Calendar:
    """Who is where when, and when they could be somewhere else."""

    def __init__(self, *, works: Works, is_open: IsOpen, ways: Ways, first: date) -> None:
        self._works, self._is_open, self._ways, self._first = works, is_open, ways, first
        self._taken: dict[tuple[UUID, date], list[_Taken]] = {}
        self._called: dict[UUID, list[date]] = {}
        self._shifts: dict[tuple[UUID, date], Sequence[Span]] = {}

    def take(self, engagement: Engagement) -> None:
        taken = _Taken(engagement.start_min, engagement.end_min, engagement.position)
        self._taken.setdefault((engagement.user_id, engagement.day), []).append(taken)

    def take_visit(self, visit: KnownVisit) -> None:
        taken = _Taken(visit.start_min, visit.start_min + visit.duration_min, visit.position)
        self._taken.setdefault((visit.rep_id, visit.day), []).append(taken)
        self._called.setdefault(visit.account_id, []).append(visit.day)

    def give_back(self, visit: KnownVisit) -> None:
        taken = _Taken(visit.start_min, visit.start_min + visit.duration_min, visit.position)
        self._taken[visit.rep_id, visit.day].remove(taken)
        self._called[visit.account_id].remove(visit.day)

    def take_due(self, due: Due, day: date, start_min: int) -> None:
        assert due.rep_id is not None and due.place is not None  # noqa: S101, PT018 - it was placed
        taken = _Taken(start_min, start_min + due.plan.duration_min, due.place.position)
        self._taken.setdefault((due.rep_id, day), []).append(taken)
        self._called.setdefault(due.customer.account_id, []).append(day)

    def still_fits(self, due: Due, visit: KnownVisit) -> bool:
        """Whether a visit of the cycle may stay: the rep works, the site is open, and nothing else is in the way.

        What cannot be driven is in the way, if the ways are sure.
        """
        if not due.period.first <= visit.day <= due.period.last or visit.duration_min != due.plan.duration_min:
            return False
        if due.rep_id is None or due.place is None:
            return False
        end_min = visit.start_min + visit.duration_min
        free = common(self._shifts_of(due.rep_id, visit.day), self._is_open(due.place.opening_hours, visit.day))
        inside = any(start <= visit.start_min and end_min <= end for start, end in free)
        if not inside:
            return False
        if self._ways.are_sure:
            busy = self._busy(due.rep_id, visit.day, due.place.position, spare_min=WRITE_UP_MIN + LATE_MIN)
        else:
            busy = [(one.start_min, one.end_min) for one in self._taken.get((due.rep_id, visit.day), ())]
        return all(busy_to <= visit.start_min or end_min <= busy_from for busy_from, busy_to in busy)

    def find(self, due: Due, *, better_than: int = 4) -> tuple[date, int] | UnplacedReason:
        """Return the best day and minute for a visit, or why there is none."""
        if due.place is None:
            return UnplacedReason.NO_SITE
        if due.rep_id is None:
            return UnplacedReason.NO_REP
        begin = max(due.period.first, self._first)
        days = [begin + timedelta(days=number) for number in range((due.period.last - begin).days + 1)]
        works = [day for day in days if due.rep_on(day) == due.rep_id and self._shifts_of(due.rep_id, day)]
        if not works:
            return UnplacedReason.REP_AWAY
        best, was_open = None, False
        for day in works:
            free = common(self._shifts_of(due.rep_id, day), self._is_open(due.place.opening_hours, day))
            was_open = was_open or any(end - start >= due.plan.duration_min for start, end in free)
            slot = self._slot(due, due.rep_id, due.place, day, free)
            if slot is None or slot[0] >= better_than:
                continue
            rank, start_min = slot
            fitness = (rank, self._is_too_soon(due, day), self._cost(due, due.rep_id, due.place, day), day, start_min)
            best = fitness if best is None else min(best, fitness)
        if best is None:
            return UnplacedReason.DAYS_FULL if was_open else UnplacedReason.CLOSED
        return best[3], best[4]

    def _slot(self, due: Due, rep_id: UUID, place: Place, day: date, free: Sequence[Span]) -> tuple[int, int] | None:
        """Return the first free minute at the best time of the day, with its rank: see `rank`."""
        wished = common(free, [wished_times(due.plan)])
        busy = self._busy(rep_id, day, place.position)
        for spans in (wished, free):
            start_min = _first_free(spans, busy, duration_min=due.plan.duration_min)
            if start_min is not None:
                return rank(due.plan, day, start_min), start_min
        return None

    def _busy(self, rep_id: UUID, day: date, position: Position | None, *, spare_min: int = 0) -> list[Span]:
        """Return when a visit at a place cannot be, for all that is taken: with writing up and the ways there and back.

        One drives in hours of work: the break is no time for it. `spare_min` is how much less time will do.
        """
        breaks = [(end, start) for (_, end), (start, _) in pairwise(sorted(self._shifts_of(rep_id, day)))]
        busy = []
        for one in self._taken.get((rep_id, day), ()):
            back = max(0, WRITE_UP_MIN + self._minutes(rep_id, one.position, position) - spare_min)
            there = max(0, WRITE_UP_MIN + self._minutes(rep_id, position, one.position) - spare_min)
            busy.append((_before(one.start_min, there, breaks), ends_at(one.end_min, back, breaks)))
        return busy

    def _minutes(self, rep_id: UUID, start: Position | None, end: Position | None) -> int:
        return self._ways.minutes(rep_id, start, end) if start and end else UNKNOWN_WAY_MIN

    def _is_too_soon(self, due: Due, day: date) -> bool:
        near = interval_days(due.plan) / 2
        return any(abs((day - called).days) < near for called in self._called.get(due.customer.account_id, ()))

    def _cost(self, due: Due, rep_id: UUID, place: Place, day: date) -> float:
        """Return how little a day fits: how full it is, how far off the rhythm, how far from the day's others."""
        taken = self._taken.get((rep_id, day), ())
        work = sum(end - start for start, end in self._shifts_of(rep_id, day))
        cost = sum(one.end_min - one.start_min + WRITE_UP_MIN + UNKNOWN_WAY_MIN for one in taken) / work
        before = [called for called in self._called.get(due.customer.account_id, ()) if called < day]
        if before:
            interval = interval_days(due.plan)
            cost += abs((day - max(before)).days - interval) / interval
        km = [_km(place.position, one.position) for one in taken if place.position and one.position]
        return cost + min(min(km, default=FAR_KM / 2) / FAR_KM, 1) / 2

    def _shifts_of(self, user_id: UUID, day: date) -> Sequence[Span]:
        key = user_id, day
        if key not in self._shifts:
            self._shifts[key] = self._works(user_id, day)
        return self._shifts[key]


def _improve(calendar: _Calendar, kept: list[tuple[Due, KnownVisit]], *, first: date) -> list[Placement]:
    """Move kept visits that stand at a time which their plan does not prefer to one that it does, until none can."""
    moved: dict[UUID, Placement] = {}
    stands = {visit.id: visit for _, visit in kept}
    unsettled = [(due, visit.id) for due, visit in kept if visit.day >= first]
    changed = True
    while changed:
        changed = False
        for due, visit_id in unsettled:
            visit = stands[visit_id]
            present = rank(due.plan, visit.day, visit.start_min)
            if present == 0:
                continue
            calendar.give_back(visit)
            found = calendar.find(due, better_than=present)
            if not isinstance(found, UnplacedReason):
                day, start_min = found
                moved[visit_id] = Placement(due=due, day=day, start_min=start_min, visit_id=visit_id)
                visit = stands[visit_id] = replace(visit, day=day, start_min=start_min)
                changed = True
            calendar.take_visit(visit)
    return list(moved.values())


def rank(plan: Terms, day: date, start_min: int) -> int:
    """Return 0 for a time as the plan prefers it; 1 at another time of day, 2 on another weekday, 3 at both."""
    starts, ends = wished_times(plan)
    good_time = starts <= start_min and start_min + plan.duration_min <= ends
    good_day = not plan.weekdays or weekday_of(day) in plan.weekdays
    return (0 if good_day else 2) + (0 if good_time else 1)


def wished_times(plan: Terms) -> Span:
    """Return the times of day between which a plan would have its visits."""
    return minutes(plan.time_from or "00:00"), minutes(plan.time_to or "24:00")


def common(some: Sequence[Span], others: Sequence[Span]) -> list[Span]:
    """Return what lies in both."""
    pairs = ((max(one[0], other[0]), min(one[1], other[1])) for one in some for other in others)
    return [(start, end) for start, end in pairs if start < end]


def ends_at(minute: int, length_min: int, breaks: Sequence[Span]) -> int:
    """Return when so many minutes from then on are over, if one stops in the breaks."""
    end = minute + length_min
    for starts, ends in breaks:
        if minute < ends and starts < end:
            end += ends - max(starts, minute)
    return end


def _before(minute: int, length_min: int, breaks: Sequence[Span]) -> int:
    """Return when to begin so that so many minutes are over by then, if one stops in the breaks."""
    return -ends_at(-minute, length_min, [(-ends, -starts) for starts, ends in reversed(breaks)])


def _first_free(spans: Sequence[Span], busy: Sequence[Span], *, duration_min: int) -> int | None:
    """Return the first minute at which there is time for a visit that ends before each busy span or begins after it."""
    in_order = sorted(busy)
    for start, end in spans:
        minute = _on_grid(start)
        for busy_from, busy_to in in_order:
            if minute < busy_to and busy_from < minute + duration_min:
                minute = _on_grid(busy_to)
        if minute + duration_min <= end:
            return minute
    return None


def _on_grid(minute: int) -> int:
    return -(-minute // GRID_MIN) * GRID_MIN


def _km(one: Position, other: Position) -> float:
    """Return the distance on a flat map, which is near enough for customers of one day."""
    x = (one.lng - other.lng) * math.cos(math.radians((one.lat + other.lat) / 2))
    return math.hypot(x, one.lat - other.lat) * 111.195
