"""What happens to orders that others react to. Ids only: who reacts reads what it needs."""

from dataclasses import dataclass
from uuid import UUID

from domain.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class OrderPlaced(Event):
    """A customer ordered."""

    order_id: UUID
