"""Plans of a rep's days: asked for, looked at, taken over, taken back."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields
from sqlalchemy import select
from sqlalchemy.orm import Session

from api import doors
from api.identity import Identity
from api.jobs import PLAN_ROUTE
from api.v1.call_cycle import NextReasonSchema
from api.v1.roads import ShortcomingSchema
from domain.customers.models import Account
from domain.customers.synced import ACCOUNT
from domain.kernel.command import Context
from domain.kernel.errors import PermissionDenied, RecordNotFound
from domain.kernel.fields import ArgsSchema, Id, OneOf, UtcDateTime
from domain.kernel.model import any_of
from domain.people.permissions import Permission
from domain.planning import route_plans
from domain.planning.models import RoutePlan
from domain.planning.route_plans import RoutePlanOfOthers, RoutePlanStatus
from domain.territories.scope import granted_territories, territories_of
from notifications.queue import defer

blueprint = Blueprint(
    "route_plans", __name__, description="A rep's days in the best order, with customers who wait in the gaps."
)


class RequestArgs(ArgsSchema):
    """Which days, seven at most; without `rep_id` one's own."""

    rep_id = Id(load_default=None, allow_none=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)


class AcceptArgs(ArgsSchema):
    """For which of the suggested accounts no visit is to be planned."""

    without = fields.List(Id(), load_default=list)


class DrivingSchema(Schema):
    """Time and way on the road, from home and back."""

    seconds = fields.Integer(required=True)
    metres = fields.Integer(required=True)


class WhySchema(NextReasonSchema):
    """Why a customer waits: as in the list of next visits; or a visit is due between `first` and `last`."""

    kind = OneOf(("overdue_plan", "overdue_rhythm", "open_quote", "expiring_agreement", "due"), required=True)
    first = fields.String(dump_default=None, allow_none=True, metadata={"format": "date"})
    last = fields.String(dump_default=None, allow_none=True, metadata={"format": "date"})


class PlannedStopSchema(Schema):
    """A stop of a day. `was_at` is where it stands today, null for a suggestion, which `adds` so much driving."""

    kind = OneOf(("visit", "appointment", "suggestion"), required=True)
    id = Id(required=True, allow_none=True)
    account_id = Id(required=True)
    account_name = fields.String(required=True, allow_none=True)
    site_id = Id(required=True)
    starts_at = fields.String(required=True, metadata={"format": "date-time"})
    was_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    duration_min = fields.Integer(required=True)
    purpose = fields.String(required=True, allow_none=True)
    change = OneOf(("stays", "moves", "new"), required=True)
    fixed = fields.Boolean(required=True)
    reasons = fields.List(fields.Nested(WhySchema), required=True)
    adds = fields.Nested(DrivingSchema, required=True, allow_none=True)


class PlannedDaySchema(Schema):
    """A day in its order, with the driving before and after."""

    date = fields.String(required=True, metadata={"format": "date"})
    before = fields.Nested(DrivingSchema, required=True)
    after = fields.Nested(DrivingSchema, required=True)
    stops = fields.List(fields.Nested(PlannedStopSchema), required=True)


class LeftOutSchema(Schema):
    """What has no place in these days, and why; `detour_s`: the driving that is too much for it. A visit stays."""

    kind = OneOf(("visit", "suggestion"), required=True)
    id = Id(required=True, allow_none=True)
    account_id = Id(required=True)
    account_name = fields.String(required=True, allow_none=True)
    was_at = fields.String(required=True, allow_none=True, metadata={"format": "date-time"})
    reason = OneOf(("no_position", "rep_away", "other_days", "closed", "no_gap", "detour"), required=True)
    duration_min = fields.Integer(required=True)
    detour_s = fields.Integer(required=True, allow_none=True)
    reasons = fields.List(fields.Nested(WhySchema), required=True)


class ProposalSchema(Schema):
    """The days as they should be."""

    source = OneOf(("roads", "straight_lines"), required=True)
    shortcoming = fields.Nested(ShortcomingSchema, required=True, allow_none=True)
    days = fields.List(fields.Nested(PlannedDaySchema), required=True)
    left_out = fields.List(fields.Nested(LeftOutSchema), required=True)


