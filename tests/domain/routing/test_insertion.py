"""One more job, urgent or not."""

from typing import Any

from domain.routing.insertion import best_places, insert_urgent
from domain.routing.problem import Job, NewPlace, Problem, Route, Window
from domain.routing.search import Search
from domain.routing.words import Merit
from tests.domain.routing.line import EIGHT, HOUR, MINUTE, PLACES, job, person, problem


def at(place: int) -> NewPlace:
    ways = [abs(place - other) * MINUTE for other in range(PLACES)]
    return NewPlace(to_s=ways, from_s=ways)


def new(**changes: Any) -> Job:
    return job("new", PLACES, **changes)


def two_people() -> Problem:
    """Ann is busy near by all morning and could go after it; Bob is far away and free."""
    return problem(
        job("near", 20, service_s=3 * HOUR, windows=(Window(start_s=EIGHT, end_s=EIGHT + 30 * MINUTE),)),
        job("far", 80, service_s=HOUR),
        people=(person(skills={"gas": 3}), person("bob", skills={"gas": 3})),
        present=(Route(person="ann", jobs=("near",)), Route(person="bob", jobs=("far",))),
    )


def test_the_best_people_are_ranked_and_explained():
    offers = best_places(Search(two_people()), new(skills={"gas": 3}), at=at(25))
    assert [(offer.person, offer.cost, offer.more_travel_s) for offer in offers] == [
        ("bob", 0, 0),
        ("ann", 10 * MINUTE, 10 * MINUTE),
    ]
    ann = offers[1].reasons
    assert [(one.code, one.values) for one in ann] == [
        (Merit.BEGINS, {"start_s": 11 * HOUR + 25 * MINUTE}),
        (Merit.MORE_DRIVING, {"minutes": 10}),
        (Merit.HAS_SKILL, {"skill": "gas", "level": 3}),
        (Merit.BACK, {"end_s": 12 * HOUR + 20 * MINUTE}),
    ]
    assert [one.in_words() for one in ann] == [
        "begins at 11:25",
        "10 min more driving",
        "gas level 3",
        "back at 12:20",
    ]
    assert [one.in_words("de") for one in ann] == [
        "beginnt um 11:25",
        "10 Min. mehr Fahrt",
        "gas Stufe 3",
        "zurück um 12:20",
    ]


def test_who_becomes_later_is_said():
    offers = best_places(Search(two_people()), new(), at=at(25), people=1)
    later = next(one for one in offers[0].reasons if one.code is Merit.OTHERS_LATER)
    assert later.values == {"jobs": 1, "minutes": 30}
    assert later.in_words() == "1 later by up to 30 min"


def test_nobody_can():
    assert best_places(Search(two_people()), new(skills={"water": 1}), at=at(25)) == ()


def swap_needed() -> Problem:
    """Only Ann can do gas at eight; what she does then anybody could."""
    return problem(
        job("any", 20, service_s=HOUR, windows=(Window(start_s=EIGHT, end_s=EIGHT + HOUR),)),
        people=(person(skills={"gas": 3}), person("bob")),
        present=(Route(person="ann", jobs=("any",)),),
    )


def urgent() -> Job:
    return new(
        skills={"gas": 3}, service_s=HOUR, windows=(Window(start_s=EIGHT, end_s=EIGHT + 20 * MINUTE),), priority=4
    )


def test_for_an_urgent_job_others_move():
    repair = insert_urgent(Search(swap_needed()), urgent(), at=at(20), seconds=5)
    assert (repair.served, repair.moved) == (True, ("any",))
    assert repair.evaluation.routes == ((1,), (0,))


def test_no_more_than_may():
    repair = insert_urgent(Search(swap_needed()), urgent(), at=at(20), max_moved=0, seconds=0.05)
    assert (repair.served, repair.moved) == (False, ())
