"""Plans of a rep's days: reads what stands, has the route search propose better, and carries out what is accepted."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from domain.call_plans.models import CallPlan
from domain.call_plans.rules import Terms, periods
from domain.customers.models import Site
from domain.customers.opening_hours import open_spans
from domain.geo.rules import Position
from domain.kernel.command import Context, OpenContext, execute
from domain.kernel.errors import DomainError, RecordNotFound
from domain.kernel.fields import utc_text
from domain.kernel.ids import new_id
from domain.kernel.model import any_of
from domain.people.models import Organisation, User
from domain.people.rules import local_date
from domain.planning import customers
from domain.planning.cycle import OpenDistances, list_appointments, local_minute
from domain.planning.generate import Engagement, UnplacedReason
from domain.planning.models import CycleRun, RoutePlan
from domain.planning.next_visits import by_account, orders_that_count, plan_of, plan_that_counts, who_next
from domain.visits.models import Visit
from domain.visits.rules import OPEN, VisitKind, VisitStatus
from domain.working_time.queries import load_working_days
from domain.working_time.rules import Span

if TYPE_CHECKING:  # They bring numpy along, which the processes that answer phones do not load.
    from domain.planning.routes import LeftOut, Planned, Proposal, Stop

LONGEST = timedelta(days=7)
KEEP = timedelta(days=30)
MOST_SUGGESTIONS = 30
USUAL_DURATION_MIN = 30
"""For customers without a call plan."""
WAITS_WORTH_S, DUE_WORTH_S = 1_500, 1_800
"""What a visit is worth, in seconds of driving: for each time over that the customer waits, and for one that is due."""
TAKEN_BACK = "Plan taken back"


class RoutePlanStatus(StrEnum):
    """How far a plan is."""

    QUEUED = "queued"
    RUNNING = "running"
    PROPOSED = "proposed"
    FAILED = "failed"
    ACCEPTED = "accepted"
    TAKEN_BACK = "taken_back"


class RoutePlanNotProposed(DomainError):
    """Only a plan that is proposed can be taken over. Wait until it is worked out, or ask for a new one."""

    code, status, retryable = "route_plan.not_proposed", 409, False


class RoutePlanDaysChanged(DomainError):
    """These days have changed since they were planned. Nothing was done: plan them anew."""

    code, status, retryable = "route_plan.days_changed", 409, False


class RoutePlanNotAccepted(DomainError):
    """Only a plan that was taken over can be taken back."""

    code, status, retryable = "route_plan.not_accepted", 409, False


class RoutePlanVisitsChanged(DomainError):
    """Somebody has changed visits of this plan since. Nothing was taken back: move the visits one by one."""

    code, status, retryable = "route_plan.visits_changed", 409, False


class RoutePlanOfOthers(DomainError):
    """You do not work in all territories of this rep. Ask somebody who does."""

    code, status, retryable = "route_plan.of_others", 403, False


class RoutePlanOver(DomainError):
    """These days are over. Choose today or later ones."""

    code, status, retryable = "route_plan.over", 422, False


class RoutePlanTooLong(DomainError):
    """A plan is for one to seven days. Choose a last day that is not before the first, and at most six days later."""

    code, status, retryable = "route_plan.too_long", 422, False


def request_plan(ctx: Context, *, id: UUID, rep_id: UUID, starts_on: date, ends_on: date) -> RoutePlan:
    """Note that somebody wants some days of a rep planned. The caller has it done, and has asked whether they may.

    Raises:
        DomainError: these are no days to plan.
    """
    known = ctx.session.get(RoutePlan, (ctx.org_id, id))
    if known is not None:
        return known
    ctx.refer(User, rep_id, "rep_id")
    organisation = ctx.session.get_one(Organisation, (ctx.org_id, ctx.org_id))
    if not timedelta(0) <= ends_on - starts_on < LONGEST:
        raise RoutePlanTooLong(fields={"ends_on": [RoutePlanTooLong.sentence()]})
    if ends_on < local_date(ctx.now, time_zone=organisation.time_zone):
        raise RoutePlanOver(fields={"ends_on": [RoutePlanOver.sentence()]})
    ctx.session.execute(
        delete(RoutePlan)
        .where(RoutePlan.org_id == ctx.org_id, RoutePlan.requested_at < ctx.now - KEEP)
        .execution_options(reaches_no_phone=True, synchronize_session=False)
    )
    plan = RoutePlan(
        org_id=ctx.org_id,
        id=id,
        rep_id=rep_id,
        requested_by_id=ctx.actor.user_id,
        requested_at=ctx.now,
        starts_on=starts_on,
        ends_on=ends_on,
        status=RoutePlanStatus.QUEUED,
    )
    ctx.session.add(plan)
    return plan


def work_out(open_context: OpenContext, open_distances: OpenDistances, *, plan_id: UUID) -> None:
    """Work out the proposal that a plan asks for. Done twice it is the same."""
    # numpy and the compiled search are loaded by the worker that has something to plan.
    from domain.planning.routes import propose

    with open_context() as ctx:
        plan = ctx.session.get_one(RoutePlan, (ctx.org_id, plan_id))
        if plan.status not in {RoutePlanStatus.QUEUED, RoutePlanStatus.RUNNING}:
            return
        organisation = ctx.session.get_one(Organisation, (ctx.org_id, ctx.org_id))
        basis = read_basis(ctx.session, organisation=organisation, plan=plan, now=ctx.now)
        ground = _read(ctx.session, organisation=organisation, plan=plan, now=ctx.now)
        plan.status = RoutePlanStatus.RUNNING
        ctx.session.commit()
    proposal = propose(
        days=ground.days,
        stops=ground.stops,
        home=ground.home,
        distances=open_distances(organisation.travel_profile),
        is_open=lambda text, day: open_spans(text, day=day, country=organisation.country),
        tell=lambda share: _tell(open_context, plan_id, share),
    )
    with open_context() as ctx:
        plan = ctx.session.get_one(RoutePlan, (ctx.org_id, plan_id))
        plan.status, plan.progress_pct, plan.basis = RoutePlanStatus.PROPOSED, 100, basis
        plan.proposal = as_json(proposal, zone=ZoneInfo(organisation.time_zone))
        ctx.session.commit()


def _tell(open_context: OpenContext, plan_id: UUID, share: float) -> None:
    with open_context() as ctx:
        ctx.session.get_one(RoutePlan, (ctx.org_id, plan_id)).progress_pct = round(share * 99)
        ctx.session.commit()


def give_up(ctx: Context, *, plan_id: UUID) -> None:
    """Note that a plan could not be worked out."""
    ctx.session.get_one(RoutePlan, (ctx.org_id, plan_id)).status = RoutePlanStatus.FAILED


def accept(ctx: Context, *, plan_id: UUID, without: Collection[UUID] = ()) -> RoutePlan:
    """Carry a plan out, by the ordinary commands and all at once; suggestions for the accounts `without` are left out.

    Done twice it is the same.

    Raises:
        DomainError: it is not proposed, the days have changed since, or one of its visits cannot be planned or moved.
    """
    plan = _locked(ctx, plan_id)
    if plan.status == RoutePlanStatus.ACCEPTED:
        return plan
    if plan.status != RoutePlanStatus.PROPOSED or plan.proposal is None:
        raise RoutePlanNotProposed
    organisation = ctx.session.get_one(Organisation, (ctx.org_id, ctx.org_id))
    stops = [stop for day in plan.proposal["days"] for stop in day["stops"]]
    moves = [stop for stop in stops if stop["change"] == "moves"]
    new = [stop for stop in stops if stop["change"] == "new" and UUID(stop["account_id"]) not in set(without)]
    if plan.basis != read_basis(ctx.session, organisation=organisation, plan=plan, now=ctx.now) or _is_late(
        ctx, plan, [*moves, *new]
    ):
        raise RoutePlanDaysChanged
    ctx.prefetch(Visit, [UUID(stop["id"]) for stop in moves])
    done: list[tuple[Visit, dict[str, Any]]] = []
    for stop in moves:
        visit = ctx.get(Visit, UUID(stop["id"]))
        before = {"before": visit.planned_start_at.isoformat(), "generated": visit.generated}
        args = {"visit_id": stop["id"], "planned_start_at": stop["starts_at"]}
        done.append((_do(ctx, plan, "visit.reschedule", stop["id"], args), before))
    for stop in new:
        args = {
            "id": str(new_id()),
            "account_id": stop["account_id"],
            "site_id": stop["site_id"],
            "rep_id": str(plan.rep_id),
            "planned_start_at": stop["starts_at"],
            "duration_min": stop["duration_min"],
            "purpose": stop["purpose"],
        }
        done.append((_do(ctx, plan, "visit.plan", stop["account_id"], args), {"before": None, "generated": False}))
    ctx.session.flush()
    plan.done = [{"visit_id": str(visit.id), "version": visit.version, **before} for visit, before in done]
    plan.status = RoutePlanStatus.ACCEPTED
    return plan


def take_back(ctx: Context, *, plan_id: UUID) -> RoutePlan:
    """Put back what a plan has moved, and call off what it has added, if nobody has touched any of it since.

    Done twice it is the same.

    Raises:
        DomainError: it was not accepted, or its visits have changed since.
    """
    plan = _locked(ctx, plan_id)
    if plan.status == RoutePlanStatus.TAKEN_BACK:
        return plan
    if plan.status != RoutePlanStatus.ACCEPTED or plan.done is None:
        raise RoutePlanNotAccepted
    ctx.prefetch(Visit, [UUID(one["visit_id"]) for one in plan.done])
    if any(ctx.get(Visit, UUID(one["visit_id"])).version != one["version"] for one in plan.done):
        raise RoutePlanVisitsChanged
    for one in plan.done:
        key = f"back {one['visit_id']}"
        if one["before"] is None:
            _do(ctx, plan, "visit.cancel", key, {"visit_id": one["visit_id"], "reason": TAKEN_BACK})
        else:
            args = {"visit_id": one["visit_id"], "planned_start_at": one["before"]}
            # As if nobody had touched it: the call cycle may move it again.
            _do(ctx, plan, "visit.reschedule", key, args).generated = one["generated"]
    plan.status = RoutePlanStatus.TAKEN_BACK
    return plan


def _locked(ctx: Context, plan_id: UUID) -> RoutePlan:
    query = select(RoutePlan).where(RoutePlan.org_id == ctx.org_id, RoutePlan.id == plan_id).with_for_update()
    plan = ctx.session.scalar(query.execution_options(populate_existing=True))
    if plan is None:
        raise RecordNotFound
    return plan


def _do(ctx: Context, plan: RoutePlan, name: str, key: str, args: Mapping[str, Any]) -> Visit:
    ctx.command_id = uuid5(plan.id, key)
    visit = execute(ctx.registry.commands[name], args, ctx).record
    assert isinstance(visit, Visit)  # noqa: S101 - a plan is carried out once, so that there is no earlier receipt
    return visit


def _is_late(ctx: Context, plan: RoutePlan, stops: Sequence[Mapping[str, Any]]) -> bool:
    """Tell whether a stop would be in the past by now, or a customer has got another visit meanwhile."""
    if any(datetime.fromisoformat(stop["starts_at"]) < ctx.now for stop in stops):
        return True
    suggested = [UUID(stop["account_id"]) for stop in stops if stop["change"] == "new"]
    got_one = select(Visit.id).where(
        Visit.org_id == ctx.org_id,
        Visit.account_id == any_of(suggested),
        Visit.status.in_(OPEN),
        Visit.created_at >= plan.requested_at,
    )
    return ctx.session.scalar(got_one.limit(1)) is not None


# Reading.


@dataclass(kw_only=True)
class _Ground:
    """What a plan is made of."""

    days: list[Any]
    stops: "list[Stop]"
    home: Position | None


def read_basis(session: Session, *, organisation: Organisation, plan: RoutePlan, now: datetime) -> dict[str, Any]:
    """Return what must not have changed between a proposal and its acceptance.

    `{visits: {id: version}, appointments: [[id, start, end]], works: {date: [[from, to]]}}`; times are minutes.
    """
    first, until = _bounds(organisation, plan)
    query = select(Visit.id, Visit.version).where(
        Visit.org_id == organisation.id,
        Visit.rep_id == plan.rep_id,
        Visit.planned_start_at >= first,
        Visit.planned_start_at < until,
    )
    appointments = _appointments(session, organisation, plan)
    works = _works(session, organisation, plan, _dates(organisation, plan, now))
    return {
        "visits": {str(visit.id): visit.version for visit in session.execute(query)},
        "appointments": sorted([str(one.id), one.start_min, one.end_min] for one in appointments),
        "works": {day.isoformat(): [list(span) for span in spans] for day, spans in works.items()},
    }


def _read(session: Session, *, organisation: Organisation, plan: RoutePlan, now: datetime) -> _Ground:
    from domain.planning.routes import Day

    zone = ZoneInfo(organisation.time_zone)
    dates = _dates(organisation, plan, now)
    works = _works(session, organisation, plan, dates)
    today, minute = local_minute(now, zone)
    rep = session.get_one(User, (organisation.id, plan.rep_id))
    return _Ground(
        days=[Day(on=day, works=works[day], from_min=minute if day == today else 0) for day in dates],
        stops=[
            *_visits(session, organisation, plan, dates, now),
            *_engaged(_appointments(session, organisation, plan), dates),
            *_suggestions(session, organisation, plan, dates, now),
        ],
        home=rep.home,
    )


def _dates(organisation: Organisation, plan: RoutePlan, now: datetime) -> list[date]:
    """Return the days of a plan that are not over."""
    first = max(plan.starts_on, local_date(now, time_zone=organisation.time_zone))
    return [first + timedelta(days=number) for number in range((plan.ends_on - first).days + 1)]


def _bounds(organisation: Organisation, plan: RoutePlan) -> tuple[datetime, datetime]:
    zone = ZoneInfo(organisation.time_zone)
    return (
        datetime.combine(plan.starts_on, time(), zone),
        datetime.combine(plan.ends_on + timedelta(days=1), time(), zone),
    )


def _works(
    session: Session, organisation: Organisation, plan: RoutePlan, dates: Sequence[date]
) -> Mapping[date, Sequence[Span]]:
    working_days = load_working_days(
        session,
        organisation=organisation,
        user_ids=[plan.rep_id],
        starts_on=plan.starts_on,
        ends_on=plan.ends_on,
    )
    return {day: working_days.on(plan.rep_id, day) for day in dates}


def _appointments(session: Session, organisation: Organisation, plan: RoutePlan) -> list[Engagement]:
    first, _ = _bounds(organisation, plan)
    found = list_appointments(session, organisation=organisation, people=[plan.rep_id], since=first)
    return [one for one in found if one.day <= plan.ends_on]


def _engaged(appointments: Iterable[Engagement], dates: Sequence[date]) -> "Iterator[Stop]":
    from domain.planning.routes import Stop, StopKind

    for one in appointments:
        if one.day in dates:
            yield Stop(
                kind=StopKind.APPOINTMENT,
                id=one.id,
                account_id=one.account_id,
                site_id=one.site_id,
                position=one.position,
                day=one.day,
                start_min=one.start_min,
                duration_min=one.end_min - one.start_min,
            )


def _visits(
    session: Session, organisation: Organisation, plan: RoutePlan, dates: Sequence[date], now: datetime
) -> "Iterator[Stop]":
    """Yield what stands on these days. What the call cycle has placed and nobody has touched may move."""
    from domain.planning.routes import Stop, StopKind

    zone = ZoneInfo(organisation.time_zone)
    first, until = _bounds(organisation, plan)
    query = (
        select(Visit, Site, CallPlan)
        .join(Site, (Site.org_id == Visit.org_id) & (Site.id == Visit.site_id))
        .outerjoin(CallPlan, (CallPlan.org_id == Visit.org_id) & (CallPlan.id == Visit.call_plan_id))
        .where(
            Visit.org_id == organisation.id,
            Visit.rep_id == plan.rep_id,
            Visit.planned_start_at >= first,
            Visit.planned_start_at < until,
            Visit.status.in_([*OPEN, VisitStatus.COMPLETED]),
        )
    )
    for visit, site, call_plan in session.execute(query.order_by(Visit.id)):
        day, start_min = local_minute(visit.checked_in_at or visit.planned_start_at, zone)
        if day not in dates:
            continue
        may_move = visit.generated and visit.status == VisitStatus.PLANNED
        may_be_from, may_be_to = _period(call_plan, visit.call_period_on) if may_move else (day, day)
        yield Stop(
            kind=StopKind.VISIT,
            id=visit.id,
            account_id=visit.account_id,
            site_id=visit.site_id,
            position=site.position if visit.kind == VisitKind.IN_PERSON else None,
            day=day,
            start_min=start_min,
            duration_min=_minutes_of(visit, now),
            may_move=may_move and visit.kind == VisitKind.IN_PERSON and site.position is not None,
            opening_hours=site.opening_hours,
            plan=call_plan,
            first=may_be_from,
            last=may_be_to,
        )


def _period(call_plan: CallPlan | None, begins_on: date | None) -> tuple[date, date]:
    """Return the days on which the visit of a period may be."""
    if call_plan is None or begins_on is None:
        return date.min, date.max
    found = [one for one in periods(call_plan, first=begins_on, last=begins_on) if one.begins_on == begins_on]
    return (found[0].first, found[0].last) if found else (date.min, date.max)


def _minutes_of(visit: Visit, now: datetime) -> int:
    """Return how long a visit takes: as planned, as it was, or as long as it has lasted by now."""
    if visit.checked_in_at is None:
        return visit.duration_min
    lasted = -(-((visit.completed_at or now) - visit.checked_in_at) // timedelta(minutes=1))
    return max(0, lasted) if visit.completed_at else max(visit.duration_min, lasted)


def _suggestions(
    session: Session, organisation: Organisation, plan: RoutePlan, dates: Sequence[date], now: datetime
) -> "list[Stop]":
    """Return the rep's customers who wait for a visit: overdue, or due and without a place in the call cycle."""
    from domain.planning.routes import Stop, StopKind

    zone = ZoneInfo(organisation.time_zone)
    today = local_date(now, time_zone=organisation.time_zone)
    documents = customers.next_visit_documents(session, organisation=organisation, rep_id=plan.rep_id, today=today)
    accounts = {account["id"]: account for account in documents["accounts"]}
    orders = by_account(documents["orders"])
    plans = [plan_of(document) for document in documents["call_plans"]]
    worth: dict[str, float] = {}
    reasons: dict[str, list[dict[str, Any]]] = {}
    sites: dict[str, str | None] = {site["account_id"]: site["id"] for site in reversed(documents["sites"])}
    for one in who_next(**documents, now=now, time_zone=organisation.time_zone, position=None):
        worth[one["account_id"]] = WAITS_WORTH_S * (1 + one["score"])
        reasons[one["account_id"]] = list(one["reasons"])
        sites[one["account_id"]] = one["site_id"]
    waiting = set(accounts) - _with_a_visit(documents["visits"], today, zone)
    for account_id, due in _unplaced(session, organisation, plan).items():
        if account_id in waiting:
            worth[account_id] = worth.get(account_id, 0) + DUE_WORTH_S
            reasons.setdefault(account_id, []).append({"kind": "due", **due})
    best = sorted(worth, key=lambda account_id: (-worth[account_id], account_id))[:MOST_SUGGESTIONS]
    counting: dict[str, Terms | None] = {
        account_id: plan_that_counts(
            plans, accounts[account_id], orders_that_count(orders.get(account_id, ())), today=today, zone=zone
        )
        for account_id in best
    }
    where = {account_id: _site_of(counting[account_id], sites.get(account_id)) for account_id in best}
    found = {
        site.id: site
        for site in session.scalars(
            select(Site).where(
                Site.org_id == organisation.id, Site.id == any_of([one for one in where.values() if one])
            )
        )
    }
    stops = []
    for account_id in best:
        site, counts = found.get(where[account_id] or UUID(int=0)), counting[account_id]
        if site is None:
            continue
        stops.append(
            Stop(
                kind=StopKind.SUGGESTION,
                id=UUID(account_id),
                account_id=UUID(account_id),
                site_id=site.id,
                position=site.position,
                duration_min=counts.duration_min if counts else USUAL_DURATION_MIN,
                opening_hours=site.opening_hours,
                plan=counts,
                first=dates[0],
                last=dates[-1],
                worth=round(worth[account_id]),
                purpose=counts.purpose if counts else None,
                reasons=reasons[account_id],
            )
        )
    return stops


