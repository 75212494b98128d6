"""What happens to plans that others react to."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
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


@dataclass(frozen=True, kw_only=True)
class PlanTookEffect(Event):
    """The accounts of a plan have changed hands, all of them."""

    plan_id: UUID
    name: str
    starts_on: date
    gained: Counter[UUID]
    """Owner → how many accounts are theirs now."""
    lost: Counter[UUID]
    """Owner → how many went to others."""
