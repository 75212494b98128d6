"""Surveys and what was answered."""

from flask_smorest import Blueprint

from api.resources import Filter, Resource, contains, equals, register
from domain.kernel.fields import OneOf, UtcDateTime
from domain.registry import COMMAND
from domain.surveys.models import Survey, SurveyAnswer
from domain.surveys.rules import SurveyStatus
from domain.surveys.synced import SURVEY, SURVEY_ANSWER

blueprint = Blueprint("surveys", __name__, description="What reps ask at visits, and what was answered.")

register(
    blueprint,
    Resource(
        collection="surveys",
        entity=SURVEY,
        sorts={"name": Survey.name, "created_at": Survey.created_at},
        filters={"search": contains(Survey.name), "status": equals(Survey.status, OneOf(SurveyStatus))},
        create=COMMAND["survey.create"],
        update=COMMAND["survey.update"],
        actions=[COMMAND["survey.publish"], COMMAND["survey.retire"]],
    ),
)
register(
    blueprint,
    Resource(
        collection="survey-answers",
        entity=SURVEY_ANSWER,
        sorts={"occurred_at": SurveyAnswer.occurred_at, "created_at": SurveyAnswer.created_at},
        filters={
            "survey_id": equals(SurveyAnswer.survey_id),
            "visit_id": equals(SurveyAnswer.visit_id),
            "account_id": equals(SurveyAnswer.account_id),
            "answered_by_id": equals(SurveyAnswer.answered_by_id),
            "answered_from": Filter(value=UtcDateTime(), condition=lambda moment: SurveyAnswer.occurred_at >= moment),
            "answered_before": Filter(value=UtcDateTime(), condition=lambda moment: SurveyAnswer.occurred_at < moment),
        },
        create=COMMAND["survey.answer"],
        update=COMMAND["survey_answer.update"],
    ),
)
