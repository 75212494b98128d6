"""What happens to tasks that others react to."""

from dataclasses import dataclass
from uuid import UUID

from domain.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class TaskGiven(Event):
    """Somebody has a task that they did not give themselves."""

    task_id: UUID
    assignee_id: UUID
