"""How long reps are on the way between their customers: asked for all of a rep's places at once.

numpy takes a while to load: whoever answers phones imports this module where it is needed.
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from domain.geo.distances import DistanceProvider, Matrix, Source, degrees
from domain.geo.rules import Position

_Place = tuple[float, float]


class KnownWays:
    """The ways between the places of each rep. They are not sure where straight lines stand in for roads."""

    def __init__(self, places: Mapping[UUID, Sequence[Position]], distances: DistanceProvider) -> None:
        self._numbers: dict[UUID, dict[_Place, int]] = {}
        self._matrices: dict[UUID, Matrix] = {}
        for rep_id, positions in places.items():
            different = {(one.lat, one.lng): one for one in positions}
            where = degrees(list(different.values()))
            self._numbers[rep_id] = {place: number for number, place in enumerate(different)}
            self._matrices[rep_id] = distances.matrix(where, where)

    @property
    def are_sure(self) -> bool:
        """Whether the next run will be told the same."""
        return not any(one.source is Source.STRAIGHT_LINES and one.shortcoming for one in self._matrices.values())

    def minutes(self, rep_id: UUID, start: Position, end: Position) -> int:
        """Return the whole minutes from the one to the other, both of them places of the rep."""
        number = self._numbers[rep_id]
        seconds = self._matrices[rep_id].seconds[number[start.lat, start.lng], number[end.lat, end.lng]]
        return -(-int(seconds) // 60)
