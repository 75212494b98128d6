"""Why a job is left out: the narrowest circle of people in which nobody is left."""

from collections.abc import Sequence
from typing import Any

from domain.routing.evaluate import Evaluator, Rule
from domain.routing.problem import MAX_TIME_S, Job
from domain.routing.words import Obstacle, Reason


def reason(evaluator: Evaluator, routes: Sequence[Sequence[int]], job: int) -> Reason:
    """Return why the plan leaves out the job; the routes are those of the plan, one for each tour."""
    problem, task = evaluator.problem, evaluator.problem.jobs[job]
    tours = list(range(len(problem.tours)))
    circle = tours
    for obstacle, hindering in (
        (Obstacle.SKILL, {Rule.SKILL}),
        (Obstacle.PERSON, {Rule.PERSON}),
        (Obstacle.RADIUS, {Rule.RADIUS}),
        (Obstacle.DAY, {Rule.DAY, Rule.WINDOW}),
    ):
        left = [tour for tour in circle if not _is_hindered(evaluator, job, tour, hindering)]
        if not left:
            return _told(evaluator, task, job, obstacle, circle)
        circle = left
    at_work = [tour for tour in circle if _is_at_work(evaluator, job, tour)]
    if not at_work:
        return _told(evaluator, task, job, Obstacle.HOURS, circle)
    alone = [tour for tour in at_work if _cheapest(evaluator, routes, job, tour, together=False) is not None]
    if not alone:
        return _told(evaluator, task, job, Obstacle.BUSY, at_work)
    costs = {tour: _cheapest(evaluator, routes, job, tour, together=True) for tour in alone}
    possible = {tour: cost for tour, cost in costs.items() if cost is not None}
    if not possible:
        return _told(evaluator, task, job, Obstacle.RELATION, alone)
    best = min(possible, key=lambda tour: possible[tour])
    return _told(evaluator, task, job, Obstacle.PRICE, [best], cost=possible[best])


def _is_hindered(evaluator: Evaluator, job: int, tour: int, rules: set[Rule]) -> bool:
    return any(violation.rule in rules for violation in evaluator.hindrances(job, tour))


def _is_at_work(evaluator: Evaluator, job: int, tour: int) -> bool:
    """Tell whether the shift could hold the job if it held nothing else but what is fixed."""
    fixed = evaluator.problem.present_routes[tour][: evaluator.problem.fixed[tour]]
    return not any(evaluator.violations_of(tour, evaluator.schedule(tour, [*fixed, job])))


def _cheapest(
    evaluator: Evaluator, routes: Sequence[Sequence[int]], job: int, tour: int, *, together: bool
) -> int | None:
    """Return the least extra cost in this route by the rules, None if it does not fit."""
    route = routes[tour]
    before = sum(evaluator.day_costs(tour, evaluator.schedule(tour, route)).values())
    costs = []
    for place in range(evaluator.problem.fixed[tour], len(route) + 1):
        tried = [*route[:place], job, *route[place:]]
        schedule = evaluator.schedule(tour, tried)
        if any(evaluator.violations_of(tour, schedule)):
            continue
        if together and any(evaluator.broken_relations([*routes[:tour], tried, *routes[tour + 1 :]])):
            continue
        costs.append(sum(evaluator.day_costs(tour, schedule).values()) - before)
    return min(costs, default=None)


def _told(
    evaluator: Evaluator, task: Job, job: int, obstacle: Obstacle, circle: Sequence[int], *, cost: int | None = None
) -> Reason:
    tours = [evaluator.problem.tours[tour] for tour in circle]
    values: dict[str, Any] = {"people": list(dict.fromkeys(tour.person.id for tour in tours))}
    if task.skills:
        values["skills"] = dict(task.skills)
    if obstacle is not Obstacle.PERSON and (task.required_people or task.pinned_person):
        values["among"] = sorted(task.required_people) or [task.pinned_person]
    radii = [tour.person.radius_m for tour in evaluator.problem.tours if tour.person.radius_m is not None]
    if radii:
        values["within_m"] = max(radii)
    days = dict.fromkeys(tour.shift.day for tour in tours)
    times = [segment for day in days for segment in evaluator.segments(job, day)]
    if times and max(segment.closes for segment in times) < MAX_TIME_S:
        values["start_s"] = min(segment.opens for segment in times)
        values["end_s"] = max(segment.closes for segment in times)
    if cost is not None:
        values |= {"cost": cost, "price": task.left_out_price}
    return Reason(code=obstacle, values=values)
