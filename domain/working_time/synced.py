"""How working time syncs: everybody has it, since whoever plans with somebody has to know."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from domain.kernel.synced import ORG_BUCKET, Merge, SyncedEntity
from domain.working_time.models import Absence, WorkingWeek
from domain.working_time.schemas import AbsenceDocument, WorkingWeekDocument


def _everybody(_record: Any) -> set[str]:
    return {ORG_BUCKET}


def _over(absence: Absence) -> datetime:
    return datetime.combine(absence.ends_on, time(), UTC) + timedelta(days=1)


WORKING_WEEK = SyncedEntity(
    name="working_week",
    model=WorkingWeek,
    document=WorkingWeekDocument,
    buckets=_everybody,
    merge={"user_id": Merge.SERVER, "shifts": Merge.COMMAND_ONLY},
)

ABSENCE = SyncedEntity(
    name="absence",
    model=Absence,
    document=AbsenceDocument,
    buckets=_everybody,
    closed_at=_over,
    keep_days=30,
    merge={
        "user_id": Merge.SERVER,
        "starts_on": Merge.LAST_WRITER,
        "ends_on": Merge.LAST_WRITER,
        "withdrawn": Merge.COMMAND_ONLY,
    },
)

ENTITIES = (WORKING_WEEK, ABSENCE)
