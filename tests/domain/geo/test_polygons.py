"""Polygons: what is one, what is inside, and what is around places."""

from typing import Any

import pytest

from domain.geo.polygons import NotAPolygon, contains, hull, read_multipolygon, size_of
from domain.geo.rules import Position

SQUARE = [[9.0, 47.0], [9.4, 47.0], [9.4, 47.4], [9.0, 47.4], [9.0, 47.0]]
HOLE = [[9.1, 47.1], [9.3, 47.1], [9.3, 47.3], [9.1, 47.3], [9.1, 47.1]]
AWAY = [[8.0, 46.0], [8.1, 46.0], [8.0, 46.1], [8.0, 46.0]]
RING = {"type": "MultiPolygon", "coordinates": [[SQUARE, HOLE], [AWAY]]}


@pytest.mark.parametrize(
    ("lat", "lng", "inside"),
    [(47.05, 9.05, True), (47.2, 9.2, False), (47.2, 9.35, True), (47.5, 9.2, False), (46.02, 8.02, True)],
)
def test_a_place_is_inside_or_not_and_holes_are_outside(lat: float, lng: float, inside: bool):
    assert contains(RING, Position(lat=lat, lng=lng)) is inside


def test_neighbours_share_a_border_but_no_place():
    east = {"type": "MultiPolygon", "coordinates": [[[[9.4, 47], [9.8, 47], [9.8, 47.4], [9.4, 47.4], [9.4, 47]]]]}
    west = {"type": "MultiPolygon", "coordinates": [[SQUARE]]}
    on_the_border = Position(lat=47.2, lng=9.4)
    assert [contains(west, on_the_border), contains(east, on_the_border)].count(True) == 1


@pytest.mark.parametrize(
    "given",
    [
        {"type": "Polygon", "coordinates": [SQUARE]},
        {"type": "MultiPolygon", "coordinates": [[SQUARE]]},
        {"type": "Polygon", "coordinates": [SQUARE[:-1]]},
        {"type": "Polygon", "coordinates": [[[lng, lat, 450.0] for lng, lat in SQUARE]]},
        {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [SQUARE]}},
    ],
    ids=["polygon", "multipolygon", "not closed", "with heights", "feature"],
)
def test_every_way_to_write_a_polygon_is_read_as_the_same(given: dict[str, Any]):
    assert read_multipolygon(given) == {"type": "MultiPolygon", "coordinates": [[SQUARE]]}


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "Must be a GeoJSON Polygon"),
        ({"type": "Point", "coordinates": [9, 47]}, "Must be a GeoJSON Polygon"),
        ({"type": "Feature", "geometry": None}, "Must be a GeoJSON Polygon"),
        ({"type": "Polygon"}, "Has no coordinates"),
        ({"type": "MultiPolygon", "coordinates": []}, "Has no coordinates"),
        ({"type": "Polygon", "coordinates": [5]}, "A ring must be a list"),
        ({"type": "Polygon", "coordinates": [[[9, 47], [9, 48]]]}, "three points"),
        ({"type": "Polygon", "coordinates": [[[9, 47], [9, 48], "x"]]}, "longitude, latitude"),
        ({"type": "Polygon", "coordinates": [[[9, 47], [9, 148], [8, 47]]]}, "in degrees"),
        ({"type": "Polygon", "coordinates": [[[9, 47], [9, float("nan")], [8, 47]]]}, "in degrees"),
        ({"type": "Polygon", "coordinates": [[[9, 47]] * 3_000]}, "Simplify"),
        ({"type": "MultiPolygon", "coordinates": [[SQUARE]] * 500}, "Has 2,500 points"),
    ],
)
def test_what_is_no_polygon_is_refused_with_the_reason(given: dict[str, Any], sentence: str):
    with pytest.raises(NotAPolygon, match=sentence):
        read_multipolygon(given)


def test_the_size_leaves_holes_out():
    assert size_of(RING) == pytest.approx(0.16 - 0.04 + 0.005)


def test_a_hull_goes_around_the_outermost_places():
    around = hull([(0, 0), (2, 0), (1, 1), (2, 2), (0, 2), (1, 0), (2, 2)])
    assert around == [(0, 0), (2, 0), (2, 2), (0, 2), (0, 0)]
    assert hull([(1, 1), (1, 1)]) == [(1, 1)]
    assert hull([]) == []
