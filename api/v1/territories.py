"""Territories and memberships."""

from flask_smorest import Blueprint

from api.resources import Resource, command_route, contains, equals, register
from domain.people.synced import USER
from domain.registry import COMMAND
from domain.territories.models import Territory
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
