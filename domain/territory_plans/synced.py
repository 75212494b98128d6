"""How plans sync: whoever plans in the area has them with their figures; the accounts in them are asked for on line."""

from datetime import datetime

from domain.kernel.synced import Merge, SyncedEntity
from domain.territories.scope import dispatch_bucket
from domain.territory_plans.models import TerritoryPlan
from domain.territory_plans.rules import CLOSED
from domain.territory_plans.schemas import TerritoryPlanDocument


def _closed_at(plan: TerritoryPlan) -> datetime | None:
    return plan.updated_at if plan.status in CLOSED else None


TERRITORY_PLAN = SyncedEntity(
    name="territory_plan",
    model=TerritoryPlan,
    document=TerritoryPlanDocument,
    buckets=lambda plan: {dispatch_bucket(plan.area_id)},
    closed_at=_closed_at,
    keep_days=90,
    merge={
        "name": Merge.SERVER,
        "area_id": Merge.SERVER,
        "method": Merge.SERVER,
        "territory_ids": Merge.SERVER,
        "territories": Merge.SERVER,
        "workload": Merge.SERVER,
        "by_call_plans": Merge.SERVER,
        "workload_in": Merge.SERVER,
        "tolerance_pct": Merge.SERVER,
        "seed": Merge.SERVER,
        "status": Merge.COMMAND_ONLY,
        "progress_pct": Merge.SERVER,
        "owners": Merge.SERVER,
        "before": Merge.SERVER,
        "after": Merge.SERVER,
        "shortcoming": Merge.SERVER,
        "without_position": Merge.SERVER,
        "moved": Merge.SERVER,
        "starts_on": Merge.COMMAND_ONLY,
        "created_by_id": Merge.SERVER,
        "published_at": Merge.SERVER,
    },
)

ENTITIES = (TERRITORY_PLAN,)
