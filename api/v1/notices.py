"""Notices."""

from flask_smorest import Blueprint
from marshmallow import fields

from api.composition import COMMAND
from api.resources import Filter, Resource, register
from notifications.models import Notice
from notifications.synced import NOTICE

blueprint = Blueprint("notices", __name__, description="What a person has been told.")

register(
    blueprint,
    Resource(
        collection="notices",
        entity=NOTICE,
        sorts={"created_at": Notice.created_at},
        filters={
            "unread": Filter(
                value=fields.Boolean(),
                condition=lambda unread: Notice.read_at.is_(None) if unread else Notice.read_at.is_not(None),
            )
        },
        actions=[COMMAND["notice.read"]],
    ),
)
