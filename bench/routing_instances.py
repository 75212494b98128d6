"""Planning problems whose best answers are known: academic ones from files, and those of a generator."""

import csv
import importlib.util
import random
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from domain.routing.problem import Break, Job, NewPlace, Person, Prices, Problem, Route, Shift, Window

NOT_LEFT_OUT = 1_000_000
"""The price of leaving out a customer of an academic problem."""

# Best objectives known of the generator's problems, from its docstring.
BEST_KNOWN = {
    "day:7": 207_324, "day:8": 201_871, "day:9": 215_154,
    "rep:3": 18_487, "rep:4": 16_957, "rep:5": 21_283, "rep:6": 12_017, "rep:7": 16_627,
    "week:5": 55_804, "week:6": 49_667, "week:7": 51_952,
}  # fmt: skip

Check = Callable[[Sequence[Sequence[int]]], int]


@dataclass(frozen=True, kw_only=True)
class Instance:
    """A problem with a checker that knows nothing of our code: it returns the objective, or raises."""

    name: str
    problem: Problem
    check: Check
    best_known: int | None
    raw: Any = None


class Folder:
    """A folder with `dispatch_problems.py` and `vrptw/`, or with the files of the latter in itself."""

    def __init__(self, path: Path) -> None:
        self._files = {file.stem: file for file in (*path.glob("*.txt"), *path.glob("vrptw/*.txt"))}
        self._best: dict[str, int] = {}
        for table in (*path.glob("best_known.csv"), *path.glob("vrptw/best_known.csv")):
            with table.open() as rows:
                self._best |= {
                    row["instance"]: round(10 * float(row["best_known_distance"])) for row in csv.DictReader(rows)
                }
        self._generator = path / "dispatch_problems.py"
        self._module: ModuleType | None = None

    @property
    def generator(self) -> ModuleType:
        """Return the generator's module."""
        if self._module is None:
            if not self._generator.exists():
                sys.exit(f"{self._generator} is not there: give the folder with INSTANCES=dir.")
            spec = importlib.util.spec_from_file_location("dispatch_problems", self._generator)
            assert spec
            assert spec.loader
            self._module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(self._module)
        return self._module

    def academic(self, name: str) -> Instance:
        """Return a problem of Solomon or of Gehring and Homberger: distances and times times ten, truncated."""
        if name not in self._files:
            sys.exit(f"{name}.txt is not in the folder given with INSTANCES=dir.")
        lines = [line.split() for line in self._files[name].read_text().splitlines()]
        vehicles, load = next(
            (int(one[0]), int(one[1])) for one, before in zip(lines[1:], lines, strict=False) if "NUMBER" in before
        )
        rows = [[int(cell) for cell in line] for line in lines if len(line) == 7 and line[0].isdigit()]
        return _academic(name, rows, vehicles, load, self._best.get(name))

    def generated(self, kind: str, seed: int, *, breaks: bool = False) -> Instance:
        """Return a `day`, `week` or `rep` of the generator."""
        raw = getattr(self.generator, kind)(seed)

        def check(routes: Sequence[Sequence[int]]) -> int:
            objective, _, _ = self.generator.objective(raw, [list(route) for route in routes])
            return int(objective)

        name = f"{kind}:{seed}"
        return Instance(
            name=name, problem=_field_problem(raw, breaks=breaks), check=check, best_known=BEST_KNOWN.get(name), raw=raw
        )

    def urgent(self, raw: Any, seed: int) -> Iterator[tuple[Job, NewPlace]]:
        """Yield urgent jobs for a generated day, with where they are."""
        place = len(raw["points"])
        for number, urgent in enumerate(self.generator.urgent(raw, seed)):
            points = [*raw["points"], urgent["point"]]
            travel = self.generator._travel(points)  # noqa: SLF001 - the generator's own distances
            ways = travel[place][:place]
            yield _job(urgent | {"at": place}, f"urgent {number}"), NewPlace(to_s=ways, from_s=ways)


def with_every_rule(instance: Instance, routes: Sequence[Sequence[int]], *, seed: int = 1) -> Problem:
    """Return the problem with breaks, lateness, unwanted times, preferences, pins, and prices for changed routes."""
    draw = random.Random(seed)
    problem = _field_problem(instance.raw, breaks=True)
    people = [person.id for person in problem.people]
    jobs = []
    for job in problem.jobs:
        window = job.windows[0]
        middle = (window.start_s + window.end_s) // 2
        windows = (Window(start_s=window.start_s, end_s=middle), Window(start_s=middle, end_s=window.end_s, price=300))
        jobs.append(
            replace(
                job,
                windows=windows if draw.random() < 0.2 else job.windows,
                due_s=middle if draw.random() < 0.6 else None,
                late_price=20,
                preferred_people=frozenset(draw.sample(people, 10)) if draw.random() < 0.3 else frozenset(),
            )
        )
    present = tuple(
        Route(person=tour.person.id, jobs=tuple(problem.jobs[job].id for job in route), fixed=min(1, len(route)))
        for tour, route in zip(problem.tours, routes, strict=True)
    )
    prices = Prices(not_preferred=300, other_person=300, moved_minute=5, tolerance_s=1800)
    return Problem(people=problem.people, jobs=tuple(jobs), travel_s=problem.travel_s, present=present, prices=prices)


