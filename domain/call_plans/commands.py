"""Making, changing and ending call plans."""

from datetime import date
from typing import Any
from uuid import UUID

from domain.call_plans import rules, schemas
from domain.call_plans.models import CallPlan
from domain.customers.models import Account, Site
from domain.kernel.command import Command, Context
from domain.kernel.errors import ReferenceNotFound
from domain.kernel.updates import change_fields
from domain.people.models import User
from domain.people.permissions import Permission
from domain.working_time.rules import WEEKDAYS


def create(
    ctx: Context, *, account_id: UUID | None, site_id: UUID | None, rep_id: UUID | None, **values: Any
) -> CallPlan:
    """Make a call plan."""
    if account_id is not None:
        ctx.refer(Account, account_id, "account_id")
    if site_id is not None and ctx.refer(Site, site_id, "site_id").account_id != account_id:
        raise ReferenceNotFound(fields={"site_id": ["This site belongs to another account than that of the plan."]})
    _refer_rep(ctx, rep_id)
    values["weekdays"] = _in_order(values["weekdays"])
    plan = CallPlan(account_id=account_id, site_id=site_id, rep_id=rep_id, **values)
    rules.check(plan)
    return ctx.add(plan)


def update(ctx: Context, *, call_plan_id: UUID, **changes: Any) -> CallPlan:
    """Change a call plan. What it has planned and nobody has touched follows at the next run of the call cycle."""
    plan = ctx.get(CallPlan, call_plan_id)
    if "rep_id" in changes:
        _refer_rep(ctx, changes["rep_id"])
    if "weekdays" in changes:
        changes["weekdays"] = _in_order(changes["weekdays"])
    # Who gives the one frequency takes the other back.
    if changes.get("every_weeks") is not None:
        changes.setdefault("per_month", None)
    elif changes.get("per_month") is not None:
        changes.setdefault("every_weeks", None)
    change_fields(ctx, plan, changes)
    rules.check(plan)
    return plan


def end(ctx: Context, *, call_plan_id: UUID, ends_on: date | None) -> CallPlan:
    """Set the last day of a call plan, or let it go on.

    What it has planned for later is called off at the next run of the cycle.
    """
    plan = ctx.get(CallPlan, call_plan_id)
    rules.check_dates(starts_on=plan.starts_on, ends_on=ends_on)
    plan.ends_on = ends_on
    return plan


def _refer_rep(ctx: Context, rep_id: UUID | None) -> None:
    if rep_id is not None:
        ctx.refer(User, rep_id, "rep_id")


def _in_order(weekdays: list[str]) -> list[str]:
    return [str(day) for day in WEEKDAYS if day in weekdays]


_MANAGE = Permission.MANAGE_VISITS
_PLAN = ("call_plan_id", CallPlan)

COMMANDS = (
    Command(
        name="call_plan.create",
        schema=schemas.CreateCallPlanArgs,
        handle=create,
        may=_MANAGE,
        loads={"account_id": Account, "site_id": Site, "rep_id": User},
    ),
    Command(
        name="call_plan.update",
        schema=schemas.UpdateCallPlanArgs,
        handle=update,
        may=_MANAGE,
        target=_PLAN,
        loads={"rep_id": User},
    ),
    Command(name="call_plan.end", schema=schemas.EndCallPlanArgs, handle=end, may=_MANAGE, target=_PLAN),
)
