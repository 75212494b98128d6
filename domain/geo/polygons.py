"""Polygons on the map, as GeoJSON MultiPolygons (RFC 7946): longitude before latitude, degrees of WGS 84.

A few lines instead of a geometry library: all that is needed is whether a place is inside, and a hull around places.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from math import cos, hypot, radians
from typing import Any

from domain.geo.rules import Position

Point = tuple[float, float]
"""Longitude, latitude."""

MOST_POINTS = 2_000
DECIMALS = 6
"""A tenth of a metre."""


class NotAPolygon(ValueError):
    """The message says what is wrong with it."""


def read_multipolygon(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a Polygon or MultiPolygon, or a Feature of one, as a MultiPolygon; without heights and closing each ring.

    Raises:
        NotAPolygon: it is none, has too many points, or reaches beyond the map.
    """
    if given.get("type") == "Feature":
        given = given.get("geometry") or {}
    kind, polygons = given.get("type"), given.get("coordinates")
    if kind == "Polygon":
        polygons = [polygons]
    elif kind != "MultiPolygon":
        raise NotAPolygon("Must be a GeoJSON Polygon or MultiPolygon.")
    if not _is_list(polygons) or not polygons or not all(_is_list(rings) and rings for rings in polygons):
        raise NotAPolygon("Has no coordinates.")
    read = [[_read_ring(ring) for ring in rings] for rings in polygons]
    points = sum(len(ring) for rings in read for ring in rings)
    if points > MOST_POINTS:
        raise NotAPolygon(f"Has {points:,} points; {MOST_POINTS:,} are the most. Simplify it.")
    return {"type": "MultiPolygon", "coordinates": read}


def _is_list(value: Any) -> bool:
    return isinstance(value, list | tuple)


def _read_ring(ring: Any) -> list[list[float]]:
    if not _is_list(ring):
        raise NotAPolygon("A ring must be a list of points.")
    if len(ring) > MOST_POINTS:
        raise NotAPolygon(f"Has more than {MOST_POINTS:,} points. Simplify it.")
    read = [_read_point(point) for point in ring]
    if read and read[0] != read[-1]:
        read.append(read[0])
    if len(read) < 4:
        raise NotAPolygon("A ring needs three points at least.")
    return read


def _read_point(point: Any) -> list[float]:
    if not _is_list(point) or len(point) < 2:
        raise NotAPolygon("A point must be [longitude, latitude].")
    for value, most in zip(point[:2], (180, 90), strict=True):
        if isinstance(value, bool) or not isinstance(value, int | float) or not -most <= value <= most:
            raise NotAPolygon("A point must be [longitude, latitude] in degrees.")
    return [round(float(point[0]), DECIMALS), round(float(point[1]), DECIMALS)]


def contains(multipolygon: Mapping[str, Any], position: Position) -> bool:
    """Tell whether a place is inside, by the even-odd rule: holes are outside, whichever way rings turn."""
    return any(
        sum(_crosses(ring, position.lng, position.lat) for ring in rings) % 2 == 1
        for rings in multipolygon["coordinates"]
    )


def _crosses(ring: Sequence[Sequence[float]], lng: float, lat: float) -> int:
    """Return how often a line from the place to the east crosses the ring."""
    crossings = 0
    before_lng, before_lat = ring[-1]
    for point_lng, point_lat in ring:
        if (point_lat > lat) != (before_lat > lat):
            crossings += lng < before_lng + (lat - before_lat) / (point_lat - before_lat) * (point_lng - before_lng)
        before_lng, before_lat = point_lng, point_lat
    return crossings


def distance_to(multipolygon: Mapping[str, Any], position: Position) -> float:
    """Return how far a place outside is from its border, to compare: degrees of latitude."""
    narrower = cos(radians(position.lat))
    return min(
        _distance_to_line(
            ((start[0] - position.lng) * narrower, start[1] - position.lat),
            ((end[0] - position.lng) * narrower, end[1] - position.lat),
        )
        for rings in multipolygon["coordinates"]
        for start, end in pairwise(rings[0])
    )


def _distance_to_line(start: Point, end: Point) -> float:
    """Return how far a line is from the origin."""
    along = (end[0] - start[0], end[1] - start[1])
    length = along[0] ** 2 + along[1] ** 2
    share = max(0.0, min(1.0, -(start[0] * along[0] + start[1] * along[1]) / length)) if length else 0.0
    return hypot(start[0] + share * along[0], start[1] + share * along[1])


def size_of(multipolygon: Mapping[str, Any]) -> float:
    """Return how large it is, to compare: square degrees, holes taken off."""
    return sum(
        abs(_twice_signed(rings[0])) / 2 - sum(abs(_twice_signed(hole)) / 2 for hole in rings[1:])
        for rings in multipolygon["coordinates"]
    )


def _twice_signed(ring: Sequence[Sequence[float]]) -> float:
    return sum(
        before[0] * after[1] - after[0] * before[1] for before, after in zip(ring, [*ring[1:], ring[0]], strict=True)
    )


def hull(points: Iterable[Point]) -> list[Point]:
    """Return the ring around some places, closed, counter-clockwise (Andrew's monotone chain); fewer than three points
    around places in a line.
    """
    ordered = sorted(set(points))
    if len(ordered) < 3:
        return ordered
    around = [*_half(ordered), *_half(ordered[::-1])]
    return [*around, around[0]]


def _half(points: Iterable[Point]) -> Iterator[Point]:
    chain: list[Point] = []
    for point in points:
        while len(chain) > 1 and _turn(chain[-2], chain[-1], point) <= 0:
            chain.pop()
        chain.append(point)
    return iter(chain[:-1])


def _turn(start: Point, middle: Point, end: Point) -> float:
    return (middle[0] - start[0]) * (end[1] - start[1]) - (middle[1] - start[1]) * (end[0] - start[0])
