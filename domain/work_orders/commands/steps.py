"""What every change of an appointment has in common: it is noted as a step, and its work order's status follows."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from domain.geo.rules import Position
from domain.kernel.command import Context
from domain.kernel.ids import new_id
from domain.work_orders import rules
from domain.work_orders.events import AppointmentWithdrawn, WorkOrderCompleted
from domain.work_orders.models import Appointment, AppointmentTransition, WorkOrder


def open_appointment(
    ctx: Context, *, id: UUID, work_order: WorkOrder, area_id: UUID, duration_min: int, notes: str | None = None
) -> Appointment:
    """Add an appointment that is to be scheduled."""
    appointment = Appointment(
        id=id,
        work_order_id=work_order.id,
        account_id=work_order.account_id,
        site_id=work_order.site_id,
        area_id=area_id,
        technician_id=None,
        duration_min=duration_min,
        notes=notes,
        parts=[],
        transitions=[],
    )
    _note_step(ctx, appointment, rules.AppointmentStatus.UNSCHEDULED)
    return ctx.add(appointment)


def move(ctx: Context, appointment: Appointment, action: str, *, position: Position | None = None) -> Appointment:
    """Take an appointment to its next status, and its work order along. Emits that a dispatched job was withdrawn.

    Raises:
        InvalidAppointmentTransition: the present status does not allow it. Nothing was changed.
    """
    after = rules.move_appointment(appointment.status, action)
    work_order = lock_work_order(ctx, appointment.work_order_id)
    _note_step(ctx, appointment, after, position=position)
    set_status(ctx, work_order, rules.derived_status(work_order.status, statuses_of(ctx, work_order.id)))
    return appointment


def set_status(ctx: Context, work_order: WorkOrder, status: rules.WorkOrderStatus) -> None:
    """Take a work order to `status`. Emits that it was completed."""
    if status == rules.WorkOrderStatus.COMPLETED != work_order.status:
        ctx.emit(WorkOrderCompleted(work_order_id=work_order.id, account_id=work_order.account_id))
    work_order.status = status


def cancel_all(ctx: Context, work_order: WorkOrder, *, reason: str) -> None:
    """Call off every appointment of a work order that has not begun."""
    query = select(Appointment).where(Appointment.org_id == ctx.org_id, Appointment.work_order_id == work_order.id)
    options = (selectinload(Appointment.parts), selectinload(Appointment.transitions))
    for appointment in ctx.session.scalars(query.options(*options)).all():
        if appointment.status in rules.BEFORE_TRAVEL:
            _note_step(ctx, appointment, rules.AppointmentStatus.CANCELED)
            appointment.reason = reason


def lock_work_order(ctx: Context, work_order_id: UUID) -> WorkOrder:
    """Return the work order of an appointment, whoever's area it is in.

    Locked, so that of two technicians who finish at the same moment the later one sees the other.
    """
    query = select(WorkOrder).where(WorkOrder.org_id == ctx.org_id, WorkOrder.id == work_order_id)
    # Without a flush, here and below: what a phone sends together is written together, at the end.
    with ctx.session.no_autoflush:
        found = ctx.session.scalars(query.with_for_update(key_share=True)).one_or_none()
    return found or ctx.get(WorkOrder, work_order_id)


def statuses_of(ctx: Context, work_order_id: UUID) -> list[str]:
    """Return the statuses of all appointments of a work order, as they are in this transaction."""
    query = select(Appointment.id, Appointment.status).where(
        Appointment.org_id == ctx.org_id, Appointment.work_order_id == work_order_id
    )
    with ctx.session.no_autoflush:
        statuses = dict(ctx.session.execute(query).all())
    for record in ctx.unit.known.values():
        if isinstance(record, Appointment) and record.work_order_id == work_order_id:
            statuses[record.id] = record.status
    return list(statuses.values())


def _note_step(
    ctx: Context, appointment: Appointment, after: rules.AppointmentStatus, *, position: Position | None = None
) -> None:
    before, appointment.status = appointment.status, after
    appointment.transitions.append(
        AppointmentTransition(
            id=new_id(),
            from_status=before,
            to_status=after,
            occurred_at=ctx.occurred_at,
            recorded_at=ctx.now,
            actor_id=ctx.actor.user_id,
            position=position.as_json() if position else None,
        )
    )
    if before in rules.EXPECTED and after in rules.WITHDRAWN and appointment.technician_id:
        ctx.emit(AppointmentWithdrawn(appointment_id=appointment.id, technician_id=appointment.technician_id))
