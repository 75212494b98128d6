"""How far it is, and how long it takes, from many places to many others.

Who plans takes a `DistanceProvider` and does not know where the figures come from. `StraightLines` needs nothing but
positions and a travel profile; a provider that asks a road server stands outside the domain (`api/roads`).

numpy takes a third of a second to load: whoever answers phones imports this module where it is needed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from domain.geo.rules import Position, Shortcoming, TravelProfile

Degrees = NDArray[np.float64]
"""Places, one a row: latitude and longitude in WGS 84 degrees."""
Whole = NDArray[np.int32]

_EQUATOR_M = 6_378_137.0
_FLATTENING = 1 / 298.257223563
_MEAN_RADIUS_M = 6_371_008.8
_BLOCK = 65_536
"""Pairs that are worked on at a time, so that they stay in the processor's cache."""


class Source(StrEnum):
    """Where distances come from."""

    ROADS = "roads"
    STRAIGHT_LINES = "straight_lines"


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """From each of N starts (rows) to each of M ends (columns): travel time in seconds, length of the way in metres."""

    seconds: Whole
    metres: Whole
    source: Source
    shortcoming: Shortcoming | None = None
    """Why these are straight lines although roads were asked for, or which of the roads are none."""


@dataclass(frozen=True, kw_only=True)
class Leg:
    """The way from one place to the next."""

    seconds: int
    metres: int


@dataclass(frozen=True, kw_only=True)
class Way:
    """The way through some places in their order. `line` is what a map draws: longitude and latitude of each point."""

    legs: Sequence[Leg]
    line: Sequence[tuple[float, float]]
    source: Source
    shortcoming: Shortcoming | None = field(default=None)


class DistanceProvider(Protocol):
    """Knows distances and travel times."""

    def matrix(self, starts: Degrees, ends: Degrees) -> Matrix:
        """Return the distances from each start (N by 2) to each end (M by 2)."""

    def way(self, places: Degrees) -> Way:
        """Return the way through `places` (N by 2, at least one) in their order."""


def degrees(positions: Sequence[Position]) -> Degrees:
    """Return positions as rows of latitude and longitude."""
    return np.array([(position.lat, position.lng) for position in positions], dtype=np.float64).reshape(-1, 2)


@dataclass(frozen=True, kw_only=True)
class StraightLines:
    """The default provider: straight lines made longer and given a speed by the organisation's profile."""

    profile: TravelProfile

    def matrix(self, starts: Degrees, ends: Degrees) -> Matrix:
        """Return the distances; a place is 0 m and 0 s away from itself."""
        metres = np.empty((len(starts), len(ends)), dtype=np.int32)
        seconds = np.empty_like(metres)
        factor = np.float32(self.profile.detour_factor)
        paces = _paces(self.profile)
        origins, targets = _on_ellipsoid(starts), _on_ellipsoid(ends).T
        rows = max(1, _BLOCK // max(1, len(ends)))
        for first in range(0, len(starts), rows):
            block = slice(first, first + rows)
            road = _arcs_m(origins[block], targets)
            road *= factor
            # The bands get faster and faster, so the least of their lines is the one that counts.
            time = road * paces[0][1]
            for fixed, per_metre in paces[1:]:
                band = road * per_metre
                band += fixed
                np.minimum(time, band, out=time)
            metres[block] = np.rint(road, out=road)
            seconds[block] = np.rint(time, out=time)
        return Matrix(seconds=seconds, metres=metres, source=Source.STRAIGHT_LINES)

    def way(self, places: Degrees) -> Way:
        """Return the straight line from place to place."""
        legs = [
            Leg(seconds=int(found.seconds[0, 0]), metres=int(found.metres[0, 0]))
            for found in (self.matrix(places[i : i + 1], places[i + 1 : i + 2]) for i in range(len(places) - 1))
        ]
        line = [(float(lng), float(lat)) for lat, lng in places]
        return Way(legs=legs, line=line, source=Source.STRAIGHT_LINES)


def _paces(profile: TravelProfile) -> list[tuple[np.float32, np.float32]]:
    """Return each band as a line: seconds to add, and seconds for each metre."""
    lines, spent_s, since_m = [], 0.0, 0.0
    for band in profile.speeds:
        per_metre = 3.6 / band["km_per_h"]
        lines.append((np.float32(spent_s - since_m * per_metre), np.float32(per_metre)))
        if band["up_to_km"] is not None:
            end_m = band["up_to_km"] * 1000
            spent_s += (end_m - since_m) * per_metre
            since_m = end_m
    return lines


def _on_ellipsoid(places: Degrees) -> Degrees:
    """Return the places as points in space (N by 3, metres from the centre of the WGS 84 ellipsoid)."""
    lat, lng = np.radians(places).T
    squared_eccentricity = _FLATTENING * (2 - _FLATTENING)
    across = _EQUATOR_M / np.sqrt(1 - squared_eccentricity * np.sin(lat) ** 2)
    out = across * np.cos(lat)
    up = across * (1 - squared_eccentricity) * np.sin(lat)
    return np.column_stack((out * np.cos(lng), out * np.sin(lng), up))


def _arcs_m(origins: Degrees, targets: Degrees) -> NDArray[np.float32]:
    """Return the arc above the straight line through the earth from N points to M, in metres.

    This is the haversine formula, whose haversine of the angle is the square of half that line over the radius. Taking
    the line between points of the ellipsoid instead of a sphere costs nothing and is right to 0.1 % up to 1,000 km.
    """
    # The scalar products, then |a|² + |b|² - 2ab, in double precision: nearby points differ in the last digits only.
    squared = origins @ targets
    squared *= -2
    squared += (origins * origins).sum(axis=1)[:, None]
    squared += (targets * targets).sum(axis=0)
    squared *= 1 / (2 * _MEAN_RADIUS_M) ** 2
    haversine = np.clip(squared, 0, 1).astype(np.float32)
    arc: NDArray[np.float32] = np.arcsin(np.sqrt(haversine, out=haversine), out=haversine)
    arc *= np.float32(2 * _MEAN_RADIUS_M)
    return arc
