"""Plans on the wire."""

from marshmallow import fields, validate

from domain.customers.rules import AccountClass
from domain.kernel.fields import ArgsSchema, Id, Name, OneOf, RecordDocument, UtcDateTime, Whole
from domain.territory_plans.rules import PlanMethod, PlanStatus, WorkloadUnit

MOST_TERRITORIES = 200
DEFAULT_WORKLOAD = {"A": 4.0, "B": 2.0, "C": 1.0}


class WorkloadSchema(ArgsSchema):
    """The work that one account of each class makes, in any unit, such as visits in a quarter."""

    A = fields.Float(required=True, allow_nan=False, validate=validate.Range(min=0, max=1_000_000))
    B = fields.Float(required=True, allow_nan=False, validate=validate.Range(min=0, max=1_000_000))
    C = fields.Float(required=True, allow_nan=False, validate=validate.Range(min=0, max=1_000_000))


class PlannedTerritorySchema(ArgsSchema):
    """A territory of a plan. A new one is made when the plan is published."""

    id = Id(required=True)
    name = fields.String(required=True)
    is_new = fields.Boolean(required=True)


class TerritoryFiguresSchema(ArgsSchema):
    """What a territory holds: accounts, their work, and how far that is from its centre on average."""

    territory_id = Id(required=True)
    name = fields.String(required=True)
    accounts = fields.Integer(required=True)
    workload = fields.Float(required=True)
    distance_km = fields.Float(required=True)


class PlanFiguresSchema(ArgsSchema):
    """A division of the accounts. `imbalance_pct` is the furthest that a workload is from the mean."""

    territories = fields.List(fields.Nested(TerritoryFiguresSchema), required=True)
    imbalance_pct = fields.Float(required=True)
    mean_distance_km = fields.Float(required=True)
    changing_hands = fields.Integer(required=True)


class PlanShortcomingSchema(ArgsSchema):
    """Why workloads are not as even as was asked for, or why there is no proposal."""

    code = fields.String(required=True)
    detail = fields.String(required=True)


class TerritoryPlanDocument(RecordDocument):
    """A plan with its figures before and after."""

    name = fields.String(required=True)
    area_id = Id(required=True)
    method = OneOf(PlanMethod, required=True)
    territory_ids = fields.List(Id(), required=True)
    territories = fields.Integer(required=True)
    workload = fields.Nested(WorkloadSchema, required=True)
    by_call_plans = fields.Boolean(required=True)
    workload_in = OneOf(WorkloadUnit, required=True)
    tolerance_pct = fields.Float(required=True)
    seed = fields.Integer(required=True)
    status = OneOf(PlanStatus, required=True)
    progress_pct = fields.Integer(required=True)
    owners = fields.List(fields.Nested(PlannedTerritorySchema), required=True)
    before = fields.Nested(PlanFiguresSchema, required=True, allow_none=True)
    after = fields.Nested(PlanFiguresSchema, required=True, allow_none=True)
    shortcoming = fields.Nested(PlanShortcomingSchema, required=True, allow_none=True)
    without_position = fields.Integer(required=True)
    moved = fields.Integer(required=True, allow_none=True)
    starts_on = fields.Date(required=True, allow_none=True)
    created_by_id = Id(required=True, allow_none=True)
    published_at = UtcDateTime(required=True, allow_none=True)


class ProposePlanArgs(ArgsSchema):
    """Whose accounts to divide, into how many territories (as many as today, unless said), and how evenly."""

    id = Id(required=True)
    name = Name(required=True)
    territory_ids = fields.List(Id(), required=True, validate=validate.Length(1, MOST_TERRITORIES))
    method = OneOf(PlanMethod, load_default=PlanMethod.DESIGN)
    territories = Whole(1, MOST_TERRITORIES, load_default=None, allow_none=True)
    workload = fields.Nested(WorkloadSchema, load_default=lambda: dict(DEFAULT_WORKLOAD))
    by_call_plans = fields.Boolean(load_default=True)
    tolerance_pct = fields.Float(load_default=2.5, allow_nan=False, validate=validate.Range(min=0.1, max=50))
    seed = Whole(load_default=1)


class PublishPlanArgs(ArgsSchema):
    """From which day on, in the organisation's time zone, the accounts belong to their new territories."""

    territory_plan_id = Id(required=True)
    starts_on = fields.Date(required=True)


class DiscardPlanArgs(ArgsSchema):
    """The plan that nobody wants."""

    territory_plan_id = Id(required=True)


assert set(DEFAULT_WORKLOAD) == set(AccountClass)  # noqa: S101 - a new class needs a workload
