"""What every search keeps, whatever the problem."""

from collections.abc import Sequence
from random import Random
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.routing import kernel
from domain.routing.evaluate import Evaluator
from domain.routing.problem import NewPlace, Prices, Route, SamePerson, Window
from domain.routing.search import Progress, Search, plan
from tests.domain.routing.drawn import drawn_job, drawn_problem, running
from tests.domain.routing.line import EIGHT, HOUR, MINUTE, TEN, job, person, problem

ITERATIONS = 150

seeds = st.integers(0, 10**9)
a_few = settings(max_examples=25, deadline=None)
many = settings(max_examples=60, deadline=None)


@many
@given(seeds)
def test_every_answer_passes_the_evaluator_and_costs_what_the_kernel_says(seed: int):
    draw = Random(seed)
    search = Search(drawn_problem(draw), seed=draw.randrange(100))
    search.run(iterations=ITERATIONS)
    evaluation = search.best()
    assert evaluation.violations == ()
    assert evaluation.cost == search.progress(0).cost


@many
@given(seeds)
def test_what_an_insertion_costs_is_known_beforehand(seed: int):
    draw = Random(seed)
    first = Search(drawn_problem(draw))
    first.run(iterations=30)
    search = Search(running(first.problem, first.best_routes(), fixed=draw.choice([0, 1])))
    before = search.best()
    new = drawn_job(draw, "new", len(search.problem.travel_s), 2)
    to_s, from_s, metres = ([draw.randrange(0, HOUR) for _ in search.problem.travel_s] for _ in range(3))
    grown = search.with_job(new, NewPlace(to_s=to_s, from_s=from_s, metres=metres))
    found = {tour: cost for cost, tour, _ in grown.offers(len(search.problem.jobs))}
    assert found == cheapest_by_trying(grown, before.routes, before.cost)


def cheapest_by_trying(grown: Search, routes: Sequence[Sequence[int]], cost: int) -> dict[int, int]:
    """Put the last job at every place of every route and return the least cost for each route that may have it."""
    new = len(grown.problem.jobs) - 1
    cheapest: dict[int, int] = {}
    for tour, route in enumerate(routes):
        for place in range(grown.problem.fixed[tour], len(route) + 1):
            tried = [list(one) for one in routes]
            tried[tour].insert(place, new)
            evaluation = grown.evaluator.evaluate(tried)
            if not evaluation.violations:
                cheapest[tour] = min(cheapest.get(tour, kernel.IMPOSSIBLE), evaluation.cost - cost)
    return cheapest


@a_few
@given(seeds)
def test_what_was_served_is_served(seed: int):
    draw = Random(seed)
    first = Search(drawn_problem(draw))
    first.run(iterations=30)
    changed = running(first.problem, first.best_routes(), prices=Prices(other_person=300))
    again = Search(changed, seed=2)
    again.run(iterations=ITERATIONS)
    before = {job for route in first.best_routes() for job in route}
    assert before <= {job for route in again.best_routes() for job in route}


@a_few
@given(seeds)
def test_compiled_or_plain_the_plan_is_the_same(plain_kernel: ModuleType, seed: int):
    draw = Random(seed)
    drawn = drawn_problem(draw)
    searches = [Search(drawn, seed=seed), Search(drawn, seed=seed, engine=plain_kernel)]
    for search in searches:
        search.run(iterations=40)
    assert searches[0].best_routes() == searches[1].best_routes()


def test_how_a_search_is_cut_into_slices_does_not_change_the_plan():
    drawn = drawn_problem(Random(7), jobs=20)
    ticks = iter(range(100_000))
    whole = plan(drawn, iterations=300, seed=5, clock=lambda: 0.0)
    slices = plan(drawn, iterations=300, seed=5, clock=lambda: float(next(ticks)))
    assert whole.evaluation.routes == slices.evaluation.routes


def test_a_search_can_be_watched_and_stopped():
    heard: list[Progress] = []

    def go_on(progress: Progress) -> bool:
        heard.append(progress)
        return len(heard) < 3

    stopped = plan(drawn_problem(Random(1)), iterations=1_000_000, go_on=go_on)
    assert stopped.iterations == heard[-1].iterations < 1_000_000
    assert len(heard) == 3


def test_a_search_ends_when_its_time_is_over():
    ticks = iter(range(100_000))
    ended = plan(drawn_problem(Random(1)), seconds=5, clock=lambda: next(ticks) * 0.1)
    assert ended.iterations > 0


def test_it_never_ends_worse_than_the_present_plan():
    drawn = drawn_problem(Random(3))
    first = plan(drawn, iterations=500).evaluation
    present = running(drawn, [list(route) for route in first.routes])
    assert plan(present, iterations=1).evaluation.cost <= Evaluator(present).evaluate(first.routes).cost


def test_a_present_plan_that_breaks_a_rule_is_mended():
    late = job("late", 60, windows=(Window(start_s=EIGHT, end_s=TEN),))
    long = job("long", 10, service_s=3 * HOUR)
    present = (Route(person="ann", jobs=("long", "late")),)
    mended = plan(problem(late, long, present=present), iterations=50).evaluation
    assert mended.routes == ((0, 1),)


def test_what_is_fixed_stays_even_when_it_is_late():
    late = job("late", 60, windows=(Window(start_s=0, end_s=EIGHT),))
    other = job("other", 20)
    present = (Route(person="ann", jobs=("late",), fixed=1),)
    assert plan(problem(other, late, present=present), iterations=50).evaluation.routes == ((1, 0),)


def test_a_relation_that_the_past_has_broken_forbids_nothing_but_more():
    jobs = (job("a", 10), job("b", 20), job("c", 30))
    present = (Route(person="ann", jobs=("a",), fixed=1), Route(person="bob", jobs=("b",), fixed=1))
    together = (SamePerson(jobs=frozenset("abc")),)
    given_problem = problem(*jobs, people=(person(), person("bob")), present=present, same_person=together)
    assert plan(given_problem, iterations=50).evaluation.left_out == (2,)


def test_a_problem_without_jobs_has_a_plan():
    assert plan(problem(), iterations=10).evaluation.routes == ((),)


def test_either_seconds_or_iterations():
    with pytest.raises(ValueError, match="either"):
        plan(problem(job("a")))


@pytest.mark.parametrize("minutes", [0, 10])
def test_the_price_of_moving_keeps_a_plan_still(minutes: int):
    jobs = (job("a", 20), job("b", 10 + minutes))
    present = (Route(person="ann", jobs=("a", "b")),)
    prices = Prices(moved_minute=1_000, tolerance_s=MINUTE)
    assert plan(problem(*jobs, present=present, prices=prices), iterations=100).evaluation.routes == ((0, 1),)