def _site_of(counts: Terms | None, otherwise: str | None) -> UUID | None:
    if counts is not None and counts.site_id is not None:
        return counts.site_id
    return UUID(otherwise) if otherwise else None


def _with_a_visit(visits: Iterable[Mapping[str, Any]], today: date, zone: ZoneInfo) -> set[str]:
    """Return the accounts that have an open visit from today on."""
    return {
        visit["account_id"]
        for visit in visits
        if visit["status"] in OPEN
        and datetime.fromisoformat(visit["planned_start_at"]).astimezone(zone).date() >= today
    }


def _unplaced(session: Session, organisation: Organisation, plan: RoutePlan) -> Mapping[str, dict[str, str]]:
    """Return the days between which accounts are due that the last run of the call cycle could not place."""
    last_run = session.scalar(
        select(CycleRun.unplaced)
        .where(CycleRun.org_id == organisation.id, CycleRun.finished_at.is_not(None))
        .order_by(CycleRun.requested_at.desc())
        .limit(1)
    )
    return {
        one["account_id"]: {"first": one["first"], "last": one["last"]}
        for one in last_run or ()
        if one["rep_id"] == str(plan.rep_id)
        and one["reason"] not in {UnplacedReason.NO_SITE, UnplacedReason.NO_REP}
        and one["first"] <= plan.ends_on.isoformat()
        and plan.starts_on.isoformat() <= one["last"]
    }


