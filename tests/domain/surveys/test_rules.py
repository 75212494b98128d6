"""What fits a survey's questions, by the vectors that the app reads too."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.surveys.rules import (
    QuestionKind,
    SurveyAnswersInvalid,
    check_answers,
    is_empty,
    problems_of,
)

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "survey_answers.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_what_fits_is_as_the_vectors_say(vector: dict[str, Any]):
    assert problems_of(**vector["given"]) == vector["expect"]["problems"]


def test_a_refusal_names_the_question_in_a_sentence():
    question = {"id": "q1", "kind": "text", "required": True, "options": [], "min": None, "max": None}
    with pytest.raises(SurveyAnswersInvalid) as refusal:
        check_answers([question], {})
    assert refusal.value.fields == {"answers": {"q1": ["Answer this question."]}}


def test_empty_answers_are_not_kept():
    question = {"id": "q1", "kind": "choices", "required": False, "options": ["A"], "min": None, "max": None}
    assert check_answers([question], {"q1": []}) == {}


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
OPTIONS = st.lists(st.text(min_size=1, max_size=5).filter(str.strip), min_size=1, max_size=4, unique=True)


@st.composite
def questions(draw: st.DrawFn) -> list[dict[str, Any]]:
    low, high = sorted([draw(st.integers(-100, 100)), draw(st.integers(-100, 100))])
    return [
        {
            "id": f"q{number}",
            "kind": draw(st.sampled_from(list(QuestionKind))),
            "required": draw(st.booleans()),
            "options": draw(OPTIONS),
            "min": draw(st.none() | st.just(low)),
            "max": draw(st.none() | st.just(high)),
        }
        for number in range(draw(st.integers(1, 4)))
    ]


@given(questions=questions(), answers=st.dictionaries(st.sampled_from(["q0", "q1", "q2", "q9"]), ANYTHING))
def test_whatever_comes_is_judged_and_what_is_accepted_can_be_stored(
    questions: list[dict[str, Any]], answers: dict[str, Any]
):
    problems = problems_of(questions, answers)
    assert problems.keys() <= {question["id"] for question in questions} | answers.keys()
    if problems:
        return
    kept = check_answers(questions, answers)
    # PostgreSQL's JSON takes neither NUL nor half a character, and no number that is none.
    assert "\\u0000" not in json.dumps(kept, allow_nan=False)
    for question in questions:
        answer = kept.get(question["id"])
        assert answer is not None or not question["required"]
        if answer is not None and question["kind"] == QuestionKind.NUMBER:
            assert question["min"] is None or answer >= question["min"]
            assert question["max"] is None or answer <= question["max"]
        if answer is not None and question["kind"] == QuestionKind.CHOICES:
            assert set(answer) <= set(question["options"])


@given(questions=questions(), data=st.data())
def test_leaving_out_what_is_not_required_never_makes_a_problem(questions: list[dict[str, Any]], data: st.DataObject):
    answers = data.draw(st.fixed_dictionaries({question["id"]: ANYTHING for question in questions}))
    problems = problems_of(questions, answers)
    for question in questions:
        without = {asked: answer for asked, answer in answers.items() if asked != question["id"]}
        missing = {question["id"]} if question["required"] else set()
        rest = problems.keys() - {question["id"]}
        assert problems_of(questions, without).keys() == rest | missing


@given(answer=ANYTHING)
def test_nothing_is_never_an_answer(answer: Any):
    question = {"id": "q", "kind": "text", "required": True, "options": [], "min": None, "max": None}
    assert ("missing" in problems_of([question], {"q": answer}).values()) == is_empty(answer)
