"""Runs of the call cycle."""

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import Schema, fields, validate
from sqlalchemy import select

from api import doors
from api.identity import Identity
from api.planning import RUN_CALL_CYCLE
from domain.kernel.errors import PermissionDenied, RecordNotFound
from domain.kernel.fields import Id, OneOf, UtcDateTime
from domain.people.permissions import Permission
from domain.planning.cycle import RunStatus, request_run
from domain.planning.generate import UnplacedReason
from domain.planning.models import CycleRun
from notifications.queue import defer_work

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
        defer_work(session, RUN_CALL_CYCLE, org_id=identity.org_id, subject_id=run.id)
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


def _require(identity: Identity) -> None:
    if not identity.actor.may(Permission.MANAGE_VISITS):
        raise PermissionDenied
