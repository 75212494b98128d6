"""What happens to appointments that others react to. Ids only: who reacts reads what it needs."""

from dataclasses import dataclass
from uuid import UUID

from domain.kernel.events import Event


@dataclass(frozen=True, kw_only=True)
class AppointmentDispatched(Event):
    """The technician is to be told of a job."""

    appointment_id: UUID
    technician_id: UUID


@dataclass(frozen=True, kw_only=True)
class AppointmentWithdrawn(Event):
    """A job that the technician had been told of is no longer theirs: it was unassigned or canceled."""

    appointment_id: UUID
    technician_id: UUID


@dataclass(frozen=True, kw_only=True)
class AppointmentDeclined(Event):
    """The technician declined: somebody else has to go."""

    appointment_id: UUID
    technician_id: UUID


@dataclass(frozen=True, kw_only=True)
class WorkOrderCompleted(Event):
    """Nothing is left to do of a work order. It may go on all the same, and be completed again."""

    work_order_id: UUID
    account_id: UUID
