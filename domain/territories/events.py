"""What happens to territories that others react to."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from domain.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class BookHandedOver(Event):
    """A rep's customers are another rep's from `starts_at` on: what is open goes with them, what is done stays."""

    from_id: UUID
    to_id: UUID
    starts_at: datetime
    territory_ids: frozenset[UUID] | None
    """Those whose customers are handed over, with all below them; None for everything that the rep has."""
    along: Counter[str] = field(default_factory=Counter)
    """How many records of each entity go along: whoever moves them counts them, before anybody is told."""
