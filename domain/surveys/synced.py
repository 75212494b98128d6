"""How surveys sync: everybody has them, and the answers go with the account."""

from sqlalchemy.orm import selectinload

from domain.kernel.synced import ORG_BUCKET, Merge, SyncedEntity, user_bucket
from domain.surveys.models import Survey, SurveyAnswer
from domain.surveys.schemas import SurveyAnswerDocument, SurveyDocument

SURVEY = SyncedEntity(
    name="survey",
    model=Survey,
    document=SurveyDocument,
    buckets=lambda _survey: {ORG_BUCKET},
    options=(selectinload(Survey.versions),),
    merge={
        "name": Merge.LAST_WRITER,
        "status": Merge.COMMAND_ONLY,
        "account_classes": Merge.LAST_WRITER,
        "purposes": Merge.LAST_WRITER,
        "published_at": Merge.COMMAND_ONLY,
        "versions": Merge.COMMAND_ONLY,
    },
)

SURVEY_ANSWER = SyncedEntity(
    name="survey_answer",
    model=SurveyAnswer,
    document=SurveyAnswerDocument,
    buckets=lambda answer: {user_bucket(answer.answered_by_id)},
    follows=("account", "account_id"),
    closed_at=lambda answer: answer.occurred_at,
    keep_days=90,
    merge={
        "survey_id": Merge.SERVER,
        "survey_version": Merge.SERVER,
        "visit_id": Merge.SERVER,
        "account_id": Merge.SERVER,
        "answers": Merge.LAST_WRITER,
        "answered_by_id": Merge.SERVER,
        "occurred_at": Merge.SERVER,
        "corrected_at": Merge.COMMAND_ONLY,
    },
)

ENTITIES = (SURVEY, SURVEY_ANSWER)
