"""What managers do with surveys, and reps with their questions."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from domain.kernel.errors import PermissionDenied, RecordNotFound, ReferenceNotFound, ValidationFailed
from domain.kernel.ids import new_id
from domain.people.permissions import Role
from domain.surveys.models import Survey, SurveyAnswer
from domain.surveys.rules import SurveyAlreadyRetired, SurveyAnswersInvalid, SurveyVersionUnknown
from domain.visits.models import Visit
from tests.support.company import NOW, Company
from tests.support.phone import Phone

COLD = {"id": str(new_id()), "text": "How cold is the fridge?", "kind": "number", "unit": "°C", "min": -5, "max": 12}
SHELF = {"id": str(new_id()), "text": "Where do we stand?", "kind": "choice", "options": ["Eye", "Floor"]}
SIGNED = {"id": str(new_id()), "text": "Signed by", "kind": "text", "required": True}


def published(company: Company, *questions: dict[str, Any], **values: Any) -> Survey:
    survey = company.do("survey.create", company.manager, id=new_id(), name="Fridge check", **values)
    return company.do("survey.publish", company.manager, survey_id=survey.id, questions=list(questions))


def visit(company: Company) -> Visit:
    account = company.account()
    place = {"account_id": account.id, "site_id": company.site(account).id}
    return company.do("visit.plan", company.rep, id=new_id(), **place, planned_start_at=NOW)


def answer(company: Company, survey: Survey, *, by: Any = None, at: Visit | None = None, **changes: Any) -> Any:
    given = {"survey_version": 1, "answers": {COLD["id"]: 4.5}, **changes}
    visit_id = (at or visit(company)).id
    return company.do("survey.answer", by or company.rep, id=new_id(), survey_id=survey.id, visit_id=visit_id, **given)


def test_a_survey_is_a_draft_until_its_first_version(company: Company):
    survey = company.do("survey.create", company.manager, id=new_id(), name="Fridge check", account_classes=["A"])
    document = company.document("survey", survey.id)
    assert (document["status"], document["versions"], document["account_classes"]) == ("draft", [], ["A"])


def test_what_was_published_never_changes(company: Company):
    survey = published(company, COLD)
    company.do("survey.publish", company.manager, survey_id=survey.id, questions=[SHELF], now=NOW + timedelta(hours=1))
    document = company.document("survey", survey.id)
    assert document["status"] == "published"
    assert [(version["number"], version["questions"][0]["text"]) for version in document["versions"]] == [
        (1, "How cold is the fridge?"),
        (2, "Where do we stand?"),
    ]
    assert document["published_at"] == "2026-11-23T09:00:00Z"


def test_a_question_has_all_its_fields(company: Company):
    document = company.document("survey", published(company, SHELF).id)
    assert document["versions"][0]["questions"] == [
        {**SHELF, "required": False, "unit": None, "min": None, "max": None}
    ]


@pytest.mark.parametrize(
    "questions",
    [
        [],
        [COLD, COLD],
        [{**COLD, "min": 5, "max": 4}],
        [{**SHELF, "options": []}],
        [{**SHELF, "options": ["Eye", "Eye"]}],
        [{**COLD, "options": ["Eye"]}],
        [{**COLD, "kind": "essay"}],
        [{**COLD, "id": "1"}],
        [{**COLD, "text": ""}],
    ],
)
def test_questions_that_make_no_sense_are_refused(company: Company, questions: list[dict[str, Any]]):
    with pytest.raises(ValidationFailed) as refusal:
        company.do("survey.publish", company.manager, survey_id=new_id(), questions=questions)
    assert list(refusal.value.fields) == ["questions"]


@pytest.mark.parametrize("name", ["survey.create", "survey.update", "survey.publish", "survey.retire"])
def test_a_rep_makes_no_surveys(company: Company, name: str):
    survey = published(company, COLD)
    args = {
        "survey.create": {"id": new_id(), "name": "Mine"},
        "survey.update": {"survey_id": survey.id, "name": "Mine"},
        "survey.publish": {"survey_id": survey.id, "questions": [COLD]},
        "survey.retire": {"survey_id": survey.id},
    }
    with pytest.raises(PermissionDenied):
        company.do(name, company.rep, **args[name])


def test_a_survey_is_retired_once_and_can_be_asked_anew(company: Company):
    survey = published(company, COLD)
    assert company.do("survey.retire", company.manager, survey_id=survey.id).status == "retired"
    with pytest.raises(SurveyAlreadyRetired):
        company.do("survey.retire", company.manager, survey_id=survey.id)
    assert company.do("survey.publish", company.manager, survey_id=survey.id, questions=[COLD]).status == "published"


def test_answers_belong_to_the_visit_and_its_account(company: Company):
    survey, at = published(company, COLD, SHELF), visit(company)
    given = answer(company, survey, at=at, answers={COLD["id"]: 4.5, SHELF["id"]: None})
    document = company.document("survey_answer", given.id)
    assert document["answers"] == {COLD["id"]: 4.5}
    assert (document["visit_id"], document["account_id"]) == (str(at.id), str(at.account_id))
    assert (document["answered_by_id"], document["occurred_at"]) == (str(company.rep.id), "2026-11-23T08:00:00Z")


def test_the_version_that_was_asked_counts_also_when_a_newer_one_is_out(company: Company):
    survey = published(company, COLD)
    company.do("survey.publish", company.manager, survey_id=survey.id, questions=[SIGNED])
    assert answer(company, survey).survey_version == 1
    with pytest.raises(SurveyAnswersInvalid) as refusal:
        answer(company, survey, survey_version=2)
    assert refusal.value.fields == {
        "answers": {
            COLD["id"]: ["This version of the survey has no such question."],
            SIGNED["id"]: ["Answer this question."],
        }
    }


def test_what_was_answered_before_a_survey_was_retired_counts(company: Company):
    survey = published(company, COLD)
    company.do("survey.retire", company.manager, survey_id=survey.id)
    assert answer(company, survey).survey_version == 1


def test_a_version_that_was_never_published_is_refused(company: Company):
    with pytest.raises(SurveyVersionUnknown) as refusal:
        answer(company, published(company, COLD), survey_version=2)
    assert list(refusal.value.fields) == ["survey_version"]


def test_a_survey_and_a_visit_that_do_not_exist_are_named(company: Company):
    survey = published(company, COLD)
    for changes, field in (({"survey_id": new_id()}, "survey_id"), ({"visit_id": new_id()}, "visit_id")):
        args = {"survey_id": survey.id, "visit_id": visit(company).id, **changes}
        with pytest.raises(ReferenceNotFound) as refusal:
            company.do("survey.answer", company.rep, id=new_id(), survey_version=1, answers={}, **args)
        assert list(refusal.value.fields) == [field]


def test_a_colleague_s_visit_is_answered_by_a_manager_only(company: Company):
    survey, at = published(company, COLD), visit(company)
    with pytest.raises(PermissionDenied):
        answer(company, survey, at=at, by=company.person(Role.REP))
    assert answer(company, survey, at=at, by=company.manager).answered_by_id == company.manager.id


def test_the_system_answers_nothing(company: Company):
    survey, at = published(company, COLD), visit(company)
    with pytest.raises(PermissionDenied):
        company.do("survey.answer", id=new_id(), survey_id=survey.id, survey_version=1, visit_id=at.id, answers={})


def test_answers_are_corrected_by_the_same_version(company: Company):
    survey = published(company, COLD)
    given = answer(company, survey)
    company.do("survey.publish", company.manager, survey_id=survey.id, questions=[SIGNED])
    later = NOW + timedelta(hours=2)
    args = {"survey_answer_id": given.id, "answers": {COLD["id"]: 6}}
    corrected = company.do("survey_answer.update", company.rep, **args, occurred_at=later)
    assert (corrected.answers, corrected.corrected_at) == ({COLD["id"]: 6}, later)
    with pytest.raises(SurveyAnswersInvalid):
        company.do("survey_answer.update", company.rep, survey_answer_id=given.id, answers={COLD["id"]: 60})


def test_a_colleague_s_answers_are_corrected_by_a_manager_only(company: Company):
    given = answer(company, published(company, COLD))
    args = {"survey_answer_id": given.id, "answers": {}}
    with pytest.raises(PermissionDenied):
        company.do("survey_answer.update", company.person(Role.REP), **args)
    assert company.do("survey_answer.update", company.manager, **args).answers == {}


def test_answers_outside_the_area_do_not_exist(company: Company):
    given = answer(company, published(company, COLD))
    elsewhere = company.person(Role.REP, territory_id=company.other_territory_id)
    with pytest.raises(RecordNotFound):
        company.do("survey_answer.update", elsewhere, survey_answer_id=given.id, answers={})


def test_everybody_has_the_surveys_and_answers_go_with_the_account(app: Flask, company: Company):
    survey = published(company, COLD)
    given = answer(company, survey)
    held = {}
    for person in (company.rep, company.person(Role.REP, territory_id=company.other_territory_id)):
        phone = Phone.sign_in(app, person)
        phone.pull()
        held[person.id] = survey.id in phone.ids("survey"), given.id in phone.ids("survey_answer")
    assert list(held.values()) == [(True, True), (True, False)]


def test_an_answer_pushed_twice_exists_once(app: Flask, company: Company):
    survey, at = published(company, COLD), visit(company)
    phone = Phone.sign_in(app, company.rep)
    given = {"survey_id": survey.id, "survey_version": 1, "visit_id": at.id, "answers": {COLD["id"]: 3}}
    mutation = phone.mutation("survey.answer", id=new_id(), **given)
    assert [phone.push(mutation)[0]["status"] for _ in range(2)] == ["applied", "duplicate"]
    with company.session() as session:
        assert len(session.scalars(select(SurveyAnswer)).all()) == 1
