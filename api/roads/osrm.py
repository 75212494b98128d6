"""What of OSRM's HTTP API (https://project-osrm.org/docs) Fieldbook uses: tables of distances, and routes.

Where people drive is nobody else's business: no message of this module holds a coordinate.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import orjson
import urllib3
from numpy.typing import NDArray

from domain.geo.distances import Degrees, Leg, Whole
from domain.geo.rules import Shortcoming

NO_ROAD = -1
FURTHEST_FROM_ROAD_M = 2_000
"""A place that is further than this from any road of the server's map is not on that map."""
LARGEST_ANSWER_BYTES = 64 * 1024 * 1024


class RoadsUnavailable(Exception):
    """The road server did not give what was asked for."""

    def __init__(self, shortcoming: Shortcoming) -> None:
        super().__init__(shortcoming.detail)
        self.shortcoming = shortcoming


def _unavailable(code: str, detail: str) -> RoadsUnavailable:
    return RoadsUnavailable(Shortcoming(code=f"roads.{code}", detail=detail))


@dataclass(frozen=True, kw_only=True)
class Table:
    """Seconds and metres from each start to each end; `NO_ROAD` where there is none."""

    seconds: Whole
    metres: Whole


@dataclass(frozen=True, kw_only=True)
class Route:
    """The road through some places in their order, as longitudes and latitudes."""

    legs: list[Leg]
    line: list[tuple[float, float]]


class OsrmServer:
    """An OSRM server."""

    def __init__(self, *, url: str, table_size: int = 100, timeout_s: float = 10) -> None:
        self.url = url
        self.block = max(1, table_size // 2)
        """How many starts, and how many ends, one question may have: together they are what the server limits."""
        self._http = urllib3.PoolManager(retries=False, timeout=timeout_s, maxsize=2)

    def check(self) -> None:
        """Ask whether the server is there.

        Raises:
            RoadsUnavailable: it is not, or is something else.
        """
        try:
            self._ask("nearest", np.zeros((1, 2)), "number=1")
        except RoadsUnavailable as error:
            # That there is no road in the sea is an answer.
            if error.shortcoming.code != "roads.no_road":
                raise

    def table(self, starts: Degrees, ends: Degrees) -> Table:
        """Return the roads from each start (N by 2) to each end (M by 2), asked for block by block.

        Raises:
            RoadsUnavailable: the server does not answer as it should.
        """
        seconds = np.empty((len(starts), len(ends)), dtype=np.int32)
        metres = np.empty_like(seconds)
        for rows in _blocks(len(starts), self.block):
            for columns in _blocks(len(ends), self.block):
                found = self._ask_table(starts[rows], ends[columns])
                seconds[rows, columns], metres[rows, columns] = found.seconds, found.metres
        return Table(seconds=seconds, metres=metres)

    def _ask_table(self, starts: Degrees, ends: Degrees) -> Table:
        numbers = [str(number) for number in range(len(starts) + len(ends))]
        sources, destinations = ";".join(numbers[: len(starts)]), ";".join(numbers[len(starts) :])
        answer = self._ask(
            "table",
            np.concatenate((starts, ends)),
            f"annotations=duration,distance&generate_hints=false&sources={sources}&destinations={destinations}",
        )
        try:
            seconds, metres = _numbers(answer["durations"]), _numbers(answer["distances"])
            off = [
                np.array([place["distance"] > FURTHEST_FROM_ROAD_M for place in answer[side]], dtype=bool)
                for side in ("sources", "destinations")
            ]
            seconds = np.where(off[0][:, None] | off[1][None, :], NO_ROAD, seconds)
            metres = np.where(seconds == NO_ROAD, NO_ROAD, metres).astype(np.int32)
        except (KeyError, TypeError, ValueError, IndexError):
            raise _not_understood() from None
        if seconds.shape != (len(starts), len(ends)) or metres.shape != seconds.shape:
            raise _not_understood()
        return Table(seconds=seconds.astype(np.int32), metres=metres)

    def route(self, places: Degrees) -> Route:
        """Return the road through `places` (at least two) in their order.

        Raises:
            RoadsUnavailable: the server does not answer as it should, or there is no road.
        """
        legs: list[Leg] = []
        line: list[tuple[float, float]] = []
        # Each question begins where the one before it ended.
        for first in range(0, len(places) - 1, max(1, 2 * self.block - 1)):
            part = self._ask_route(places[first : first + 2 * self.block])
            legs += part.legs
            line += part.line if not line else part.line[1:]
        return Route(legs=legs, line=line)

    def _ask_route(self, places: Degrees) -> Route:
        answer = self._ask("route", places, "overview=full&geometries=geojson&steps=false&generate_hints=false")
        try:
            if max(place["distance"] for place in answer["waypoints"]) > FURTHEST_FROM_ROAD_M:
                raise _unavailable("off_the_map", "A stop is not on the road server's map.")
            found = answer["routes"][0]
            legs = [Leg(seconds=round(leg["duration"]), metres=round(leg["distance"])) for leg in found["legs"]]
            line = [(float(lng), float(lat)) for lng, lat in found["geometry"]["coordinates"]]
        except (KeyError, TypeError, ValueError, IndexError):
            raise _not_understood() from None
        if len(legs) != len(places) - 1:
            raise _not_understood()
        return Route(legs=legs, line=line)

    def _ask(self, service: str, places: Degrees, query: str) -> dict[str, Any]:
        """Return the answer to a question about `places`."""
        there = ";".join(f"{lng:.5f},{lat:.5f}" for lat, lng in places)
        try:
            answer = self._http.request(
                "GET", f"{self.url}/{service}/v1/driving/{there}?{query}", preload_content=False, redirect=False
            )
            try:
                body = answer.read(LARGEST_ANSWER_BYTES + 1)
            finally:
                answer.release_conn()
            status = answer.status
        except (urllib3.exceptions.HTTPError, OSError) as error:
            # A connection that was refused counts as a timeout, too.
            if isinstance(error, urllib3.exceptions.TimeoutError) and not isinstance(
                error, urllib3.exceptions.NewConnectionError
            ):
                raise _unavailable("too_slow", "The road server did not answer in time.") from None
            raise _unavailable("unreachable", "The road server cannot be reached.") from None
        if len(body) > LARGEST_ANSWER_BYTES:
            raise _not_understood()
        try:
            found = orjson.loads(body)
            code = found["code"]
        except (orjson.JSONDecodeError, KeyError, TypeError):
            raise _not_understood() from None
        if code == "TooBig":
            raise _unavailable("too_big", "The road server takes fewer places at a time than ROADS_TABLE_SIZE says.")
        if code in {"NoRoute", "NoSegment", "NoTable"}:
            raise _unavailable("no_road", "There is no road between some of these places on the road server's map.")
        if status != 200 or code != "Ok":
            raise _not_understood()
        return dict(found)


def _blocks(count: int, size: int) -> Iterator[slice]:
    return (slice(first, min(first + size, count)) for first in range(0, count, size))


def _numbers(rows: list[list[float | None]]) -> NDArray[np.int32]:
    """Return whole numbers, with `NO_ROAD` for null."""
    found = np.array(rows, dtype=np.float64)
    return np.where(np.isnan(found), NO_ROAD, np.rint(np.nan_to_num(found))).astype(np.int32)


def _not_understood() -> RoadsUnavailable:
    return _unavailable("not_understood", "What the road server answered cannot be read. Is ROADS_URL an OSRM server?")
