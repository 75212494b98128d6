"""Distances."""

import json
from pathlib import Path
from typing import Any

import pytest

from domain.geo.rules import Position, distance_m, is_far_away

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "far_away.json").read_text(encoding="utf-8"))

VADUZ_POST = Position(lat=47.1394, lng=9.5227)
SCHAAN_STATION = Position(lat=47.1686, lng=9.5086)


def test_a_place_is_no_distance_from_itself():
    assert distance_m(VADUZ_POST, VADUZ_POST) == 0


def test_the_distance_between_two_villages_is_in_metres():
    # By the haversine formula with a mean radius of 6371.009 km.
    assert distance_m(VADUZ_POST, SCHAAN_STATION) == 3417


def test_it_is_as_far_back_as_forth():
    assert distance_m(VADUZ_POST, SCHAAN_STATION) == distance_m(SCHAAN_STATION, VADUZ_POST)


def test_a_position_has_one_shape_on_the_wire():
    assert Position(lat=47.1, lng=9.5, accuracy_m=12).as_json() == {"lat": 47.1, "lng": 9.5, "accuracy_m": 12}


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_what_is_far_away_is_as_the_vectors_say(vector: dict[str, Any]):
    assert {"far_away": is_far_away(**vector["given"])} == vector["expect"]
