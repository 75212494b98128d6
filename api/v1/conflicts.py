"""Conflicts: both values of what two people changed at once."""

from flask_smorest import Blueprint

from api.resources import Resource, equals, register
from domain.kernel.conflicts import CONFLICT, Conflict, ConflictStatus
from domain.kernel.fields import OneOf, Text
from domain.registry import COMMAND

blueprint = Blueprint("conflicts", __name__, description="What two people changed at once: both values.")

register(
    blueprint,
    Resource(
        collection="conflicts",
        entity=CONFLICT,
        sorts={"created_at": Conflict.created_at},
        filters={
            "status": equals(Conflict.status, OneOf(ConflictStatus)),
            "entity": equals(Conflict.entity, Text(100)),
            "record_id": equals(Conflict.record_id),
        },
        actions=[COMMAND["conflict.restore"], COMMAND["conflict.dismiss"]],
    ),
)
