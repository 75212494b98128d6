"""Runs of the call cycle."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, ValidationError, fields, validate, validates_schema
from sqlalchemy import select

from api import doors
from api.identity import Identity
from api.jobs import RUN_CALL_CYCLE
from domain.geo.rules import Position
from domain.kernel.errors import PermissionDenied, RecordNotFound
from domain.kernel.fields import Id, OneOf, UtcDateTime
from domain.people.models import Organisation
from domain.people.permissions import Permission
from domain.planning import customers
from domain.planning.cycle import RunStatus, request_run
from domain.planning.generate import UnplacedReason
from domain.planning.models import CycleRun
from domain.planning.next_visits import who_next
from domain.planning.service import ServiceReason, Standing
from domain.territories.scope import territories_of
from notifications.queue import defer

blueprint = Blueprint("call_cycle", __name__, description="Has the visits planned that the call plans ask for.")


class UnplacedSchema(Schema):
    """A visit that falls due between two days, and why it has none of them."""

    call_plan_id = Id(required=True)
    account_id = Id(required=True)
    rep_id = Id(required=True, allow_none=True)
    first = fields.Date(required=True)
    last = fields.Date(required=True)
    reason = OneOf(UnplacedReason, required=True)


class CycleRunSchema(Schema):
    """A run: how far it is (`done` of `total` visits), what it did, and what it could not place."""

    id = Id(required=True)
    status = OneOf(RunStatus, required=True)
    requested_by_id = Id(required=True, allow_none=True)
    requested_at = UtcDateTime(required=True)
    finished_at = UtcDateTime(required=True, allow_none=True)
    total = fields.Integer(required=True)
    done = fields.Integer(required=True)
    planned = fields.Integer(required=True)
    moved = fields.Integer(required=True)
    withdrawn = fields.Integer(required=True)
    unplaced = fields.List(fields.Dict(), required=True, metadata={"description": "See `UnplacedSchema`."})


class RunsQuery(Schema):
    """How many of the last runs."""

    limit = fields.Integer(load_default=10, validate=validate.Range(min=1, max=50))


class RunsSchema(Schema):
    """Runs, the last one first."""

    items = fields.List(fields.Nested(CycleRunSchema), required=True)


@blueprint.route("/call-cycle/runs", methods=["POST"])
@blueprint.response(202, CycleRunSchema)
def start_run() -> Any:
    """Have the call cycle run now. It does so by itself every night."""
    with doors.signed_in() as (session, identity):
        _require(identity)
        run = request_run(doors.context(session, identity))
        defer(session, RUN_CALL_CYCLE, org_id=identity.org_id, record_id=run.id)
        session.commit()
        return run


@blueprint.route("/call-cycle/runs", methods=["GET"])
@blueprint.arguments(RunsQuery, location="query")
@blueprint.response(200, RunsSchema)
def list_runs(args: dict[str, Any]) -> Any:
    """List the last runs of the call cycle."""
    with doors.reading() as (session, identity):
        _require(identity)
        query = select(CycleRun).where(CycleRun.org_id == identity.org_id)
        latest = query.order_by(CycleRun.requested_at.desc(), CycleRun.id.desc()).limit(args["limit"])
        return {"items": session.scalars(latest).all()}


@blueprint.route("/call-cycle/runs/<uuid:run_id>", methods=["GET"])
@blueprint.response(200, CycleRunSchema)
def get_run(run_id: UUID) -> Any:
    """Read how far a run is."""
    with doors.reading() as (session, identity):
        _require(identity)
        run = session.get(CycleRun, (identity.org_id, run_id))
        if run is None:
            raise RecordNotFound
        return run


class CountSchema(Schema):
    """How many customers a call plan counts for today: it fits them, and none that is narrower does."""

    call_plan_id = Id(required=True)
    accounts = fields.Integer(required=True)


class CountsSchema(Schema):
    """Call plans that count for at least one customer."""

    items = fields.List(fields.Nested(CountSchema), required=True)


@blueprint.route("/call-cycle/counts", methods=["GET"])
@blueprint.response(200, CountsSchema)
def count_by_plan() -> Any:
    """Count the customers of the organisation by the call plan that counts for them today."""
    with doors.reading() as (session, identity):
        _require(identity)
        organisation = session.get_one(Organisation, (identity.org_id, identity.org_id))
        counts = customers.count_by_plan(session, organisation=organisation, today=identity.today)
        return {"items": [{"call_plan_id": plan_id, "accounts": accounts} for plan_id, accounts in counts.items()]}


class ServiceQuery(Schema):
    """Which accounts: served too little, too much, or both."""

    standing = OneOf(Standing)
    weeks = fields.Integer(load_default=13, validate=validate.Range(min=1, max=104))


class ServiceSchema(Schema):
    """A customer who got more or fewer visits than were due in the periods that are over."""

    account_id = Id(required=True)
    name = fields.String(required=True)
    rep_id = Id(required=True, allow_none=True)
    standing = OneOf(Standing, required=True)
    due = fields.Integer(required=True)
    made = fields.Integer(required=True)
    missed = fields.Integer(required=True)
    called_off = fields.Integer(required=True)
    last_made_on = fields.Date(required=True, allow_none=True)
    reasons = fields.List(OneOf([*ServiceReason, *UnplacedReason]), required=True)


class BadlyServedSchema(Schema):
    """Those who miss most first, then those who got most too much."""

    items = fields.List(fields.Nested(ServiceSchema), required=True)


@blueprint.route("/call-cycle/service", methods=["GET"])
@blueprint.arguments(ServiceQuery, location="query")
@blueprint.response(200, BadlyServedSchema)
def list_badly_served(args: dict[str, Any]) -> Any:
    """List the customers of your territories who are served too little or too much, with the reason."""
    with doors.reading() as (session, identity):
        _require(identity)
        found = customers.list_badly_served(
            session,
            organisation=session.get_one(Organisation, (identity.org_id, identity.org_id)),
            territory_ids=territories_of(identity.buckets),
            since=identity.today - timedelta(weeks=args["weeks"]),
            today=identity.today,
        )
        wanted = args.get("standing")
        rows = [{**asdict(one), "name": name} for one, name in found if wanted in (None, one.standing)]
        return {"items": sorted(rows, key=lambda row: (row["made"] - row["due"], row["name"]))}


class NextVisitsQuery(Schema):
    """For whom, and where they are now."""

    rep_id = Id()
    lat = fields.Float(validate=validate.Range(min=-90, max=90))
    lng = fields.Float(validate=validate.Range(min=-180, max=180))
    limit = fields.Integer(load_default=20, validate=validate.Range(min=1, max=200))

    @validates_schema
    def _both(self, data: dict[str, Any], **_: Any) -> None:
        if ("lat" in data) != ("lng" in data):
            missing = "lng" if "lat" in data else "lat"
            raise ValidationError({missing: ["A position has both: lat and lng."]})


class NextReasonSchema(Schema):
    """`days` over the interval of `every_days`; a quote open for `days`, or an agreement, with `days_left`; or near."""

    kind = OneOf(("overdue_plan", "overdue_rhythm", "open_quote", "expiring_agreement", "near"), required=True)
    days = fields.Integer(dump_default=None, allow_none=True)
    every_days = fields.Integer(dump_default=None, allow_none=True)
    days_left = fields.Integer(dump_default=None, allow_none=True)
    quote_id = Id(dump_default=None, allow_none=True)
    amount_minor = fields.Integer(dump_default=None, allow_none=True)
    currency = fields.String(dump_default=None, allow_none=True)
    agreement_id = Id(dump_default=None, allow_none=True)
    metres = fields.Integer(dump_default=None, allow_none=True)


class NextVisitSchema(Schema):
    """Whom to visit, where, and why."""

    account_id = Id(required=True)
    name = fields.String(required=True)
    site_id = Id(required=True, allow_none=True)
    score = fields.Float(required=True)
    reasons = fields.List(fields.Nested(NextReasonSchema), required=True)


class NextVisitsSchema(Schema):
    """The best first."""

    items = fields.List(fields.Nested(NextVisitSchema), required=True)


@blueprint.route("/next-visits", methods=["GET"])
@blueprint.arguments(NextVisitsQuery, location="query")
@blueprint.response(200, NextVisitsSchema)
def list_next_visits(args: dict[str, Any]) -> Any:
    """List whom to visit next among one's own customers, with the reasons."""
    with doors.reading() as (session, identity):
        rep_id = args.get("rep_id", identity.user_id)
        if rep_id != identity.user_id:
            _require(identity)
        organisation = session.get_one(Organisation, (identity.org_id, identity.org_id))
        documents = customers.next_visit_documents(
            session, organisation=organisation, rep_id=rep_id, today=identity.today
        )
        names = {account["id"]: account["name"] for account in documents["accounts"]}
        position = Position(lat=args["lat"], lng=args["lng"]) if "lat" in args else None
        found = who_next(**documents, now=session.info["now"], time_zone=organisation.time_zone, position=position)
        return {"items": [{**one, "name": names[one["account_id"]]} for one in found[: args["limit"]]]}


def _require(identity: Identity) -> None:
    if not identity.actor.may(Permission.MANAGE_VISITS):
        raise PermissionDenied
