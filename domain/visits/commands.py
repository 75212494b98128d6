"""What a rep does with a visit."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from domain.call_plans.models import CallPlan
from domain.customers.models import Account, Site
from domain.geo.rules import Position, distance_m, is_far_away
from domain.kernel.command import Command, Context
from domain.kernel.errors import ReferenceNotFound
from domain.kernel.updates import change_fields
from domain.people.models import Organisation, User
from domain.people.permissions import Permission
from domain.visits import rules, schemas
from domain.visits.events import VisitCompleted
from domain.visits.models import Visit


def plan(
    ctx: Context,
    *,
    id: UUID,
    account_id: UUID,
    site_id: UUID,
    rep_id: UUID | None,
    planned_start_at: datetime,
    duration_min: int,
    purpose: str | None,
    unplanned: bool,
    call_plan_id: UUID | None,
    call_period_on: date | None,
    kind: str,
) -> Visit:
    """Plan a visit, for oneself or, with the permission to manage visits, for somebody else."""
    account = ctx.refer(Account, account_id, "account_id")
    site = ctx.refer(Site, site_id, "site_id")
    if site.account_id != account.id:
        raise ReferenceNotFound(fields={"site_id": ["This site belongs to another account."]})
    rep_id = rep_id or ctx.actor.user_id
    if rep_id is None:
        raise ReferenceNotFound(fields={"rep_id": ["Say whose visit it is."]})
    if rep_id != ctx.actor.user_id:
        ctx.require(Permission.MANAGE_VISITS)
        ctx.refer(User, rep_id, "rep_id")
    if call_plan_id is not None:
        ctx.refer(CallPlan, call_plan_id, "call_plan_id")
    return ctx.add(
        Visit(
            id=id,
            account_id=account.id,
            site_id=site.id,
            rep_id=rep_id,
            kind=kind,
            status=rules.VisitStatus.PLANNED,
            unplanned=unplanned,
            planned_start_at=planned_start_at,
            duration_min=duration_min,
            purpose=purpose,
            call_plan_id=call_plan_id,
            call_period_on=call_period_on,
            generated=call_plan_id is not None and ctx.actor.user_id is None,
        )
    )


def update(ctx: Context, *, visit_id: UUID, **changes: Any) -> Visit:
    """Change the purpose, the notes or the next step of a visit."""
    return change_fields(ctx, _own(ctx, visit_id), changes)


def reschedule(ctx: Context, *, visit_id: UUID, **changes: Any) -> Visit:
    """Move a visit to another time, or make it a call. At another time it is to be confirmed anew."""
    visit = _own(ctx, visit_id)
    planned = rules.move(visit.status, "reschedule")
    before = visit.planned_start_at
    change_fields(ctx, visit, changes)
    if visit.planned_start_at != before:
        visit.status, visit.confirmed_at = planned, None
    return visit


def confirm(ctx: Context, *, visit_id: UUID) -> Visit:
    """Note that the customer expects the visit."""
    visit = _own(ctx, visit_id)
    visit.status = rules.move(visit.status, "confirm")
    visit.confirmed_at = ctx.occurred_at
    return visit


def check_in(ctx: Context, *, visit_id: UUID, position: Position | None) -> Visit:
    """Start a visit at the customer's door, or a call.

    `position` is where the phone says it is; a far-away check-in is flagged for the manager, never refused.
    """
    visit = _own(ctx, visit_id)
    visit.status = rules.move(visit.status, "check_in")
    visit.checked_in_at = ctx.occurred_at
    visit.checked_in_position = position.as_json() if position else None
    site = ctx.find(Site, visit.site_id)
    door = site.position if site else None
    if position and door:
        visit.distance_m = distance_m(position, door)
        visit.far_away = visit.kind == rules.VisitKind.IN_PERSON and is_far_away(
            distance_m=visit.distance_m,
            accuracy_m=position.accuracy_m,
            limit_m=ctx.get(Organisation, ctx.org_id).far_away_m,
        )
    return visit


def prepare_check_in(ctx: Context, check_ins: Sequence[Mapping[str, Any]]) -> None:
    """Fetch the sites of all visits."""
    visits = [ctx.find(Visit, check_in["visit_id"]) for check_in in check_ins]
    ctx.prefetch(Site, [visit.site_id for visit in visits if visit])


def complete(ctx: Context, *, visit_id: UUID, outcome: str, **changes: Any) -> Visit:
    """Check out, with what came of the visit."""
    visit = _own(ctx, visit_id)
    visit.status = rules.move(visit.status, "complete")
    visit.completed_at = ctx.occurred_at
    visit.outcome = outcome
    ctx.emit(VisitCompleted(visit_id=visit.id))
    return change_fields(ctx, visit, changes)


def cancel(ctx: Context, *, visit_id: UUID, reason: str) -> Visit:
    """Call a visit off."""
    visit = _own(ctx, visit_id)
    visit.status = rules.move(visit.status, "cancel")
    visit.canceled_at = ctx.occurred_at
    visit.cancel_reason = reason
    return visit


def miss(ctx: Context, *, visit_id: UUID) -> Visit:
    """Note that nobody has begun the visit on its day. The clock says so; nobody has to."""
    visit = ctx.get(Visit, visit_id)
    visit.status = rules.move(visit.status, "miss")
    return visit


def _own(ctx: Context, visit_id: UUID) -> Visit:
    visit = ctx.get(Visit, visit_id)
    if visit.rep_id != ctx.actor.user_id:
        ctx.require(Permission.MANAGE_VISITS)
    # What a person has touched is theirs: the call cycle leaves it alone.
    visit.generated = visit.generated and ctx.actor.user_id is None
    return visit


_VISIT = ("visit_id", Visit)

MISS = Command(name="visit.miss", schema=schemas.VisitArgs, handle=miss, may=None, target=_VISIT)
"""For the clock alone: no door leads to it."""

_WORK = Permission.WORK_VISITS

COMMANDS = (
    Command(
        name="visit.plan",
        schema=schemas.PlanVisitArgs,
        handle=plan,
        may=_WORK,
        loads={"account_id": Account, "site_id": Site, "call_plan_id": CallPlan},
        offline=True,
    ),
    Command(name="visit.update", schema=schemas.UpdateVisitArgs, handle=update, may=_WORK, target=_VISIT, offline=True),
    Command(
        name="visit.reschedule",
        schema=schemas.RescheduleVisitArgs,
        handle=reschedule,
        may=_WORK,
        target=_VISIT,
        offline=True,
    ),
    Command(name="visit.confirm", schema=schemas.VisitArgs, handle=confirm, may=_WORK, target=_VISIT, offline=True),
    Command(
        name="visit.check_in",
        schema=schemas.CheckInArgs,
        handle=check_in,
        may=_WORK,
        target=_VISIT,
        prepare=prepare_check_in,
        offline=True,
    ),
    Command(
        name="visit.complete", schema=schemas.CompleteVisitArgs, handle=complete, may=_WORK, target=_VISIT, offline=True
    ),
    Command(name="visit.cancel", schema=schemas.CancelVisitArgs, handle=cancel, may=_WORK, target=_VISIT, offline=True),
)


def _reschedule_was_an_update(args: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
    """Until 0.1.0 an update also moved a visit."""
    moves = not args.keys().isdisjoint({"planned_start_at", "duration_min"})
    return "visit.reschedule" if moves else "visit.update", args


UPCASTS = {"visit.update": _reschedule_was_an_update}
