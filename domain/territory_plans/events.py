"""What happens to plans that others react to."""

from dataclasses import dataclass
from uuid import UUID

from domain.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class PlanRequested(Event):
    """Somebody wants a plan: it is to be worked out."""

    plan_id: UUID


@dataclass(frozen=True, kw_only=True)
class PlanPublished(Event):
    """A plan is to take effect, today or later."""

    plan_id: UUID
