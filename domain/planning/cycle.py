"""Runs the call cycle for an organisation: reads what there is, has the visits generated, and carries that out."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import delete, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from domain.call_plans.models import CallPlan
from domain.customers.models import Account, Site
from domain.customers.opening_hours import open_spans
from domain.geo.rules import Position, TravelProfile
from domain.kernel.command import Command, Context, OpenContext, digest_of, perform, validated
from domain.kernel.errors import DomainError
from domain.kernel.ids import new_id
from domain.kernel.model import any_of
from domain.people.models import Organisation, User
from domain.people.rules import local_date
from domain.planning import customers
from domain.planning.generate import Customer, Cycle, Engagement, KnownVisit, Placement, Unplaced, generate
from domain.planning.models import CycleRun
from domain.visits.commands import COMMANDS as VISIT_COMMANDS
from domain.visits.models import Visit
from domain.visits.rules import VisitStatus
from domain.work_orders.models import Appointment
from domain.work_orders.rules import OPEN_FOR_TECHNICIAN, AppointmentStatus
from domain.working_time.queries import load_working_days

if TYPE_CHECKING:  # It brings numpy along, which the processes that answer phones do not load.
    from domain.geo.distances import DistanceProvider

HORIZON = timedelta(weeks=8)
LONGEST_PERIOD = timedelta(weeks=53)
AT_ONCE = 200
"""Visits that are changed in one transaction."""
KEEP_RUNS = timedelta(days=30)
NO_LONGER_DUE = "No longer due in the call cycle"

OpenDistances = Callable[[TravelProfile], "DistanceProvider"]
"""From an organisation's travel profile to what knows its distances."""

_COMMAND: dict[str, Command] = {command.name: command for command in VISIT_COMMANDS}


