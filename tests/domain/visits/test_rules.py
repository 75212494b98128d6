"""The life of a visit, by the vectors that the app reads too."""

import json
from pathlib import Path
from typing import Any

import pytest

from domain.visits import rules

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "visit_status.json").read_text(encoding="utf-8"))
ALLOWED = [vector for vector in VECTORS if "expect" in vector]
REFUSED = [vector for vector in VECTORS if "error" in vector]


@pytest.mark.parametrize("vector", ALLOWED, ids=lambda vector: vector["name"])
def test_a_move_that_is_allowed_leads_where_the_vectors_say(vector: dict[str, Any]):
    assert rules.move(vector["given"]["status"], vector["when"]) == vector["expect"]["status"]


@pytest.mark.parametrize("vector", REFUSED, ids=lambda vector: vector["name"])
def test_a_move_that_is_not_allowed_is_refused(vector: dict[str, Any]):
    with pytest.raises(rules.InvalidVisitTransition) as refusal:
        rules.move(vector["given"]["status"], vector["when"])
    assert refusal.value.code == vector["error"]


def test_the_vectors_cover_every_status_and_every_move_of_a_phone():
    covered = {(vector["given"]["status"], vector["when"]) for vector in VECTORS}
    moves = ("confirm", "check_in", "complete", "cancel")
    assert covered >= {(str(status), move) for status in rules.VisitStatus for move in moves}


@pytest.mark.parametrize("status", [rules.VisitStatus.PLANNED, rules.VisitStatus.CONFIRMED])
def test_the_clock_marks_a_visit_missed_that_nobody_began(status: rules.VisitStatus):
    assert rules.move(status, "miss") == rules.VisitStatus.MISSED


@pytest.mark.parametrize("status", ["in_progress", "completed", "missed", "canceled"])
def test_the_clock_does_not_touch_a_visit_that_was_begun_or_is_over(status: rules.VisitStatus):
    with pytest.raises(rules.InvalidVisitTransition):
        rules.move(status, "miss")


def test_a_refusal_says_in_which_status_the_visit_is():
    with pytest.raises(rules.InvalidVisitTransition, match="in progress cannot be changed this way"):
        rules.move("in_progress", "check_in")
