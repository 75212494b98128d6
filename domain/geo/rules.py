"""Distances on the earth's surface."""

from dataclasses import dataclass
from typing import Any


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
    """Return the straight-line distance in metres."""
    # Imported when it is first needed: geopy loads all its geocoders, which would slow the start of every process.
    from geopy.distance import great_circle

    metres: float = great_circle((start.lat, start.lng), (end.lat, end.lng)).meters
    return round(metres)
