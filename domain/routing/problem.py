"""What is to be planned: people with their shifts, jobs with their rules, the plan that runs at present.

Times are seconds since midnight of a day, days count from 0, travel is in seconds, distances in metres. All prices are
seconds of travel: a price of 600 outweighs a detour of ten minutes.
"""

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.kernel.errors import ValidationFailed

DAY_S = 86_400
LEFT_OUT_PRICE = 14_400

MAX_JOBS = 5_000
MAX_SHIFTS = 2_000
MAX_DAYS = 62
MAX_WINDOWS = 1_000
MAX_PRICE = 10_000_000
MAX_TIME_S = 7 * DAY_S
MAX_LEG_S = 65_535
"""A longer leg counts as this long, which is longer than a shift: nobody goes there."""

Seconds = npt.NDArray[np.int32]


@dataclass(frozen=True, kw_only=True, slots=True)
class Break:
    """A break that moves with the day: it begins between the two times, before or after a leg, never during a job.

    A day that is over before `latest_s` needs none.
    """

    earliest_s: int
    latest_s: int
    duration_s: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Shift:
    """The working hours of a person on one day. `max_travel_s` limits driving, `max_work_s` driving and service."""

    start_s: int
    end_s: int
    start_place: int
    end_place: int
    day: int = 0
    rest: Break | None = None
    max_travel_s: int | None = None
    max_work_s: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """Someone who can be sent. `speed_percent` 80 takes a quarter longer for each leg; `load` is what the van holds.

    `radius_m` is how far from the start of the shift they go; it needs the problem's `distance_m`.
    """

    id: str
    shifts: tuple[Shift, ...]
    skills: Mapping[str, int] = field(default_factory=dict)
    speed_percent: int = 100
    radius_m: int | None = None
    load: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Window:
    """When a job may begin; on every day unless `day` is given. A wished-for time is free, another has a `price`."""

    start_s: int
    end_s: int
    day: int | None = None
    price: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """A visit or an appointment. Without windows it may begin at any time.

    Leaving it out costs 14,400 a step of `priority`, or `optional_price` if it may be left out at that price.
    A start after `due_s` (seconds since midnight of day 0) costs `late_price` a minute.
    `pinned_start_s` on `pinned_day`: it begins exactly then.
    """

    id: str
    place: int
    service_s: int
    windows: tuple[Window, ...] = ()
    load: int = 0
    priority: int = 1
    optional_price: int | None = None
    skills: Mapping[str, int] = field(default_factory=dict)
    required_people: frozenset[str] = frozenset()
    preferred_people: frozenset[str] = frozenset()
    forbidden_people: frozenset[str] = frozenset()
    pinned_person: str | None = None
    pinned_day: int | None = None
    pinned_start_s: int | None = None
    earliest_day: int | None = None
    latest_day: int | None = None
    due_s: int | None = None
    late_price: int = 0

    @property
    def left_out_price(self) -> int:
        """Return what it costs not to plan this job."""
        return LEFT_OUT_PRICE * self.priority if self.optional_price is None else self.optional_price


