"""Visits on the wire: the document, and the arguments of each command."""

from marshmallow import fields

from domain.geo.schemas import PositionSchema
from domain.kernel.fields import ArgsSchema, Id, Name, OneOf, RecordDocument, Text, UtcDateTime, Whole
from domain.visits.rules import VisitKind, VisitOutcome, VisitStatus


class VisitDocument(RecordDocument):
    """A visit."""

    account_id = Id(required=True)
    site_id = Id(required=True)
    rep_id = Id(required=True)
    kind = OneOf(VisitKind, required=True)
    status = OneOf(VisitStatus, required=True)
    unplanned = fields.Boolean(required=True)
    planned_start_at = UtcDateTime(required=True)
    duration_min = fields.Integer(required=True)
    purpose = fields.String(required=True, allow_none=True)
    notes = fields.String(required=True, allow_none=True)
    outcome = OneOf(VisitOutcome, required=True, allow_none=True)
    next_step = fields.String(required=True, allow_none=True)
    follow_up_on = fields.Date(required=True, allow_none=True)
    confirmed_at = UtcDateTime(required=True, allow_none=True)
    checked_in_at = UtcDateTime(required=True, allow_none=True)
    checked_in_position = fields.Nested(PositionSchema, required=True, allow_none=True)
    distance_m = fields.Integer(required=True, allow_none=True)
    far_away = fields.Boolean(required=True)
    completed_at = UtcDateTime(required=True, allow_none=True)
    canceled_at = UtcDateTime(required=True, allow_none=True)
    cancel_reason = fields.String(required=True, allow_none=True)
    call_plan_id = Id(required=True, allow_none=True)
    call_period_on = fields.Date(required=True, allow_none=True)
    generated = fields.Boolean(required=True)


class VisitArgs(ArgsSchema):
    """The visit that a command is about."""

    visit_id = Id(required=True)


class PlanVisitArgs(ArgsSchema):
    """A new visit. Without `rep_id` it is the actor's own. `call_period_on` says which period of its plan it serves."""

    id = Id(required=True)
    account_id = Id(required=True)
    site_id = Id(required=True)
    rep_id = Id(load_default=None, allow_none=True)
    planned_start_at = UtcDateTime(required=True)
    duration_min = Whole(5, 24 * 60, load_default=30)
    purpose = Text(500, load_default=None, allow_none=True)
    unplanned = fields.Boolean(load_default=False)
    call_plan_id = Id(load_default=None, allow_none=True)
    call_period_on = fields.Date(load_default=None, allow_none=True)
    kind = OneOf(VisitKind, load_default=VisitKind.IN_PERSON)


class UpdateVisitArgs(VisitArgs):
    """The fields to change."""

    purpose = Text(500, allow_none=True)
    notes = Text(10_000, allow_none=True)
    next_step = Text(500, allow_none=True)
    follow_up_on = fields.Date(allow_none=True)


class RescheduleVisitArgs(UpdateVisitArgs):
    """Another time, and what else is to be changed with it."""

    planned_start_at = UtcDateTime()
    duration_min = Whole(5, 24 * 60)
    kind = OneOf(VisitKind)


class CheckInArgs(VisitArgs):
    """Where the phone says it is."""

    position = fields.Nested(PositionSchema, load_default=None, allow_none=True)


class CompleteVisitArgs(VisitArgs):
    """What came of it."""

    outcome = OneOf(VisitOutcome, required=True)
    notes = Text(10_000, allow_none=True)
    next_step = Text(500, allow_none=True)
    follow_up_on = fields.Date(allow_none=True)


class CancelVisitArgs(VisitArgs):
    """Why."""

    reason = Name(500, required=True)
