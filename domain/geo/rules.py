"""Distances on the earth's surface."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt
from typing import Any

EARTH_RADIUS_M = 6_371_009
"""The mean radius, in metres."""


@dataclass(frozen=True, kw_only=True)
class Position:
    """A place by WGS 84 degrees. `accuracy_m` is the radius that the phone vouches for, in metres."""

    lat: float
    lng: float
    accuracy_m: float | None = None

    def as_json(self) -> dict[str, Any]:
        """Return the wire shape."""
        return {"lat": self.lat, "lng": self.lng, "accuracy_m": self.accuracy_m}


def distance_m(start: Position, end: Position) -> int:
    """Return the straight-line distance in metres, by the haversine formula."""
    start_lat, end_lat = radians(start.lat), radians(end.lat)
    half_lat, half_lng = (end_lat - start_lat) / 2, radians(end.lng - start.lng) / 2
    haversine = sin(half_lat) ** 2 + cos(start_lat) * cos(end_lat) * sin(half_lng) ** 2
    return round(2 * EARTH_RADIUS_M * asin(sqrt(min(1, haversine))))