def running(problem: Problem, routes: Sequence[Sequence[int]], prices: Prices) -> Problem:
    """Return the problem with these routes as its present plan."""
    present = tuple(
        Route(person=tour.person.id, day=tour.shift.day, jobs=tuple(problem.jobs[job].id for job in route))
        for tour, route in zip(problem.tours, routes, strict=True)
    )
    return Problem(people=problem.people, jobs=problem.jobs, travel_s=problem.travel_s, present=present, prices=prices)


def check_breaks(raw: Any, routes: Sequence[Sequence[int]]) -> None:
    """Raise unless each day has a place for its break: every leg is tried, before driving and after."""
    for person, route in zip(raw["people"], routes, strict=True):
        legs = [(-1, False), *((leg, far) for leg in range(len(route) + 1) for far in (False, True))]
        if route and not any(_break_fits(raw, person, route, leg, far=far) for leg, far in legs):
            raise ValueError("There is no place for a break.")


def _break_fits(raw: Any, person: Any, route: Sequence[int], rest_leg: int, *, far: bool) -> bool:
    rest = person["break"]
    latest = rest["latest_end"] - rest["duration"]
    now, place = person["shift"][0], person["home"]
    for leg, job in enumerate([*(raw["jobs"][job] for job in route), None]):
        for then in (False, True):
            if leg == rest_leg and then == far:
                now = max(now, rest["earliest"])
                if now > latest:
                    return False
                now += rest["duration"]
            if not then:
                there = person["home"] if job is None else job["at"]
                now += raw["travel"][place][there]
                place = there
        if job is not None:
            now = max(now, job["window"][0])
            if now > job["window"][1]:
                return False
            now += job["service"]
    return bool(now <= person["shift"][1] and (rest_leg >= 0 or now <= latest))


def _academic(name: str, rows: list[list[int]], vehicles: int, load: int, best_known: int | None) -> Instance:
    at = np.array([row[1:3] for row in rows], float)
    gaps = at[:, None, :] - at[None, :, :]
    travel = np.floor(10 * np.hypot(gaps[..., 0], gaps[..., 1]) + 1e-9).astype(np.int32)
    shift = Shift(start_s=10 * rows[0][4], end_s=10 * rows[0][5], start_place=0, end_place=0)
    people = tuple(Person(id=f"vehicle {number}", shifts=(shift,), load=load) for number in range(vehicles))
    jobs = tuple(
        Job(
            id=f"customer {row[0]}",
            place=place,
            service_s=10 * row[6],
            windows=(Window(start_s=10 * row[4], end_s=10 * row[5]),),
            load=row[3],
            optional_price=NOT_LEFT_OUT,
        )
        for place, row in enumerate(rows[1:], start=1)
    )

    def check(routes: Sequence[Sequence[int]]) -> int:
        assert sorted(job for route in routes for job in route) == list(range(len(jobs))), "not each customer once"
        total = 0
        for route in routes:
            assert sum(rows[job + 1][3] for job in route) <= load, "too much load"
            now, place = 0, 0
            for job in route:
                row = rows[job + 1]
                now = max(now + int(travel[place, job + 1]), 10 * row[4])
                assert now <= 10 * row[5], "too late"
                total += int(travel[place, job + 1])
                now, place = now + 10 * row[6], job + 1
            total += int(travel[place, 0])
            assert now + travel[place, 0] <= 10 * rows[0][5], "back too late"
        return total

    problem = Problem(people=people, jobs=jobs, travel_s=travel)
    return Instance(name=name, problem=problem, check=check, best_known=best_known, raw=(rows, vehicles, load))


def _field_problem(raw: Any, *, breaks: bool) -> Problem:
    people = tuple(_person(person, number, breaks=breaks) for number, person in enumerate(raw["people"]))
    jobs = tuple(_job(job, f"job {number}") for number, job in enumerate(raw["jobs"]))
    return Problem(people=people, jobs=jobs, travel_s=np.array(raw["travel"], np.int32))


def _person(person: Any, number: int, *, breaks: bool) -> Person:
    rest = None
    if breaks:
        planned = person["break"]
        latest_s = planned["latest_end"] - planned["duration"]
        rest = Break(earliest_s=planned["earliest"], latest_s=latest_s, duration_s=planned["duration"])
    start_s, end_s = person["shift"]
    home = person["home"]
    shift = Shift(start_s=start_s, end_s=end_s, start_place=home, end_place=home, rest=rest)
    return Person(id=f"person {number}", shifts=(shift,), skills={f"skill {skill}": 1 for skill in person["skills"]})


def _job(job: Any, name: str) -> Job:
    return Job(
        id=name,
        place=job["at"],
        service_s=job["service"],
        windows=(Window(start_s=job["window"][0], end_s=job["window"][1]),),
        priority=job["priority"],
        skills={f"skill {skill}": 1 for skill in job["skills"]},
    )
