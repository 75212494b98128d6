"""Work types, work orders and appointments."""

from flask_smorest import Blueprint

from api.resources import Filter, Resource, contains, equals, register
from domain.kernel.fields import OneOf, Text, UtcDateTime
from domain.registry import COMMAND
from domain.work_orders.models import Appointment, WorkOrder, WorkType
from domain.work_orders.rules import AppointmentStatus, Priority, WorkOrderStatus
from domain.work_orders.synced import APPOINTMENT, WORK_ORDER, WORK_TYPE

blueprint = Blueprint(
    "work_orders", __name__, description="What is to be repaired, who goes when, and what came of it."
)

APPOINTMENT_ACTIONS = (
    "assign",
    "unassign",
    "dispatch",
    "cancel",
    "accept",
    "decline",
    "travel",
    "start",
    "pause",
    "resume",
    "complete",
    "complete_partially",
    "cannot_complete",
    "no_show",
)

register(
    blueprint,
    Resource(
        collection="work-types", entity=WORK_TYPE, sorts={"name": WorkType.name}, create=COMMAND["work_type.create"]
    ),
)
register(
    blueprint,
    Resource(
        collection="work-orders",
        entity=WORK_ORDER,
        sorts={"created_at": WorkOrder.created_at},
        filters={
            "search": contains(WorkOrder.title, WorkOrder.number),
            "account_id": equals(WorkOrder.account_id),
            "site_id": equals(WorkOrder.site_id),
            "asset_id": equals(WorkOrder.asset_id),
            "number": equals(WorkOrder.number, Text(50)),
            "status": equals(WorkOrder.status, OneOf(WorkOrderStatus)),
            "priority": equals(WorkOrder.priority, OneOf(Priority)),
        },
        create=COMMAND["work_order.create"],
        update=COMMAND["work_order.update"],
        actions=[COMMAND[f"work_order.{action}"] for action in ("hold", "resume", "close", "cancel")],
    ),
)
register(
    blueprint,
    Resource(
        collection="appointments",
        entity=APPOINTMENT,
        sorts={"created_at": Appointment.created_at},
        filters={
            "work_order_id": equals(Appointment.work_order_id),
            "technician_id": equals(Appointment.technician_id),
            "status": equals(Appointment.status, OneOf(AppointmentStatus)),
            "starts_from": Filter(value=UtcDateTime(), condition=lambda moment: Appointment.starts_at >= moment),
            "starts_before": Filter(value=UtcDateTime(), condition=lambda moment: Appointment.starts_at < moment),
        },
        update=COMMAND["appointment.update"],
        actions=[COMMAND[f"appointment.{action}"] for action in APPOINTMENT_ACTIONS],
    ),
)
