"""Tasks on the wire."""

from marshmallow import fields

from domain.kernel.fields import ArgsSchema, Id, Name, OneOf, RecordDocument, Text, UtcDateTime, Whole
from domain.tasks.rules import AssignTo, TaskSource, Trigger
from domain.visits.rules import VisitOutcome


class TaskDocument(RecordDocument):
    """Something to do. `created_by_id` is null where a rule made it."""

    title = fields.String(required=True)
    notes = fields.String(required=True, allow_none=True)
    due_on = fields.Date(required=True, allow_none=True)
    assignee_id = Id(required=True)
    account_id = Id(required=True, allow_none=True)
    source = OneOf(TaskSource, required=True, allow_none=True)
    source_id = Id(required=True, allow_none=True)
    rule_id = Id(required=True, allow_none=True)
    created_by_id = Id(required=True, allow_none=True)
    done_at = UtcDateTime(required=True, allow_none=True)
    done_by_id = Id(required=True, allow_none=True)


class TaskRuleDocument(RecordDocument):
    """When a task comes about by itself, and whose it is."""

    trigger = OneOf(Trigger, required=True)
    outcome = OneOf(VisitOutcome, required=True, allow_none=True)
    title = fields.String(required=True)
    due_in_days = fields.Integer(required=True)
    assign_to = OneOf(AssignTo, required=True)
    active = fields.Boolean(required=True)


class TaskArgs(ArgsSchema):
    """The task that a command is about."""

    task_id = Id(required=True)


class CreateTaskArgs(ArgsSchema):
    """A new task. Without `assignee_id` it is the actor's own; the account is that of the source."""

    id = Id(required=True)
    title = Name(required=True)
    notes = Text(10_000, load_default=None, allow_none=True)
    due_on = fields.Date(load_default=None, allow_none=True)
    assignee_id = Id(load_default=None, allow_none=True)
    account_id = Id(load_default=None, allow_none=True)
    source = OneOf(TaskSource, load_default=None, allow_none=True)
    source_id = Id(load_default=None, allow_none=True)


class UpdateTaskArgs(TaskArgs):
    """The fields to change."""

    title = Name()
    notes = Text(10_000, allow_none=True)
    due_on = fields.Date(allow_none=True)


class ReassignTaskArgs(TaskArgs):
    """Who is to do it now."""

    assignee_id = Id(required=True)


class CreateTaskRuleArgs(ArgsSchema):
    """A new rule. `outcome` is for completed visits."""

    id = Id(required=True)
    trigger = OneOf(Trigger, required=True)
    outcome = OneOf(VisitOutcome, load_default=None, allow_none=True)
    title = Name(required=True)
    due_in_days = Whole(0, 366, load_default=7)
    assign_to = OneOf(AssignTo, load_default=AssignTo.DOER)


class UpdateTaskRuleArgs(ArgsSchema):
    """The fields to change. A rule that is not active makes no more tasks."""

    task_rule_id = Id(required=True)
    outcome = OneOf(VisitOutcome, allow_none=True)
    title = Name()
    due_in_days = Whole(0, 366)
    assign_to = OneOf(AssignTo)
    active = fields.Boolean()
