"""Each rule, as the plain evaluator sees it."""

from typing import Any

import pytest

from domain.routing.evaluate import Evaluation, Evaluator, Rule
from domain.routing.problem import (
    AtMost,
    Break,
    Job,
    Prices,
    Problem,
    Route,
    SamePerson,
    Window,
)
from tests.domain.routing.line import (
    EIGHT,
    FOURTEEN,
    HOUR,
    MINUTE,
    SEVENTEEN,
    SIXTEEN,
    TEN,
    TWELVE,
    job,
    on_a_line,
    person,
    problem,
    shift,
)

LUNCH = Break(earliest_s=TWELVE, latest_s=TWELVE + HOUR, duration_s=30 * MINUTE)


def evaluated(given: Problem, *routes: list[int]) -> Evaluation:
    return Evaluator(given).evaluate(routes)


def rules_broken(given: Problem, *routes: list[int]) -> set[Rule]:
    return {violation.rule for violation in evaluated(given, *routes).violations}


def test_a_day_is_driving_waiting_and_working():
    given = problem(job("a", 10), job("b", 30, windows=(Window(start_s=TEN, end_s=TWELVE),)))
    day = evaluated(given, [0, 1]).schedules[0]
    assert [(stop.arrive_s, stop.start_s, stop.leave_s) for stop in day.stops] == [
        (EIGHT + 10 * MINUTE, EIGHT + 10 * MINUTE, EIGHT + 40 * MINUTE),
        (EIGHT + 60 * MINUTE, TEN, TEN + 30 * MINUTE),
    ]
    assert (day.home_s, day.travel_s, day.work_s) == (11 * HOUR, HOUR, 2 * HOUR)


def test_who_need_not_be_there_before_ten_leaves_later():
    given = problem(job("a", 30, windows=(Window(start_s=TEN, end_s=TWELVE),)))
    assert evaluated(given, [0]).schedules[0].leave_s == TEN - 30 * MINUTE


def test_the_cost_of_a_plan_is_its_travel():
    assert evaluated(problem(job("a", 10), job("b", 30)), [0, 1]).costs == {Rule.TRAVEL: HOUR}


def test_slow_people_take_longer():
    given = problem(job("a", 10), people=(person(speed_percent=80),))
    assert evaluated(given, [0]).schedules[0].stops[0].travel_s == 12 * MINUTE + 30


def test_a_shift_may_end_somewhere_else():
    given = problem(job("a", 10), people=(person(shifts=(shift(end_place=40),)),))
    assert evaluated(given, [0]).schedules[0].travel_s == 40 * MINUTE


@pytest.mark.parametrize(
    ("rule", "changes"),
    [
        (Rule.SKILL, {"skills": {"gas": 3}}),
        (Rule.PERSON, {"required_people": frozenset({"bob"})}),
        (Rule.PERSON, {"forbidden_people": frozenset({"ann"})}),
        (Rule.PERSON, {"pinned_person": "bob"}),
        (Rule.DAY, {"earliest_day": 1}),
        (Rule.DAY, {"latest_day": 0, "pinned_day": 1}),
        (Rule.WINDOW, {"windows": (Window(start_s=0, end_s=EIGHT),)}),
        (Rule.WINDOW, {"pinned_day": 0, "pinned_start_s": EIGHT}),
        (Rule.SHIFT, {"service_s": 9 * HOUR}),
        (Rule.LOAD, {"load": 6}),
    ],
)
def test_a_broken_rule_is_named(rule: Rule, changes: dict[str, Any]):
    people = (person(skills={"gas": 2}, load=5), person("bob", skills={"gas": 3}, load=9))
    assert rules_broken(problem(job("a", **changes), people=people), [0], []) == {rule}


