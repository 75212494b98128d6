"""What a technician does with an appointment, most of it without signal."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from domain.catalog.models import Product
from domain.catalog.rules import ProductKind
from domain.geo.rules import Position
from domain.kernel.command import Command, Context
from domain.kernel.errors import ReferenceNotFound
from domain.kernel.updates import change_fields
from domain.people.permissions import Permission
from domain.work_orders import rules, schemas
from domain.work_orders.commands import steps
from domain.work_orders.events import AppointmentDeclined
from domain.work_orders.models import Appointment, AppointmentPart

Part = Mapping[str, Any]


def accept(ctx: Context, *, appointment_id: UUID) -> Appointment:
    """Say that one goes."""
    appointment = steps.move(ctx, _own(ctx, appointment_id), "accept")
    appointment.accepted_at = ctx.occurred_at
    return appointment


def decline(ctx: Context, *, appointment_id: UUID, reason: str) -> Appointment:
    """Say that one cannot go. The dispatchers see why, and send somebody else."""
    appointment = steps.move(ctx, _own(ctx, appointment_id), "decline")
    appointment.reason = reason
    if appointment.technician_id:
        ctx.emit(AppointmentDeclined(appointment_id=appointment.id, technician_id=appointment.technician_id))
    return appointment


def travel(ctx: Context, *, appointment_id: UUID, position: Position | None) -> Appointment:
    """Set off."""
    appointment = steps.move(ctx, _own(ctx, appointment_id), "travel", position=position)
    appointment.travel_started_at = ctx.occurred_at
    return appointment


def start(ctx: Context, *, appointment_id: UUID, position: Position | None) -> Appointment:
    """Begin the work."""
    appointment = steps.move(ctx, _own(ctx, appointment_id), "start", position=position)
    appointment.started_at = ctx.occurred_at
    return appointment


def pause(ctx: Context, *, appointment_id: UUID, reason: str) -> Appointment:
    """Interrupt the work."""
    appointment = steps.move(ctx, _own(ctx, appointment_id), "pause")
    appointment.reason = reason
    return appointment


def resume(ctx: Context, *, appointment_id: UUID) -> Appointment:
    """Go on with the work."""
    appointment = steps.move(ctx, _own(ctx, appointment_id), "resume")
    appointment.reason = None
    return appointment


def update(ctx: Context, *, appointment_id: UUID, notes: str | None) -> Appointment:
    """Write up the job."""
    return change_fields(ctx, _own(ctx, appointment_id), {"notes": notes})


def complete(
    ctx: Context, *, appointment_id: UUID, parts: Sequence[Part], position: Position | None, **changes: Any
) -> Appointment:
    """Finish the job, with what was built in."""
    appointment = _own(ctx, appointment_id)
    used = _parts(ctx, parts)
    steps.move(ctx, appointment, "complete", position=position)
    appointment.parts.extend(used)
    return change_fields(ctx, _finish(ctx, appointment), changes)


def complete_partially(
    ctx: Context,
    *,
    appointment_id: UUID,
    next_appointment_id: UUID,
    reason: str,
    parts: Sequence[Part],
    **changes: Any,
) -> Appointment:
    """Finish a part of the job. The rest, as `reason` says it, becomes an appointment that is to be scheduled."""
    appointment = _own(ctx, appointment_id)
    used = _parts(ctx, parts)
    # Checked before the follow-up is added, which the work order's status has to count.
    rules.move_appointment(appointment.status, "complete_partially")
    steps.open_appointment(
        ctx,
        id=next_appointment_id,
        work_order=steps.lock_work_order(ctx, appointment.work_order_id),
        area_id=appointment.area_id,
        duration_min=appointment.duration_min,
        notes=reason,
    )
    steps.move(ctx, appointment, "complete_partially")
    appointment.parts.extend(used)
    return change_fields(ctx, _finish(ctx, appointment, reason), changes)


def cannot_complete(ctx: Context, *, appointment_id: UUID, reason: str, **changes: Any) -> Appointment:
    """Stop: it cannot be done."""
    appointment = steps.move(ctx, _own(ctx, appointment_id), "cannot_complete")
    return change_fields(ctx, _finish(ctx, appointment, reason), changes)


def no_show(ctx: Context, *, appointment_id: UUID, reason: str | None, position: Position | None) -> Appointment:
    """Note that the customer was not there."""
    appointment = steps.move(ctx, _own(ctx, appointment_id), "no_show", position=position)
    return _finish(ctx, appointment, reason)


def _finish(ctx: Context, appointment: Appointment, reason: str | None = None) -> Appointment:
    appointment.finished_at = ctx.occurred_at
    appointment.reason = reason
    return appointment


def _own(ctx: Context, appointment_id: UUID) -> Appointment:
    appointment = ctx.get(Appointment, appointment_id)
    if appointment.technician_id != ctx.actor.user_id:
        ctx.require(Permission.DISPATCH)
    return appointment


def _parts(ctx: Context, parts: Sequence[Part]) -> list[AppointmentPart]:
    """Return the parts as rows. One that was withdrawn may still be on the van."""
    ctx.prefetch(Product, [part["product_id"] for part in parts])
    return [_part(ctx, index, part) for index, part in enumerate(parts)]


def _part(ctx: Context, index: int, part: Part) -> AppointmentPart:
    product = ctx.find(Product, part["product_id"])
    if product is None:
        raise ReferenceNotFound(fields={"parts": {str(index): {"product_id": ["There is no such product."]}}})
    if product.kind == ProductKind.SERVICE:
        sentence = f"{product.name} is a service: it cannot be built in."
        raise rules.NotAPart(sentence, fields={"parts": {str(index): {"product_id": [sentence]}}})
    return AppointmentPart(
        id=part["id"], product_id=product.id, sku=product.sku, name=product.name, quantity=part["quantity"]
    )


_APPOINTMENT = ("appointment_id", Appointment)
_STEPS = (
    ("accept", schemas.AppointmentArgs, accept),
    ("decline", schemas.ReasonArgs, decline),
    ("travel", schemas.PositionArgs, travel),
    ("start", schemas.PositionArgs, start),
    ("pause", schemas.ReasonArgs, pause),
    ("resume", schemas.AppointmentArgs, resume),
    ("update", schemas.UpdateAppointmentArgs, update),
    ("complete", schemas.CompleteArgs, complete),
    ("complete_partially", schemas.CompletePartiallyArgs, complete_partially),
    ("cannot_complete", schemas.CannotCompleteArgs, cannot_complete),
    ("no_show", schemas.NoShowArgs, no_show),
)

COMMANDS = tuple(
    Command(
        name=f"appointment.{action}",
        schema=schema,
        handle=handle,
        may=Permission.WORK_APPOINTMENTS,
        target=_APPOINTMENT,
        offline=True,
    )
    for action, schema, handle in _STEPS
)
