"""Balanced, compact territories: how even, how compact, and how many accounts change hands."""

import subprocess
import sys
from itertools import product

import numpy as np
import pytest

from domain.geo.distances import Degrees
from domain.territories.design import Numbers, Owners, figures_of, propose, rebalance

TOWNS = np.array([(47.05, 9.50), (47.14, 9.52), (47.20, 9.55), (46.85, 9.53), (47.42, 9.37), (47.23, 8.83)])
LEFT, RIGHT = (47.0, 9.0), (47.0, 9.1)


def customers(count: int, *, seed: int) -> Degrees:
    """Places in and around some towns."""
    generator = np.random.default_rng(seed)
    return TOWNS[generator.integers(len(TOWNS), size=count)] + generator.normal(0, 0.05, (count, 2))


def uneven(count: int, *, seed: int) -> Numbers:
    """Many small accounts and a few large ones."""
    return np.random.default_rng(seed).lognormal(0, 1, count)


def street(count: int) -> Degrees:
    """Places in a row from west to east."""
    return np.column_stack((np.full(count, 47.0), np.linspace(9.0, 9.2, count)))


def owners(*territories: int) -> Owners:
    return np.array(territories, dtype=np.int64)


@pytest.mark.parametrize("workload", [np.ones(2000), uneven(2000, seed=5)], ids=["even", "uneven"])
def test_two_thousand_accounts_make_twenty_territories_of_the_same_workload(workload: Numbers):
    found = propose(places=customers(2000, seed=1), workload=workload, territories=20)
    loads = np.bincount(found.owners, workload, minlength=20)
    assert np.abs(loads / loads.mean() - 1).max() <= 0.025
    assert found.figures.imbalance_pct <= 2.5
    assert found.shortcoming is None


def test_they_are_more_compact_than_strips_of_land():
    places, work = customers(600, seed=2), np.ones(600)
    strips = np.argsort(np.argsort(places[:, 1])) // 60
    proposed = propose(places=places, workload=work, territories=10).figures
    as_strips = figures_of(places=places, workload=work, territories=10, owners=strips)
    assert proposed.mean_distance_km < as_strips.mean_distance_km / 2


def test_the_same_seed_gives_the_same_territories():
    places, work = customers(300, seed=3), uneven(300, seed=3)
    first, second = (propose(places=places, workload=work, territories=7, seed=11) for _ in range(2))
    assert np.array_equal(first.owners, second.owners)
    assert first.figures == second.figures


def test_two_towns_are_two_territories():
    found = propose(places=np.array([LEFT] * 3 + [RIGHT] * 3), workload=np.ones(6), territories=2)
    assert sorted([set(found.owners[:3]), set(found.owners[3:])], key=min) == [{0}, {1}]
    assert found.figures.mean_distance_km == 0


def test_new_territories_take_the_numbers_of_those_that_they_mostly_are():
    places, work = customers(400, seed=4), np.ones(400)
    proposed = propose(places=places, workload=work, territories=8)
    today = (proposed.owners + 3) % 8
    again = propose(places=places, workload=work, territories=8, today=today)
    assert again.figures.changing_hands == 0
    assert np.array_equal(again.owners, today)


def test_with_more_territories_than_today_the_new_ones_come_last():
    places = np.array([LEFT] * 4 + [RIGHT] * 4 + [(47.5, 9.1)] * 4)
    found = propose(places=places, workload=np.ones(12), territories=3, today=owners(*[0] * 4, *[1] * 8))
    assert found.stands_for == [0, 1, None]
    assert found.owners.tolist()[:4] == [0] * 4
    assert found.figures.changing_hands == 4


def test_with_fewer_territories_than_today_those_go_on_that_keep_most():
    places = np.array([LEFT] * 4 + [RIGHT] * 4)
    found = propose(places=places, workload=np.ones(8), territories=2, today=owners(0, 1, 1, 1, 2, 2, 2, 0))
    assert found.stands_for == [1, 2]
    assert found.owners.tolist() == [0] * 4 + [1] * 4
    assert found.figures.changing_hands == 2


def test_what_is_even_stays_as_it_is():
    today = owners(*[0] * 10, *[1] * 10)
    found = rebalance(places=street(20), workload=np.ones(20), territories=2, today=today)
    assert found.figures.changing_hands == 0
    assert found.figures.imbalance_pct == 0


def test_of_two_neighbours_the_larger_gives_away_what_lies_at_the_border():
    today = owners(*[0] * 14, *[1] * 6)
    found = rebalance(places=street(20), workload=np.ones(20), territories=2, today=today)
    assert found.owners.tolist() == [0] * 10 + [1] * 10
    assert found.figures.changing_hands == 4