class RoutePlanSchema(Schema):
    """A plan: how far it is and, when it is worked out, what it proposes."""

    id = Id(required=True)
    rep_id = Id(required=True)
    requested_by_id = Id(required=True)
    requested_at = UtcDateTime(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    status = OneOf(RoutePlanStatus, required=True)
    progress_pct = fields.Integer(required=True)
    proposal = fields.Nested(ProposalSchema, required=True, allow_none=True)


@blueprint.route("/route-plans", methods=["POST"])
@blueprint.arguments(RequestArgs)
@blueprint.response(202, RoutePlanSchema)
def request_plan(args: dict[str, Any]) -> Any:
    """Have some days of a rep planned; it takes a second or two.

    Safe to repeat with the same `Idempotency-Key`.
    """

    def once() -> dict[str, Any]:
        with doors.signed_in() as (session, identity):
            rep_id = args["rep_id"] or identity.user_id
            _require(session, identity, rep_id)
            ctx = doors.context(session, identity)
            plan = route_plans.request_plan(
                ctx,
                id=doors.command_id_of(identity),
                rep_id=rep_id,
                starts_on=args["starts_on"],
                ends_on=args["ends_on"],
            )
            if plan in session.new:
                defer(session, PLAN_ROUTE, org_id=identity.org_id, record_id=plan.id, one_at_a_time=False)
            session.commit()
            return _shown(session, identity, plan)

    return doors.tried_again(once)


@blueprint.route("/route-plans/<uuid:plan_id>", methods=["GET"])
@blueprint.response(200, RoutePlanSchema)
def get_plan(plan_id: UUID) -> Any:
    """Read a plan: how far it is, and what it proposes."""
    with doors.reading() as (session, identity):
        return _shown(session, identity, _found(session, identity, plan_id))


@blueprint.route("/route-plans/<uuid:plan_id>/accept", methods=["POST"])
@blueprint.arguments(AcceptArgs)
@blueprint.response(200, RoutePlanSchema)
def accept(args: dict[str, Any], plan_id: UUID) -> Any:
    """Carry a plan out: its visits are moved and planned by the ordinary commands, all of them or none.

    It is refused when the days have changed since they were planned. Safe to repeat.
    """
    return _changed(plan_id, lambda ctx: route_plans.accept(ctx, plan_id=plan_id, without=args["without"]))


@blueprint.route("/route-plans/<uuid:plan_id>/take-back", methods=["POST"])
@blueprint.response(200, RoutePlanSchema)
def take_back(plan_id: UUID) -> Any:
    """Take a plan back that was carried out, if nobody has touched its visits since. Safe to repeat."""
    return _changed(plan_id, lambda ctx: route_plans.take_back(ctx, plan_id=plan_id))


def _changed(plan_id: UUID, change: Callable[[Context], RoutePlan]) -> dict[str, Any]:
    def once() -> dict[str, Any]:
        with doors.signed_in() as (session, identity):
            _found(session, identity, plan_id)
            plan = change(doors.context(session, identity))
            session.commit()
            return _shown(session, identity, plan)

    return doors.tried_again(once)


def _found(session: Session, identity: Identity, plan_id: UUID) -> RoutePlan:
    plan = session.get(RoutePlan, (identity.org_id, plan_id))
    if plan is None:
        raise RecordNotFound
    _require(session, identity, plan.rep_id)
    return plan


def _require(session: Session, identity: Identity, rep_id: UUID) -> None:
    """Refuse whoever may not plan for a rep, or does not see all that the rep does."""
    own = rep_id == identity.user_id
    if not identity.actor.may(Permission.WORK_VISITS if own else Permission.MANAGE_VISITS):
        raise PermissionDenied
    if own:
        return
    theirs = granted_territories(session, org_id=identity.org_id, user_id=rep_id, today=identity.today)
    seen = {str(territory_id) for territory_id in territories_of(identity.buckets)}
    if not {territory_id for territory_id, _ in theirs} <= seen:
        raise RoutePlanOfOthers


def _shown(session: Session, identity: Identity, plan: RoutePlan) -> dict[str, Any]:
    """Return a plan with the names of the customers whom the person may see."""
    shown = {name: getattr(plan, name) for name in RoutePlanSchema().fields if name != "proposal"}
    if plan.proposal is None:
        return {**shown, "proposal": None}
    stops = [stop for day in plan.proposal["days"] for stop in day["stops"]]
    wanted = {UUID(one["account_id"]) for one in (*stops, *plan.proposal["left_out"])}
    query = select(Account.id, Account.name).where(Account.org_id == identity.org_id, Account.id == any_of(wanted))
    in_scope = identity.scope.contains(ACCOUNT)
    names = {
        str(account.id): account.name
        for account in session.execute(query if in_scope is None else query.where(in_scope))
    }

    def named(one: dict[str, Any]) -> dict[str, Any]:
        return {**one, "account_name": names.get(one["account_id"])}

    days = [{**day, "stops": [named(stop) for stop in day["stops"]]} for day in plan.proposal["days"]]
    left_out = [named(one) for one in plan.proposal["left_out"]]
    return {**shown, "proposal": {**plan.proposal, "days": days, "left_out": left_out}}