@dataclass(frozen=True, kw_only=True, slots=True)
class SamePerson:
    """Those of these jobs that are planned are done by one person. Jobs are given by their ids."""

    jobs: frozenset[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class AtMost:
    """At most `count` of these jobs fall into one shift. Jobs are given by their ids."""

    jobs: frozenset[str]
    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Route:
    """The jobs of a shift in their order, by ids. The first `fixed` stay as they are: done, or on the way.

    What is fixed is a fact: no rule is held against it, and time that it takes beyond a limit is granted.
    """

    person: str
    jobs: tuple[str, ...]
    day: int = 0
    fixed: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Prices:
    """What else counts besides travel.

    `not_preferred`: a job goes to none of its preferred people. `fairness`: per shift, times its hours of work squared.
    Against the present plan: `other_person` and `other_day` for a job, `moved_minute` for each minute beyond
    `tolerance_s` by which it begins earlier or later on the same day.
    """

    not_preferred: int = 900
    fairness: int = 0
    other_person: int = 0
    other_day: int = 0
    moved_minute: int = 0
    tolerance_s: int = 900


@dataclass(frozen=True, kw_only=True, slots=True)
class NewPlace:
    """How long it takes from each place of a problem to a new one, and from there, and how far it is."""

    to_s: Sequence[int]
    from_s: Sequence[int]
    metres: Sequence[int] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Tour:
    """One shift of one person: what a route can be planned for."""

    person: Person
    shift: Shift


@dataclass(frozen=True, kw_only=True, eq=False)
class Problem:
    """Everything that a plan must respect. It is checked when it is made.

    `travel_s[a, b]` is the time from place a to place b at ordinary speed. At most `max_moved` jobs of the present
    plan may go to someone else.

    Raises:
        ValidationFailed: a value is out of bounds, or something that does not exist is named; `fields` says where.
    """

    people: tuple[Person, ...]
    jobs: tuple[Job, ...]
    travel_s: Seconds
    distance_m: Seconds | None = None
    same_person: tuple[SamePerson, ...] = ()
    at_most: tuple[AtMost, ...] = ()
    present: tuple[Route, ...] = ()
    prices: Prices = field(default_factory=Prices)
    max_moved: int | None = None

    def __post_init__(self) -> None:
        check(self)

    @cached_property
    def tours(self) -> tuple[Tour, ...]:
        """Return all shifts, by person, as routes are listed."""
        return tuple(Tour(person=person, shift=shift) for person in self.people for shift in person.shifts)

    @cached_property
    def job_index(self) -> dict[str, int]:
        """Return where in `jobs` each id stands."""
        return {job.id: index for index, job in enumerate(self.jobs)}

    @cached_property
    def person_index(self) -> dict[str, int]:
        """Return where in `people` each id stands."""
        return {person.id: index for index, person in enumerate(self.people)}

    @cached_property
    def tour_index(self) -> dict[tuple[str, int], int]:
        """Return where in `tours` each person's day stands."""
        return {(tour.person.id, tour.shift.day): index for index, tour in enumerate(self.tours)}

    @cached_property
    def present_routes(self) -> tuple[tuple[int, ...], ...]:
        """Return the present plan as job indices for each tour."""
        routes: list[tuple[int, ...]] = [()] * len(self.tours)
        for route in self.present:
            routes[self.tour_index[route.person, route.day]] = tuple(self.job_index[job] for job in route.jobs)
        return tuple(routes)

    @cached_property
    def fixed(self) -> tuple[int, ...]:
        """Return how many jobs at the beginning of each tour stay as they are."""
        counts = [0] * len(self.tours)
        for route in self.present:
            counts[self.tour_index[route.person, route.day]] = route.fixed
        return tuple(counts)

    @cached_property
    def fixed_jobs(self) -> frozenset[int]:
        """Return the jobs that stay as they are."""
        return frozenset(
            job for route, count in zip(self.present_routes, self.fixed, strict=True) for job in route[:count]
        )

    @cached_property
    def present_tour(self) -> dict[int, int]:
        """Return the tour that each job of the present plan is in."""
        return {job: tour for tour, route in enumerate(self.present_routes) for job in route}

    def with_job(self, job: Job, at: NewPlace) -> "Problem":
        """Return the problem with one more job at a new last place, without checking all else again."""
        places = len(self.travel_s)
        if len(at.to_s) != places or len(at.from_s) != places:
            raise _mistake("at", "There must be a time to and from each place.")
        if self.distance_m is not None and (at.metres is None or len(at.metres) != places):
            raise _mistake("at.metres", "There must be a distance from each place.")
        check_job(job, places=places + 1, people={person.id for person in self.people}, where="job")
        if job.id in self.job_index:
            raise _mistake("job", f"{job.id} is named twice.")
        travel_s = _grown(self.travel_s, to=at.to_s, back=at.from_s)
        distance_m = None
        if self.distance_m is not None and at.metres is not None:
            distance_m = _grown(self.distance_m, to=at.metres, back=at.metres)
        grown = self._copy(jobs=(*self.jobs, job), travel_s=travel_s, distance_m=distance_m)
        grown.__dict__.pop("job_index", None)
        return grown

    def with_max_moved(self, max_moved: int) -> "Problem":
        """Return the problem with this limit."""
        return self._copy(max_moved=max_moved)

    def _copy(self, **changes: Any) -> "Problem":
        twin = copy.copy(self)
        twin.__dict__.update(changes)
        return twin


def check(problem: Problem) -> None:
    """Raise `ValidationFailed` with the first mistake in the problem."""
    _bound("people", sum(len(person.shifts) for person in problem.people), 1, MAX_SHIFTS, "shifts of all people")
    _bound("jobs", len(problem.jobs), 0, MAX_JOBS, "jobs")
    _unique("people", [person.id for person in problem.people])
    _unique("jobs", [job.id for job in problem.jobs])
    for index, person in enumerate(problem.people):
        _check_person(problem, person, f"people.{index}")
    _check_travel(problem)
    ids = {person.id for person in problem.people}
    for index, job in enumerate(problem.jobs):
        check_job(job, places=len(problem.travel_s), people=ids, where=f"jobs.{index}")
    _check_relations(problem)
    _check_present(problem)
    for name in ("not_preferred", "fairness", "other_person", "other_day", "moved_minute", "tolerance_s"):
        _bound(f"prices.{name}", getattr(problem.prices, name), 0, MAX_PRICE)


def check_job(job: Job, *, places: int, people: set[str], where: str) -> None:
    """Raise `ValidationFailed` with the first mistake in a job."""
    _bound(f"{where}.place", job.place, 0, places - 1)
    _bound(f"{where}.service_s", job.service_s, 0, DAY_S)
    _bound(f"{where}.windows", len(job.windows), 0, MAX_WINDOWS, "windows")
    _bound(f"{where}.load", job.load, 0, MAX_PRICE)
    _bound(f"{where}.left_out_price", job.left_out_price, 0, MAX_PRICE)
    _bound(f"{where}.late_price", job.late_price, 0, MAX_PRICE)
    for number, window in enumerate(job.windows):
        _span(f"{where}.windows.{number}", window.start_s, window.end_s)
        _bound(f"{where}.windows.{number}.price", window.price, 0, MAX_PRICE)
    named = {*job.required_people, *job.preferred_people, *job.forbidden_people}
    _known(where, named | ({job.pinned_person} if job.pinned_person is not None else set()), people)
    if job.pinned_start_s is not None and job.pinned_day is None:
        raise _mistake(f"{where}.pinned_day", "A pinned start needs its day.")


def _check_travel(problem: Problem) -> None:
    for name in ("travel_s", "distance_m"):
        matrix = getattr(problem, name)
        if matrix is None:
            continue
        if matrix.shape != (len(problem.travel_s), len(problem.travel_s)) or matrix.dtype != np.int32:
            raise _mistake(name, "This must be a square matrix of 32-bit whole numbers, with a row for each place.")
        if matrix.size and matrix.min() < 0:
            raise _mistake(name, "Nothing here may be below zero.")
    slowest = min((person.speed_percent for person in problem.people), default=100)
    longest_leg_s = int(problem.travel_s.max(initial=0)) * 100 // slowest
    hours_s = max((shift.end_s - shift.start_s for person in problem.people for shift in person.shifts), default=0)
    if hours_s > MAX_LEG_S < longest_leg_s:
        raise _mistake("travel_s", f"With shifts of more than {MAX_LEG_S} seconds no leg may take longer than that.")


def _check_person(problem: Problem, person: Person, where: str) -> None:
    _bound(f"{where}.speed_percent", person.speed_percent, 10, 1000)
    if person.radius_m is not None and problem.distance_m is None:
        raise _mistake(f"{where}.radius_m", "A radius needs the distances between the places.")
    _unique(f"{where}.shifts", [shift.day for shift in person.shifts])
    for number, shift in enumerate(person.shifts):
        at = f"{where}.shifts.{number}"
        _bound(f"{at}.day", shift.day, 0, MAX_DAYS - 1)
        _span(at, shift.start_s, shift.end_s)
        _bound(f"{at}.start_place", shift.start_place, 0, len(problem.travel_s) - 1)
        _bound(f"{at}.end_place", shift.end_place, 0, len(problem.travel_s) - 1)
        if shift.rest is not None:
            _span(f"{at}.rest", shift.rest.earliest_s, shift.rest.latest_s)
            _bound(f"{at}.rest.duration_s", shift.rest.duration_s, 1, DAY_S)


def _check_relations(problem: Problem) -> None:
    for name in ("same_person", "at_most"):
        for index, relation in enumerate(getattr(problem, name)):
            _known(f"{name}.{index}.jobs", relation.jobs, problem.job_index)


def _check_present(problem: Problem) -> None:
    for index, route in enumerate(problem.present):
        where = f"present.{index}"
        if (route.person, route.day) not in problem.tour_index:
            raise _mistake(where, f"{route.person} has no shift on day {route.day}.")
        _known(f"{where}.jobs", route.jobs, problem.job_index)
        _bound(f"{where}.fixed", route.fixed, 0, len(route.jobs))
    _unique("present", [(route.person, route.day) for route in problem.present])
    _unique("present", [job for route in problem.present for job in route.jobs])


def _grown(matrix: Seconds, *, to: Sequence[int], back: Sequence[int]) -> Seconds:
    """Return the matrix with one more row and column."""
    size = len(matrix)
    grown = np.zeros((size + 1, size + 1), np.int32)
    grown[:size, :size] = matrix
    grown[:size, size], grown[size, :size] = to, back
    return grown


def _bound(field_name: str, value: int, least: int, most: int, what: str = "") -> None:
    if not least <= value <= most:
        raise _mistake(field_name, f"Between {least} and {most} {what}".rstrip() + f", not {value}.")


def _span(where: str, start_s: int, end_s: int) -> None:
    if not 0 <= start_s <= end_s <= MAX_TIME_S:
        raise _mistake(where, "The end must not be before the start, and both must be times of a day.")


def _unique(field_name: str, values: Sequence[Any]) -> None:
    twice = {value for value in values if values.count(value) > 1} if len(set(values)) < len(values) else None
    if twice:
        raise _mistake(field_name, f"{min(twice)} is named twice.")


def _known(field_name: str, named: Any, existing: Any) -> None:
    unknown = sorted(name for name in named if name not in existing)
    if unknown:
        raise _mistake(field_name, f"There is no {unknown[0]}.")


def _mistake(field_name: str, sentence: str) -> ValidationFailed:
    return ValidationFailed(f"{field_name}: {sentence}", fields={field_name: [sentence]})
