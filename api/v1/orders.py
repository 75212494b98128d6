"""Quotes and orders."""

from flask_smorest import Blueprint
from marshmallow import fields

from api.resources import Filter, Resource, equals, register
from domain.kernel.fields import OneOf, Text, UtcDateTime
from domain.orders.models import Order, Quote
from domain.orders.rules import OrderStatus, QuoteStatus
from domain.orders.synced import ORDER, QUOTE
from domain.registry import COMMAND

blueprint = Blueprint("orders", __name__, description="What customers were quoted, and what they ordered.")

register(
    blueprint,
    Resource(
        collection="orders",
        entity=ORDER,
        sorts={"placed_at": Order.placed_at, "total_minor": Order.total_minor, "created_at": Order.created_at},
        filters={
            "account_id": equals(Order.account_id),
            "visit_id": equals(Order.visit_id),
            "quote_id": equals(Order.quote_id),
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

register(
    blueprint,
    Resource(
        collection="quotes",
        entity=QUOTE,
        sorts={
            "written_at": Quote.written_at,
            "valid_until_on": Quote.valid_until_on,
            "total_minor": Quote.total_minor,
            "created_at": Quote.created_at,
        },
        filters={
            "account_id": equals(Quote.account_id),
            "visit_id": equals(Quote.visit_id),
            "written_by_id": equals(Quote.written_by_id),
            "number": equals(Quote.number, Text(50)),
            "status": equals(Quote.status, OneOf(QuoteStatus)),
            "valid_before": Filter(value=fields.Date(), condition=lambda day: Quote.valid_until_on < day),
        },
        create=COMMAND["quote.write"],
        actions=[COMMAND["quote.decline"], COMMAND["quote.withdraw"]],
    ),
)
