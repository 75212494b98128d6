"""What happens to visits that others react to. Ids only: who reacts reads what it needs."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from domain.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class VisitsMissed(Event):
    """Nobody has begun these visits on their day."""

    visit_ids: Sequence[UUID]


@dataclass(frozen=True, kw_only=True)
class VisitsLate(Event):
    """Nobody has begun these visits yet, and they should have."""

    visit_ids: Sequence[UUID]


@dataclass(frozen=True, kw_only=True)
class VisitCompleted(Event):
    """The rep checked out."""

    visit_id: UUID
