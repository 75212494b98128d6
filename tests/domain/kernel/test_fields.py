"""Fields let nothing past that the database could refuse."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

import pytest
from marshmallow import ValidationError

from domain.kernel.fields import ArgsSchema, Id, Minor, Name, OneOf, Text, UtcDateTime, Whole


class Colour(StrEnum):
    RED = "red"


class Args(ArgsSchema):
    text = Text(5)
    name = Name(5)
    id = Id()
    at = UtcDateTime()
    whole = Whole(1, 10)
    amount = Minor()
    colour = OneOf(Colour)


@pytest.mark.parametrize(
    ("given", "loaded"),
    [
        ({"text": "  ab "}, {"text": "ab"}),
        ({"text": ""}, {"text": ""}),
        ({"name": "Bänk😀"}, {"name": "Bänk😀"}),
        ({"at": "2026-11-22T09:15:00+01:00"}, {"at": datetime(2026, 11, 22, 8, 15, tzinfo=UTC)}),
        ({"at": "2026-11-22T08:15:00Z"}, {"at": datetime(2026, 11, 22, 8, 15, tzinfo=UTC)}),
        ({"whole": 10}, {"whole": 10}),
        ({"amount": 10**13}, {"amount": 10**13}),
        ({"colour": "red"}, {"colour": "red"}),
    ],
)
def test_what_is_within_bounds_is_taken(given: dict[str, Any], loaded: dict[str, Any]):
    assert Args().load(given) == loaded


@pytest.mark.parametrize(
    "given",
    [
        {"text": "sixsix"},
        {"text": None},
        {"text": 5},
        {"text": "a\x00b"},
        {"text": "\ud800"},
        {"name": "   "},
        {"id": "not-a-uuid"},
        {"at": "2026-11-22T08:15:00"},
        {"at": "yesterday"},
        {"at": "0001-01-01T00:00:00+10:00"},
        {"at": "9999-12-31T23:59:59-10:00"},
        {"whole": 0},
        {"whole": 11},
        {"whole": 1.5},
        {"amount": -1},
        {"amount": 10**13 + 1},
        {"colour": "blue"},
        {"unheard_of": 1},
    ],
    ids=str,
)
def test_what_is_out_of_bounds_is_refused_by_name(given: dict[str, Any]):
    with pytest.raises(ValidationError) as refusal:
        Args().load(given)
    assert list(refusal.value.messages) == list(given)


def test_a_time_is_shown_in_utc():
    shown = Args().dump({"at": datetime.fromisoformat("2026-11-22T09:15:00.250+01:00")})
    assert shown == {"at": "2026-11-22T08:15:00.250000Z"}
