"""What managers do with surveys, and reps with their questions."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from domain.kernel.command import Command, Context
from domain.kernel.errors import PermissionDenied
from domain.kernel.ids import new_id
from domain.kernel.updates import change_fields, update_command
from domain.people.permissions import Permission
from domain.surveys import rules, schemas
from domain.surveys.models import Survey, SurveyAnswer, SurveyVersion
from domain.visits.models import Visit

Questions = Sequence[Mapping[str, Any]]


def create(ctx: Context, *, id: UUID, **values: Any) -> Survey:
    """Begin a survey. It is asked once its first version is published."""
    return ctx.add(Survey(id=id, status=rules.SurveyStatus.DRAFT, versions=[], **values))


def publish(ctx: Context, *, survey_id: UUID, questions: Questions) -> Survey:
    """Ask these questions from now on. What was published before never changes: this is the next version."""
    survey = ctx.get(Survey, survey_id)
    survey.versions.append(
        SurveyVersion(
            org_id=ctx.org_id,
            id=new_id(),
            number=len(survey.versions) + 1,
            questions=[dict(question) for question in questions],
            published_at=ctx.now,
        )
    )
    survey.status, survey.published_at = rules.SurveyStatus.PUBLISHED, ctx.now
    return survey


def retire(ctx: Context, *, survey_id: UUID) -> Survey:
    """Ask no more. Answers that phones still bring count."""
    survey = ctx.get(Survey, survey_id)
    if survey.status == rules.SurveyStatus.RETIRED:
        raise rules.SurveyAlreadyRetired
    survey.status = rules.SurveyStatus.RETIRED
    return survey


def answer(
    ctx: Context, *, id: UUID, survey_id: UUID, survey_version: int, visit_id: UUID, answers: Mapping[str, Any]
) -> SurveyAnswer:
    """Answer a survey at a visit: exactly the version that was asked, also when a newer one is out by now."""
    if ctx.actor.user_id is None:
        raise PermissionDenied("A survey is answered by a person.")
    survey = ctx.refer(Survey, survey_id, "survey_id")
    visit = ctx.refer(Visit, visit_id, "visit_id")
    if visit.rep_id != ctx.actor.user_id:
        ctx.require(Permission.MANAGE_VISITS)
    return ctx.add(
        SurveyAnswer(
            id=id,
            survey_id=survey.id,
            survey_version=survey_version,
            visit_id=visit.id,
            account_id=visit.account_id,
            answers=rules.check_answers(_questions(survey, survey_version), answers),
            answered_by_id=ctx.actor.user_id,
            occurred_at=ctx.occurred_at,
        )
    )


def correct(ctx: Context, *, survey_answer_id: UUID, answers: Mapping[str, Any]) -> SurveyAnswer:
    """Correct one's own answers or, with the permission to manage visits, somebody else's."""
    given = ctx.get(SurveyAnswer, survey_answer_id)
    if given.answered_by_id != ctx.actor.user_id:
        ctx.require(Permission.MANAGE_VISITS)
    survey = ctx.get(Survey, given.survey_id)
    given.corrected_at = ctx.occurred_at
    return change_fields(
        ctx, given, {"answers": rules.check_answers(_questions(survey, given.survey_version), answers)}
    )


def _questions(survey: Survey, number: int) -> Questions:
    for version in survey.versions:
        if version.number == number:
            return version.questions
    sentence = f"“{survey.name}” has no version {number}."
    raise rules.SurveyVersionUnknown(sentence, fields={"survey_version": [sentence]})


_SURVEY = ("survey_id", Survey)
_MANAGE = Permission.MANAGE_SURVEYS
_WORK = Permission.WORK_VISITS

COMMANDS = (
    Command(name="survey.create", schema=schemas.CreateSurveyArgs, handle=create, may=_MANAGE),
    update_command(entity="survey", model=Survey, schema=schemas.UpdateSurveyArgs, may=_MANAGE),
    Command(name="survey.publish", schema=schemas.PublishSurveyArgs, handle=publish, may=_MANAGE, target=_SURVEY),
    Command(name="survey.retire", schema=schemas.SurveyArgs, handle=retire, may=_MANAGE, target=_SURVEY),
    Command(
        name="survey.answer",
        schema=schemas.AnswerSurveyArgs,
        handle=answer,
        may=_WORK,
        loads={"survey_id": Survey, "visit_id": Visit},
        offline=True,
    ),
    Command(
        name="survey_answer.update",
        schema=schemas.UpdateSurveyAnswerArgs,
        handle=correct,
        may=_WORK,
        target=("survey_answer_id", SurveyAnswer),
        offline=True,
    ),
)
