"""What a plan of a rep's days is made of: the hours of work, what stands, and who waits for a visit."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.call_plans.models import CallPlan
from domain.call_plans.rules import Terms, periods
from domain.customers.models import Site
from domain.geo.rules import Position
from domain.kernel.model import any_of
from domain.people.models import Organisation, User
from domain.people.rules import local_date
from domain.planning import customers
from domain.planning.cycle import list_appointments, local_minute
from domain.planning.generate import Engagement, UnplacedReason
from domain.planning.models import CycleRun, RoutePlan
from domain.planning.next_visits import by_account, orders_that_count, plan_of, plan_that_counts, who_next
from domain.planning.stops import Day, Stop, StopKind
from domain.visits.models import Visit
from domain.visits.rules import OPEN, VisitKind, VisitStatus
from domain.working_time.queries import load_working_days
from domain.working_time.rules import Span

MOST_SUGGESTIONS = 30
USUAL_DURATION_MIN = 30
"""For customers without a call plan."""
WAITS_WORTH_S, DUE_WORTH_S = 1_500, 1_800
"""What a visit is worth, in seconds of driving: for each time over that the customer waits, and for one that is due."""


@dataclass(kw_only=True)
class RepDays:
    """What a plan is made of: the days, what stands on them or waits for a visit, and where the rep lives."""

    days: list[Day]
    stops: list[Stop]
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


def read_days(session: Session, *, organisation: Organisation, plan: RoutePlan, now: datetime) -> RepDays:
    """Return the days of a plan that are not over, with all that stands on them and who waits. Some fifteen queries."""
    zone = ZoneInfo(organisation.time_zone)
    dates = _dates(organisation, plan, now)
    works = _works(session, organisation, plan, dates)
    today, minute = local_minute(now, zone)
    rep = session.get_one(User, (organisation.id, plan.rep_id))
    return RepDays(
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


def _engaged(appointments: Iterable[Engagement], dates: Sequence[date]) -> Iterator[Stop]:
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
) -> Iterator[Stop]:
    """Yield what stands on these days. What the call cycle has placed and nobody has touched may move."""
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
) -> list[Stop]:
    """Return the rep's customers who wait for a visit: overdue, or due and without a place in the call cycle."""
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
