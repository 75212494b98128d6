"""What a road server has said, kept in the database: one row for each place, with the roads from it."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.geo.distances import Degrees, Whole
from domain.geo.models import RoadDistances
from domain.kernel.model import any_of

KEEP = timedelta(days=30)
MOST_ENDS = 5_000
"""How many roads from one place are kept: those that were asked for last."""
_NAMESPACE = UUID("2f0cba52-6f0e-4a6f-9d0f-6f6b1f3f7f0a")
_PER_DEGREE = 100_000

Keys = NDArray[np.int64]
"""A number for each place, the same for places within a metre."""

OpenSession = Callable[[], AbstractContextManager[Session]]


def keys_of(places: Degrees) -> Keys:
    """Return the number of each place."""
    whole = np.rint((places + np.array((90, 180))) * _PER_DEGREE).astype(np.int64)
    keys: Keys = (whole[:, 0] << 32) | whole[:, 1]
    return keys


@dataclass
class Roads:
    """The known roads from one place, by the number of the end."""

    ends: Keys
    seconds: Whole
    metres: Whole

    @classmethod
    def none(cls) -> "Roads":
        """Return that nothing is known."""
        return cls(np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0, np.int32))

    def places_of(self, ends: Keys) -> NDArray[np.int64]:
        """Return where in the arrays each of `ends` is, -1 for what is not known."""
        if not len(self.ends):
            return np.full(len(ends), -1)
        order = np.argsort(self.ends)
        found = order[np.searchsorted(self.ends, ends, sorter=order).clip(max=len(order) - 1)]
        return np.where(self.ends[found] == ends, found, -1)

    def with_more(self, ends: Keys, seconds: Whole, metres: Whole) -> "Roads":
        """Return these and others; the others count where both know a road."""
        ends, first = np.unique(ends, return_index=True)
        kept = ~np.isin(self.ends, ends)
        return Roads(
            np.concatenate((self.ends[kept], ends)),
            np.concatenate((self.seconds[kept], seconds[first])),
            np.concatenate((self.metres[kept], metres[first])),
        )


@dataclass(frozen=True, kw_only=True)
class RoadCache:
    """The cache of one organisation for one road server."""

    open_session: OpenSession
    org_id: UUID
    url: str
    now: datetime

    def read(self, starts: Keys) -> dict[int, Roads]:
        """Return what is known from each of these places."""
        ids = {self._id(start): int(start) for start in starts}
        query = select(RoadDistances).where(
            RoadDistances.org_id == self.org_id,
            RoadDistances.id == any_of(ids),
            RoadDistances.fetched_at > self.now - KEEP,
        )
        with self.open_session() as session:
            return {
                ids[row.id]: Roads(
                    np.frombuffer(row.ends, np.int64),
                    np.frombuffer(row.seconds, np.int32),
                    np.frombuffer(row.metres, np.int32),
                )
                for row in session.scalars(query)
            }

    def write(self, known: dict[int, Roads]) -> None:
        """Keep what is known from these places."""
        rows = [
            {
                "org_id": self.org_id,
                "id": self._id(start),
                "ends": roads.ends[-MOST_ENDS:].tobytes(),
                "seconds": roads.seconds[-MOST_ENDS:].tobytes(),
                "metres": roads.metres[-MOST_ENDS:].tobytes(),
                "fetched_at": self.now,
            }
            for start, roads in known.items()
        ]
        # In one order, so that two who write the same rows wait for one another and do not lock each other out.
        rows.sort(key=lambda row: str(row["id"]))
        with self.open_session() as session:
            for first in range(0, len(rows), 100):
                statement = insert(RoadDistances.__table__).values(rows[first : first + 100])  # type: ignore[arg-type]
                fresh = {name: statement.excluded[name] for name in ("ends", "seconds", "metres", "fetched_at")}
                session.execute(statement.on_conflict_do_update(index_elements=["org_id", "id"], set_=fresh))
            session.commit()

    def _id(self, start: int) -> UUID:
        return uuid5(_NAMESPACE, f"{self.url} {int(start)}")


def forget_old(*, org_id: UUID, open_session: OpenSession, before: datetime) -> int:
    """Delete what was fetched before a moment, and return how many places that were."""
    with open_session() as session:
        old = delete(RoadDistances).where(RoadDistances.org_id == org_id, RoadDistances.fetched_at < before)
        count: int = session.execute(old.execution_options(reaches_no_phone=True)).rowcount  # type: ignore[attr-defined]
        session.commit()
    return count
