"""Work types, work orders and appointments."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index, UniqueConstraint, and_
from sqlalchemy.orm import Mapped, foreign, relationship

from domain.kernel.model import Record, Row, refers_to


class WorkType(Record):
    """A template of a job. `skills` is `[{skill_id, level}]`."""

    __tablename__ = "work_types"
    __table_args__ = (UniqueConstraint("org_id", "name"),)

    name: Mapped[str]
    duration_min: Mapped[int]
    skills: Mapped[list[dict[str, Any]]]


class WorkOrder(Record):
    """The work to do at a site. Its status is derived from its appointments."""

    __tablename__ = "work_orders"
    __table_args__ = (
        refers_to("accounts", "account_id"),
        refers_to("sites", "site_id"),
        refers_to("assets", "asset_id"),
        refers_to("work_types", "work_type_id"),
        refers_to("users", "created_by_id"),
        Index("uq_work_orders_number", "org_id", "number", unique=True),
        Index("ix_work_orders_account", "org_id", "account_id"),
        Index("ix_work_orders_asset", "org_id", "asset_id"),
    )

    number: Mapped[str | None]
    account_id: Mapped[UUID]
    site_id: Mapped[UUID]
    asset_id: Mapped[UUID | None]
    work_type_id: Mapped[UUID | None]
    title: Mapped[str]
    description: Mapped[str | None]
    priority: Mapped[str]
    status: Mapped[str]
    due_at: Mapped[datetime | None]
    duration_min: Mapped[int]
    skills: Mapped[list[dict[str, Any]]]
    created_by_id: Mapped[UUID | None]
    closed_at: Mapped[datetime | None]
    canceled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None]


class Appointment(Record):
    """One slot of one technician on a work order."""

    __tablename__ = "appointments"
    __table_args__ = (
        refers_to("work_orders", "work_order_id"),
        refers_to("accounts", "account_id"),
        refers_to("sites", "site_id"),
        refers_to("users", "technician_id"),
        refers_to("territories", "area_id"),
        Index("ix_appointments_work_order", "org_id", "work_order_id"),
        Index("ix_appointments_technician", "org_id", "technician_id", "starts_at"),
        Index("ix_appointments_starts", "org_id", "starts_at", "id"),
    )

    work_order_id: Mapped[UUID]
    account_id: Mapped[UUID]
    site_id: Mapped[UUID]
    area_id: Mapped[UUID]
    """The root territory whose dispatchers see it."""
    technician_id: Mapped[UUID | None]
    status: Mapped[str]
    starts_at: Mapped[datetime | None]
    ends_at: Mapped[datetime | None]
    duration_min: Mapped[int]
    dispatched_at: Mapped[datetime | None]
    accepted_at: Mapped[datetime | None]
    travel_started_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    reason: Mapped[str | None]
    notes: Mapped[str | None]

    parts: Mapped[list["AppointmentPart"]] = relationship(
        primaryjoin=lambda: and_(
            Appointment.org_id == AppointmentPart.org_id, Appointment.id == foreign(AppointmentPart.appointment_id)
        ),
        lazy="raise_on_sql",
        cascade="all, delete-orphan",
        order_by=lambda: AppointmentPart.id,
        back_populates="appointment",
    )
    transitions: Mapped[list["AppointmentTransition"]] = relationship(
        primaryjoin=lambda: and_(
            Appointment.org_id == AppointmentTransition.org_id,
            Appointment.id == foreign(AppointmentTransition.appointment_id),
        ),
        lazy="raise_on_sql",
        cascade="all, delete-orphan",
        order_by=lambda: AppointmentTransition.id,
        back_populates="appointment",
    )


class AppointmentPart(Row):
    """A part built in during an appointment."""

    __tablename__ = "appointment_parts"
    __table_args__ = (
        refers_to("appointments", "appointment_id", ondelete="CASCADE"),
        refers_to("products", "product_id"),
        Index("ix_appointment_parts_appointment", "org_id", "appointment_id"),
    )

    appointment_id: Mapped[UUID]
    product_id: Mapped[UUID]
    sku: Mapped[str]
    name: Mapped[str]
    quantity: Mapped[int]

    appointment: Mapped[Appointment] = relationship(
        primaryjoin=lambda: and_(
            Appointment.org_id == AppointmentPart.org_id, Appointment.id == foreign(AppointmentPart.appointment_id)
        ),
        lazy="raise_on_sql",
        back_populates="parts",
    )

    def sync_parent(self) -> Record | None:
        """A part is part of its appointment's document."""
        return self.appointment


class AppointmentTransition(Row):
    """A step of an appointment, with the device's and the server's time."""

    __tablename__ = "appointment_transitions"
    __table_args__ = (
        refers_to("appointments", "appointment_id", ondelete="CASCADE"),
        refers_to("users", "actor_id"),
        Index("ix_appointment_transitions_appointment", "org_id", "appointment_id"),
    )

    appointment_id: Mapped[UUID]
    from_status: Mapped[str | None]
    to_status: Mapped[str]
    occurred_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    actor_id: Mapped[UUID | None]
    position: Mapped[dict[str, Any] | None]

    appointment: Mapped[Appointment] = relationship(
        primaryjoin=lambda: and_(
            Appointment.org_id == AppointmentTransition.org_id,
            Appointment.id == foreign(AppointmentTransition.appointment_id),
        ),
        lazy="raise_on_sql",
        back_populates="transitions",
    )

    def sync_parent(self) -> Record | None:
        """A step is part of its appointment's document."""
        return self.appointment
