"""Asking for a plan, and deciding what becomes of it."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from domain.kernel.command import Command, Context
from domain.people.models import Organisation
from domain.people.permissions import Permission
from domain.people.rules import local_date
from domain.territories.commands import create as create_territory
from domain.territories.models import Territory
from domain.territories.queries import works_in
from domain.territory_plans import rules, schemas
from domain.territory_plans.events import PlanPublished, PlanRequested
from domain.territory_plans.models import TerritoryPlan
from domain.territory_plans.rules import PlanStatus


def propose(
    ctx: Context,
    *,
    id: UUID,
    name: str,
    territory_ids: list[UUID],
    method: str,
    territories: int | None,
    workload: dict[str, Any],
    by_call_plans: bool,
    tolerance_pct: float,
    seed: int,
) -> TerritoryPlan:
    """Ask for a proposal of who is to own the accounts of some territories. It is worked out in the background."""
    wanted = list(dict.fromkeys(territory_ids))
    ctx.prefetch(Territory, wanted)
    found = [ctx.refer(Territory, territory_id, "territory_ids") for territory_id in wanted]
    _check_works_there(ctx, wanted)
    rules.check_areas([territory.area_id for territory in found])
    plan = ctx.add(
        TerritoryPlan(
            id=id,
            name=name,
            area_id=found[0].area_id,
            method=method,
            territory_ids=[str(territory_id) for territory_id in wanted],
            territories=rules.number_of_territories(method, today=len(wanted), wanted=territories),
            workload=workload,
            by_call_plans=by_call_plans,
            tolerance_pct=tolerance_pct,
            seed=seed,
            status=PlanStatus.REQUESTED,
            created_by_id=ctx.actor.user_id,
        )
    )
    ctx.emit(PlanRequested(plan_id=plan.id))
    return plan


def _check_works_there(ctx: Context, territory_ids: Sequence[UUID]) -> None:
    """Refuse a plan about customers whom the actor does not see.

    Raises:
        TerritoriesOfOthers: some of the territories are not theirs.
    """
    if not works_in(ctx, territory_ids):
        raise rules.TerritoriesOfOthers(fields={"territory_ids": [rules.TerritoriesOfOthers.sentence()]})


def publish(ctx: Context, *, territory_plan_id: UUID, starts_on: date) -> TerritoryPlan:
    """Let the accounts change hands from a day on. New territories are made at once, so that people can join them."""
    plan = ctx.get(TerritoryPlan, territory_plan_id)
    _check_works_there(ctx, [UUID(territory_id) for territory_id in plan.territory_ids])
    today = local_date(ctx.now, time_zone=ctx.get(Organisation, ctx.org_id).time_zone)
    plan.status = rules.publish(plan.status, starts_on=starts_on, today=today)
    plan.starts_on, plan.published_at = starts_on, ctx.now
    for territory in plan.owners:
        if territory["is_new"]:
            parent_id = _parent_of_new(ctx, plan)
            create_territory(ctx, id=UUID(territory["id"]), name=territory["name"], parent_id=parent_id)
    ctx.emit(PlanPublished(plan_id=plan.id))
    return plan


def _parent_of_new(ctx: Context, plan: TerritoryPlan) -> UUID:
    """Return what new territories stand below: the same as the old ones, or else the area."""
    parents = {ctx.refer(Territory, UUID(each), "territory_plan_id").parent_id for each in plan.territory_ids}
    return parents.pop() or plan.area_id if len(parents) == 1 else plan.area_id


def discard(ctx: Context, *, territory_plan_id: UUID) -> TerritoryPlan:
    """Put a plan away. One that is published can be called off until its day has come."""
    plan = ctx.get(TerritoryPlan, territory_plan_id)
    plan.status = rules.discard(plan.status)
    return plan


_MANAGE = Permission.MANAGE_TERRITORIES

COMMANDS = (
    Command(name="territory_plan.propose", schema=schemas.ProposePlanArgs, handle=propose, may=_MANAGE),
    Command(
        name="territory_plan.publish",
        schema=schemas.PublishPlanArgs,
        handle=publish,
        may=_MANAGE,
        target=("territory_plan_id", TerritoryPlan),
    ),
    Command(
        name="territory_plan.discard",
        schema=schemas.DiscardPlanArgs,
        handle=discard,
        may=_MANAGE,
        target=("territory_plan_id", TerritoryPlan),
    ),
)
