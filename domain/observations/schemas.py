"""Observations on the wire."""

from marshmallow import fields

from domain.kernel.fields import ArgsSchema, Id, Minor, OneOf, RecordDocument, Text, UtcDateTime, Whole
from domain.observations.rules import ObservationKind


class ObservationDocument(RecordDocument):
    """Something seen at a customer's."""

    account_id = Id(required=True)
    visit_id = Id(required=True, allow_none=True)
    kind = OneOf(ObservationKind, required=True)
    product_id = Id(required=True, allow_none=True)
    product = fields.String(required=True, allow_none=True)
    competitor = fields.String(required=True, allow_none=True)
    price_minor = fields.Integer(required=True, allow_none=True)
    currency = fields.String(required=True)
    facings = fields.Integer(required=True, allow_none=True)
    out_of_stock = fields.Boolean(required=True)
    note = fields.String(required=True, allow_none=True)
    observed_by_id = Id(required=True)
    occurred_at = UtcDateTime(required=True)


class AddObservationArgs(ArgsSchema):
    """What was seen. A price is in the organisation's currency."""

    id = Id(required=True)
    account_id = Id(required=True)
    visit_id = Id(load_default=None, allow_none=True)
    kind = OneOf(ObservationKind, required=True)
    product_id = Id(load_default=None, allow_none=True)
    product = Text(200, load_default=None, allow_none=True)
    competitor = Text(200, load_default=None, allow_none=True)
    price_minor = Minor(load_default=None, allow_none=True)
    facings = Whole(0, 10_000, load_default=None, allow_none=True)
    out_of_stock = fields.Boolean(load_default=False)
    note = Text(10_000, load_default=None, allow_none=True)


class ObservationArgs(ArgsSchema):
    """The observation that a command is about."""

    observation_id = Id(required=True)


class UpdateObservationArgs(ObservationArgs):
    """The fields to change."""

    product_id = Id(allow_none=True)
    product = Text(200, allow_none=True)
    competitor = Text(200, allow_none=True)
    price_minor = Minor(allow_none=True)
    facings = Whole(0, 10_000, allow_none=True)
    out_of_stock = fields.Boolean()
    note = Text(10_000, allow_none=True)
