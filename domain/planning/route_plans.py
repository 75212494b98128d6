"""Plans of a rep's days: reads what stands, has the route search propose better, and carries out what is accepted."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from sqlalchemy import delete, select

from domain.customers.models import Account, Site
from domain.customers.opening_hours import open_spans
from domain.kernel.command import Context, OpenContext, execute
from domain.kernel.errors import DomainError, IdReused, RecordNotFound
from domain.kernel.fields import utc_text
from domain.kernel.ids import new_id
from domain.kernel.model import any_of
from domain.people.models import Organisation, User
from domain.people.rules import local_date
from domain.planning.cycle import OpenDistances
from domain.planning.models import RoutePlan
from domain.planning.rep_days import read_basis, read_days
from domain.visits.models import Visit
from domain.visits.rules import OPEN

if TYPE_CHECKING:  # It brings numpy along, which the processes that answer phones do not load.
    from domain.planning.routes import LeftOut, Planned, Proposal

LONGEST = timedelta(days=7)
FARTHEST = timedelta(days=366)
KEEP = timedelta(days=30)
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


class RoutePlanOutOfReach(DomainError):
    """These days are over, or more than a year away. Choose days from today on, within a year."""

    code, status, retryable = "route_plan.out_of_reach", 422, False


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
        if (known.rep_id, known.starts_on, known.ends_on) != (rep_id, starts_on, ends_on):
            raise IdReused
        return known
    ctx.refer(User, rep_id, "rep_id")
    organisation = ctx.session.get_one(Organisation, (ctx.org_id, ctx.org_id))
    if not timedelta(0) <= ends_on - starts_on < LONGEST:
        raise RoutePlanTooLong(fields={"ends_on": [RoutePlanTooLong.sentence()]})
    if not timedelta(0) <= ends_on - local_date(ctx.now, time_zone=organisation.time_zone) <= FARTHEST:
        raise RoutePlanOutOfReach(fields={"ends_on": [RoutePlanOutOfReach.sentence()]})
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
        ground = read_days(ctx.session, organisation=organisation, plan=plan, now=ctx.now)
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
    ctx.prefetch(Account, [UUID(stop["account_id"]) for stop in new])
    ctx.prefetch(Site, [UUID(stop["site_id"]) for stop in new])
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
