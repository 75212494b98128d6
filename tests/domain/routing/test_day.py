"""The order of one day."""

from itertools import permutations
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.routing.day import order_day
from domain.routing.evaluate import Evaluator
from tests.domain.routing.drawn import drawn_problem
from tests.domain.routing.line import job, person, problem


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**9))
def test_no_order_is_better(seed: int):
    drawn = drawn_problem(Random(seed), jobs=5, people=1, days=1)
    found = order_day(drawn)
    evaluator = Evaluator(drawn)
    others = [evaluator.evaluate([order]) for order in permutations(range(5))]
    possible = [other.cost for other in others if not other.violations]
    if not found.left_out and possible:
        assert found.cost == min(possible)


def test_thirteen_visits_on_a_line_are_made_on_the_way_there_and_back():
    far = [90, 10, 70, 30, 50, 20, 80, 60, 40, 15, 25, 35, 45]
    visits = (job(f"visit {place}", place, service_s=60) for place in far)
    assert order_day(problem(*visits)).schedules[0].travel_s == 180 * 60


def test_a_day_is_one_shift():
    with pytest.raises(ValueError, match="one shift"):
        order_day(problem(job("a"), people=(person(), person("bob"))))
