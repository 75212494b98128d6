"""Orders."""

from flask_smorest import Blueprint

from api.resources import Filter, Resource, equals, register
from domain.kernel.fields import OneOf, Text, UtcDateTime
from domain.orders.models import Order
from domain.orders.rules import OrderStatus
from domain.orders.synced import ORDER
from domain.registry import COMMAND

blueprint = Blueprint("orders", __name__, description="What customers ordered.")

register(
    blueprint,
    Resource(
        collection="orders",
        entity=ORDER,
        sorts={"placed_at": Order.placed_at, "total_minor": Order.total_minor, "created_at": Order.created_at},
        filters={
            "account_id": equals(Order.account_id),
            "visit_id": equals(Order.visit_id),
            "placed_by_id": equals(Order.placed_by_id),
            "number": equals(Order.number, Text(50)),
            "status": equals(Order.status, OneOf(OrderStatus)),
            "placed_from": Filter(value=UtcDateTime(), condition=lambda moment: Order.placed_at >= moment),
            "placed_before": Filter(value=UtcDateTime(), condition=lambda moment: Order.placed_at < moment),
        },
        create=COMMAND["order.place"],
        actions=[COMMAND["order.cancel"]],
    ),
)