# On the wire.


def as_json(proposal: "Proposal", *, zone: ZoneInfo) -> dict[str, Any]:
    """Return a proposal as it is stored and sent; see `ProposalSchema` in `api/v1/route_plans.py`."""

    def moment(day: date, minute: int) -> str:
        text = utc_text(datetime.combine(day, time(minute // 60, minute % 60), zone))
        assert text  # noqa: S101 - of no moment there would be none
        return text

    def stop(planned: "Planned", on: date) -> dict[str, Any]:
        one = planned.stop
        was_at = moment(one.day, one.start_min) if one.day else None
        starts_at = moment(on, planned.start_min)
        return {
            "kind": str(one.kind),
            "id": None if one.day is None else str(one.id),
            "account_id": str(one.account_id),
            "site_id": str(one.site_id),
            "starts_at": starts_at,
            "was_at": was_at,
            "duration_min": one.duration_min,
            "purpose": one.purpose,
            "change": "new" if was_at is None else "stays" if was_at == starts_at else "moves",
            "fixed": one.day is not None and not one.may_move,
            "reasons": list(one.reasons),
            "adds": planned.adds and {"seconds": planned.adds.seconds, "metres": planned.adds.metres},
        }

    def left_out(one: "LeftOut") -> dict[str, Any]:
        return {
            "kind": str(one.stop.kind),
            "id": None if one.stop.day is None else str(one.stop.id),
            "account_id": str(one.stop.account_id),
            "was_at": moment(one.stop.day, one.stop.start_min) if one.stop.day else None,
            "reason": str(one.reason),
            "duration_min": one.stop.duration_min,
            "detour_s": one.detour_s,
            "reasons": list(one.stop.reasons),
        }

    return {
        "source": str(proposal.source),
        "shortcoming": proposal.shortcoming
        and {"code": proposal.shortcoming.code, "detail": proposal.shortcoming.detail},
        "days": [
            {
                "date": day.on.isoformat(),
                "before": {"seconds": day.before.seconds, "metres": day.before.metres},
                "after": {"seconds": day.after.seconds, "metres": day.after.metres},
                "stops": [stop(one, day.on) for one in day.stops],
            }
            for day in proposal.days
        ],
        "left_out": [left_out(one) for one in proposal.left_out],
    }
