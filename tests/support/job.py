"""A repair job in the database, and the people who carry it out."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from domain.customers.models import Site
from domain.people.models import User
from domain.work_orders.models import Appointment, WorkOrder
from tests.support.company import NOW, Company

TOMORROW = NOW + timedelta(days=1)


@dataclass(kw_only=True)
class Job:
    """A work order of the company with its first appointment, and the people who carry it out."""

    company: Company
    site: Site
    work_order_id: UUID
    appointment_id: UUID

    @property
    def work_order(self) -> WorkOrder:
        found: WorkOrder = self.company.read(WorkOrder, self.work_order_id)
        return found

    @property
    def appointment(self) -> Appointment:
        found: Appointment = self.company.read(Appointment, self.appointment_id)
        return found

    @property
    def document(self) -> dict[str, Any]:
        """The appointment as a phone sees it."""
        return self.company.document("appointment", self.appointment_id)

    def plan(self, action: str, by: User | None = None, **args: Any) -> Appointment:
        """Carry out a dispatcher's action."""
        return self._do(action, by or self.company.dispatcher, args)

    def work(self, action: str, by: User | None = None, **args: Any) -> Appointment:
        """Carry out the technician's action."""
        return self._do(action, by or self.company.technician, args)

    def assign(self, technician: User | None = None, *, starts_at: datetime = TOMORROW, **args: Any) -> Appointment:
        """Plan the job for the technician, tomorrow at nine."""
        return self.plan(
            "assign", technician_id=(technician or self.company.technician).id, starts_at=starts_at, **args
        )

    def put(self, status: str) -> "Job":
        """Set the appointment's status as if all steps to it had been taken."""
        planned = status != "unscheduled"
        with self.company.session() as session:
            appointment = session.get_one(Appointment, (self.company.org_id, self.appointment_id))
            appointment.status = status
            appointment.technician_id = self.company.technician.id if planned else None
            appointment.starts_at = TOMORROW if planned else None
            appointment.ends_at = TOMORROW + timedelta(hours=1) if planned else None
            appointment.dispatched_at = NOW if planned and status != "scheduled" else None
            session.commit()
        return self

    def _do(self, action: str, by: User, args: dict[str, Any]) -> Appointment:
        done: Appointment = self.company.do(f"appointment.{action}", by, appointment_id=self.appointment_id, **args)
        return done
