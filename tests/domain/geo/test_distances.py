"""Distances of many places at once."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from geopy.distance import geodesic

from domain.geo.distances import Degrees, Source, StraightLines, degrees
from domain.geo.rules import DEFAULT_PROFILE, DEFAULT_SPEEDS, Position, TravelProfile

AS_THE_CROW_FLIES = StraightLines(profile=TravelProfile(detour_factor=1, speeds=DEFAULT_SPEEDS))
BY_DEFAULT = StraightLines(profile=DEFAULT_PROFILE)
VADUZ, SCHAAN = Position(lat=47.1410, lng=9.5209), Position(lat=47.1650, lng=9.5090)
TRAVEL = json.loads((Path(__file__).parents[2] / "vectors" / "travel.json").read_text(encoding="utf-8"))
"""The phone's rule follows the same."""


@pytest.mark.parametrize("vector", TRAVEL, ids=lambda vector: str(vector["name"]))
def test_travel_follows_the_vectors(vector: dict[str, Any]):
    given = vector["given"]
    provider = StraightLines(profile=TravelProfile(**given["profile"]))
    found = provider.matrix(degrees([Position(**given["from"])]), degrees([Position(**given["to"])]))
    assert {"metres": found.metres[0, 0], "seconds": found.seconds[0, 0]} == vector["expect"]


def east_of_vaduz(*metres: float) -> Degrees:
    return np.array([(47.1410, 9.5209 + metre / 75_855) for metre in metres])


def test_they_are_those_of_geopy_wherever_one_is():
    generator = np.random.default_rng(4)
    starts = np.column_stack((generator.uniform(-70, 70, 300), generator.uniform(-180, 180, 300)))
    ends = starts + generator.uniform(-3, 3, (300, 2))

    found = np.diag(AS_THE_CROW_FLIES.matrix(starts, ends).metres)

    expected = np.array([geodesic(start, end).meters for start, end in zip(starts, ends, strict=True)])
    assert np.abs(found - expected).max() / expected.max() < 0.005
    assert (np.abs(found - expected) <= 0.005 * expected + 1).all()


def test_a_place_is_no_distance_from_itself_and_a_metre_is_a_metre():
    found = AS_THE_CROW_FLIES.matrix(east_of_vaduz(0, 1, 1000), east_of_vaduz(0, 1, 1000))
    assert found.metres.tolist() == [[0, 1, 1000], [1, 0, 999], [1000, 999, 0]]
    assert found.seconds[0, 0] == 0
    assert found.source == Source.STRAIGHT_LINES


def test_the_detour_factor_makes_the_way_longer():
    found = StraightLines(profile=TravelProfile(detour_factor=1.5, speeds=DEFAULT_SPEEDS)).matrix(
        east_of_vaduz(0), east_of_vaduz(10_000)
    )
    assert found.metres.tolist() == [[15_000]]


@pytest.mark.parametrize(
    ("metres", "seconds"), [(1_000, 144), (3_000, 432), (10_000, 432 + 560), (15_000, 432 + 960), (30_000, 1392 + 720)]
)
def test_the_first_kilometres_are_slow_and_the_last_ones_fast(metres: int, seconds: int):
    found = AS_THE_CROW_FLIES.matrix(east_of_vaduz(0), east_of_vaduz(metres))
    assert found.seconds[0, 0] == pytest.approx(seconds, abs=2)


def test_more_starts_than_fit_into_a_block_are_as_each_alone():
    starts, ends = east_of_vaduz(*range(0, 40_000, 100)), east_of_vaduz(*range(0, 90_000, 100))
    together = BY_DEFAULT.matrix(starts, ends)
    assert together.metres.shape == (400, 900)
    for row in (0, 71, 72, 73, 399):
        alone = BY_DEFAULT.matrix(starts[row : row + 1], ends)
        assert np.array_equal(together.metres[row], alone.metres[0])
        assert np.array_equal(together.seconds[row], alone.seconds[0])


def test_there_may_be_no_places_at_all():
    found = BY_DEFAULT.matrix(degrees([]), degrees([VADUZ]))
    assert found.seconds.shape == found.metres.shape == (0, 1)


def test_the_way_through_a_day_has_a_leg_between_each_two_stops():
    way = BY_DEFAULT.way(degrees([VADUZ, SCHAAN, VADUZ]))
    assert [leg.metres for leg in way.legs] == [3662, 3662]
    assert way.line == [(9.5209, 47.1410), (9.5090, 47.1650), (9.5209, 47.1410)]


def test_whoever_answers_phones_does_not_load_numpy():
    code = "import sys, api.app; sys.exit('numpy' in sys.modules or 'geopy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
