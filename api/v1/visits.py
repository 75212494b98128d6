"""Visits."""

from flask_smorest import Blueprint
from marshmallow import fields

from api.resources import Filter, Resource, equals, register
from domain.kernel.fields import OneOf, UtcDateTime
from domain.registry import COMMAND
from domain.visits.models import Visit
from domain.visits.rules import VisitKind, VisitStatus
from domain.visits.synced import VISIT

blueprint = Blueprint("visits", __name__, description="Calls of reps at customers' sites.")

register(
    blueprint,
    Resource(
        collection="visits",
        entity=VISIT,
        sorts={"planned_start_at": Visit.planned_start_at, "created_at": Visit.created_at},
        filters={
            "account_id": equals(Visit.account_id),
            "site_id": equals(Visit.site_id),
            "rep_id": equals(Visit.rep_id),
            "kind": equals(Visit.kind, OneOf(VisitKind)),
            "far_away": equals(Visit.far_away, fields.Boolean()),
            "status": equals(Visit.status, OneOf(VisitStatus)),
            "planned_from": Filter(value=UtcDateTime(), condition=lambda moment: Visit.planned_start_at >= moment),
            "planned_before": Filter(value=UtcDateTime(), condition=lambda moment: Visit.planned_start_at < moment),
        },
        create=COMMAND["visit.plan"],
        update=COMMAND["visit.update"],
        actions=[COMMAND[f"visit.{action}"] for action in ("reschedule", "confirm", "check_in", "complete", "cancel")],
    ),
)
