"""Positions and addresses on the wire."""

from itertools import pairwise
from typing import Any

from marshmallow import ValidationError, fields, validate

from domain.geo.polygons import NotAPolygon, read_multipolygon
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


class SpeedBandSchema(ArgsSchema):
    """How fast one is on a part of a journey, which ends after `up_to_km` kilometres of road, or with the journey."""

    up_to_km = fields.Float(
        required=True, allow_none=True, allow_nan=False, validate=validate.Range(min=0, min_inclusive=False, max=10_000)
    )
    km_per_h = fields.Float(required=True, allow_nan=False, validate=validate.Range(min=1, max=200))


def _bands_follow_one_another(speeds: list[dict[str, Any]]) -> None:
    ends = [band["up_to_km"] for band in speeds]
    if not ends or ends.pop() is not None or None in ends:
        raise ValidationError("The last band, and no other, has no end (null).")
    if any(later <= earlier for earlier, later in pairwise(ends)):
        raise ValidationError("Each band must end later than the one before.")
    paces = [band["km_per_h"] for band in speeds]
    if sorted(paces) != paces:
        raise ValidationError("The further one drives the faster one gets: no band may be slower than the one before.")


class Speeds(fields.List[Any]):
    """The bands of a speed profile, in order."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            fields.Nested(SpeedBandSchema), validate=[validate.Length(max=10), _bands_follow_one_another], **kwargs
        )


class MultiPolygon(fields.Dict):
    """A GeoJSON Polygon or MultiPolygon, which becomes a MultiPolygon."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dict[str, Any]:
        try:
            return read_multipolygon(super()._deserialize(value, attr, data, **kwargs))  # type: ignore[no-untyped-call]
        except NotAPolygon as error:
            raise ValidationError(str(error)) from error


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
