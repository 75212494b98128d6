"""Quotes and orders on the wire: the document, and the arguments of each command."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from domain.kernel.fields import ArgsSchema, Id, Minor, Name, OneOf, RecordDocument, Text, UtcDateTime, Whole
from domain.orders.rules import MAX_LINES, MAX_QUANTITY, OrderStatus, QuoteStatus


class OrderLineDocument(Schema):
    """A line of an order or a quote."""

    id = Id(required=True)
    product_id = Id(required=True)
    sku = fields.String(required=True)
    name = fields.String(required=True)
    unit = fields.String(required=True)
    quantity = fields.Integer(required=True)
    unit_price_minor = fields.Integer(required=True)
    total_minor = fields.Integer(required=True)


class OrderDocument(RecordDocument):
    """An order."""

    number = fields.String(required=True, allow_none=True)
    account_id = Id(required=True)
    site_id = Id(required=True, allow_none=True)
    visit_id = Id(required=True, allow_none=True)
    placed_by_id = Id(required=True)
    status = OneOf(OrderStatus, required=True)
    placed_at = UtcDateTime(required=True)
    price_list_id = Id(required=True)
    currency = fields.String(required=True)
    lines = fields.List(fields.Nested(OrderLineDocument), required=True)
    total_minor = fields.Integer(required=True)
    notes = fields.String(required=True, allow_none=True)
    canceled_at = UtcDateTime(required=True, allow_none=True)
    cancel_reason = fields.String(required=True, allow_none=True)
    quote_id = Id(required=True, allow_none=True)


class QuoteDocument(RecordDocument):
    """A quote: prices that a customer was promised, up to and including the day `valid_until_on`."""

    number = fields.String(required=True, allow_none=True)
    account_id = Id(required=True)
    site_id = Id(required=True, allow_none=True)
    visit_id = Id(required=True, allow_none=True)
    written_by_id = Id(required=True)
    status = OneOf(QuoteStatus, required=True)
    written_at = UtcDateTime(required=True)
    valid_until_on = fields.Date(required=True)
    price_list_id = Id(required=True)
    currency = fields.String(required=True)
    lines = fields.List(fields.Nested(OrderLineDocument), required=True)
    total_minor = fields.Integer(required=True)
    notes = fields.String(required=True, allow_none=True)
    closed_at = UtcDateTime(required=True, allow_none=True)
    close_reason = fields.String(required=True, allow_none=True)


class OrderLineArgs(ArgsSchema):
    """A line: the price is the one that the customer was told."""

    id = Id(required=True)
    product_id = Id(required=True)
    quantity = Whole(1, MAX_QUANTITY, required=True)
    unit_price_minor = Minor(required=True)


def _each_line_once(lines: list[dict[str, Any]]) -> None:
    if len({line["id"] for line in lines}) < len(lines):
        raise ValidationError("Two lines have the same id.")


class _WhatTheCustomerWants(ArgsSchema):
    id = Id(required=True)
    account_id = Id(required=True)
    site_id = Id(load_default=None, allow_none=True)
    visit_id = Id(load_default=None, allow_none=True)
    price_list_id = Id(required=True)
    lines = fields.List(
        fields.Nested(OrderLineArgs), required=True, validate=[validate.Length(max=MAX_LINES), _each_line_once]
    )
    notes = Text(10_000, load_default=None, allow_none=True)


class PlaceOrderArgs(_WhatTheCustomerWants):
    """A new order. That it has lines at all is a rule of orders. With `quote_id` it accepts that quote."""

    quote_id = Id(load_default=None, allow_none=True)


class WriteQuoteArgs(_WhatTheCustomerWants):
    """A new quote. That it has lines at all is a rule of orders."""

    valid_until_on = fields.Date(required=True)


class QuoteArgs(ArgsSchema):
    """The quote."""

    quote_id = Id(required=True)


class DeclineQuoteArgs(QuoteArgs):
    """The quote, and why the customer does not take it."""

    reason = Name(500, required=True)


class WithdrawQuoteArgs(QuoteArgs):
    """The quote, and why it is taken back, where there is something to say."""

    reason = Name(500, load_default=None, allow_none=True)


class CancelOrderArgs(ArgsSchema):
    """The order, and why it is called off."""

    order_id = Id(required=True)
    reason = Name(500, required=True)
