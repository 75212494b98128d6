"""Positions and addresses on the wire."""

from typing import Any

import pytest
from marshmallow import ValidationError

from domain.geo.rules import Position
from domain.geo.schemas import AddressSchema, PositionSchema, empty_address


def test_a_position_is_loaded_as_a_value():
    assert PositionSchema().load({"lat": 47.1, "lng": 9.5}) == Position(lat=47.1, lng=9.5)


@pytest.mark.parametrize(
    "position",
    [
        {"lat": 90.1, "lng": 0},
        {"lat": 0, "lng": -180.1},
        {"lat": "NaN", "lng": 0},
        {"lat": 0, "lng": "Infinity"},
        {"lat": 0},
        {"lat": 0, "lng": 0, "accuracy_m": -1},
        {"lat": 0, "lng": 0, "altitude_m": 450},
    ],
)
def test_what_is_no_place_on_earth_is_refused(position: dict[str, Any]):
    with pytest.raises(ValidationError):
        PositionSchema().load(position)


def test_each_part_of_an_address_may_be_missing():
    assert AddressSchema().load({"city": "Vaduz"}) == {**empty_address(), "city": "Vaduz"}


def test_an_empty_address_has_every_part():
    assert empty_address() == {"street": None, "house_number": None, "postcode": None, "city": None, "country": None}
