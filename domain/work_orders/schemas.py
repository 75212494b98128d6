"""Work types, work orders and appointments on the wire: the documents, and the arguments of each command."""

from datetime import UTC, datetime
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from domain.geo.schemas import PositionSchema
from domain.kernel.fields import ArgsSchema, Id, Name, OneOf, RecordDocument, Text, UtcDateTime, Whole
from domain.people.schemas import SkillLevels, SkillLevelSchema
from domain.work_orders.rules import AppointmentStatus, Priority, WorkOrderStatus

MAX_DURATION_MIN = 14 * 24 * 60
MAX_PARTS = 200


class WorkTypeDocument(RecordDocument):
    """A template of a job."""

    name = fields.String(required=True)
    duration_min = fields.Integer(required=True)
    skills = fields.List(fields.Nested(SkillLevelSchema), required=True)


class WorkOrderDocument(RecordDocument):
    """A work order."""

    number = fields.String(required=True, allow_none=True)
    account_id = Id(required=True)
    site_id = Id(required=True)
    asset_id = Id(required=True, allow_none=True)
    work_type_id = Id(required=True, allow_none=True)
    title = fields.String(required=True)
    description = fields.String(required=True, allow_none=True)
    priority = OneOf(Priority, required=True)
    status = OneOf(WorkOrderStatus, required=True)
    due_at = UtcDateTime(required=True, allow_none=True)
    duration_min = fields.Integer(required=True)
    skills = fields.List(fields.Nested(SkillLevelSchema), required=True)
    created_by_id = Id(required=True, allow_none=True)
    closed_at = UtcDateTime(required=True, allow_none=True)
    canceled_at = UtcDateTime(required=True, allow_none=True)
    cancel_reason = fields.String(required=True, allow_none=True)


class PartDocument(Schema):
    """A part that was built in."""

    id = Id(required=True)
    product_id = Id(required=True)
    sku = fields.String(required=True)
    name = fields.String(required=True)
    quantity = fields.Integer(required=True)


class TransitionDocument(Schema):
    """A step of an appointment: `occurred_at` by the device's clock, `recorded_at` by the server's."""

    from_status = OneOf(AppointmentStatus, data_key="from", required=True, allow_none=True)
    to_status = OneOf(AppointmentStatus, data_key="to", required=True)
    occurred_at = UtcDateTime(required=True)
    recorded_at = UtcDateTime(required=True)
    actor_id = Id(required=True, allow_none=True)
    position = fields.Nested(PositionSchema, required=True, allow_none=True)


class AppointmentDocument(RecordDocument):
    """An appointment."""

    work_order_id = Id(required=True)
    account_id = Id(required=True)
    site_id = Id(required=True)
    technician_id = Id(required=True, allow_none=True)
    status = OneOf(AppointmentStatus, required=True)
    starts_at = UtcDateTime(required=True, allow_none=True)
    ends_at = UtcDateTime(required=True, allow_none=True)
    duration_min = fields.Integer(required=True)
    dispatched_at = UtcDateTime(required=True, allow_none=True)
    accepted_at = UtcDateTime(required=True, allow_none=True)
    travel_started_at = UtcDateTime(required=True, allow_none=True)
    started_at = UtcDateTime(required=True, allow_none=True)
    finished_at = UtcDateTime(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    notes = fields.String(required=True, allow_none=True)
    parts = fields.List(fields.Nested(PartDocument), required=True)
    transitions = fields.List(fields.Nested(TransitionDocument), required=True)


class DurationMin(Whole):
    """How long a job takes, from five minutes to two weeks."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(5, MAX_DURATION_MIN, **kwargs)


class CreateWorkTypeArgs(ArgsSchema):
    """A new template of a job."""

    id = Id(required=True)
    name = Name(required=True)
    duration_min = DurationMin(required=True)
    skills = SkillLevels(load_default=list)


class CreateWorkOrderArgs(ArgsSchema):
    """A new work order and its first appointment. Duration and skills come from the work type unless given."""

    id = Id(required=True)
    appointment_id = Id(required=True)
    site_id = Id(required=True)
    asset_id = Id(load_default=None, allow_none=True)
    work_type_id = Id(load_default=None, allow_none=True)
    title = Name(required=True)
    description = Text(10_000, load_default=None, allow_none=True)
    priority = OneOf(Priority, load_default=Priority.NORMAL)
    due_at = UtcDateTime(load_default=None, allow_none=True)
    duration_min = DurationMin(load_default=None, allow_none=True)
    skills = SkillLevels(load_default=None, allow_none=True)


class WorkOrderArgs(ArgsSchema):
    """The work order that a command is about."""

    work_order_id = Id(required=True)


class UpdateWorkOrderArgs(WorkOrderArgs):
    """The fields to change."""

    title = Name()
    description = Text(10_000, allow_none=True)
    priority = OneOf(Priority)
    due_at = UtcDateTime(allow_none=True)


class StopWorkOrderArgs(WorkOrderArgs):
    """Why it is held or canceled."""

    reason = Name(500, required=True)


class AppointmentArgs(ArgsSchema):
    """The appointment that a command is about."""

    appointment_id = Id(required=True)


class AssignArgs(AppointmentArgs):
    """Who goes, and when. Without `duration_min` it takes as long as was planned."""

    technician_id = Id(required=True)
    starts_at = UtcDateTime(
        required=True,
        validate=validate.Range(min=datetime(2000, 1, 1, tzinfo=UTC), max=datetime(2200, 1, 1, tzinfo=UTC)),
    )
    duration_min = DurationMin(load_default=None, allow_none=True)


class ReasonArgs(AppointmentArgs):
    """Why."""

    reason = Name(500, required=True)


class PositionArgs(AppointmentArgs):
    """Where the phone says it is."""

    position = fields.Nested(PositionSchema, load_default=None, allow_none=True)


class UpdateAppointmentArgs(AppointmentArgs):
    """The technician's notes."""

    notes = Text(10_000, required=True, allow_none=True)


class PartArgs(ArgsSchema):
    """A part that was built in."""

    id = Id(required=True)
    product_id = Id(required=True)
    quantity = Whole(1, 99_999, required=True)


def _each_part_once(parts: list[dict[str, Any]]) -> None:
    if len({part["id"] for part in parts}) < len(parts):
        raise ValidationError("Two parts have the same id.")


class Parts(fields.List[Any]):
    """What was built in."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            fields.Nested(PartArgs),
            load_default=list,
            validate=[validate.Length(max=MAX_PARTS), _each_part_once],
            **kwargs,
        )


class CompleteArgs(PositionArgs):
    """What was done and built in."""

    notes = Text(10_000, allow_none=True)
    parts = Parts()


class CompletePartiallyArgs(ReasonArgs):
    """What was done; `reason` says what is left, for the appointment `next_appointment_id`."""

    next_appointment_id = Id(required=True)
    notes = Text(10_000, allow_none=True)
    parts = Parts()


class CannotCompleteArgs(ReasonArgs):
    """Why it cannot be done."""

    notes = Text(10_000, allow_none=True)


class NoShowArgs(PositionArgs):
    """The customer was not there."""

    reason = Text(500, load_default=None, allow_none=True)
