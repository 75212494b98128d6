"""What stands on a rep's days, and who waits for a visit: what a plan of these days is made from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.call_plans.rules import Terms
from domain.geo.rules import Position
from domain.working_time.rules import Span


class StopKind(StrEnum):
    """What a stop is."""

    VISIT = "visit"
    APPOINTMENT = "appointment"
    SUGGESTION = "suggestion"


@dataclass(frozen=True, kw_only=True)
class Stop:
    """A visit, an appointment or a customer who waits for a visit; `id` is the record's. `day` and `start_min`: now.

    What `may_move` goes to a day between `first` and `last`; a suggestion is worth `worth` seconds of driving.
    """

    kind: StopKind
    id: UUID
    account_id: UUID
    site_id: UUID
    position: Position | None
    duration_min: int
    day: date | None = None
    start_min: int = 0
    may_move: bool = False
    opening_hours: str | None = None
    plan: Terms | None = None
    first: date = date.min
    last: date = date.max
    worth: int = 0
    purpose: str | None = None
    reasons: Sequence[Mapping[str, Any]] = ()

    @property
    def end_min(self) -> int:
        """When it ends, as it stands."""
        return self.start_min + self.duration_min


@dataclass(frozen=True, kw_only=True)
class Day:
    """A day to be planned: when the rep works, and the minute before which nothing is put on it."""

    on: date
    works: Sequence[Span]
    from_min: int = 0
