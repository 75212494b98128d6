"""Agreements."""

from flask_smorest import Blueprint
from marshmallow import fields

from api.resources import Filter, Resource, contains, equals, register
from domain.contracts.models import Agreement
from domain.contracts.synced import AGREEMENT
from domain.kernel.fields import Text
from domain.registry import COMMAND

blueprint = Blueprint("agreements", __name__, description="What service customers were promised.")

register(
    blueprint,
    Resource(
        collection="agreements",
        entity=AGREEMENT,
        sorts={"ends_on": Agreement.ends_on, "name": Agreement.name, "created_at": Agreement.created_at},
        filters={
            "search": contains(Agreement.name, Agreement.number),
            "account_id": equals(Agreement.account_id),
            "number": equals(Agreement.number, Text(50)),
            "ends_from": Filter(value=fields.Date(), condition=lambda day: Agreement.ends_on >= day),
            "ends_before": Filter(value=fields.Date(), condition=lambda day: Agreement.ends_on < day),
        },
        create=COMMAND["agreement.create"],
        update=COMMAND["agreement.update"],
        actions=[COMMAND["agreement.end"]],
    ),
)
