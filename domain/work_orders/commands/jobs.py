"""Work types, and work orders from the call to the close."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from domain.assets.models import Asset
from domain.customers.models import Account, Site
from domain.customers.queries import lock_territory
from domain.kernel.command import Command, Context
from domain.kernel.errors import ReferenceNotFound
from domain.kernel.numbers import give_number
from domain.kernel.updates import update_command
from domain.people.models import Skill
from domain.people.permissions import Permission
from domain.territories.models import Territory
from domain.work_orders import rules, schemas
from domain.work_orders.commands import steps
from domain.work_orders.models import WorkOrder, WorkType


def create_type(ctx: Context, *, id: UUID, name: str, duration_min: int, skills: list[dict[str, Any]]) -> WorkType:
    """Add a template of a job."""
    return ctx.add(WorkType(id=id, name=name, duration_min=duration_min, skills=_skills(ctx, skills)))


def create(
    ctx: Context,
    *,
    id: UUID,
    appointment_id: UUID,
    site_id: UUID,
    asset_id: UUID | None,
    work_type_id: UUID | None,
    title: str,
    description: str | None,
    priority: str,
    due_at: datetime | None,
    duration_min: int | None,
    skills: list[dict[str, Any]] | None,
) -> WorkOrder:
    """Note a job to do at a site, with a first appointment that is to be scheduled."""
    site = ctx.refer(Site, site_id, "site_id")
    account = ctx.refer(Account, site.account_id, "site_id")
    if asset_id and ctx.refer(Asset, asset_id, "asset_id").site_id != site.id:
        raise ReferenceNotFound(fields={"asset_id": ["This machine is at another site."]})
    work_type = ctx.refer(WorkType, work_type_id, "work_type_id") if work_type_id else None
    needed = work_type.skills if skills is None and work_type else _skills(ctx, skills or [])
    duration_min = duration_min or (work_type.duration_min if work_type else rules.DEFAULT_DURATION_MIN)
    territory = ctx.get(Territory, lock_territory(ctx, account))

    work_order = ctx.add(
        WorkOrder(
            id=id,
            number=None,
            account_id=account.id,
            site_id=site.id,
            asset_id=asset_id,
            work_type_id=work_type_id,
            title=title,
            description=description,
            priority=priority,
            status=rules.WorkOrderStatus.OPEN,
            due_at=due_at,
            duration_min=duration_min,
            skills=needed,
            created_by_id=ctx.actor.user_id,
        )
    )
    steps.open_appointment(
        ctx, id=appointment_id, work_order=work_order, area_id=territory.area_id, duration_min=duration_min
    )
    give_number(ctx.session, series="WO", receive=partial(setattr, work_order, "number"))
    return work_order


def hold(ctx: Context, *, work_order_id: UUID, reason: str) -> WorkOrder:  # noqa: ARG001 - the receipt keeps the reason
    """Stop a job for a while: nobody is dispatched until it is resumed."""
    return _move(ctx, work_order_id, "hold")


def resume(ctx: Context, *, work_order_id: UUID) -> WorkOrder:
    """Go on with a job that was on hold."""
    return _move(ctx, work_order_id, "resume")


def close(ctx: Context, *, work_order_id: UUID) -> WorkOrder:
    """Close a completed job: nothing more is to be done or written up."""
    work_order = _move(ctx, work_order_id, "close")
    work_order.closed_at = ctx.occurred_at
    return work_order


def cancel(ctx: Context, *, work_order_id: UUID, reason: str) -> WorkOrder:
    """Call a job off, with all its appointments. Refused while a technician is at work."""
    work_order = _move(ctx, work_order_id, "cancel")
    work_order.canceled_at = ctx.occurred_at
    work_order.cancel_reason = reason
    steps.cancel_all(ctx, work_order, reason=reason)
    return work_order


def _move(ctx: Context, work_order_id: UUID, action: str) -> WorkOrder:
    work_order = ctx.get(WorkOrder, work_order_id)
    statuses = steps.statuses_of(ctx, work_order.id)
    steps.set_status(ctx, work_order, rules.move_work_order(work_order.status, action, statuses))
    return work_order


def _skills(ctx: Context, skills: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the skills as they are stored, all of them known ones."""
    ctx.prefetch(Skill, [skill["skill_id"] for skill in skills])
    for skill in skills:
        ctx.refer(Skill, skill["skill_id"], "skills")
    return [{"skill_id": str(skill["skill_id"]), "level": skill["level"]} for skill in skills]


_WORK_ORDER = ("work_order_id", WorkOrder)
_CREATE, _DISPATCH = Permission.CREATE_WORK_ORDERS, Permission.DISPATCH

COMMANDS = (
    Command(
        name="work_type.create", schema=schemas.CreateWorkTypeArgs, handle=create_type, may=Permission.MANAGE_CATALOG
    ),
    Command(
        name="work_order.create",
        schema=schemas.CreateWorkOrderArgs,
        handle=create,
        may=_CREATE,
        loads={"site_id": Site, "asset_id": Asset, "work_type_id": WorkType},
        offline=True,
    ),
    update_command(entity="work_order", model=WorkOrder, schema=schemas.UpdateWorkOrderArgs, may=_CREATE, offline=True),
    Command(name="work_order.hold", schema=schemas.StopWorkOrderArgs, handle=hold, may=_DISPATCH, target=_WORK_ORDER),
    Command(name="work_order.resume", schema=schemas.WorkOrderArgs, handle=resume, may=_DISPATCH, target=_WORK_ORDER),
    Command(name="work_order.close", schema=schemas.WorkOrderArgs, handle=close, may=_DISPATCH, target=_WORK_ORDER),
    Command(
        name="work_order.cancel", schema=schemas.StopWorkOrderArgs, handle=cancel, may=_DISPATCH, target=_WORK_ORDER
    ),
)
