"""One more job in running routes: who could take it, what it would cost, and what to move if nobody can."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from domain.routing.evaluate import Evaluation, Evaluator, Rule, Schedule
from domain.routing.problem import Job, NewPlace
from domain.routing.search import Search
from domain.routing.words import Merit, Reason

LEAST_REPAIR_S = 0.05


@dataclass(frozen=True, kw_only=True, slots=True)
class Offer:
    """A person who can take the job. `cost` is in seconds of travel and includes all that has a price."""

    person: str
    day: int
    position: int
    start_s: int
    cost: int
    more_travel_s: int
    costs: dict[Rule, int]
    schedule: Schedule
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Repair:
    """The plan with an urgent job in it, and the ids of the other jobs that went to someone else for it."""

    evaluation: Evaluation
    served: bool
    moved: tuple[str, ...]


def best_places(search: Search, job: Job, *, at: NewPlace, people: int = 5) -> tuple[Offer, ...]:
    """Return where one more job fits best among the routes of the search, for as many people, best first."""
    grown = search.with_job(job, at)
    index = grown.problem.job_index[job.id]
    routes = grown.best_routes()
    offers: dict[str, Offer] = {}
    for cost, tour, position in grown.offers(index):
        person = grown.problem.tours[tour].person.id
        if person in offers:
            continue
        offer = _offer(grown.evaluator, tour, routes[tour], index, position, cost)
        if offer is not None:
            offers[person] = offer
        if len(offers) == people:
            break
    return tuple(offers.values())


def insert_urgent(
    search: Search,
    job: Job,
    *,
    at: NewPlace,
    max_moved: int = 3,
    seconds: float = 0.2,
    timer: Callable[[], float] = time.monotonic,
) -> Repair:
    """Return the routes of the search with one more job; at most `max_moved` others go to someone else for it.

    The search's problem must have the running routes as its present plan. It ends after `seconds`, or sooner: some
    hundredths of a second after the job has a place.
    """
    began = timer()
    grown = search.with_job(job, at)
    index = grown.problem.job_index[job.id]
    grown.repair(index, max_moved=max_moved, seconds=seconds - (timer() - began), enough_s=LEAST_REPAIR_S, clock=timer)
    evaluation = grown.best()
    moved = grown.evaluator.moved_jobs(evaluation.routes)
    return Repair(
        evaluation=evaluation,
        served=index not in evaluation.left_out,
        moved=tuple(grown.problem.jobs[other].id for other in moved),
    )


def _offer(evaluator: Evaluator, tour: int, route: Sequence[int], job: int, position: int, cost: int) -> Offer | None:
    """Return the offer as the evaluator sees it, None if it breaks a rule after all."""
    schedule = evaluator.schedule(tour, [*route[:position], job, *route[position:]])
    if any(evaluator.violations_of(tour, schedule)):
        return None
    before = evaluator.schedule(tour, route)
    stop = next(stop for stop in schedule.stops if stop.job == job)
    costs = evaluator.day_costs(tour, schedule)
    costs.subtract(evaluator.day_costs(tour, before))
    who = evaluator.problem.tours[tour]
    return Offer(
        person=who.person.id,
        day=who.shift.day,
        position=position,
        start_s=stop.start_s,
        cost=cost,
        more_travel_s=schedule.travel_s - before.travel_s,
        costs={rule: price for rule, price in costs.items() if price},
        schedule=schedule,
        reasons=tuple(_reasons(evaluator, tour, schedule, before, job, stop.start_s)),
    )


def _reasons(
    evaluator: Evaluator, tour: int, schedule: Schedule, before: Schedule, job: int, start_s: int
) -> Iterator[Reason]:
    task, who = evaluator.problem.jobs[job], evaluator.problem.tours[tour]
    yield Reason(code=Merit.BEGINS, values={"start_s": start_s})
    yield Reason(code=Merit.MORE_DRIVING, values={"minutes": _minutes(schedule.travel_s - before.travel_s)})
    for skill in sorted(task.skills):
        yield Reason(code=Merit.HAS_SKILL, values={"skill": skill, "level": who.person.skills[skill]})
    if who.person.id in task.preferred_people:
        yield Reason(code=Merit.PREFERRED)
    old_starts = {stop.job: stop.start_s for stop in before.stops}
    delays_s = [stop.start_s - old_starts[stop.job] for stop in schedule.stops if stop.job in old_starts]
    later_s = [delay for delay in delays_s if delay > 0]
    if later_s:
        yield Reason(code=Merit.OTHERS_LATER, values={"jobs": len(later_s), "minutes": _minutes(max(later_s))})
    yield Reason(code=Merit.BACK, values={"end_s": schedule.home_s})


def _minutes(seconds: int) -> int:
    return round(seconds / 60)
