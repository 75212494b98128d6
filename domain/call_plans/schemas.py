"""Call plans on the wire."""

from marshmallow import fields, validate

from domain.customers.rules import AccountClass
from domain.kernel.fields import ArgsSchema, Id, Minor, Name, OneOf, RecordDocument, Text, TimeOfDay, Whole
from domain.working_time.rules import Weekday

EVERY_WEEKS_MAX = 52
PER_MONTH_MAX = 20


class CallPlanDocument(RecordDocument):
    """How often which accounts are to be visited. `sales_…` are of the last twelve months, in minor units."""

    name = fields.String(required=True)
    account_id = Id(required=True, allow_none=True)
    site_id = Id(required=True, allow_none=True)
    account_class = OneOf(AccountClass, required=True, allow_none=True)
    sales_from_minor = fields.Integer(required=True, allow_none=True)
    sales_below_minor = fields.Integer(required=True, allow_none=True)
    every_weeks = fields.Integer(required=True, allow_none=True)
    per_month = fields.Integer(required=True, allow_none=True)
    weekdays = fields.List(OneOf(Weekday), required=True)
    time_from = fields.String(required=True, allow_none=True)
    time_to = fields.String(required=True, allow_none=True)
    duration_min = fields.Integer(required=True)
    purpose = fields.String(required=True, allow_none=True)
    rep_id = Id(required=True, allow_none=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True, allow_none=True)
    enabled = fields.Boolean(required=True)


class CreateCallPlanArgs(ArgsSchema):
    """A new call plan: for one account, one class or a range of sales; every so many weeks or so often a month."""

    id = Id(required=True)
    name = Name(required=True)
    account_id = Id(load_default=None, allow_none=True)
    site_id = Id(load_default=None, allow_none=True)
    account_class = OneOf(AccountClass, load_default=None, allow_none=True)
    sales_from_minor = Minor(load_default=None, allow_none=True)
    sales_below_minor = Minor(load_default=None, allow_none=True)
    every_weeks = Whole(1, EVERY_WEEKS_MAX, load_default=None, allow_none=True)
    per_month = Whole(1, PER_MONTH_MAX, load_default=None, allow_none=True)
    weekdays = fields.List(OneOf(Weekday), load_default=list, validate=validate.Length(max=7))
    time_from = TimeOfDay(load_default=None, allow_none=True)
    time_to = TimeOfDay(load_default=None, allow_none=True)
    duration_min = Whole(5, 24 * 60, load_default=30)
    purpose = Text(500, load_default=None, allow_none=True)
    rep_id = Id(load_default=None, allow_none=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(load_default=None, allow_none=True)
    enabled = fields.Boolean(load_default=True)


class UpdateCallPlanArgs(ArgsSchema):
    """The fields to change. Whom a plan is for never changes: end it and make another."""

    call_plan_id = Id(required=True)
    name = Name()
    every_weeks = Whole(1, EVERY_WEEKS_MAX, allow_none=True)
    per_month = Whole(1, PER_MONTH_MAX, allow_none=True)
    weekdays = fields.List(OneOf(Weekday), validate=validate.Length(max=7))
    time_from = TimeOfDay(allow_none=True)
    time_to = TimeOfDay(allow_none=True)
    duration_min = Whole(5, 24 * 60)
    purpose = Text(500, allow_none=True)
    rep_id = Id(allow_none=True)
    starts_on = fields.Date()
    enabled = fields.Boolean()


class EndCallPlanArgs(ArgsSchema):
    """The last day on which the plan counts; null: it goes on."""

    call_plan_id = Id(required=True)
    ends_on = fields.Date(required=True, allow_none=True)
