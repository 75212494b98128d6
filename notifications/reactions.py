"""Who is told what when something happens. Runs inside the transaction in which it happened.

Nothing here flushes: what a phone sends together is written together, at the end.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from domain.customers.models import Account, Site
from domain.kernel.command import Context, Reaction
from domain.kernel.events import Event
from domain.kernel.ids import new_id
from domain.kernel.model import Record
from domain.people.models import Organisation, User
from domain.people.permissions import Permission, Role, permissions_of
from domain.territories.models import Membership, Territory
from domain.work_orders.events import AppointmentDeclined, AppointmentDispatched, AppointmentWithdrawn
from domain.work_orders.models import Appointment, WorkOrder
from notifications.models import Notice
from notifications.queue import defer_pushes
from notifications.subscriptions import list_subscriptions
from notifications.texts import Job, NoticeKind, body_of, title_of

R = TypeVar("R", bound=Record)


def tell_technician_of_job(ctx: Context, event: AppointmentDispatched) -> None:
    """The technician has a new job."""
    technician = _record(ctx, User, event.technician_id)
    _tell(ctx, NoticeKind.DISPATCHED, event.appointment_id, technician, link=f"/jobs/{event.appointment_id}")


def tell_technician_of_withdrawal(ctx: Context, event: AppointmentWithdrawn) -> None:
    """The technician need not go. There is no link: the job may no longer be on the phone."""
    technician = _record(ctx, User, event.technician_id)
    _tell(ctx, NoticeKind.WITHDRAWN, event.appointment_id, technician, link=None)


def tell_dispatchers_of_refusal(ctx: Context, event: AppointmentDeclined) -> None:
    """Somebody else has to go."""
    appointment = _record(ctx, Appointment, event.appointment_id)
    technician = _record(ctx, User, event.technician_id)
    for dispatcher in _dispatchers(ctx, area_id=appointment.area_id):
        if dispatcher.id != ctx.actor.user_id:
            _tell(ctx, NoticeKind.DECLINED, appointment.id, dispatcher, link="/board", technician=technician.name)


def _tell(
    ctx: Context, kind: NoticeKind, appointment_id: UUID, person: User, *, link: str | None, technician: str = ""
) -> None:
    """Leave a notice for the person and a push for each of their devices."""
    if not person.active:
        return
    appointment = _record(ctx, Appointment, appointment_id)
    organisation = _record(ctx, Organisation, ctx.org_id)
    work_order = _record(ctx, WorkOrder, appointment.work_order_id)
    job = Job(
        customer=_record(ctx, Account, appointment.account_id).name,
        place=_place(_record(ctx, Site, appointment.site_id)),
        title=work_order.title,
        urgent=work_order.priority == "urgent",
        starts_at=appointment.starts_at,
        reason=None if kind is NoticeKind.DISPATCHED else appointment.reason,
        technician=technician,
    )
    notice = ctx.add(
        Notice(
            id=new_id(),
            user_id=person.id,
            kind=kind,
            title=title_of(kind, job=job, language=person.language),
            body=body_of(job=job, language=person.language, time_zone=organisation.time_zone),
            params={
                "appointment_id": str(appointment.id),
                "work_order_id": str(work_order.id),
                "customer": job.customer,
                "place": job.place,
                "starts_at": _on_the_wire(job.starts_at),
                "priority": work_order.priority,
                "technician": job.technician or None,
                "reason": job.reason,
            },
            link=link,
            tag=f"appointment:{appointment.id}",
        )
    )
    with ctx.session.no_autoflush:
        subscriptions = list_subscriptions(ctx.session, org_id=ctx.org_id, user_id=person.id)
    defer_pushes(
        ctx.session,
        org_id=ctx.org_id,
        notice_id=notice.id,
        subscription_ids=[subscription.id for subscription in subscriptions],
    )


def _dispatchers(ctx: Context, *, area_id: UUID) -> Sequence[User]:
    """Return the dispatchers who work in the area today; where there are none, whoever else there may dispatch."""
    today = ctx.now.astimezone(ZoneInfo(_record(ctx, Organisation, ctx.org_id).time_zone)).date()
    query = (
        select(User)
        .join(Membership, (Membership.org_id == User.org_id) & (Membership.user_id == User.id))
        .join(Territory, (Territory.org_id == Membership.org_id) & (Territory.id == Membership.territory_id))
        .where(
            User.org_id == ctx.org_id,
            User.active,
            Territory.area_id == area_id,
            Membership.starts_on <= today,
            or_(Membership.ends_on.is_(None), Membership.ends_on >= today),
        )
        .order_by(User.id)
    )
    with ctx.session.no_autoflush:
        members = list(dict.fromkeys(ctx.session.scalars(query)))
    dispatchers = [person for person in members if Role.DISPATCHER in person.roles]
    return dispatchers or [person for person in members if Permission.DISPATCH in permissions_of(person.roles)]


def _record(ctx: Context, model: type[R], record_id: UUID) -> R:
    """Return a record whether or not the actor sees it: what the recipient is told does not depend on who acts."""
    known = ctx.unit.known.get((model, record_id))
    if isinstance(known, model):
        return known
    with ctx.session.no_autoflush:
        return ctx.session.get_one(model, (ctx.org_id, record_id))


def _place(site: Site) -> str:
    address = site.address
    street = " ".join(part for part in (address.get("street"), address.get("house_number")) if part)
    town = " ".join(part for part in (address.get("postcode"), address.get("city")) if part)
    return ", ".join(part for part in (street, town) if part) or site.name


def _on_the_wire(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None


REACTIONS: tuple[tuple[type[Event], Reaction], ...] = (
    (AppointmentDispatched, tell_technician_of_job),
    (AppointmentWithdrawn, tell_technician_of_withdrawal),
    (AppointmentDeclined, tell_dispatchers_of_refusal),
)
