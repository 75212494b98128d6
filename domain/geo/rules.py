"""Distances on the earth's surface, and how fast one travels."""

from collections.abc import Mapping, Sequence
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


@dataclass(frozen=True, kw_only=True)
class Shortcoming:
    """Why a result is not all that one would wish. `code` is stable, `detail` a sentence for people."""

    code: str
    detail: str


@dataclass(frozen=True, kw_only=True)
class TravelProfile:
    """How long the road is, and how long it takes, where only the straight line is known.

    `detour_factor` is metres of road for each metre of straight line. `speeds` are bands of the journey in order, each
    `{up_to_km, km_per_h}`: its first kilometres of road are driven at the first speed, and so on; the last has no end.
    """

    detour_factor: float
    speeds: Sequence[Mapping[str, Any]]


DEFAULT_DETOUR_FACTOR = 1.3
"""Roads in Europe are 1.2 to 1.5 times as long as the straight line (Ballou, Rahardja, Sakai 2002)."""
DEFAULT_SPEEDS: list[dict[str, Any]] = [
    {"up_to_km": 3, "km_per_h": 25},
    {"up_to_km": 15, "km_per_h": 45},
    {"up_to_km": None, "km_per_h": 75},
]
"""Door to door by car: out of the village, over land, on the motorway."""
DEFAULT_PROFILE = TravelProfile(detour_factor=DEFAULT_DETOUR_FACTOR, speeds=DEFAULT_SPEEDS)


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