def test_one_large_account_changes_hands_rather_than_four_small_ones():
    work = np.array([1.0] * 10 + [4.0] + [1.0] * 6)
    today = owners(*[0] * 11, *[1] * 6)
    found = rebalance(places=street(17), workload=work, territories=2, today=today)
    assert np.flatnonzero(found.owners != today).tolist() == [10]


@pytest.mark.parametrize("seed", range(5))
def test_no_division_within_the_band_changes_fewer_hands(seed: int):
    generator = np.random.default_rng(seed)
    places, work = customers(9, seed=seed), generator.integers(1, 5, 9).astype(float)
    today = generator.integers(0, 3, 9)
    every = [np.array(each) for each in product(range(3), repeat=9)]
    mean = work.sum() / 3
    fit = [each for each in every if np.abs(np.bincount(each, work, minlength=3) / mean - 1).max() <= 0.2]
    found = rebalance(places=places, workload=work, territories=3, today=today, tolerance=0.2)
    assert found.shortcoming is None
    assert found.figures.changing_hands == min(int((each != today).sum()) for each in fit)


def test_an_even_book_needs_few_changes_in_a_large_organisation():
    places, before, work = customers(2000, seed=6), uneven(2000, seed=6), uneven(2000, seed=7)
    today = propose(places=places, workload=before, territories=20).owners
    uneven_now = figures_of(places=places, workload=work, territories=20, owners=today)
    found = rebalance(places=places, workload=work, territories=20, today=today)
    assert uneven_now.imbalance_pct > 20
    assert found.figures.imbalance_pct <= 2.5
    assert found.figures.changing_hands < 100


def test_an_account_without_a_territory_goes_to_the_nearest_and_changes_no_hands():
    today = owners(*[0] * 10, *[1] * 9, -1)
    found = rebalance(places=street(20), workload=np.ones(20), territories=2, today=today)
    assert found.owners[-1] == 1
    assert found.figures.changing_hands == 0


def test_an_account_that_is_more_than_a_territory_gets_one_to_itself_and_is_named_as_the_reason():
    work = np.ones(60)
    work[17] = 100
    found = propose(places=customers(60, seed=8), workload=work, territories=4)
    alone = found.owners[17]
    assert (found.owners == alone).sum() == 1
    assert sorted(np.bincount(found.owners, minlength=4).tolist()) == [1, 19, 20, 20]
    assert found.shortcoming is not None
    assert found.shortcoming.code == "territories.account_too_heavy"
    assert found.shortcoming.detail.startswith("One account alone is 252 % of a territory's share")


def test_more_territories_than_accounts_is_said():
    found = propose(places=customers(3, seed=9), workload=np.ones(3), territories=5)
    assert found.shortcoming is not None
    assert found.shortcoming.code == "territories.too_few_accounts"
    assert sorted(found.figures.accounts) == [0, 0, 1, 1, 1]


def test_work_that_cannot_be_divided_so_finely_is_said():
    found = propose(places=customers(5, seed=10), workload=np.full(5, 2.0), territories=2)
    assert found.shortcoming is not None
    assert found.shortcoming.code == "territories.tolerance_not_reached"
    assert found.figures.imbalance_pct == 20


def test_without_any_workload_each_account_counts_as_one():
    found = propose(places=customers(40, seed=11), workload=np.zeros(40), territories=4)
    assert found.figures.accounts == [10, 10, 10, 10]


def test_no_accounts_make_empty_territories():
    nothing = np.zeros((0, 2))
    found = propose(places=nothing, workload=np.zeros(0), territories=3)
    assert found.figures.accounts == [0, 0, 0]
    assert rebalance(places=nothing, workload=np.zeros(0), territories=3, today=owners()).figures.accounts == [0, 0, 0]


def test_the_figures_say_where_the_work_is():
    found = figures_of(
        places=np.array([LEFT, LEFT, RIGHT]), workload=np.array([1.0, 2.0, 5.0]), territories=2, owners=owners(0, 0, 1)
    )
    assert (found.accounts, found.workload) == ([2, 1], [3.0, 5.0])
    assert (found.imbalance_pct, found.mean_distance_km) == (25.0, 0.0)


def test_progress_reaches_the_end():
    told: list[float] = []
    propose(places=customers(50, seed=12), workload=np.ones(50), territories=3, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1


def test_whoever_answers_phones_does_not_load_it():
    code = "import sys, api.app; sys.exit('domain.territories.design' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
