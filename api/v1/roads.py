"""The way through the stops of a day, for the map."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from api import doors
from domain.geo.schemas import PositionSchema
from domain.kernel.fields import ArgsSchema, OneOf
from domain.people.models import Organisation

blueprint = Blueprint("roads", __name__, description="Distances and ways along roads.")

MOST_STOPS = 200


class WayArgs(ArgsSchema):
    """The stops, in their order."""

    places = fields.List(fields.Nested(PositionSchema), required=True, validate=validate.Length(2, MOST_STOPS))


class LegSchema(ArgsSchema):
    """From one stop to the next."""

    seconds = fields.Integer(required=True)
    metres = fields.Integer(required=True)


class ShortcomingSchema(ArgsSchema):
    """Why these are straight lines. `code` stays the same, `detail` is a sentence."""

    code = fields.String(required=True)
    detail = fields.String(required=True)


class WaySchema(ArgsSchema):
    """A way. `line` is a GeoJSON LineString; with roads the map must show `attribution`."""

    source = OneOf(["roads", "straight_lines"], required=True)
    shortcoming = fields.Nested(ShortcomingSchema, required=True, allow_none=True)
    legs = fields.List(fields.Nested(LegSchema), required=True)
    line = fields.Dict(required=True)
    attribution = fields.String(required=True, allow_none=True)


# In a POST: what stands in an address ends up in the logs of every proxy on the way.
@blueprint.route("/roads/way", methods=["POST"], endpoint="road_way")
@blueprint.arguments(WayArgs)
@blueprint.response(200, WaySchema)
def way(args: dict[str, Any]) -> dict[str, Any]:
    """Return the way through some stops: along roads, or in straight lines where no road server answers."""
    # numpy and the road server's client are loaded by whoever first asks for a way.
    from api.roads.provider import ATTRIBUTION, distance_provider
    from domain.geo.distances import Source, degrees

    with doors.reading() as (session, identity):
        organisation = session.get_one(Organisation, (identity.org_id, identity.org_id))
        profile, now = organisation.travel_profile, session.info["now"]
    services = doors.services()
    provider = distance_provider(services.settings, services.sessions, org_id=identity.org_id, profile=profile, now=now)
    found = provider.way(degrees(args["places"]))
    return {
        "source": found.source,
        "shortcoming": found.shortcoming,
        "legs": found.legs,
        "line": {"type": "LineString", "coordinates": [list(point) for point in found.line]},
        "attribution": ATTRIBUTION if found.source == Source.ROADS else None,
    }
