"""The organisation, its users and their skills."""

from flask_smorest import Blueprint
from marshmallow import fields

from api.resources import Resource, contains, equals, register
from domain.kernel.fields import Text
from domain.people.models import Organisation, Skill, User
from domain.people.synced import ORGANISATION, SKILL, USER
from domain.registry import COMMAND

blueprint = Blueprint("people", __name__, description="Who works here, and what they can do.")

register(
    blueprint,
    Resource(
        collection="organisations",
        entity=ORGANISATION,
        sorts={"name": Organisation.name},
        update=COMMAND["organisation.update"],
        actions=[COMMAND["organisation.set_subdivision"]],
    ),
)
register(
    blueprint,
    Resource(
        collection="users",
        entity=USER,
        sorts={"name": User.name, "created_at": User.created_at},
        filters={
            "search": contains(User.name, User.email),
            "email": equals(User.email, Text(320)),
            "active": equals(User.active, fields.Boolean()),
        },
        create=COMMAND["user.create"],
        update=COMMAND["user.update"],
        actions=[COMMAND["user.set_password"], COMMAND["user.set_language"]],
    ),
)
register(blueprint, Resource(collection="skills", entity=SKILL, sorts={"name": Skill.name}))
