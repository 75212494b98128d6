"""Some days of one rep, planned by the route search: what moves, what is new, what finds no place, and why.

Pure: no database, no clock. What is fixed is a fact and stays; what may move goes where the days take the least
driving; customers who wait are put where there is room for them, if the way is worth it. The hours of a shift are hours
at customers: the way to the first and from the last of a day comes before and after.

numpy and the compiled search take a while to load: whoever answers phones imports this module where it is needed.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.geo.distances import DistanceProvider, Leg, Source
from domain.geo.rules import Position, Shortcoming
from domain.planning.generate import WRITE_UP_MIN, IsOpen
from domain.planning.route_problem import REP, Ground, blocks_of, problem_of, windows_of
from domain.planning.stops import Day, Stop, StopKind
from domain.routing.day import order_day
from domain.routing.evaluate import NEVER, Evaluator, Schedule, Segment
from domain.routing.problem import DAY_S, MAX_PRICE, Job, Person, Problem, Route
from domain.routing.reasons import reason
from domain.routing.search import GoOn, Progress, Search
from domain.routing.words import Obstacle

ITERATIONS = 3_000
"""Of the search. Weeks of some sixty visits and suggestions do not get better with more."""
MOST_SECONDS = 5.0
"""Of the search, where it is not compiled."""
GRIDS_MIN = (15, 5, 1)
"""A visit that gets a new time begins at a whole quarter of an hour; if that is too late, at five minutes, or one."""


class LeftOutReason(StrEnum):
    """Why a visit or a suggestion has no place in these days."""

    NO_POSITION = "no_position"
    REP_AWAY = "rep_away"
    OTHER_DAYS = "other_days"
    CLOSED = "closed"
    NO_GAP = "no_gap"
    DETOUR = "detour"


@dataclass(frozen=True, kw_only=True)
class Planned:
    """A stop, and when it is to be. For a suggestion `adds` is the driving that it brings."""

    stop: Stop
    start_min: int
    adds: Leg | None = None


@dataclass(frozen=True, kw_only=True)
class PlannedDay:
    """A day in its order, with the driving from home and back before and after."""

    on: date
    stops: Sequence[Planned]
    before: Leg
    after: Leg


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """What has no place, and why. A visit stays where it stands. `detour_s`: the driving that is too much for it."""

    stop: Stop
    reason: LeftOutReason
    detour_s: int | None = None


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """The days as they should be."""

    days: Sequence[PlannedDay]
    left_out: Sequence[LeftOut]
    source: Source
    shortcoming: Shortcoming | None


def propose(
    *,
    days: Sequence[Day],
    stops: Sequence[Stop],
    home: Position | None,
    distances: DistanceProvider,
    is_open: IsOpen,
    tell: Callable[[float], None] = lambda _share: None,
) -> Proposal:
    """Return how the days go best. `stops` are all that stand on them, and the suggestions.

    `tell` hears every second what share of the search is done.

    What the search cannot serve stays where it stands, as a fact for the next round: so nothing is put on top of it.
    """
    ground = Ground(home, stops, distances)
    left_out: list[LeftOut] = []
    while True:
        found, unserved = _plan(ground, days, stops, is_open, tell)
        stay = {one.stop.id for one in unserved if one.stop.may_move}
        left_out += [one for one in unserved if one.stop.may_move]
        if not stay:
            break
        stops = [replace(stop, may_move=False) if stop.id in stay else stop for stop in stops]
    return Proposal(
        days=[_told(ground, day, stops, found) for day in days],
        left_out=[*left_out, *unserved],
        source=ground.matrix.source,
        shortcoming=ground.matrix.shortcoming,
    )


Found = Mapping[UUID, tuple[date, int]]
"""From a stop to its day and minute."""


def _plan(
    ground: Ground, days: Sequence[Day], stops: Sequence[Stop], is_open: IsOpen, tell: Callable[[float], None]
) -> tuple[Found, list[LeftOut]]:
    """Return when what may move or is suggested is to be, and what has no place."""
    open_days = {number: day for number, day in enumerate(days) if day.works}
    number_of = {day.on: number for number, day in open_days.items()}
    fixed = [stop for stop in stops if not stop.may_move and stop.day in number_of]
    wanted = {str(stop.id): stop for stop in stops if stop.may_move or stop.kind is StopKind.SUGGESTION}
    blocks = [
        block
        for number, day in open_days.items()
        for block in blocks_of(ground, number, [stop for stop in fixed if stop.day == day.on and stop.position])
    ]
    calls = [stop for stop in fixed if stop.position is None]
    jobs: dict[str, Job] = {}
    left_out: list[LeftOut] = []
    for name, stop in wanted.items():
        windows = windows_of(stop, open_days, calls, is_open)
        why = _hopeless(stop, days, open_days, has_windows=bool(windows))
        if why is None:
            jobs[name] = Job(
                id=name,
                place=ground.place_of(stop.position),
                service_s=(stop.duration_min + WRITE_UP_MIN) * 60,
                windows=windows,
                optional_price=MAX_PRICE // 10 if stop.may_move else stop.worth,
            )
        else:
            left_out.append(LeftOut(stop=stop, reason=why))
    if not jobs:
        return {}, left_out
    problem = problem_of(ground, open_days, blocks, jobs, wanted, number_of)
    search = Search(problem)
    search.run(iterations=ITERATIONS, go_on=_clock(tell))
    evaluation = search.best()
    found: dict[UUID, tuple[date, int]] = {}
    routes: list[Sequence[int]] = []
    for tour, route in enumerate(evaluation.routes):
        best = _in_best_order(search.evaluator, tour, route)
        routes.append(best)
        day = open_days[problem.tours[tour].shift.day]
        for job, start_s in _times(search.evaluator, tour, best, wanted, day).items():
            stop_found = wanted.get(problem.jobs[job].id)
            if stop_found:
                found[stop_found.id] = day.on, start_s // 60
    left_out += [_why(search.evaluator, routes, job, wanted[problem.jobs[job].id]) for job in evaluation.left_out]
    return found, left_out


def _clock(tell: Callable[[float], None]) -> GoOn:
    """Return what lets the search go on until it has taken too long, and tells how far it is."""
    told_s = 0

    def go_on(now: Progress) -> bool:
        nonlocal told_s
        if now.seconds >= told_s + 1:
            told_s = int(now.seconds)
            tell(now.iterations / ITERATIONS)
        return now.seconds < MOST_SECONDS

    return go_on


def _hopeless(
    stop: Stop, days: Sequence[Day], open_days: Mapping[int, Day], *, has_windows: bool
) -> LeftOutReason | None:
    """Return why a stop cannot be on any of these days, whatever else is on them."""
    if stop.position is None:
        return LeftOutReason.NO_POSITION
    if has_windows:
        return None
    if not any(stop.first <= day.on <= stop.last for day in days):
        return LeftOutReason.OTHER_DAYS
    if not any(stop.first <= day.on <= stop.last for day in open_days.values()):
        return LeftOutReason.REP_AWAY
    return LeftOutReason.CLOSED


def _in_best_order(evaluator: Evaluator, tour: int, route: Sequence[int]) -> Sequence[int]:
    """Return the stops of a day in the best order there is, proven up to 13."""
    problem = evaluator.problem
    if len(route) < 2:
        return route
    shift = problem.tours[tour].shift
    present = [job for job in problem.present_routes[tour] if job in route]
    others = [job for job in route if job not in present]
    ids = {job: problem.jobs[job].id for job in route}
    alone = Problem(
        people=(Person(id=REP, shifts=(shift,)),),
        jobs=tuple(replace(problem.jobs[job], optional_price=MAX_PRICE) for job in (*present, *others)),
        travel_s=problem.travel_s,
        present=(Route(person=REP, day=shift.day, jobs=tuple(ids[job] for job in present)),),
        prices=problem.prices,
    )
    best = order_day(alone)
    ordered = [problem.job_index[alone.jobs[job].id] for job in best.routes[0]]
    if best.left_out or _cost(evaluator, tour, ordered) >= _cost(evaluator, tour, route):
        return route
    return ordered


def _cost(evaluator: Evaluator, tour: int, route: Sequence[int]) -> int:
    return sum(evaluator.day_costs(tour, evaluator.schedule(tour, route)).values())


def _times(
    evaluator: Evaluator, tour: int, route: Sequence[int], wanted: Mapping[str, Stop], day: Day
) -> Mapping[int, int]:
    """Return when each stop begins: at the time that it has, when its call plan wishes, or at a round time.

    The search begins everything as soon as it can. First, from the end of the day: how late may each stop be, so that
    those behind it keep their times? Then, from its beginning: which of the times that are left is best?
    """
    schedule = evaluator.schedule(tour, route)
    segments = [evaluator.segments(stop.job, evaluator.problem.tours[tour].shift.day) for stop in schedule.stops]
    jobs = [evaluator.problem.jobs[stop.job] for stop in schedule.stops]
    stays: dict[int, int] = {}
    latest: list[int] = [0] * len(jobs)
    leave_by_s = 2 * DAY_S
    for leg in reversed(range(len(jobs))):
        stop, standing = schedule.stops[leg], wanted.get(jobs[leg].id)
        price = _price(segments[leg], stop.start_s)
        good = [one for one in segments[leg] if one.price <= price and one.opens <= leave_by_s - jobs[leg].service_s]
        latest[leg] = max(min(one.closes, leave_by_s - jobs[leg].service_s) for one in good)
        present_s = standing.start_min * 60 if standing and standing.day == day.on else -1
        if stop.start_s <= present_s <= latest[leg] and _price(segments[leg], present_s) <= price:
            latest[leg] = stays[leg] = present_s
        leave_by_s = _leave_by(schedule, leg, latest[leg])
    starts: dict[int, int] = {}
    leave_s = 0
    for leg, stop in enumerate(schedule.stops):
        follows = leg > 0 and schedule.rest_leg != leg
        earliest_s = leave_s + stop.travel_s if follows else stop.arrive_s
        begins = [max(earliest_s, segment.opens) for segment in segments[leg]]
        wishes = [stays[leg]] if leg in stays else [_rounded(begin, grid) for grid in GRIDS_MIN for begin in begins]
        possible = {wish: _price(segments[leg], wish) for wish in wishes if earliest_s <= wish <= latest[leg]}
        starts[stop.job] = min(possible, key=lambda wish: possible[wish])
        leave_s = starts[stop.job] + jobs[leg].service_s
    return starts if _is_possible(evaluator, tour, starts) else {stop.job: stop.start_s for stop in schedule.stops}


def _is_possible(evaluator: Evaluator, tour: int, starts: Mapping[int, int]) -> bool:
    """Tell whether the evaluator agrees that a day can go like this, with its ways and its break."""
    problem, shift = evaluator.problem, evaluator.problem.tours[tour].shift
    alone = Problem(
        people=(Person(id=REP, shifts=(shift,)),),
        jobs=tuple(
            replace(problem.jobs[job], pinned_day=shift.day, pinned_start_s=start_s) for job, start_s in starts.items()
        ),
        travel_s=problem.travel_s,
    )
    return not Evaluator(alone).evaluate([range(len(starts))]).violations


def _rounded(time_s: int, grid_min: int) -> int:
    return -(-time_s // (grid_min * 60)) * grid_min * 60


def _price(segments: Iterable[Segment], start_s: int) -> int:
    """Return what it costs to begin then; `NEVER` if one cannot."""
    return min((one.price for one in segments if one.opens <= start_s <= one.closes), default=NEVER)


def _leave_by(schedule: Schedule, leg: int, start_s: int) -> int:
    """Return when one must leave for a stop that begins then; a break on the way stays when it is."""
    stop = schedule.stops[leg]
    if schedule.rest_s is None or schedule.rest_leg != leg:
        return start_s - stop.travel_s
    leaves_s = schedule.stops[leg - 1].leave_s if leg else schedule.leave_s
    rests_there = schedule.rest_s >= leaves_s + stop.travel_s
    return schedule.rest_s - (stop.travel_s if rests_there else 0)


def _why(evaluator: Evaluator, routes: Sequence[Sequence[int]], job: int, stop: Stop) -> LeftOut:
    if reason(evaluator, routes, job).code is not Obstacle.PRICE:
        return LeftOut(stop=stop, reason=LeftOutReason.NO_GAP)
    detours = [
        evaluator.schedule(tour, [*route[:place], job, *route[place:]]).travel_s
        - evaluator.schedule(tour, route).travel_s
        for tour, route in enumerate(routes)
        for place in range(len(route) + 1)
        if not any(evaluator.violations_of(tour, evaluator.schedule(tour, [*route[:place], job, *route[place:]])))
    ]
    return LeftOut(stop=stop, reason=LeftOutReason.DETOUR, detour_s=min(detours))


def _told(ground: Ground, day: Day, stops: Sequence[Stop], found: Found) -> PlannedDay:
    """Return what a day holds, with what each suggestion brings in driving."""
    before = sorted((stop for stop in stops if stop.day == day.on), key=lambda stop: (stop.start_min, stop.id))
    planned = sorted(
        (
            (found[stop.id][1] if stop.id in found else stop.start_min, stop)
            for stop in stops
            if found.get(stop.id, (stop.day, 0))[0] == day.on
        ),
        key=lambda one: (one[0], one[1].id),
    )
    after = ground.way(stop for _, stop in planned)

    def adds(suggested: Stop) -> Leg:
        without = ground.way(stop for _, stop in planned if stop is not suggested)
        return Leg(seconds=after.seconds - without.seconds, metres=after.metres - without.metres)

    return PlannedDay(
        on=day.on,
        stops=[
            Planned(stop=stop, start_min=start, adds=adds(stop) if stop.kind is StopKind.SUGGESTION else None)
            for start, stop in planned
        ],
        before=ground.way(before),
        after=after,
    )
