"""The plain truth about a plan: what happens when, what it costs, which rules it breaks.

Everything that a search proposes is evaluated here before anybody sees it. The kernel computes the same faster;
tests hold the two against each other.

How a day goes: everyone leaves as early as the shift allows and starts each job as soon as they are there and it may
begin. A break is taken on a leg, on arrival or, if that is too late, before driving off. There are thus two ways
through the day, with the break still to come and with the break behind; where they meet, the earlier start wins, then
the cheaper.
"""

import copy
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from domain.routing.problem import DAY_S, MAX_LEG_S, MAX_TIME_S, Break, Job, Problem

NEVER = 1 << 29
"""A time that does not come."""


class Rule(StrEnum):
    """What a plan is held against. A broken rule forbids a plan; the others have a price."""

    # Must hold.
    ONCE = "once"
    SKILL = "skill"
    PERSON = "person"
    DAY = "day"
    RADIUS = "radius"
    WINDOW = "window"
    SHIFT = "shift"
    BREAK = "break"
    MAX_TRAVEL = "max_travel"
    MAX_WORK = "max_work"
    LOAD = "load"
    PINNED_ORDER = "pinned_order"
    SAME_PERSON = "same_person"
    AT_MOST = "at_most"
    MAX_MOVED = "max_moved"
    # Has a price.
    TRAVEL = "travel"
    LEFT_OUT = "left_out"
    UNWANTED_TIME = "unwanted_time"
    LATE = "late"
    NOT_PREFERRED = "not_preferred"
    CHANGED = "changed"
    FAIRNESS = "fairness"


@dataclass(frozen=True, kw_only=True, slots=True)
class Violation:
    """A broken rule in words."""

    rule: Rule
    sentence: str
    job: str | None = None
    person: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Stop:
    """What happens at a job. `travel_s` is the leg to it; it waits from `arrive_s` to `start_s`, but for a break."""

    job: int
    travel_s: int
    arrive_s: int
    start_s: int
    leave_s: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Schedule:
    """One person's day. `rest_s` is when the break begins, `rest_leg` on which leg: 0 is the leg to the first stop."""

    stops: tuple[Stop, ...] = ()
    leave_s: int
    home_s: int
    travel_s: int = 0
    work_s: int = 0
    rest_s: int | None = None
    rest_leg: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Evaluation:
    """A plan as it really is. `routes` and `schedules` follow the problem's tours; jobs are indices."""

    routes: tuple[tuple[int, ...], ...]
    schedules: tuple[Schedule, ...]
    left_out: tuple[int, ...]
    costs: Mapping[Rule, int]
    violations: tuple[Violation, ...]

    @property
    def cost(self) -> int:
        """Return the sum of all prices, in seconds of travel."""
        return sum(self.costs.values())


class Segment(NamedTuple):
    """A time in which a job may begin, at one price."""

    opens: int
    closes: int
    price: int


class _Way(NamedTuple):
    """A way through the day so far: when the person can leave, at what price."""

    leave_s: int
    price: int
    stops: tuple[Stop, ...]
    rest_s: int | None = None
    rest_leg: int | None = None


