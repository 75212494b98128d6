"""Positions and addresses on the wire."""

from typing import Any

from marshmallow import fields, validate

from domain.geo.rules import Position
from domain.kernel.fields import ArgsSchema, Text


class PositionSchema(ArgsSchema):
    """`{lat, lng, accuracy_m}` in WGS 84 degrees and metres."""

    lat = fields.Float(required=True, allow_nan=False, validate=validate.Range(min=-90, max=90))
    lng = fields.Float(required=True, allow_nan=False, validate=validate.Range(min=-180, max=180))
    accuracy_m = fields.Float(
        load_default=None, allow_none=True, allow_nan=False, validate=validate.Range(min=0, max=1e7)
    )

    def load(self, data: Any, **options: Any) -> Position:
        """Return the position as a value.

        Raises:
            ValidationError: names each field that is not valid.
        """
        return Position(**super().load(data, **options))


class AddressSchema(ArgsSchema):
    """A postal address. Each part may be null."""

    street = Text(200, load_default=None, allow_none=True)
    house_number = Text(40, load_default=None, allow_none=True)
    postcode = Text(20, load_default=None, allow_none=True)
    city = Text(120, load_default=None, allow_none=True)
    country = Text(2, load_default=None, allow_none=True)


def empty_address() -> dict[str, Any]:
    """Return an address of which nothing is known."""
    return dict.fromkeys(AddressSchema().fields)