@pytest.mark.parametrize(
    "changes",
    [
        {"skills": {"gas": 2}},
        {"required_people": frozenset({"ann"})},
        {"pinned_person": "ann"},
        {"pinned_day": 0, "pinned_start_s": TEN},
        {"windows": (Window(start_s=0, end_s=EIGHT), Window(start_s=TEN, end_s=TWELVE))},
        {"windows": (Window(start_s=0, end_s=EIGHT, day=1), Window(start_s=TEN, end_s=TWELVE, day=0))},
        {"load": 5},
    ],
)
def test_a_kept_rule_is_not(changes: dict[str, Any]):
    people = (person(skills={"gas": 2}, load=5),)
    assert rules_broken(problem(job("a", **changes), people=people), [0]) == set()


def test_nobody_goes_beyond_their_radius():
    metres = on_a_line() * 10
    given = problem(job("a", 50), job("b", 60), people=(person(radius_m=33_000),), distance_m=metres)
    assert rules_broken(given, [0]) == set()
    assert rules_broken(given, [1]) == {Rule.RADIUS}


def test_a_day_has_at_most_so_much_driving_and_so_much_work():
    people = (person(shifts=(shift(max_travel_s=59 * MINUTE, max_work_s=80 * MINUTE),)),)
    assert rules_broken(problem(job("a", 20), people=people), [0]) == set()
    assert rules_broken(problem(job("a", 30), people=people), [0]) == {Rule.MAX_TRAVEL, Rule.MAX_WORK}


def test_a_job_is_planned_once():
    assert rules_broken(problem(job("a")), [0, 0]) == {Rule.ONCE}


def test_a_break_is_taken_on_arrival():
    given = problem(job("a", 30, service_s=4 * HOUR), job("b", 40), people=(person(shifts=(shift(rest=LUNCH),)),))
    day = evaluated(given, [0, 1]).schedules[0]
    assert (day.rest_s, day.rest_leg) == (EIGHT + 280 * MINUTE, 1)
    assert day.stops[1].start_s == EIGHT + 310 * MINUTE


def test_a_break_is_taken_before_driving_off_when_arrival_is_too_late():
    given = problem(job("a", 30, service_s=4 * HOUR), job("b", 90), people=(person(shifts=(shift(rest=LUNCH),)),))
    assert evaluated(given, [0, 1]).schedules[0].rest_s == EIGHT + 270 * MINUTE


def test_a_day_that_is_over_early_needs_no_break():
    given = problem(job("a"), people=(person(shifts=(shift(rest=LUNCH),)),))
    assert evaluated(given, [0]).schedules[0].rest_s is None
    assert rules_broken(given, [0]) == set()


def test_a_day_without_room_for_the_break_is_forbidden():
    given = problem(job("a", 30, service_s=6 * HOUR), people=(person(shifts=(shift(rest=LUNCH),)),))
    assert rules_broken(given, [0]) == {Rule.BREAK}


def test_some_jobs_belong_to_one_person():
    given = problem(
        job("a"), job("b"), people=(person(), person("bob")), same_person=(SamePerson(jobs=frozenset({"a", "b"})),)
    )
    assert rules_broken(given, [0, 1], []) == set()
    assert rules_broken(given, [0], [1]) == {Rule.SAME_PERSON}


def test_of_some_jobs_a_shift_holds_only_so_many():
    given = problem(
        job("a"), job("b"), people=(person(), person("bob")), at_most=(AtMost(jobs=frozenset({"a", "b"}), count=1),)
    )
    assert rules_broken(given, [0], [1]) == set()
    assert rules_broken(given, [0, 1], []) == {Rule.AT_MOST}


def two_days(**changes: Any) -> Problem:
    days = (shift(), shift(day=1))
    return problem(job("a"), job("b", 20), people=(person(shifts=days), person("bob", shifts=days)), **changes)


def test_what_is_fixed_stays_first():
    given = two_days(present=(Route(person="ann", jobs=("a", "b"), fixed=1),))
    assert rules_broken(given, [0, 1], [], [], []) == set()
    assert rules_broken(given, [1, 0], [], [], []) == {Rule.PINNED_ORDER}
    assert rules_broken(given, [], [], [], []) == {Rule.PINNED_ORDER}


