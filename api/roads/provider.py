"""Distances along roads, and straight lines where there are none: whoever asks is told which of them they got."""

from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from uuid import UUID

import numpy as np
import structlog
from sqlalchemy.orm import Session, sessionmaker

from api.roads.cache import Keys, OpenSession, RoadCache, Roads, keys_of
from api.roads.osrm import NO_ROAD, OsrmServer, RoadsUnavailable
from api.settings import Settings
from domain.geo.distances import Degrees, DistanceProvider, Matrix, Source, StraightLines, Way
from domain.geo.rules import Shortcoming, TravelProfile
from domain.kernel.session import open_session

log = structlog.get_logger(__name__)

MOST_PAIRS = 1_000_000
MOST_STOPS = 200
LEAVE_ALONE_S = 30
"""How long a server that did not answer is not asked again."""
ATTRIBUTION = "© OpenStreetMap contributors"


@dataclass
class RoadServer:
    """An OSRM server as this process knows it."""

    osrm: OsrmServer
    left_alone_until: float = field(default=0)
    trouble: Shortcoming | None = field(default=None)

    def check(self) -> None:
        """Raise what the server answered just now, so that not every request waits for the same silence.

        Raises:
            RoadsUnavailable: it did not answer a moment ago.
        """
        if self.trouble is not None and monotonic() < self.left_alone_until:
            raise RoadsUnavailable(self.trouble)

    def failed(self, trouble: Shortcoming) -> None:
        """Remember that it could not be asked, if it is the server's fault and not the question's."""
        log.warning("roads.unavailable", code=trouble.code)
        if trouble.code in {"roads.unreachable", "roads.too_slow"}:
            self.trouble, self.left_alone_until = trouble, monotonic() + LEAVE_ALONE_S


@dataclass(frozen=True, kw_only=True)
class RoadDistancesProvider:
    """The roads of a server, with what it said before; straight lines stand in."""

    server: RoadServer
    cache: RoadCache
    otherwise: StraightLines

    def matrix(self, starts: Degrees, ends: Degrees) -> Matrix:
        """Return the distances by road. `shortcoming` says where there are none."""
        straight = self.otherwise.matrix(starts, ends)
        if straight.seconds.size > MOST_PAIRS:
            return _instead(straight, _too_many(f"more than {MOST_PAIRS:,} pairs of places"))
        if not straight.seconds.size:
            return straight
        try:
            seconds, metres = self._roads(starts, ends)
        except RoadsUnavailable as error:
            self.server.failed(error.shortcoming)
            return _instead(straight, error.shortcoming)
        missing = seconds == NO_ROAD
        if missing.all():
            return _instead(straight, _no_road("any of these places"))
        return Matrix(
            seconds=np.where(missing, straight.seconds, seconds),
            metres=np.where(missing, straight.metres, metres),
            source=Source.ROADS,
            shortcoming=_no_road(f"{int(missing.sum()):,} pairs of these places") if missing.any() else None,
        )

    def way(self, places: Degrees) -> Way:
        """Return the way by road. `shortcoming` says why it is none."""
        straight = self.otherwise.way(places)
        if len(places) < 2:
            return straight
        if len(places) > MOST_STOPS:
            return _straight_way(straight, _too_many(f"more than {MOST_STOPS} stops"))
        try:
            self.server.check()
            route = self.server.osrm.route(places)
        except RoadsUnavailable as error:
            self.server.failed(error.shortcoming)
            return _straight_way(straight, error.shortcoming)
        return Way(legs=route.legs, line=route.line, source=Source.ROADS)

    def _roads(self, starts: Degrees, ends: Degrees) -> tuple[np.ndarray, np.ndarray]:
        """Return seconds and metres, from the cache where it has them."""
        start_keys, first_start, start_of = np.unique(keys_of(starts), return_index=True, return_inverse=True)
        end_keys, first_end, end_of = np.unique(keys_of(ends), return_index=True, return_inverse=True)
        known = self.cache.read(start_keys)
        at = np.array([known.get(int(key), Roads.none()).places_of(end_keys) for key in start_keys])
        # 1. Places that are new as starts: their roads to all ends. 2. New ends: the roads of the others to them.
        new_rows = (at < 0).all(axis=1)
        new_columns = (at < 0)[~new_rows].any(axis=0)
        for rows, columns in ((new_rows, np.ones(len(end_keys), bool)), (~new_rows, new_columns)):
            if rows.any() and columns.any():
                self.server.check()
                self._fetch(
                    known, start_keys[rows], starts[first_start[rows]], end_keys[columns], ends[first_end[columns]]
                )
        seconds = np.empty(at.shape, np.int32)
        metres = np.empty(at.shape, np.int32)
        for row, key in enumerate(start_keys):
            roads = known[int(key)]
            found = roads.places_of(end_keys)
            seconds[row], metres[row] = roads.seconds[found], roads.metres[found]
        everything = np.ix_(start_of, end_of)
        return seconds[everything], metres[everything]

    def _fetch(self, known: dict[int, Roads], start_keys: Keys, starts: Degrees, end_keys: Keys, ends: Degrees) -> None:
        table = self.server.osrm.table(starts, ends)
        fresh = {
            int(key): known.get(int(key), Roads.none()).with_more(end_keys, table.seconds[row], table.metres[row])
            for row, key in enumerate(start_keys)
        }
        known.update(fresh)
        self.cache.write(fresh)


def _instead(straight: Matrix, why: Shortcoming) -> Matrix:
    return Matrix(seconds=straight.seconds, metres=straight.metres, source=straight.source, shortcoming=why)


def _straight_way(straight: Way, why: Shortcoming) -> Way:
    return Way(legs=straight.legs, line=straight.line, source=straight.source, shortcoming=why)


def _too_many(what: str) -> Shortcoming:
    return Shortcoming(code="roads.too_many_places", detail=f"These are {what}, too many to ask for roads.")


def _no_road(what: str) -> Shortcoming:
    return Shortcoming(
        code="roads.no_road",
        detail=f"The road server's map has no road between {what}: straight lines stand in for them.",
    )


_SERVERS: dict[tuple[str, int, int], RoadServer] = {}


def distance_provider(
    settings: Settings, sessions: sessionmaker[Session], *, org_id: UUID, profile: TravelProfile, now: datetime
) -> DistanceProvider:
    """Return what knows distances for an organisation: the road server, or without one straight lines."""
    straight = StraightLines(profile=profile)
    if settings.roads_url is None:
        return straight
    which = (settings.roads_url, settings.roads_table_size, settings.roads_timeout_s)
    if which not in _SERVERS:
        url, table_size, timeout_s = which
        _SERVERS[which] = RoadServer(OsrmServer(url=url, table_size=table_size, timeout_s=timeout_s))
    opened: OpenSession = lambda: open_session(sessions, org_id=org_id, now=now)  # noqa: E731 - the type says what it is
    cache = RoadCache(open_session=opened, org_id=org_id, url=settings.roads_url, now=now)
    return RoadDistancesProvider(server=_SERVERS[which], cache=cache, otherwise=straight)
