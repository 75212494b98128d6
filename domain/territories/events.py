"""What happens to territories that others react to."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from domain.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class BookHandedOver(Event):
    """A rep's customers are another rep's from `starts_at` on: what is open goes with them, what is done stays.

    Which customers: those of `account_ids`, or those of `territory_ids`, or all whom the rep has.
    """

    from_id: UUID
    to_id: UUID
    starts_at: datetime
    territory_ids: frozenset[UUID] | None
    account_ids: frozenset[UUID] | None = None
    ends_at: datetime | None = None
    """When they are somebody else's again, where that is known."""
    as_owner: bool = False
    """Only what the rep had because they own the customers: not the visits that a call plan wants of them by name."""
    told: bool = True
    """Whether the new rep is told; not where many hand-overs are told of together."""
    along: Counter[str] = field(default_factory=Counter)
    """How many records of each entity go along: whoever moves them counts them, before anybody is told."""
