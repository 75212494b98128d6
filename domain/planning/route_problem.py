"""A rep's days as a problem of the route search: places, what is fixed, when each visit may begin, the present plan."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

import numpy as np

from domain.geo.distances import DistanceProvider, Leg, Matrix, degrees
from domain.geo.rules import Position
from domain.planning.generate import WRITE_UP_MIN, IsOpen, common, wished_times
from domain.planning.stops import Day, Stop
from domain.routing.evaluate import Evaluator
from domain.routing.problem import (
    DAY_S,
    MAX_LEG_S,
    MAX_PRICE,
    Break,
    Job,
    Person,
    Prices,
    Problem,
    Route,
    Seconds,
    Shift,
    Window,
)
from domain.working_time.rules import Span, weekday_of

OTHER_TIME_COSTS, OTHER_WEEKDAY_COSTS = 300, 900
"""What a time of day or a weekday that the call plan does not wish for costs, in seconds of driving."""
PRICES = Prices(other_day=900, moved_minute=2)
"""A visit changes its day if that saves a quarter of an hour of driving, its time by an hour for two minutes."""

REP = "rep"


class Ground:
    """The places of the stops, and the ways between them. The last place is nowhere: no way from it, none to it."""

    def __init__(self, home: Position | None, stops: Sequence[Stop], distances: DistanceProvider) -> None:
        positions = [stop.position for stop in stops if stop.position] + ([home] if home else [])
        places = dict.fromkeys((one.lat, one.lng) for one in positions)
        self._number = {place: number for number, place in enumerate(places)}
        self.nowhere = len(places)
        self.home = self.place_of(home)
        where = degrees([Position(lat=lat, lng=lng) for lat, lng in places])
        self.matrix: Matrix = distances.matrix(where, where)
        self._seconds = np.pad(self.matrix.seconds, (0, 1))
        # Visits begin at whole minutes; who has to drive 61 seconds is there after two.
        self.travel_s: Seconds = np.minimum(-(-self._seconds // 60) * 60, MAX_LEG_S // 60 * 60).astype(np.int32)
        self._metres = np.pad(self.matrix.metres, (0, 1))

    def place_of(self, position: Position | None) -> int:
        return self._number[position.lat, position.lng] if position else self.nowhere

    def minutes(self, start: int, end: int) -> int:
        return int(self.travel_s[start, end]) // 60

    def way(self, stops: Iterable[Stop]) -> Leg:
        """Return the way from home through the stops and back. Where nobody knows the place there is none."""
        known = [self.place_of(stop.position) for stop in stops if stop.position]
        if not known:
            return Leg(seconds=0, metres=0)
        legs = list(pairwise([self.home, *known, self.home]))
        return Leg(
            seconds=sum(int(self._seconds[leg]) for leg in legs), metres=sum(int(self._metres[leg]) for leg in legs)
        )


@dataclass(kw_only=True)
class Block:
    """Fixed stops between which there is no time for more, as one job: one comes to `enter` and leaves from `exit`."""

    day: int
    start_min: int
    end_min: int
    enter: int
    exit: int


def blocks_of(ground: Ground, day: int, fixed: Iterable[Stop]) -> list[Block]:
    """Return the fixed stops of a day; those that are too close for the way between them become one."""
    blocks: list[Block] = []
    for stop in sorted(fixed, key=lambda stop: (stop.start_min, stop.end_min, stop.id)):
        place = ground.place_of(stop.position)
        last = blocks[-1] if blocks else None
        if last and last.end_min + WRITE_UP_MIN + ground.minutes(last.exit, place) > stop.start_min:
            if stop.end_min > last.end_min:
                last.end_min, last.exit = stop.end_min, place
        else:
            blocks.append(Block(day=day, start_min=stop.start_min, end_min=stop.end_min, enter=place, exit=place))
    return blocks


def windows_of(stop: Stop, open_days: Mapping[int, Day], calls: Sequence[Stop], is_open: IsOpen) -> tuple[Window, ...]:
    """Return when a stop may begin: while the rep works, the site is open and nothing is on without a place."""
    windows = []
    for number, day in open_days.items():
        if not stop.first <= day.on <= stop.last or stop.position is None:
            continue
        free = common(common(day.works, is_open(stop.opening_hours, day.on)), [(day.from_min, 24 * 60)])
        for call in calls:
            if call.day == day.on:
                free = common(free, [(0, call.start_min), (call.end_min, 24 * 60)])
        wrong_day = bool(stop.plan and stop.plan.weekdays and weekday_of(day.on) not in stop.plan.weekdays)
        price = OTHER_WEEKDAY_COSTS if wrong_day else 0
        wish = [wished_times(stop.plan)] if stop.plan else [(0, 24 * 60)]
        for spans, costs in ((common(free, wish), price), (free, price + OTHER_TIME_COSTS)):
            windows += [
                Window(start_s=start * 60, end_s=(end - stop.duration_min) * 60, day=number, price=costs)
                for start, end in spans
                if end - start >= stop.duration_min
            ]
    return tuple(windows)


def problem_of(
    ground: Ground,
    open_days: Mapping[int, Day],
    blocks: Sequence[Block],
    jobs: Mapping[str, Job],
    wanted: Mapping[str, Stop],
    number_of: Mapping[date, int],
) -> Problem:
    """Return the problem, with as much of what stands as the rules allow as its present plan."""
    # A block is a place of its own: the way there is that to its first stop, the way from there that from its last.
    enter = [*range(ground.nowhere + 1), *(block.enter for block in blocks)]
    leave = [*range(ground.nowhere + 1), *(block.exit for block in blocks)]
    travel_s = np.ascontiguousarray(ground.travel_s[np.ix_(leave, enter)])
    facts = {
        f"block {index}": Job(
            id=f"block {index}",
            place=ground.nowhere + 1 + index,
            service_s=(block.end_min - block.start_min + WRITE_UP_MIN) * 60,
            pinned_day=block.day,
            pinned_start_s=block.start_min * 60,
            optional_price=MAX_PRICE,
        )
        for index, block in enumerate(blocks)
    }
    all_jobs = (*facts.values(), *jobs.values())
    routes = {number: [name for name, job in facts.items() if job.pinned_day == number] for number in open_days}

    def made(shifts: Iterable[Shift], present: Mapping[int, Sequence[str]]) -> Problem:
        return Problem(
            people=(Person(id=REP, shifts=tuple(shifts)),),
            jobs=all_jobs,
            travel_s=travel_s,
            present=tuple(Route(person=REP, day=number, jobs=tuple(names)) for number, names in present.items()),
            prices=PRICES,
        )

    shifts = [_shift(ground, number, day, blocks) for number, day in open_days.items()]
    bare = made(shifts, {})
    evaluator = Evaluator(bare)

    def breaks_rules(tour: int, names: Sequence[str]) -> bool:
        schedule = evaluator.schedule(tour, [bare.job_index[name] for name in names])
        return any(evaluator.violations_of(tour, schedule))

    # Who has filled the break with visits of their own has none to keep.
    shifts = [
        replace(shift, rest=None) if breaks_rules(tour, routes[shift.day]) else shift
        for tour, shift in enumerate(shifts)
    ]
    bare = made(shifts, {})
    evaluator = Evaluator(bare)
    tour_of = {shift.day: tour for tour, shift in enumerate(shifts)}
    starts = {name: block.start_min for name, block in zip(facts, blocks, strict=True)}
    standing = [name for name in jobs if wanted[name].day in number_of]
    for name in sorted(standing, key=lambda name: (wanted[name].start_min, name)):
        starts[name] = wanted[name].start_min
        number = number_of[wanted[name].day or date.min]
        tried = sorted([*routes[number], name], key=lambda one: (starts[one], one))
        if not breaks_rules(tour_of[number], tried):
            routes[number] = tried
    return made(shifts, routes)


def _shift(ground: Ground, number: int, day: Day, blocks: Sequence[Block]) -> Shift:
    """Return the rep's day, from home to home; windows keep the visits within the hours of work."""
    own = [block for block in blocks if block.day == number]
    start_min = min([day.from_min, *(block.start_min for block in own)]) if day.from_min else 0
    on_time = not own or start_min + ground.minutes(ground.home, own[0].enter) <= own[0].start_min
    return Shift(
        day=number,
        start_s=start_min * 60,
        end_s=2 * DAY_S,
        start_place=ground.home if on_time else ground.nowhere,
        end_place=ground.home,
        rest=_rest(day.works, start_min),
    )


def _rest(works: Sequence[Span], start_min: int) -> Break | None:
    """Return the break of the day: the longest time between two hours of work. It begins in it, and takes as long."""
    gaps = [(next_start - end, end) for (_, end), (next_start, _) in pairwise(sorted(works)) if next_start > end]
    if not gaps:
        return None
    length, begins = max(gaps)
    if begins < start_min:
        return None
    return Break(earliest_s=begins * 60, latest_s=(begins + length) * 60, duration_s=length * 60)
