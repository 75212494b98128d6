"""What a dispatcher does with an appointment."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, true

from domain.kernel.command import Command, Context
from domain.people.models import Skill, User
from domain.people.permissions import Permission, Role
from domain.work_orders import rules, schemas
from domain.work_orders.commands import steps
from domain.work_orders.events import AppointmentDispatched
from domain.work_orders.models import Appointment, WorkOrder


def assign(
    ctx: Context, *, appointment_id: UUID, technician_id: UUID, starts_at: datetime, duration_min: int | None
) -> Appointment:
    """Plan who goes when, or plan it anew. The technician is told when it is dispatched."""
    appointment = ctx.get(Appointment, appointment_id)
    technician = ctx.refer(User, technician_id, "technician_id")
    duration_min = duration_min or appointment.duration_min
    ends_at = starts_at + timedelta(minutes=duration_min)
    if Role.TECHNICIAN not in technician.roles or not technician.active:
        sentence = f"{technician.name} is not an active technician."
        raise rules.NotATechnician(sentence, fields={"technician_id": [sentence]})
    _check_skills(ctx, steps.lock_work_order(ctx, appointment.work_order_id), technician)
    rules.check_free(_bookings(ctx, technician, appointment), starts_at=starts_at, ends_at=ends_at)

    steps.move(ctx, appointment, "assign")
    _clear_plan(appointment)
    appointment.technician_id = technician.id
    appointment.starts_at, appointment.ends_at = starts_at, ends_at
    appointment.duration_min = duration_min
    return appointment


def unassign(ctx: Context, *, appointment_id: UUID) -> Appointment:
    """Take the job back from the technician. Who was told of it is told of this too."""
    appointment = steps.move(ctx, ctx.get(Appointment, appointment_id), "unassign")
    _clear_plan(appointment)
    return appointment


def dispatch(ctx: Context, *, appointment_id: UUID) -> Appointment:
    """Tell the technician of the job. From now on it is pinned."""
    appointment = ctx.get(Appointment, appointment_id)
    if steps.lock_work_order(ctx, appointment.work_order_id).status == rules.WorkOrderStatus.ON_HOLD:
        raise rules.WorkOrderOnHold
    steps.move(ctx, appointment, "dispatch")
    appointment.dispatched_at = ctx.occurred_at
    if appointment.technician_id:
        ctx.emit(AppointmentDispatched(appointment_id=appointment.id, technician_id=appointment.technician_id))
    return appointment


def cancel(ctx: Context, *, appointment_id: UUID, reason: str) -> Appointment:
    """Call an appointment off before anybody travels. The work order stays, to be scheduled again or canceled."""
    appointment = steps.move(ctx, ctx.get(Appointment, appointment_id), "cancel")
    appointment.reason = reason
    return appointment


def _clear_plan(appointment: Appointment) -> None:
    appointment.technician_id = None
    appointment.starts_at = appointment.ends_at = None
    appointment.dispatched_at = appointment.accepted_at = None
    appointment.reason = None


def _check_skills(ctx: Context, work_order: WorkOrder, technician: User) -> None:
    held = {skill.skill_id: skill.level for skill in technician.skills}
    missing = rules.missing_skills(work_order.skills, held)
    if missing:
        ctx.prefetch(Skill, list(missing))
        names = ", ".join(f"{ctx.get(Skill, skill_id).name} (level {level})" for skill_id, level in missing.items())
        sentence = f"{technician.name} lacks a skill that the job needs: {names}."
        raise rules.SkillMissing(sentence, fields={"technician_id": [sentence]})


def _bookings(ctx: Context, technician: User, appointment: Appointment) -> list[rules.Booking]:
    """Return the technician's other jobs.

    The technician's row is locked first: of two dispatchers who plan at the same moment, the later one sees what the
    other has planned.
    """
    person = select(User.id).where(User.org_id == ctx.org_id, User.id == technician.id)
    ctx.session.execute(person.with_for_update(key_share=True))
    in_scope = ctx.scope.contains(ctx.registry.entity_of[WorkOrder])
    if in_scope is None:
        in_scope = true()
    query = (
        select(WorkOrder.number, WorkOrder.title, Appointment.starts_at, Appointment.ends_at, in_scope)
        .join(WorkOrder, (WorkOrder.org_id == Appointment.org_id) & (WorkOrder.id == Appointment.work_order_id))
        .where(
            Appointment.org_id == ctx.org_id,
            Appointment.technician_id == technician.id,
            Appointment.id != appointment.id,
            Appointment.status.in_(rules.TAKES_TIME),
        )
        .order_by(Appointment.starts_at)
    )
    return [
        rules.Booking(job=f"{number or ''} {title}".strip() if is_known else None, starts_at=starts_at, ends_at=ends_at)
        for number, title, starts_at, ends_at, is_known in ctx.session.execute(query)
        if starts_at and ends_at
    ]


_APPOINTMENT = ("appointment_id", Appointment)
_DISPATCH = Permission.DISPATCH

COMMANDS = (
    Command(
        name="appointment.assign",
        schema=schemas.AssignArgs,
        handle=assign,
        may=_DISPATCH,
        target=_APPOINTMENT,
        loads={"technician_id": User},
    ),
    Command(
        name="appointment.unassign", schema=schemas.AppointmentArgs, handle=unassign, may=_DISPATCH, target=_APPOINTMENT
    ),
    Command(
        name="appointment.dispatch", schema=schemas.AppointmentArgs, handle=dispatch, may=_DISPATCH, target=_APPOINTMENT
    ),
    Command(name="appointment.cancel", schema=schemas.ReasonArgs, handle=cancel, may=_DISPATCH, target=_APPOINTMENT),
)
