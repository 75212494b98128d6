"""Problems drawn at random, with every rule in them."""

from collections.abc import Sequence
from dataclasses import replace
from random import Random

import numpy as np

from domain.routing.problem import (
    AtMost,
    Break,
    Job,
    Person,
    Prices,
    Problem,
    Route,
    SamePerson,
    Shift,
    Window,
)
from tests.domain.routing.line import EIGHT, HOUR, MINUTE, SEVENTEEN, TWELVE

SKILLS = ("gas", "water")
NAMES = ("ann", "bob", "cem")


def drawn_problem(draw: Random, *, jobs: int = 12, people: int = 3, days: int = 2) -> Problem:
    """Draw a problem; ways are not as long back as forth, and detours may be shorter."""
    places = jobs + 2
    travel_s = np.array([[0 if a == b else draw.randrange(0, HOUR) for a in range(places)] for b in range(places)])
    names = NAMES[:people]
    tasks = tuple(drawn_job(draw, f"job {number}", number, days, names) for number in range(jobs))
    ids = [task.id for task in tasks]
    prices = Prices(
        not_preferred=draw.choice([0, 600]),
        fairness=draw.choice([0, 0, 30]),
        other_person=draw.choice([0, 400]),
        other_day=draw.choice([0, 300]),
        moved_minute=draw.choice([0, 0, 5]),
        tolerance_s=draw.choice([0, 20 * MINUTE]),
    )
    return Problem(
        people=tuple(drawn_person(draw, name, places, days) for name in names),
        jobs=tasks,
        travel_s=travel_s.astype(np.int32),
        distance_m=(travel_s * 10).astype(np.int32),
        same_person=tuple(SamePerson(jobs=frozenset(draw.sample(ids, 2))) for _ in range(draw.choice([0, 1]))),
        at_most=tuple(AtMost(jobs=frozenset(draw.sample(ids, 4)), count=2) for _ in range(draw.choice([0, 1]))),
        prices=prices,
    )


def drawn_person(draw: Random, name: str, places: int, days: int) -> Person:
    rest = Break(earliest_s=TWELVE - HOUR, latest_s=TWELVE + HOUR, duration_s=30 * MINUTE)
    shifts = tuple(
        Shift(
            day=day,
            start_s=EIGHT + draw.choice([0, HOUR]),
            end_s=SEVENTEEN - draw.choice([0, 3 * HOUR]),
            start_place=draw.choice([places - 1, places - 2]),
            end_place=draw.choice([places - 1, places - 2]),
            rest=draw.choice([None, rest]),
            max_travel_s=draw.choice([None, 3 * HOUR]),
            max_work_s=draw.choice([None, 6 * HOUR]),
        )
        for day in range(days)
    )
    return Person(
        id=name,
        shifts=shifts,
        skills={skill: draw.randrange(1, 4) for skill in SKILLS},
        speed_percent=draw.choice([100, 100, 80]),
        radius_m=draw.choice([None, None, 30_000]),
        load=draw.choice([None, 6]),
    )


def drawn_job(draw: Random, name: str, place: int, days: int, people: Sequence[str] = NAMES) -> Job:
    opens = draw.choice([EIGHT, EIGHT + HOUR, TWELVE])
    windows = (
        (),
        (Window(start_s=opens, end_s=opens + 2 * HOUR),),
        (Window(start_s=EIGHT, end_s=SEVENTEEN, price=400), Window(start_s=opens, end_s=opens + HOUR)),
        (Window(start_s=EIGHT, end_s=EIGHT + HOUR), Window(start_s=TWELVE, end_s=TWELVE + HOUR, day=0)),
    )
    return Job(
        id=name,
        place=place,
        service_s=draw.choice([0, 20, 45]) * MINUTE,
        windows=draw.choice(windows),
        load=draw.choice([0, 1, 2]),
        priority=draw.choice([1, 2]),
        optional_price=draw.choice([None, None, 900]),
        skills=draw.choice([{}, {"gas": 2}]),
        preferred_people=draw.choice([frozenset(), frozenset({"ann"})]),
        forbidden_people=draw.choice([frozenset(), frozenset(), frozenset(people[1:2])]),
        earliest_day=draw.choice([None, None, days - 1]),
        due_s=draw.choice([None, TWELVE]),
        late_price=5,
    )


def running(problem: Problem, routes: list[list[int]], *, fixed: int = 0, prices: Prices | None = None) -> Problem:
    """Return the problem with these routes as its present plan."""
    present = tuple(
        Route(
            person=tour.person.id,
            day=tour.shift.day,
            jobs=tuple(problem.jobs[job].id for job in route),
            fixed=min(fixed, len(route)),
        )
        for tour, route in zip(problem.tours, routes, strict=True)
    )
    return replace(problem, present=present, prices=prices or problem.prices)
