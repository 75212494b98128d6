"""Territories and memberships."""

from typing import Any
from uuid import UUID

from flask import Response, jsonify
from flask_smorest import Blueprint
from marshmallow import fields
from sqlalchemy import select

from api import doors
from api.resources import Resource, command_route, contains, equals, register
from domain.customers.assignment import place_accounts
from domain.kernel.errors import RecordNotFound
from domain.kernel.fields import ArgsSchema, Id, OneOf
from domain.people.synced import USER
from domain.registry import COMMAND
from domain.territories.models import Territory
from domain.territories.queries import map_of_territories
from domain.territories.scope import territory_bucket
from domain.territories.synced import TERRITORY

blueprint = Blueprint("territories", __name__, description="Areas, and who works in them when.")

register(
    blueprint,
    Resource(
        collection="territories",
        entity=TERRITORY,
        sorts={"name": Territory.name, "created_at": Territory.created_at},
        filters={
            "search": contains(Territory.name),
            "parent_id": equals(Territory.parent_id),
            "area_id": equals(Territory.area_id),
        },
        create=COMMAND["territory.create"],
        update=COMMAND["territory.update"],
        actions=[
            COMMAND["territory.assign_accounts"],
            COMMAND["territory.take_accounts"],
            COMMAND["territory.change_owner"],
        ],
    ),
)
command_route(
    blueprint,
    COMMAND["membership.add"],
    TERRITORY,
    argument="territory_id",
    method="POST",
    path="/territories/<uuid:record_id>/memberships",
)
command_route(
    blueprint,
    COMMAND["membership.end"],
    TERRITORY,
    argument="membership_id",
    method="POST",
    path="/memberships/<uuid:record_id>/end",
)
command_route(
    blueprint,
    COMMAND["user.hand_over"],
    USER,
    argument="user_id",
    method="POST",
    path="/users/<uuid:record_id>/hand-over",
)


@blueprint.route("/territories/map", methods=["GET"], endpoint="get_territories_map")
@blueprint.response(200, {"type": "object"}, content_type="application/geo+json")
def get_map() -> Response:
    """Fetch all territories that have a polygon, as a GeoJSON FeatureCollection."""
    with doors.reading() as (session, identity):
        answer = jsonify(map_of_territories(session, org_id=identity.org_id))
    answer.mimetype = "application/geo+json"
    return answer


class UnassignedAccountSchema(ArgsSchema):
    """An account that belongs to no territory below, and why."""

    account_id = Id(required=True)
    name = fields.String(required=True)
    reason = OneOf(["no_position", "outside"], required=True)


class UnassignedAccountsSchema(ArgsSchema):
    """`assignable` are those that `assign-accounts` would hand on."""

    assignable = fields.Integer(required=True)
    items = fields.List(fields.Nested(UnassignedAccountSchema), required=True)


@blueprint.route(
    "/territories/<uuid:record_id>/unassigned-accounts", methods=["GET"], endpoint="get_unassigned_accounts"
)
@blueprint.response(200, UnassignedAccountsSchema)
def get_unassigned(record_id: UUID) -> dict[str, Any]:
    """List the accounts of a territory that stand in no polygon of those below it."""
    with doors.reading() as (session, identity):
        query = select(Territory).where(Territory.org_id == identity.org_id, Territory.id == record_id)
        territory = session.scalar(query)
        if territory is None or territory_bucket(record_id) not in identity.buckets:
            raise RecordNotFound
        found = place_accounts(session, territory)
        return {"assignable": len(found.placed), "items": found.unplaced}
