"""What a survey asks and what answers it: no database, no clock.

The app computes the same (`src/rules/surveys.ts`), by the vectors in `tests/vectors/survey_answers.json`.
"""

import math
import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from domain.kernel.errors import DomainError

MAX_QUESTIONS = 60
MAX_OPTIONS = 40
MAX_TEXT = 5_000
MAX_PHOTOS = 10
MAX_NUMBER = 10**15

_UUID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}\Z", re.IGNORECASE)
_NOT_PRINTABLE = re.compile("[\x00\ud800-\udfff]")


class SurveyStatus(StrEnum):
    """Where a survey stands."""

    DRAFT = "draft"
    """It has no version yet."""
    PUBLISHED = "published"
    RETIRED = "retired"
    """It is offered no more. What was answered on a phone before still counts."""


class QuestionKind(StrEnum):
    """How a question is answered."""

    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    CHOICES = "choices"
    YES_NO = "yes_no"
    PHOTO = "photo"
    SIGNATURE = "signature"


class Problem(StrEnum):
    """What is wrong with an answer."""

    MISSING = "missing"
    NO_SUCH_QUESTION = "no_such_question"
    WRONG_FORM = "wrong_form"
    TOO_LONG = "too_long"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"
    NOT_AN_OPTION = "not_an_option"
    TOO_MANY = "too_many"


SENTENCES: Mapping[Problem, str] = {
    Problem.MISSING: "Answer this question.",
    Problem.NO_SUCH_QUESTION: "This version of the survey has no such question.",
    Problem.WRONG_FORM: "Give an answer of the kind that the question asks for.",
    Problem.TOO_LONG: f"Write at most {MAX_TEXT} characters.",
    Problem.TOO_SMALL: "Give a number that is not below the smallest allowed.",
    Problem.TOO_LARGE: "Give a number that is not above the largest allowed.",
    Problem.NOT_AN_OPTION: "Choose among the options of the question.",
    Problem.TOO_MANY: f"Attach at most {MAX_PHOTOS} photos.",
}


class SurveyAnswersInvalid(DomainError):
    """Some answers do not fit the questions of the survey. Correct the answers that are named."""

    code, status, retryable = "survey.answers_invalid", 422, False


class SurveyVersionUnknown(DomainError):
    """The survey has no such version. Answer one that it has."""

    code, status, retryable = "survey.version_unknown", 422, False


class SurveyAlreadyRetired(DomainError):
    """The survey is retired already."""

    code, status, retryable = "survey.already_retired", 409, False


def problems_of(questions: Sequence[Mapping[str, Any]], answers: Mapping[str, Any]) -> dict[str, Problem]:
    """Return what is wrong with `answers` (question id → answer), by question id; empty when all is well."""
    by_id = {str(question["id"]): question for question in questions}
    found = {asked: Problem.NO_SUCH_QUESTION for asked in answers if asked not in by_id}
    for asked, question in by_id.items():
        problem = _problem_of(question, answers.get(asked))
        if problem:
            found[asked] = problem
    return found


def check_answers(questions: Sequence[Mapping[str, Any]], answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers that were given, without the empty ones.

    Raises:
        SurveyAnswersInvalid: names each question whose answer does not fit.
    """
    problems = problems_of(questions, answers)
    if problems:
        raise SurveyAnswersInvalid(fields={"answers": {asked: [SENTENCES[why]] for asked, why in problems.items()}})
    return {asked: answer for asked, answer in answers.items() if not is_empty(answer)}


def is_empty(answer: Any) -> bool:
    """Tell whether nothing was answered."""
    return answer is None or answer == [] or (isinstance(answer, str) and not answer.strip())


def _problem_of(question: Mapping[str, Any], answer: Any) -> Problem | None:
    if is_empty(answer):
        return Problem.MISSING if question["required"] else None
    match question["kind"]:
        case QuestionKind.TEXT:
            return _problem_of_text(answer)
        case QuestionKind.NUMBER:
            return _problem_of_number(question, answer)
        case QuestionKind.CHOICE:
            return _problem_of_choices(question, [answer])
        case QuestionKind.CHOICES:
            return _problem_of_choices(question, answer) if isinstance(answer, list) else Problem.WRONG_FORM
        case QuestionKind.YES_NO:
            return None if isinstance(answer, bool) else Problem.WRONG_FORM
        case QuestionKind.PHOTO:
            return _problem_of_attachments(answer) if isinstance(answer, list) else Problem.WRONG_FORM
        case _:
            return _problem_of_attachments([answer])


def _problem_of_text(answer: Any) -> Problem | None:
    if not isinstance(answer, str) or _NOT_PRINTABLE.search(answer):
        return Problem.WRONG_FORM
    return Problem.TOO_LONG if len(answer) > MAX_TEXT else None


def _problem_of_number(question: Mapping[str, Any], answer: Any) -> Problem | None:
    if isinstance(answer, bool) or not isinstance(answer, int | float) or not math.isfinite(answer):
        return Problem.WRONG_FORM
    smallest, largest = question.get("min"), question.get("max")
    if answer < (-MAX_NUMBER if smallest is None else smallest):
        return Problem.TOO_SMALL
    return Problem.TOO_LARGE if answer > (MAX_NUMBER if largest is None else largest) else None


def _problem_of_choices(question: Mapping[str, Any], chosen: Sequence[Any]) -> Problem | None:
    if not all(isinstance(option, str) for option in chosen) or len(set(chosen)) < len(chosen):
        return Problem.WRONG_FORM
    return None if set(chosen) <= set(question["options"]) else Problem.NOT_AN_OPTION


def _problem_of_attachments(ids: Sequence[Any]) -> Problem | None:
    # That they are there is not asked: an attachment that the server refused must not take the answers with it.
    if not all(isinstance(attachment_id, str) and _UUID.match(attachment_id) for attachment_id in ids):
        return Problem.WRONG_FORM
    return Problem.TOO_MANY if len(ids) > MAX_PHOTOS else None
