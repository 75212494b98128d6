"""The peers, when they are installed: PyVRP and VROOM, on the same problem and the same core, in processor seconds."""

import time
from collections.abc import Callable
from datetime import timedelta
from importlib.util import find_spec
from typing import Any

import numpy as np

from domain.routing.problem import Problem

PYVRP, VROOM = find_spec("pyvrp") is not None, find_spec("vroom") is not None
MOST_EXPLORED = 200
"""Beyond, VROOM's level 5 does not finish in time and answers worse than its level 0, which needs about a second."""

Routes = list[list[int]]


MOST_PROFILES = 7
"""PyVRP takes skills as a distance matrix for each kind of person; with many kinds that is another problem."""


def solvers(problem: Problem) -> dict[str, Callable[[Problem, float], Routes]]:
    """Return the peers that are installed and can take the problem, by name."""
    peers: dict[str, Callable[[Problem, float], Routes]] = {}
    if PYVRP and len({frozenset(tour.person.skills) for tour in problem.tours}) <= MOST_PROFILES:
        peers["pyvrp"] = pyvrp
    if VROOM:
        peers["vroom"] = vroom
    return peers


def pyvrp(problem: Problem, seconds: float) -> Routes:
    """Solve with PyVRP's defaults; skills are a profile for each person, in which other jobs are out of reach."""
    from pyvrp import Model
    from pyvrp.stop import StoppingCriterion

    class ProcessorTime(StoppingCriterion):
        def __init__(self) -> None:
            self.end = time.process_time() + seconds

        def __call__(self, best_cost: float) -> bool:
            del best_cost
            return time.process_time() >= self.end

    model = Model()
    jobs = problem.jobs
    starts = sorted({tour.shift.start_place for tour in problem.tours})
    places = [model.add_location(x=0, y=0) for _ in (*starts, *jobs)]
    depots = {place: model.add_depot(location=places[number]) for number, place in enumerate(starts)}
    index = [*starts, *(job.place for job in jobs)]
    for number, job in enumerate(jobs):
        model.add_client(
            location=places[len(starts) + number],
            delivery=[job.load],
            service_duration=job.service_s,
            tw_early=job.windows[0].start_s,
            tw_late=job.windows[0].end_s,
            prize=job.left_out_price,
            required=False,
        )
    travel = problem.travel_s[np.ix_(index, index)]
    kinds: dict[Any, Any] = {}
    for tour in problem.tours:
        skills = tuple(sorted(tour.person.skills))
        if skills not in kinds:
            profile = kinds[skills] = model.add_profile()
            can = [True] * len(starts) + [set(job.skills) <= set(skills) for job in jobs]
            for a, place in enumerate(places):
                for b, other in enumerate(places):
                    far = int(travel[a, b]) if a == b or (can[a] and can[b]) else 1_000_000
                    model.add_edge(place, other, distance=far, duration=far, profile=profile)
    for tour in problem.tours:
        model.add_vehicle_type(
            1,
            capacity=[tour.person.load if tour.person.load is not None else 1_000_000],
            start_depot=depots[tour.shift.start_place],
            end_depot=depots[tour.shift.end_place],
            tw_early=tour.shift.start_s,
            tw_late=tour.shift.end_s,
            profile=kinds[tuple(sorted(tour.person.skills))],
        )
    result = model.solve(ProcessorTime(), seed=1, display=False)
    routes: Routes = [[] for _ in problem.tours]
    for route in result.best.routes():
        routes[route.vehicle_type()] = [visit.idx for visit in route if visit.is_client()]
    return routes


def vroom(problem: Problem, seconds: float) -> Routes:
    """Solve with VROOM on one thread."""
    import vroom as library

    names = sorted({skill for job in problem.jobs for skill in job.skills})
    number = {skill: index for index, skill in enumerate(names)}
    model = library.Input()
    model.set_durations_matrix(profile="car", matrix_input=problem.travel_s.astype(np.uint32))
    for index, tour in enumerate(problem.tours):
        model.add_vehicle(
            library.Vehicle(
                index,
                start=tour.shift.start_place,
                end=tour.shift.end_place,
                skills={number[skill] for skill in tour.person.skills if skill in number},
                capacity=[tour.person.load if tour.person.load is not None else 1_000_000],
                time_window=[tour.shift.start_s, tour.shift.end_s],
            )
        )
    for index, job in enumerate(problem.jobs):
        model.add_job(
            library.Job(
                index,
                location=job.place,
                default_service=job.service_s,
                delivery=[job.load],
                skills={number[skill] for skill in job.skills},
                priority=25 * job.priority if job.optional_price is None else 100,
                time_windows=[library.TimeWindow(window.start_s, window.end_s) for window in job.windows],
            )
        )
    if len(problem.jobs) <= MOST_EXPLORED:
        solution = model.solve(exploration_level=5, nb_threads=1, timeout=timedelta(seconds=seconds))
    else:
        solution = model.solve(exploration_level=0, nb_threads=1)
    routes: Routes = [[] for _ in problem.tours]
    for _, step in solution.routes[solution.routes["type"] == "job"].iterrows():
        routes[int(step["vehicle_id"])].append(int(step["id"]))
    return routes
