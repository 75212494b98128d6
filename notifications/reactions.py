"""Who is told what when something happens. Runs inside the transaction in which it happened.

Nothing here flushes: what a phone sends together is written together, at the end.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, TypeVar
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
from domain.people.rules import local_date
from domain.tasks.events import TaskGiven
from domain.tasks.models import Task
from domain.territories.events import BookHandedOver
from domain.territories.models import Membership, Territory
from domain.visits.events import VisitsLate, VisitsMissed
from domain.visits.models import Visit
from domain.work_orders.events import AppointmentDeclined, AppointmentDispatched, AppointmentWithdrawn
from domain.work_orders.models import Appointment, WorkOrder
from notifications.models import Notice
from notifications.queue import defer_pushes
from notifications.subscriptions import list_subscriptions
from notifications.texts import (
    Job,
    NoticeKind,
    body_of,
    book_body,
    book_title,
    date_and_time,
    task_body,
    task_title,
    title_of,
    visit_late_title,
    visits_missed_title,
)

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


def tell_managers_of_late_visits(ctx: Context, event: VisitsLate) -> None:
    """Somebody may have to step in. Each visit is told of once for each time that it was planned for."""
    visits = {_late_tag(visit): visit for visit in _visits(ctx, event.visit_ids)}
    told = select(Notice.tag).where(
        Notice.org_id == ctx.org_id, Notice.kind == NoticeKind.VISIT_LATE, Notice.tag.in_(list(visits))
    )
    with ctx.session.no_autoflush:
        for tag in set(ctx.session.scalars(told)):
            del visits[tag]
    time_zone = _record(ctx, Organisation, ctx.org_id).time_zone
    for area_id, late in _by_area(ctx, list(visits.values())).items():
        for manager in _managers(ctx, area_id=area_id):
            for visit in late:
                rep, account = _record(ctx, User, visit.rep_id), _record(ctx, Account, visit.account_id)
                planned = date_and_time(visit.planned_start_at, language=manager.language, time_zone=time_zone)
                _leave_notice(
                    ctx,
                    manager,
                    kind=NoticeKind.VISIT_LATE,
                    title=visit_late_title(rep=rep.name, language=manager.language),
                    body=f"{account.name}\n{_record(ctx, Site, visit.site_id).place}\n{planned}",
                    params={
                        "visit_id": str(visit.id),
                        "rep": rep.name,
                        "customer": account.name,
                        "planned_start_at": _on_the_wire(visit.planned_start_at),
                    },
                    link=f"/visits/{visit.id}",
                    tag=_late_tag(visit),
                )


def tell_managers_of_missed_visits(ctx: Context, event: VisitsMissed) -> None:
    """One notice for all that was missed in a manager's areas, by rep."""
    missed_by: dict[User, list[Visit]] = {}
    for area_id, visits in _by_area(ctx, _visits(ctx, event.visit_ids)).items():
        for manager in _managers(ctx, area_id=area_id):
            missed_by.setdefault(manager, []).extend(visits)
    for manager, visits in missed_by.items():
        customers: dict[str, list[str]] = {}
        for visit in visits:
            rep, account = _record(ctx, User, visit.rep_id), _record(ctx, Account, visit.account_id)
            customers.setdefault(rep.name, []).append(account.name)
        _leave_notice(
            ctx,
            manager,
            kind=NoticeKind.VISITS_MISSED,
            title=visits_missed_title(count=len(visits), language=manager.language),
            body="\n".join(f"{rep}: {', '.join(names)}" for rep, names in sorted(customers.items())),
            params={"visit_ids": [str(visit.id) for visit in visits]},
            link=None,
            tag=f"visits-missed:{new_id()}",
        )


def tell_of_task(ctx: Context, event: TaskGiven) -> None:
    """Somebody has a new task."""
    person = _record(ctx, User, event.assignee_id)
    if not person.active:
        return
    task = _record(ctx, Task, event.task_id)
    customer = _record(ctx, Account, task.account_id).name if task.account_id else None
    giver = _record(ctx, User, ctx.actor.user_id).name if ctx.actor.user_id and task.rule_id is None else None
    _leave_notice(
        ctx,
        person,
        kind=NoticeKind.TASK_GIVEN,
        title=task_title(giver=giver, language=person.language),
        body=task_body(title=task.title, customer=customer, due_on=task.due_on, language=person.language),
        params={
            "task_id": str(task.id),
            "customer": customer,
            "due_on": task.due_on.isoformat() if task.due_on else None,
            "giver": giver,
        },
        link="/",
        tag=f"task:{task.id}",
    )


