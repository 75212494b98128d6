"""Distances on the earth's surface."""

from dataclasses import dataclass
from typing import Any

DEFAULT_FAR_AWAY_M = 500
"""From how many metres on a check-in is far away, unless the organisation says otherwise."""


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


def is_far_away(*, distance_m: int | None, accuracy_m: float | None, limit_m: int) -> bool:
    """Tell whether somebody is surely further away than `limit_m`. All in metres.

    What the phone is unsure of counts for the person: `accuracy_m` is taken off. An unknown distance is not far.
    """
    return distance_m is not None and distance_m - (accuracy_m or 0) > limit_m
