"""What happens to accounts that others react to."""

from dataclasses import dataclass
from uuid import UUID

from domain.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class AccountMoved(Event):
    """The account belongs to another territory now."""

    account_id: UUID
    territory_id: UUID