def tell_of_book(ctx: Context, event: BookHandedOver) -> None:
    """Somebody has another rep's customers: one notice, with how many visits and tasks go along."""
    if event.to_id == ctx.actor.user_id:
        return
    taker, giver = _record(ctx, User, event.to_id), _record(ctx, User, event.from_id)
    starts_on = local_date(event.starts_at, time_zone=_record(ctx, Organisation, ctx.org_id).time_zone)
    visits, tasks = event.along["visit"], event.along["task"]
    _leave_notice(
        ctx,
        taker,
        kind=NoticeKind.BOOK_HANDED_OVER,
        title=book_title(giver=giver.name, starts_on=starts_on, language=taker.language),
        body=book_body(visits=visits, tasks=tasks, language=taker.language),
        params={"giver": giver.name, "starts_on": starts_on.isoformat(), "visits": visits, "tasks": tasks},
        link="/accounts",
        tag=f"book:{new_id()}",
    )


def _late_tag(visit: Visit) -> str:
    return f"visit-late:{visit.id}:{visit.planned_start_at:%Y%m%dT%H%M}"


def _visits(ctx: Context, visit_ids: Sequence[UUID]) -> Sequence[Visit]:
    ctx.prefetch(Visit, visit_ids)
    visits = [_record(ctx, Visit, visit_id) for visit_id in visit_ids]
    ctx.prefetch(Account, [visit.account_id for visit in visits])
    ctx.prefetch(Site, [visit.site_id for visit in visits])
    ctx.prefetch(User, [visit.rep_id for visit in visits])
    return visits


def _by_area(ctx: Context, visits: Sequence[Visit]) -> dict[UUID, list[Visit]]:
    territories = {visit.id: _record(ctx, Account, visit.account_id).territory_id for visit in visits}
    ctx.prefetch(Territory, list(set(territories.values())))
    areas: dict[UUID, list[Visit]] = {}
    for visit in visits:
        areas.setdefault(_record(ctx, Territory, territories[visit.id]).area_id, []).append(visit)
    return areas


def _managers(ctx: Context, *, area_id: UUID) -> Sequence[User]:
    return _who_answers(ctx, area_id=area_id, role=Role.MANAGER, permission=Permission.MANAGE_VISITS)


def _tell(
    ctx: Context, kind: NoticeKind, appointment_id: UUID, person: User, *, link: str | None, technician: str = ""
) -> None:
    """Tell a person about an appointment."""
    if not person.active:
        return
    appointment = _record(ctx, Appointment, appointment_id)
    organisation = _record(ctx, Organisation, ctx.org_id)
    work_order = _record(ctx, WorkOrder, appointment.work_order_id)
    job = Job(
        customer=_record(ctx, Account, appointment.account_id).name,
        place=_record(ctx, Site, appointment.site_id).place,
        title=work_order.title,
        urgent=work_order.priority == "urgent",
        starts_at=appointment.starts_at,
        reason=None if kind is NoticeKind.DISPATCHED else appointment.reason,
        technician=technician,
    )
    _leave_notice(
        ctx,
        person,
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


def _leave_notice(ctx: Context, person: User, **content: Any) -> None:
    """Leave a notice for the person and a push for each of their devices."""
    notice = ctx.add(Notice(id=new_id(), user_id=person.id, **content))
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
    return _who_answers(ctx, area_id=area_id, role=Role.DISPATCHER, permission=Permission.DISPATCH)


def _who_answers(ctx: Context, *, area_id: UUID, role: Role, permission: Permission) -> Sequence[User]:
    """Return those of the role who work in the area today; where there are none, whoever else there may do its work."""
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
    of_the_role = [person for person in members if role in person.roles]
    return of_the_role or [person for person in members if permission in permissions_of(person.roles)]


def _record(ctx: Context, model: type[R], record_id: UUID) -> R:
    """Return a record whether or not the actor sees it: what the recipient is told does not depend on who acts."""
    known = ctx.unit.known.get((model, record_id))
    if isinstance(known, model):
        return known
    with ctx.session.no_autoflush:
        return ctx.session.get_one(model, (ctx.org_id, record_id))


def _on_the_wire(moment: datetime | None) -> str | None:
    return moment.isoformat().replace("+00:00", "Z") if moment else None


REACTIONS: tuple[tuple[type[Event], Reaction], ...] = (
    (AppointmentDispatched, tell_technician_of_job),
    (AppointmentWithdrawn, tell_technician_of_withdrawal),
    (AppointmentDeclined, tell_dispatchers_of_refusal),
    (VisitsLate, tell_managers_of_late_visits),
    (VisitsMissed, tell_managers_of_missed_visits),
    (TaskGiven, tell_of_task),
    (BookHandedOver, tell_of_book),
)
