"""How call plans sync: one for an account goes where the account goes, the others to everybody."""

from domain.call_plans.models import CallPlan
from domain.call_plans.schemas import CallPlanDocument
from domain.kernel.synced import ORG_BUCKET, Merge, SyncedEntity

_FOR_WHOM = ("account_id", "site_id", "account_class", "sales_from_minor", "sales_below_minor")
_HOW = (
    "name",
    "every_weeks",
    "per_month",
    "weekdays",
    "time_from",
    "time_to",
    "duration_min",
    "purpose",
    "rep_id",
    "starts_on",
    "enabled",
)

CALL_PLAN = SyncedEntity(
    name="call_plan",
    model=CallPlan,
    document=CallPlanDocument,
    buckets=lambda plan: set() if plan.account_id else {ORG_BUCKET},
    follows=("account", "account_id"),
    merge={
        **dict.fromkeys(_FOR_WHOM, Merge.SERVER),
        **dict.fromkeys(_HOW, Merge.LAST_WRITER),
        "ends_on": Merge.COMMAND_ONLY,
    },
)
