"""Plans of territories: proposed, looked at on the map, published or discarded."""

from uuid import UUID

from flask import Response, jsonify
from flask_smorest import Blueprint
from sqlalchemy import select

from api import doors
from api.resources import Resource, equals, register
from domain.kernel.errors import RecordNotFound
from domain.kernel.fields import OneOf
from domain.registry import COMMAND
from domain.territory_plans.models import TerritoryPlan
from domain.territory_plans.queries import map_of
from domain.territory_plans.rules import PlanStatus
from domain.territory_plans.synced import TERRITORY_PLAN

blueprint = Blueprint(
    "territory_plans", __name__, description="Who is to own which accounts: proposals, figures, maps."
)

register(
    blueprint,
    Resource(
        collection="territory-plans",
        entity=TERRITORY_PLAN,
        sorts={"created_at": TerritoryPlan.created_at, "name": TerritoryPlan.name},
        filters={
            "area_id": equals(TerritoryPlan.area_id),
            "status": equals(TerritoryPlan.status, OneOf(PlanStatus)),
        },
        create=COMMAND["territory_plan.propose"],
        actions=[COMMAND["territory_plan.publish"], COMMAND["territory_plan.discard"]],
    ),
)


@blueprint.route("/territory-plans/<uuid:record_id>/map", methods=["GET"], endpoint="get_territory_plan_map")
@blueprint.response(200, {"type": "object"}, content_type="application/geo+json")
def get_map(record_id: UUID) -> Response:
    """Fetch the plan as GeoJSON: a hull around each territory before and after, and each account with both owners."""
    with doors.reading() as (session, identity):
        query = select(TerritoryPlan).where(TerritoryPlan.org_id == identity.org_id, TerritoryPlan.id == record_id)
        in_scope = identity.scope.contains(TERRITORY_PLAN)
        plan = session.scalar(query if in_scope is None else query.where(in_scope))
        if plan is None:
            raise RecordNotFound
        answer = jsonify(map_of(session, plan))
    answer.mimetype = "application/geo+json"
    return answer