class RunStatus(StrEnum):
    """How far a run is."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, kw_only=True)
class Deed:
    """A command of the cycle, and what it counts as: `planned`, `moved` or `withdrawn`."""

    command: Command
    args: dict[str, Any]
    counts_as: str


def request_run(ctx: Context) -> CycleRun:
    """Note that somebody wants a run of the call cycle. The caller has it done."""
    run = CycleRun(
        org_id=ctx.org_id,
        id=new_id(),
        requested_by_id=ctx.actor.user_id,
        requested_at=ctx.now,
        status=RunStatus.QUEUED,
        unplaced=[],
    )
    ctx.session.add(run)
    return run


def run_cycle(open_context: OpenContext, open_distances: OpenDistances, *, run_id: UUID | None = None) -> CycleRun:
    """Run the call cycle and return the run. `open_context()` opens a context of the system in a new transaction.

    Visits that people change meanwhile are theirs: they are left alone and looked at again in the next run.
    """
    with open_context() as ctx:
        run = ctx.session.get(CycleRun, (ctx.org_id, run_id)) if run_id else None
        run = run or request_run(ctx)
        ctx.session.execute(
            delete(CycleRun)
            .where(CycleRun.org_id == ctx.org_id, CycleRun.requested_at < ctx.now - KEEP_RUNS)
            .execution_options(reaches_no_phone=True, synchronize_session=False)
        )
        run_id, run.status = run.id, RunStatus.RUNNING
        organisation = ctx.session.get_one(Organisation, (ctx.org_id, ctx.org_id))
        distances = open_distances(organisation.travel_profile)
        find_work = read_calendar(ctx.session, organisation=organisation, distances=distances, now=ctx.now)
        ctx.session.commit()
    # Takes seconds for thousands of customers: no transaction waits for it.
    cycle = find_work()
    deeds = list(_deeds(cycle, zone=ZoneInfo(organisation.time_zone)))
    with open_context() as ctx:
        run = ctx.session.get_one(CycleRun, (ctx.org_id, run_id))
        run.total = len(deeds)
        # A run that a killed worker left begins anew.
        run.done = run.planned = run.moved = run.withdrawn = 0
        run.unplaced = [_as_json(one) for one in cycle.unplaced]
        ctx.session.commit()
    for start in range(0, max(len(deeds), 1), AT_ONCE):
        batch = deeds[start : start + AT_ONCE]
        try:
            with open_context() as ctx:
                run = _commit_batch(ctx, run_id, batch, done=_carry_out(ctx, batch))
        except IntegrityError:
            # Another run was faster: what it has made is not made again.
            with open_context() as ctx:
                run = _commit_batch(ctx, run_id, batch, done=())
    return run


def _commit_batch(ctx: Context, run_id: UUID, batch: Sequence[Deed], *, done: Sequence[Deed]) -> CycleRun:
    run = ctx.session.get_one(CycleRun, (ctx.org_id, run_id))
    for deed in done:
        setattr(run, deed.counts_as, getattr(run, deed.counts_as) + 1)
    run.done += len(batch)
    if run.done >= run.total:
        run.status, run.finished_at = RunStatus.DONE, ctx.now
    ctx.session.commit()
    return run


def read_calendar(
    session: Session, *, organisation: Organisation, distances: "DistanceProvider", now: datetime
) -> Callable[[], Cycle]:
    """Return the function that finds out what makes the calendar fit the call plans, from tomorrow on.

    It has read all that it needs, in a fixed number of queries.
    """
    today = local_date(now, time_zone=organisation.time_zone)
    first, last = today + timedelta(days=1), today + HORIZON - timedelta(days=1)
    plans = list_plans(session, org_id=organisation.id, first=first)
    if not plans and not _has_generated(session, org_id=organisation.id, now=now):
        return Cycle
    until = last + LONGEST_PERIOD
    its_customers = customers.list_customers(session, organisation=organisation, plans=plans, today=today, until=until)
    visits = customers.list_visits(session, organisation=organisation, since=today - LONGEST_PERIOD, account_ids=None)
    people = sorted(
        {plan.rep_id for plan in plans if plan.rep_id}
        | {owner_id for one in its_customers for _, owner_id in one.owners if owner_id}
    )
    active = set(
        session.scalars(select(User.id).where(User.org_id == organisation.id, User.id == any_of(people), User.active))
    )
    working_days = load_working_days(
        session, organisation=organisation, user_ids=sorted(active), starts_on=first, ends_on=until
    )
    engagements = list(list_appointments(session, organisation=organisation, people=people, since=now))

    def find_work() -> Cycle:
        # Loads numpy, and may ask a road server: not before it is needed.
        from domain.planning.ways import KnownWays

        return generate(
            plans=plans,
            customers=its_customers,
            visits=visits,
            engagements=engagements,
            works=lambda user_id, day: working_days.on(user_id, day) if user_id in active else [],
            is_open=lambda text, day: open_spans(text, day=day, country=organisation.country),
            ways=KnownWays(_places(people, plans, its_customers, visits, engagements), distances),
            first=first,
            last=last,
        )

    return find_work


def _places(
    people: Sequence[UUID],
    plans: Sequence[CallPlan],
    its_customers: Sequence[Customer],
    visits: Sequence[KnownVisit],
    engagements: Sequence[Engagement],
) -> Mapping[UUID, Sequence[Position]]:
    """Return all places at which each rep may have to be."""
    places: dict[UUID, list[Position]] = {rep_id: [] for rep_id in people}
    for customer in its_customers:
        reps = {owner_id for _, owner_id in customer.owners if owner_id}
        reps |= {
            plan.rep_id
            for plan in plans
            if plan.rep_id
            and plan.account_id in {None, customer.account_id}
            and plan.account_class in {None, customer.account_class}
        }
        for rep_id in reps:
            places[rep_id] += [site.position for site in customer.sites if site.position]
    for visit in visits:
        if visit.position and visit.rep_id in places:
            places[visit.rep_id].append(visit.position)
    for engagement in engagements:
        if engagement.position:
            places[engagement.user_id].append(engagement.position)
    return places


def list_plans(session: Session, *, org_id: UUID, first: date) -> Sequence[CallPlan]:
    """Return the call plans that count on `first` or later."""
    query = select(CallPlan).where(
        CallPlan.org_id == org_id, CallPlan.enabled, or_(CallPlan.ends_on.is_(None), CallPlan.ends_on >= first)
    )
    return session.scalars(query.order_by(CallPlan.id)).all()


def _has_generated(session: Session, *, org_id: UUID, now: datetime) -> bool:
    query = select(Visit.id).where(
        Visit.org_id == org_id, Visit.generated, Visit.status == VisitStatus.PLANNED, Visit.planned_start_at > now
    )
    return session.scalar(query.limit(1)) is not None


def list_appointments(
    session: Session, *, organisation: Organisation, people: Sequence[UUID], since: datetime
) -> Iterator[Engagement]:
    """Yield when these people are engaged by appointments that begin from then on."""
    zone = ZoneInfo(organisation.time_zone)
    rows = session.execute(
        select(
            Appointment.id,
            Appointment.account_id,
            Appointment.site_id,
            Appointment.technician_id,
            Appointment.starts_at,
            Appointment.ends_at,
            Site.latitude,
            Site.longitude,
        )
        .join(Site, (Site.org_id == Appointment.org_id) & (Site.id == Appointment.site_id))
        .where(
            Appointment.org_id == organisation.id,
            Appointment.technician_id == any_of(people),
            Appointment.starts_at >= since,
            Appointment.status.in_(OPEN_FOR_TECHNICIAN | {AppointmentStatus.SCHEDULED}),
        )
    )
    for row in rows:
        if row.technician_id is None or row.starts_at is None or row.ends_at is None:
            continue
        day, start_min = local_minute(row.starts_at, zone)
        length = int((row.ends_at - row.starts_at).total_seconds()) // 60
        known = row.latitude is not None and row.longitude is not None
        yield Engagement(
            id=row.id,
            account_id=row.account_id,
            site_id=row.site_id,
            user_id=row.technician_id,
            day=day,
            start_min=start_min,
            end_min=start_min + length,
            position=Position(lat=row.latitude, lng=row.longitude) if known else None,
        )


def local_minute(moment: datetime, zone: ZoneInfo) -> tuple[date, int]:
    """Return the date and the minute of the day in a time zone."""
    local = moment.astimezone(zone)
    return local.date(), local.hour * 60 + local.minute


def _deeds(cycle: Cycle, *, zone: ZoneInfo) -> Iterator[Deed]:
    # What is called off or moved away makes room first.
    for visit_id in cycle.withdraw:
        args: dict[str, Any] = {"visit_id": str(visit_id), "reason": NO_LONGER_DUE}
        yield Deed(command=_COMMAND["visit.cancel"], args=args, counts_as="withdrawn")
    for placement in cycle.move:
        args = {
            "visit_id": str(placement.visit_id),
            "planned_start_at": _moment(placement, zone),
            "duration_min": placement.due.plan.duration_min,
        }
        yield Deed(command=_COMMAND["visit.reschedule"], args=args, counts_as="moved")
    for placement in cycle.plan:
        due = placement.due
        args = {
            "id": str(new_id()),
            "account_id": str(due.customer.account_id),
            "site_id": str(due.place.site_id) if due.place else None,
            "rep_id": str(due.rep_id),
            "planned_start_at": _moment(placement, zone),
            "duration_min": due.plan.duration_min,
            "purpose": due.plan.purpose,
            "call_plan_id": str(due.plan.id),
            "call_period_on": due.period.begins_on.isoformat(),
        }
        yield Deed(command=_COMMAND["visit.plan"], args=args, counts_as="planned")


def _moment(placement: Placement, zone: ZoneInfo) -> str:
    at = time(placement.start_min // 60, placement.start_min % 60)
    return datetime.combine(placement.day, at, zone).isoformat()


def _carry_out(ctx: Context, deeds: Sequence[Deed]) -> list[Deed]:
    """Carry out what is still right. The caller commits."""
    ids: dict[type[Any], list[UUID]] = {Visit: [], Account: [], Site: [], User: [], CallPlan: []}
    for deed in deeds:
        for model, name in (
            (Visit, "visit_id"),
            (Account, "account_id"),
            (Site, "site_id"),
            (User, "rep_id"),
            (CallPlan, "call_plan_id"),
        ):
            if deed.args.get(name):
                ids[model].append(UUID(deed.args[name]))
    for model, wanted in ids.items():
        ctx.prefetch(model, sorted(set(wanted)))
    done = []
    for deed in deeds:
        if "visit_id" in deed.args:
            visit = ctx.find(Visit, UUID(deed.args["visit_id"]))
            if visit is None or not visit.generated or visit.status != VisitStatus.PLANNED:
                continue
        ctx.command_id = new_id()
        loaded = validated(deed.command, deed.args)
        try:
            perform(deed.command, deed.args, loaded, ctx, digest=digest_of(deed.command.name, deed.args))
        except DomainError:
            # What it needs has gone meanwhile: the next run sees that.
            continue
        done.append(deed)
    return done


def _as_json(unplaced: Unplaced) -> dict[str, Any]:
    due = unplaced.due
    return {
        "call_plan_id": str(due.plan.id),
        "account_id": str(due.customer.account_id),
        "rep_id": str(due.rep_id) if due.rep_id else None,
        "first": due.period.first.isoformat(),
        "last": due.period.last.isoformat(),
        "reason": str(unplaced.reason),
    }