def test_what_is_fixed_is_a_fact():
    late = job("a", windows=(Window(start_s=0, end_s=EIGHT),), service_s=10 * HOUR)
    given = problem(late, present=(Route(person="ann", jobs=("a",), fixed=1),))
    assert rules_broken(given, [0]) == set()


def test_only_so_many_may_go_to_someone_else():
    given = two_days(present=(Route(person="ann", jobs=("a", "b")),), max_moved=1)
    assert rules_broken(given, [0], [], [1], []) == set()
    assert rules_broken(given, [], [], [0, 1], []) == {Rule.MAX_MOVED}


@pytest.mark.parametrize(
    ("changes", "price"),
    [
        ({"priority": 3}, 3 * 14_400),
        ({"priority": 3, "optional_price": 700}, 700),
    ],
)
def test_what_is_left_out_has_a_price(changes: dict[str, Any], price: int):
    assert evaluated(problem(job("a", **changes)), []).costs == {Rule.LEFT_OUT: price}


def prices_of(given: Problem, *routes: list[int]) -> dict[Rule, int]:
    return {rule: price for rule, price in evaluated(given, *routes).costs.items() if rule is not Rule.TRAVEL}


def test_an_unwanted_time_has_a_price():
    wished = (Window(start_s=EIGHT, end_s=SEVENTEEN, price=300), Window(start_s=FOURTEEN, end_s=SIXTEEN))
    early, right = job("a", windows=wished), job("a", windows=wished, earliest_day=0)
    assert prices_of(problem(early), [0]) == {Rule.UNWANTED_TIME: 300}
    given = problem(right, people=(person(shifts=(shift(start_s=FOURTEEN),)),))
    assert prices_of(given, [0]) == {}


def test_each_minute_after_the_due_time_has_a_price():
    given = problem(job("a", due_s=EIGHT, late_price=7))
    assert prices_of(given, [0]) == {Rule.LATE: 70}


def test_on_the_next_day_it_is_a_day_later():
    days = (person(shifts=(shift(), shift(day=1))),)
    given = problem(job("a", due_s=EIGHT, late_price=1), people=days)
    assert prices_of(given, [], [0]) == {Rule.LATE: 24 * 60 + 10}


def test_another_than_the_preferred_person_has_a_price():
    given = problem(job("a", preferred_people=frozenset({"bob"})), people=(person(), person("bob")))
    assert prices_of(given, [0], []) == {Rule.NOT_PREFERRED: 900}
    assert prices_of(given, [], [0]) == {}


def test_changes_of_the_present_plan_have_prices():
    prices = Prices(other_person=500, other_day=80, moved_minute=3, tolerance_s=5 * MINUTE)
    given = two_days(present=(Route(person="ann", jobs=("b",)),), prices=prices)
    assert prices_of(given, [1], [], [], []) == {Rule.LEFT_OUT: 14_400}
    assert prices_of(given, [0], [], [1], [])[Rule.CHANGED] == 500
    assert prices_of(given, [0], [1], [], [])[Rule.CHANGED] == 80
    assert prices_of(given, [0, 1], [], [], [])[Rule.CHANGED] == 25 * 3


def test_unequal_work_has_a_price():
    pair = (person(), person("bob"))
    jobs = [job(name, 0, service_s=2 * HOUR) for name in ("a", "b")]
    given = problem(*jobs, people=pair, prices=Prices(fairness=10))
    assert prices_of(given, [0, 1], []) == {Rule.FAIRNESS: 160}
    assert prices_of(given, [0], [1]) == {Rule.FAIRNESS: 80}


def test_a_violation_is_told_in_a_sentence():
    given = problem(Job(id="boiler", place=10, service_s=0, skills={"gas": 3}))
    assert [violation.sentence for violation in evaluated(given, [0]).violations] == [
        "boiler: ann has not gas level 3."
    ]
