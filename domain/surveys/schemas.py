"""Surveys on the wire: the documents, and the arguments of each command."""

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from domain.customers.rules import AccountClass
from domain.kernel.fields import ArgsSchema, Id, Name, OneOf, RecordDocument, Text, UtcDateTime, Whole
from domain.surveys.rules import MAX_NUMBER, MAX_OPTIONS, MAX_QUESTIONS, QuestionKind, SurveyStatus

_CHOICES = {QuestionKind.CHOICE, QuestionKind.CHOICES}


class Bound(fields.Float):
    """The smallest or largest number that a question accepts."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            load_default=None,
            allow_none=True,
            allow_nan=False,
            validate=validate.Range(min=-MAX_NUMBER, max=MAX_NUMBER),
            **kwargs,
        )


def _each_once(options: Sequence[str]) -> None:
    if len(set(options)) < len(options):
        raise ValidationError("The same option is listed twice.")


class Options(fields.List[Any]):
    """What can be chosen, as it is read and as it is answered."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            Name(200), load_default=list, validate=[validate.Length(max=MAX_OPTIONS), _each_once], **kwargs
        )


class QuestionSchema(ArgsSchema):
    """A question. `unit`, `min` and `max` are for numbers, `options` for choices."""

    id = fields.String(required=True, validate=validate.Regexp(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}\Z"))
    text = Name(500, required=True)
    kind = OneOf(QuestionKind, required=True)
    required = fields.Boolean(load_default=False)
    unit = Text(20, load_default=None, allow_none=True)
    min = Bound()
    max = Bound()
    options = Options()


def _fit_together(questions: Sequence[Mapping[str, Any]]) -> None:
    if len({question["id"] for question in questions}) < len(questions):
        raise ValidationError("Two questions have the same id.")
    for question in questions:
        if (question["kind"] in _CHOICES) != bool(question["options"]):
            raise ValidationError(f"“{question['text']}”: options are for choices, and a choice needs some.")
        smallest, largest = question["min"], question["max"]
        if smallest is not None and largest is not None and smallest > largest:
            raise ValidationError(f"“{question['text']}”: the smallest number is above the largest.")


class Classes(fields.List[Any]):
    """The classes of accounts that are asked; none means all."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(OneOf(AccountClass), validate=validate.Length(max=len(AccountClass)), **kwargs)


class Purposes(fields.List[Any]):
    """The purposes of visits at which is asked; none means all."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Name(500), validate=validate.Length(max=50), **kwargs)


class SurveyVersionDocument(Schema):
    """What was asked from `published_at` on."""

    number = fields.Integer(required=True)
    questions = fields.List(fields.Nested(QuestionSchema), required=True)
    published_at = UtcDateTime(required=True)


class SurveyDocument(RecordDocument):
    """A survey with all its versions, the newest last: an answer is read by the version that it was given to."""

    name = fields.String(required=True)
    status = OneOf(SurveyStatus, required=True)
    account_classes = fields.List(OneOf(AccountClass), required=True)
    purposes = fields.List(fields.String(), required=True)
    published_at = UtcDateTime(required=True, allow_none=True)
    versions = fields.List(fields.Nested(SurveyVersionDocument), required=True)


class SurveyAnswerDocument(RecordDocument):
    """What somebody answered at a visit: question id → text, number, truth, list of options, attachment ids."""

    survey_id = Id(required=True)
    survey_version = fields.Integer(required=True)
    visit_id = Id(required=True)
    account_id = Id(required=True)
    answers = fields.Dict(keys=fields.String(), values=fields.Raw(allow_none=True), required=True)
    answered_by_id = Id(required=True)
    occurred_at = UtcDateTime(required=True)
    corrected_at = UtcDateTime(required=True, allow_none=True)


class SurveyArgs(ArgsSchema):
    """The survey that a command is about."""

    survey_id = Id(required=True)


class CreateSurveyArgs(ArgsSchema):
    """A new survey. Nobody is asked before it is published."""

    id = Id(required=True)
    name = Name(required=True)
    account_classes = Classes(load_default=list)
    purposes = Purposes(load_default=list)


class UpdateSurveyArgs(SurveyArgs):
    """The fields to change."""

    name = Name()
    account_classes = Classes()
    purposes = Purposes()


class PublishSurveyArgs(SurveyArgs):
    """What is asked from now on."""

    questions = fields.List(
        fields.Nested(QuestionSchema),
        required=True,
        validate=[validate.Length(min=1, max=MAX_QUESTIONS), _fit_together],
    )


class Answers(fields.Dict):
    """Question id → answer. Whether they fit is a rule of surveys."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            keys=Text(50), values=fields.Raw(allow_none=True), validate=validate.Length(max=2 * MAX_QUESTIONS), **kwargs
        )


class AnswerSurveyArgs(ArgsSchema):
    """The answers to one version of a survey."""

    id = Id(required=True)
    survey_id = Id(required=True)
    survey_version = Whole(1, required=True)
    visit_id = Id(required=True)
    answers = Answers(required=True)


class UpdateSurveyAnswerArgs(ArgsSchema):
    """All answers as they should have been."""

    survey_answer_id = Id(required=True)
    answers = Answers(required=True)
