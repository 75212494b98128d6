"""Why a job is left out: a code with its values, and its words."""

import pytest

from domain.routing.evaluate import Evaluator
from domain.routing.problem import AtMost, Problem, Window
from domain.routing.reasons import reason
from domain.routing.words import WORDS, Merit, Obstacle, Reason
from tests.domain.routing.line import (
    EIGHT,
    FOURTEEN,
    HOUR,
    MINUTE,
    SIXTEEN,
    TEN,
    job,
    on_a_line,
    person,
    problem,
    shift,
)

GAS = {"gas": 3}
AFTERNOON = (Window(start_s=FOURTEEN, end_s=SIXTEEN),)


def why(given: Problem, *routes: list[int], left_out: int = 0) -> Reason:
    return reason(Evaluator(given), routes, left_out)


def test_nobody_has_the_skill():
    found = why(problem(job("a", skills=GAS), people=(person(skills={"gas": 2}),)), [])
    assert (found.code, found.in_words()) == (Obstacle.SKILL, "No one has gas level 3.")


def test_everybody_who_can_is_busy():
    people = (
        person(skills=GAS, radius_m=40_000, shifts=(shift(start_s=FOURTEEN, end_s=SIXTEEN + HOUR),)),
        person("bob", radius_m=40_000),
    )
    jobs = (job("a", skills=GAS, windows=AFTERNOON), job("b", 0, service_s=170 * MINUTE))
    given = problem(*jobs, people=people, distance_m=on_a_line() * 10)
    found = why(given, [1], [])
    assert found.code is Obstacle.BUSY
    assert found.values == {
        "skills": GAS,
        "people": ["ann"],
        "start_s": FOURTEEN,
        "end_s": SIXTEEN,
        "within_m": 40_000,
    }
    assert found.in_words() == "No one with gas level 3 is free between 14:00 and 16:00 within 40 km."
    assert found.in_words("de") == ("Niemand mit gas Stufe 3 ist zwischen 14:00 und 16:00 im Umkreis von 40 km frei.")


def test_nobody_works_then():
    given = problem(job("a", windows=AFTERNOON), people=(person(shifts=(shift(end_s=TEN),)),))
    assert why(given, []).in_words() == "No one works between 14:00 and 16:00."


def test_nobody_is_near_enough():
    given = problem(job("a", 90), people=(person(radius_m=10),), distance_m=on_a_line())
    assert why(given, []).in_words() == "No one starts near enough."


def test_nobody_may():
    given = problem(job("a", forbidden_people=frozenset({"ann"})))
    assert why(given, []).in_words() == "No one may do it."


def test_the_one_person_who_must_is_busy():
    given = problem(
        job("a", required_people=frozenset({"ann"}), windows=(Window(start_s=EIGHT, end_s=TEN),)),
        job("b", 60, service_s=7 * HOUR),
        people=(person(), person("bob")),
    )
    assert why(given, [1], []).in_words() == "None of ann is free between 08:00 and 10:00."


def test_there_is_no_shift_on_a_possible_day():
    assert why(problem(job("a", earliest_day=3)), []).code is Obstacle.DAY


def test_a_rule_about_several_jobs_stands_in_the_way():
    given = problem(job("a"), job("b"), at_most=(AtMost(jobs=frozenset({"a", "b"}), count=1),))
    assert why(given, [1]).code is Obstacle.RELATION


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "It would cost 1200 to have it done by ann, more than 700 for leaving it out."),
        ("de", "Es durch ann erledigen zu lassen kostet 1200, mehr als 700 fürs Auslassen."),
    ],
)
def test_it_is_not_worth_it(language: str, sentence: str):
    assert why(problem(job("a", optional_price=700)), []).in_words(language) == sentence


def test_every_code_has_words_in_every_language():
    for words in WORDS.values():
        assert set(words) >= {*Obstacle, *Merit}
