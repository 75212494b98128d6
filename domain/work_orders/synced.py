"""How work types, work orders and appointments sync."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import selectinload

from domain.kernel.synced import ORG_BUCKET, Merge, Share, SyncedEntity, user_bucket
from domain.territories.scope import dispatch_bucket
from domain.work_orders.models import Appointment, WorkOrder, WorkType
from domain.work_orders.rules import OPEN_FOR_TECHNICIAN, AppointmentStatus, WorkOrderStatus
from domain.work_orders.schemas import AppointmentDocument, WorkOrderDocument, WorkTypeDocument


def _appointment_buckets(appointment: Appointment) -> set[str]:
    buckets = {dispatch_bucket(appointment.area_id)}
    # What is only scheduled may still be moved: the technician does not see it yet.
    if appointment.technician_id and appointment.dispatched_at:
        buckets.add(user_bucket(appointment.technician_id))
    return buckets


def _appointment_shares(appointment: Appointment) -> Sequence[Share]:
    # A technician needs the customer, whoever's territory it is in, and with it the work order and the machine.
    if appointment.technician_id is None or appointment.status not in OPEN_FOR_TECHNICIAN:
        return ()
    bucket = user_bucket(appointment.technician_id)
    return (Share(bucket=bucket, entity="account", record_id=appointment.account_id),)


def _appointment_closed_at(appointment: Appointment) -> datetime | None:
    if appointment.status == AppointmentStatus.CANCELED:
        return appointment.updated_at
    return appointment.finished_at


def _work_order_closed_at(work_order: WorkOrder) -> datetime | None:
    # A job that is done and that nobody closes is not kept for ever.
    done_at = work_order.updated_at if work_order.status == WorkOrderStatus.COMPLETED else None
    return work_order.closed_at or work_order.canceled_at or done_at


WORK_TYPE = SyncedEntity(
    name="work_type",
    model=WorkType,
    document=WorkTypeDocument,
    buckets=lambda _work_type: {ORG_BUCKET},
    merge={"name": Merge.SERVER, "duration_min": Merge.SERVER, "skills": Merge.SERVER},
)

WORK_ORDER = SyncedEntity(
    name="work_order",
    model=WorkOrder,
    document=WorkOrderDocument,
    follows=("account", "account_id"),
    closed_at=_work_order_closed_at,
    keep_days=90,
    merge={
        "number": Merge.SERVER,
        "account_id": Merge.SERVER,
        "site_id": Merge.SERVER,
        "asset_id": Merge.SERVER,
        "work_type_id": Merge.SERVER,
        "title": Merge.LAST_WRITER,
        "description": Merge.LAST_WRITER,
        "priority": Merge.FIRST_WRITER,
        "status": Merge.COMMAND_ONLY,
        "due_at": Merge.FIRST_WRITER,
        "duration_min": Merge.SERVER,
        "skills": Merge.SERVER,
        "created_by_id": Merge.SERVER,
        "closed_at": Merge.COMMAND_ONLY,
        "canceled_at": Merge.COMMAND_ONLY,
        "cancel_reason": Merge.COMMAND_ONLY,
    },
)

APPOINTMENT = SyncedEntity(
    name="appointment",
    model=Appointment,
    document=AppointmentDocument,
    buckets=_appointment_buckets,
    shares=_appointment_shares,
    closed_at=_appointment_closed_at,
    keep_days=90,
    options=(selectinload(Appointment.parts), selectinload(Appointment.transitions)),
    merge={
        "work_order_id": Merge.SERVER,
        "account_id": Merge.SERVER,
        "site_id": Merge.SERVER,
        "technician_id": Merge.COMMAND_ONLY,
        "status": Merge.COMMAND_ONLY,
        "starts_at": Merge.COMMAND_ONLY,
        "ends_at": Merge.COMMAND_ONLY,
        "duration_min": Merge.COMMAND_ONLY,
        "dispatched_at": Merge.COMMAND_ONLY,
        "accepted_at": Merge.COMMAND_ONLY,
        "travel_started_at": Merge.COMMAND_ONLY,
        "started_at": Merge.COMMAND_ONLY,
        "finished_at": Merge.COMMAND_ONLY,
        "reason": Merge.COMMAND_ONLY,
        "notes": Merge.LAST_WRITER,
        "parts": Merge.COMMAND_ONLY,
        "transitions": Merge.COMMAND_ONLY,
    },
)

ENTITIES = (WORK_TYPE, WORK_ORDER, APPOINTMENT)