class Evaluator:
    """Evaluates plans of one problem."""

    def __init__(self, problem: Problem) -> None:
        self._begin(problem)
        self.planned_start_s: dict[int, int] = {}
        self.limits = tuple(self._own_limits(tour) for tour in range(len(problem.tours)))
        self.limits = tuple(self._granted_limits(tour) for tour in range(len(problem.tours)))
        for tour, route in enumerate(problem.present_routes):
            for stop in self.schedule(tour, route).stops:
                self.planned_start_s[stop.job] = stop.start_s

    def for_grown(self, problem: Problem) -> "Evaluator":
        """Return an evaluator of the same problem with one more job or another limit."""
        twin = copy.copy(self)
        twin._begin(problem)  # noqa: SLF001 - it is one of us
        return twin

    def _begin(self, problem: Problem) -> None:
        self.problem = problem
        self._segments = lru_cache(maxsize=None)(self._segments_of)

    # What a pair of job and shift allows and costs, wherever in the route it stands.

    def segments(self, job: int, day: int) -> tuple[Segment, ...]:
        """Return when a job may begin on a day: sorted, not overlapping."""
        return self._segments(job, day)

    def forbids(self, job: int, tour: int) -> Violation | None:
        """Return why this shift can never hold this job, whatever else is in it."""
        return next(self.hindrances(job, tour), None)

    def hindrances(self, job: int, tour: int) -> Iterator[Violation]:
        """Yield all reasons why this shift can never hold this job."""
        task, person, shift = self.problem.jobs[job], self.problem.tours[tour].person, self.problem.tours[tour].shift
        for skill, level in task.skills.items():
            if person.skills.get(skill, 0) < level:
                yield _violation(Rule.SKILL, task, person.id, f"{person.id} has not {skill} level {level}.")
        if task.pinned_person not in {None, person.id}:
            yield _violation(Rule.PERSON, task, person.id, f"It is pinned to {task.pinned_person}.")
        if person.id in task.forbidden_people or (task.required_people and person.id not in task.required_people):
            yield _violation(Rule.PERSON, task, person.id, f"{person.id} must not do it.")
        if not self._is_on_a_possible_day(task, shift.day):
            yield _violation(Rule.DAY, task, person.id, f"It must not be on day {shift.day}.")
        if person.radius_m is not None and self.problem.distance_m is not None:
            metres = int(self.problem.distance_m[shift.start_place, task.place])
            if metres > person.radius_m:
                sentence = f"It is {metres / 1000:.0f} km from where {person.id} starts."
                yield _violation(Rule.RADIUS, task, person.id, sentence)
        if not self.segments(job, shift.day):
            yield _violation(Rule.WINDOW, task, person.id, f"It has no time on day {shift.day}.")

    def pair_costs(self, job: int, tour: int) -> Iterator[tuple[Rule, int]]:
        """Yield what it costs that this job is in this shift, at whatever time."""
        task, person, shift = self.problem.jobs[job], self.problem.tours[tour].person, self.problem.tours[tour].shift
        prices = self.problem.prices
        if task.preferred_people and person.id not in task.preferred_people:
            yield Rule.NOT_PREFERRED, prices.not_preferred
        before = self.problem.present_tour.get(job)
        if before is not None:
            old = self.problem.tours[before]
            if old.person.id != person.id:
                yield Rule.CHANGED, prices.other_person
            if old.shift.day != shift.day:
                yield Rule.CHANGED, prices.other_day

    def start_costs(self, job: int, day: int, start_s: int) -> Iterator[tuple[Rule, int]]:
        """Yield what it costs that a job begins then."""
        task, prices = self.problem.jobs[job], self.problem.prices
        for segment in self.segments(job, day):
            if segment.opens <= start_s <= segment.closes and segment.price:
                yield Rule.UNWANTED_TIME, segment.price
        if task.due_s is not None:
            late_s = start_s + day * DAY_S - task.due_s
            if late_s > 0:
                yield Rule.LATE, task.late_price * late_s // 60
        before = self.problem.present_tour.get(job)
        if before is not None and job in self.planned_start_s and self.problem.tours[before].shift.day == day:
            moved_s = abs(start_s - self.planned_start_s[job]) - prices.tolerance_s
            if moved_s > 0:
                yield Rule.CHANGED, prices.moved_minute * moved_s // 60

    def fairness_cost(self, work_s: int) -> int:
        """Return what a shift's work costs so that it is spread: the price times hours squared."""
        return self.problem.prices.fairness * work_s * work_s // (3600 * 3600)

    def leg_s(self, tour: int, a: int, b: int) -> int:
        """Return how long this person drives from a to b."""
        speed = self.problem.tours[tour].person.speed_percent
        return min(-(-int(self.problem.travel_s[a, b]) * 100 // speed), MAX_LEG_S)

    # A day.

    def schedule(self, tour: int, route: Sequence[int]) -> Schedule:
        """Return how the day goes; if it cannot go by the rules, how it goes when windows and times are missed."""
        limits = self.limits[tour]
        return self._keeping_all_times(tour, route, limits) or self._missing_times(tour, route, limits)

    def evaluate(self, routes: Sequence[Sequence[int]]) -> Evaluation:
        """Return the truth about these routes, one for each tour."""
        problem = self.problem
        schedules = tuple(self.schedule(tour, route) for tour, route in enumerate(routes))
        seen = Counter(job for route in routes for job in route)
        left_out = tuple(job for job in range(len(problem.jobs)) if job not in seen)
        costs = Counter({Rule.LEFT_OUT: sum(problem.jobs[job].left_out_price for job in left_out)})
        violations = [
            _violation(Rule.ONCE, problem.jobs[job], None, "It is planned more than once.")
            for job, times in seen.items()
            if times > 1
        ]
        for tour, schedule in enumerate(schedules):
            if not schedule.stops:
                continue
            costs.update(self.day_costs(tour, schedule))
            violations += self.violations_of(tour, schedule)
        violations += self.broken_relations(routes)
        return Evaluation(
            routes=tuple(tuple(route) for route in routes),
            schedules=schedules,
            left_out=left_out,
            costs={rule: price for rule, price in costs.items() if price},
            violations=tuple(violations),
        )

    def day_costs(self, tour: int, schedule: Schedule) -> Counter[Rule]:
        """Return what one day costs by rule."""
        costs = Counter({Rule.TRAVEL: schedule.travel_s, Rule.FAIRNESS: self.fairness_cost(schedule.work_s)})
        day = self.problem.tours[tour].shift.day
        for stop in schedule.stops:
            for rule, price in (*self.pair_costs(stop.job, tour), *self.start_costs(stop.job, day, stop.start_s)):
                costs[rule] += price
        return costs

    def moved_jobs(self, routes: Sequence[Sequence[int]]) -> list[int]:
        """Return the jobs of the present plan that are with someone else in these routes."""
        tours = self.problem.tours
        where = {job: tours[tour].person.id for tour, route in enumerate(routes) for job in route}
        return [
            job
            for job, before in self.problem.present_tour.items()
            if job in where and where[job] != tours[before].person.id
        ]

    # Ways through the day.

    def _keeping_all_times(self, tour: int, route: Sequence[int], limits: "Limits") -> Schedule | None:
        shift = self.problem.tours[tour].shift
        if not route:
            return Schedule(leave_s=shift.start_s, home_s=shift.start_s)
        ahead: _Way | None = _Way(shift.start_s, 0, ())
        behind: _Way | None = None
        place = shift.start_place
        for leg, job in enumerate(route):
            leg_s = self.leg_s(tour, place, self.problem.jobs[job].place)
            resting = ahead and self._rest(ahead, limits.rest, leg_s, leg)
            behind = _sooner(
                behind and self._do(behind, behind.leave_s + leg_s, job, tour, leg_s),
                resting and self._do(resting, resting.leave_s, job, tour, leg_s),
            )
            ahead = ahead and self._do(ahead, ahead.leave_s + leg_s, job, tour, leg_s)
            place = self.problem.jobs[job].place
        leg_s = self.leg_s(tour, place, shift.end_place)
        return self._home(limits, ahead, behind, leg_s)

    def _home(self, limits: "Limits", ahead: _Way | None, behind: _Way | None, leg_s: int) -> Schedule | None:
        """Return the day with the cheapest way home, None if there is none in time."""
        end_s, rest = limits.end_s, limits.rest
        ends = []
        if ahead and ahead.leave_s + leg_s <= (end_s if rest is None else min(end_s, rest.latest_s)):
            ends.append((ahead, ahead.leave_s + leg_s))
        if behind and behind.leave_s + leg_s <= end_s:
            ends.append((behind, behind.leave_s + leg_s))
        resting = ahead and self._rest(ahead, rest, leg_s, len(ahead.stops))
        if resting and resting.leave_s <= end_s:
            ends.append((resting, resting.leave_s))
        if not ends:
            return None
        way, home_s = min(ends, key=lambda end: (end[0].price, end[1]))
        return _finished(way, home_s, leg_s, self.problem)

    def _do(self, way: _Way, arrive_s: int, job: int, tour: int, leg_s: int) -> _Way | None:
        """Return the way on after a job, None if it cannot begin any more."""
        day = self.problem.tours[tour].shift.day
        start_s = first_start(self.segments(job, day), arrive_s)
        if start_s is None:
            return None
        leave_s = start_s + self.problem.jobs[job].service_s
        price = way.price + sum(price for _, price in self.start_costs(job, day, start_s))
        stop = Stop(job=job, travel_s=leg_s, arrive_s=arrive_s, start_s=start_s, leave_s=leave_s)
        return way._replace(leave_s=leave_s, price=price, stops=(*way.stops, stop))

    @staticmethod
    def _rest(way: _Way, rest: Break | None, leg_s: int, leg: int) -> _Way | None:
        """Return the way to the end of this leg with the break on it: there if that is in time, else before it."""
        if rest is None:
            return None
        there_s = max(way.leave_s + leg_s, rest.earliest_s)
        if there_s <= rest.latest_s:
            return way._replace(leave_s=there_s + rest.duration_s, rest_s=there_s, rest_leg=leg)
        here_s = max(way.leave_s, rest.earliest_s)
        if here_s <= rest.latest_s:
            return way._replace(leave_s=here_s + rest.duration_s + leg_s, rest_s=here_s, rest_leg=leg)
        return None

    def _missing_times(self, tour: int, route: Sequence[int], limits: "Limits") -> Schedule:
        """Return how the day goes when all is done although it is too late; the break is on the first leg it fits."""
        shift = self.problem.tours[tour].shift
        way = _Way(shift.start_s, 0, ())
        place, rest = shift.start_place, limits.rest
        for leg, job in enumerate(route):
            leg_s = self.leg_s(tour, place, self.problem.jobs[job].place)
            arrive_s = way.leave_s + leg_s
            resting = self._rest(way, rest, leg_s, leg)
            if resting and rest and arrive_s >= rest.earliest_s:
                way, rest, arrive_s = resting, None, resting.leave_s
            start_s = first_start(self.segments(job, shift.day), arrive_s)
            start_s = arrive_s if start_s is None else start_s
            leave_s = start_s + self.problem.jobs[job].service_s
            stop = Stop(job=job, travel_s=leg_s, arrive_s=arrive_s, start_s=start_s, leave_s=leave_s)
            way = way._replace(leave_s=leave_s, stops=(*way.stops, stop))
            place = self.problem.jobs[job].place
        leg_s = self.leg_s(tour, place, shift.end_place)
        return _finished(way, way.leave_s + leg_s, leg_s, self.problem)

    # Rules that must hold.

    def violations_of(self, tour: int, schedule: Schedule) -> Iterator[Violation]:
        """Yield the rules that a day breaks by itself, whatever is in the others."""
        problem = self.problem
        person, shift = problem.tours[tour].person, problem.tours[tour].shift
        load = 0
        for stop in schedule.stops:
            job = problem.jobs[stop.job]
            load += job.load
            if stop.job in problem.fixed_jobs:
                continue
            forbidden = self.forbids(stop.job, tour)
            if forbidden:
                yield forbidden
            elif first_start(self.segments(stop.job, shift.day), stop.start_s) != stop.start_s:
                yield _violation(
                    Rule.WINDOW, job, person.id, f"It would begin at {clock(stop.start_s)}, which is too late."
                )
        yield from self._limits_broken(tour, schedule, load)
        fixed = problem.fixed[tour]
        if tuple(stop.job for stop in schedule.stops[:fixed]) != problem.present_routes[tour][:fixed]:
            sentence = f"The first {fixed} jobs of {person.id} are pinned."
            yield Violation(rule=Rule.PINNED_ORDER, sentence=sentence, person=person.id)

    def _limits_broken(self, tour: int, schedule: Schedule, load: int) -> Iterator[Violation]:
        limits, person = self.limits[tour], self.problem.tours[tour].person
        if schedule.home_s > limits.end_s:
            sentence = f"{person.id} would be back at {clock(schedule.home_s)}, after the shift."
            yield Violation(rule=Rule.SHIFT, sentence=sentence, person=person.id)
        if limits.rest and schedule.rest_s is None and schedule.home_s > min(limits.end_s, limits.rest.latest_s):
            yield Violation(rule=Rule.BREAK, sentence=f"{person.id} has no time for the break.", person=person.id)
        for rule, value, limit, what in (
            (Rule.MAX_TRAVEL, schedule.travel_s, limits.travel_s, "drive"),
            (Rule.MAX_WORK, schedule.work_s, limits.work_s, "work"),
        ):
            if value > limit:
                sentence = f"{person.id} would {what} {value / 3600:.1f} hours, more than allowed."
                yield Violation(rule=rule, sentence=sentence, person=person.id)
        if load > limits.load:
            sentence = f"{person.id} would load {load}, more than {limits.load}."
            yield Violation(rule=Rule.LOAD, sentence=sentence, person=person.id)

    def broken_relations(self, routes: Sequence[Sequence[int]]) -> Iterator[Violation]:
        """Yield the rules that days break together."""
        problem = self.problem
        where = {job: tour for tour, route in enumerate(routes) for job in route}
        for tour, fixed in enumerate(problem.fixed):
            if fixed and not routes[tour]:
                person = problem.tours[tour].person.id
                yield Violation(
                    rule=Rule.PINNED_ORDER, sentence=f"The first {fixed} jobs of {person} are pinned.", person=person
                )
        for relation in problem.same_person:
            planned = {problem.job_index[job] for job in relation.jobs} & where.keys()
            people = sorted({problem.tours[where[job]].person.id for job in planned})
            if len(people) > 1 and not planned <= problem.fixed_jobs:
                sentence = f"{', '.join(sorted(relation.jobs))} belong to one person, not to {' and '.join(people)}."
                yield Violation(rule=Rule.SAME_PERSON, sentence=sentence)
        for most in problem.at_most:
            planned = {problem.job_index[job] for job in most.jobs} & where.keys()
            for tour in {where[job] for job in planned}:
                held = {job for job in planned if where[job] == tour}
                if len(held) > most.count and not held <= problem.fixed_jobs:
                    person = problem.tours[tour].person.id
                    named = ", ".join(sorted(most.jobs))
                    sentence = f"{person} would have {len(held)} of {named}, at most {most.count}."
                    yield Violation(rule=Rule.AT_MOST, sentence=sentence, person=person)
        if problem.max_moved is not None:
            moved = self.moved_jobs(routes)
            if len(moved) > problem.max_moved:
                sentence = f"{len(moved)} jobs would go to someone else, at most {problem.max_moved} may."
                yield Violation(rule=Rule.MAX_MOVED, sentence=sentence)

    @staticmethod
    def _is_on_a_possible_day(job: Job, day: int) -> bool:
        return (
            job.pinned_day in {None, day}
            and (job.earliest_day is None or job.earliest_day <= day)
            and (job.latest_day is None or day <= job.latest_day)
        )

    def _segments_of(self, job: int, day: int) -> tuple[Segment, ...]:
        segments = self._wanted_segments(self.problem.jobs[job], day)
        if job in self.problem.fixed_jobs:
            begins_late = segments[-1].closes + 1 if segments else 0
            return (*segments, Segment(begins_late, NEVER, 0))
        return segments

    @staticmethod
    def _wanted_segments(task: Job, day: int) -> tuple[Segment, ...]:
        if task.pinned_start_s is not None:
            return (Segment(task.pinned_start_s, task.pinned_start_s, 0),) if task.pinned_day == day else ()
        if not task.windows:
            return (Segment(0, MAX_TIME_S, 0),)
        windows = [window for window in task.windows if window.day in {None, day}]
        cuts = sorted({window.start_s for window in windows} | {window.end_s + 1 for window in windows})
        segments: list[Segment] = []
        for opens, after in pairwise(cuts):
            prices = [window.price for window in windows if window.start_s <= opens <= window.end_s]
            if not prices:
                continue
            if segments and segments[-1].closes == opens - 1 and segments[-1].price == min(prices):
                segments[-1] = segments[-1]._replace(closes=after - 1)
            else:
                segments.append(Segment(opens, after - 1, min(prices)))
        return tuple(segments)

    def _own_limits(self, tour: int) -> "Limits":
        person, shift = self.problem.tours[tour].person, self.problem.tours[tour].shift
        return Limits(
            end_s=shift.end_s,
            rest=shift.rest,
            travel_s=NEVER if shift.max_travel_s is None else shift.max_travel_s,
            work_s=NEVER if shift.max_work_s is None else shift.max_work_s,
            load=NEVER if person.load is None else person.load,
        )

    def _granted_limits(self, tour: int) -> "Limits":
        """Return the limits of a shift, widened to what its fixed jobs take alone."""
        limits = self.limits[tour]
        fixed = self.problem.present_routes[tour][: self.problem.fixed[tour]]
        if not fixed:
            return limits
        alone = self._keeping_all_times(tour, fixed, limits._replace(end_s=NEVER))
        if alone is None:  # The break was missed.
            limits = limits._replace(rest=None)
            alone = self._missing_times(tour, fixed, limits)
        return Limits(
            end_s=max(limits.end_s, alone.home_s),
            rest=limits.rest,
            travel_s=max(limits.travel_s, alone.travel_s),
            work_s=max(limits.work_s, alone.work_s),
            load=max(limits.load, sum(self.problem.jobs[job].load for job in fixed)),
        )


class Limits(NamedTuple):
    """What a shift can hold."""

    end_s: int
    rest: Break | None
    travel_s: int
    work_s: int
    load: int


def first_start(segments: Sequence[Segment], arrive_s: int) -> int | None:
    """Return when a job can begin for someone who is there at `arrive_s`."""
    for segment in segments:
        if arrive_s <= segment.closes:
            return max(arrive_s, segment.opens)
    return None


def clock(time_s: int) -> str:
    """Return a time of day, such as 14:05."""
    return f"{time_s // 3600:02}:{time_s // 60 % 60:02}"


def _sooner(one: _Way | None, other: _Way | None) -> _Way | None:
    if one is None or other is None:
        return one or other
    return min(one, other, key=lambda way: (way.leave_s, way.price))


def _finished(way: _Way, home_s: int, leg_s: int, problem: Problem) -> Schedule:
    travel_s = sum(stop.travel_s for stop in way.stops) + leg_s
    first = way.stops[0]
    leave_s = first.arrive_s - first.travel_s if way.rest_leg == 0 else first.start_s - first.travel_s
    return Schedule(
        stops=way.stops,
        leave_s=leave_s,
        home_s=home_s,
        travel_s=travel_s,
        work_s=travel_s + sum(problem.jobs[stop.job].service_s for stop in way.stops),
        rest_s=way.rest_s,
        rest_leg=way.rest_leg,
    )


def _violation(rule: Rule, job: Job, person: str | None, sentence: str) -> Violation:
    return Violation(rule=rule, sentence=f"{job.id}: {sentence}", job=job.id, person=person)
