"""How visits sync."""

from datetime import datetime

from domain.kernel.synced import Merge, Share, SyncedEntity, user_bucket
from domain.visits.models import Visit
from domain.visits.rules import OPEN, VisitStatus
from domain.visits.schemas import VisitDocument


def _shares(visit: Visit) -> tuple[Share, ...]:
    # A rep who stands in for somebody needs the customer, whoever's territory it is in.
    if visit.status not in OPEN:
        return ()
    return (Share(bucket=user_bucket(visit.rep_id), entity="account", record_id=visit.account_id),)


def _closed_at(visit: Visit) -> datetime | None:
    if visit.status == VisitStatus.MISSED:
        return visit.planned_start_at
    return visit.completed_at or visit.canceled_at


VISIT = SyncedEntity(
    name="visit",
    model=Visit,
    document=VisitDocument,
    buckets=lambda visit: {user_bucket(visit.rep_id)},
    follows=("account", "account_id"),
    shares=_shares,
    closed_at=_closed_at,
    keep_days=90,
    merge={
        "account_id": Merge.SERVER,
        "site_id": Merge.SERVER,
        "rep_id": Merge.SERVER,
        "kind": Merge.FIRST_WRITER,
        "status": Merge.COMMAND_ONLY,
        "unplanned": Merge.SERVER,
        "planned_start_at": Merge.FIRST_WRITER,
        "duration_min": Merge.FIRST_WRITER,
        "purpose": Merge.LAST_WRITER,
        "notes": Merge.LAST_WRITER,
        "outcome": Merge.COMMAND_ONLY,
        "next_step": Merge.LAST_WRITER,
        "follow_up_on": Merge.LAST_WRITER,
        "confirmed_at": Merge.COMMAND_ONLY,
        "checked_in_at": Merge.COMMAND_ONLY,
        "checked_in_position": Merge.COMMAND_ONLY,
        "distance_m": Merge.SERVER,
        "far_away": Merge.SERVER,
        "completed_at": Merge.COMMAND_ONLY,
        "canceled_at": Merge.COMMAND_ONLY,
        "cancel_reason": Merge.COMMAND_ONLY,
        "call_plan_id": Merge.SERVER,
        "call_period_on": Merge.SERVER,
        "generated": Merge.SERVER,
    },
)
