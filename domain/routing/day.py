"""The best order of one person's day, proven for up to 13 visits."""

from domain.routing.evaluate import Evaluation
from domain.routing.problem import Problem
from domain.routing.search import Search

MOST_VISITS = 13
ITERATIONS = 1_000


def order_day(problem: Problem, *, seed: int = 1) -> Evaluation:
    """Return the best order of the jobs of a problem with one shift.

    Up to 13 jobs that can all be done, with nothing fixed, the order is the best there is; else it is the best found.
    A job that does not fit is left out.

    Raises:
        ValueError: there is not exactly one shift.
    """
    if len(problem.tours) != 1:
        raise ValueError("A day has one shift.")
    search = Search(problem, seed=seed)
    search.run(iterations=ITERATIONS)
    found = search.best()
    if found.left_out or len(problem.jobs) > MOST_VISITS or problem.fixed[0] or not problem.jobs:
        return found
    better = search.best_order_of(0, bound=found.cost)
    return found if better is None else search.evaluator.evaluate([better])
