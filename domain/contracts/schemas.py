"""Agreements on the wire: the document, and the arguments of each command."""

from collections.abc import Callable
from uuid import UUID

from marshmallow import ValidationError, fields, validate

from domain.kernel.fields import ArgsSchema, Id, Name, RecordDocument, Text, Whole

HOURS_MAX = 24 * 366
COVERED_MAX = 500


class AgreementDocument(RecordDocument):
    """A service contract. Hours are by the clock, days are both included; no sites and no assets means all of them."""

    number = fields.String(required=True, allow_none=True)
    account_id = Id(required=True)
    name = fields.String(required=True)
    coverage = fields.String(required=True, allow_none=True)
    site_ids = fields.List(Id(), required=True)
    asset_ids = fields.List(Id(), required=True)
    response_hours = fields.Integer(required=True, allow_none=True)
    fix_hours = fields.Integer(required=True, allow_none=True)
    visits_per_year = fields.Integer(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    end_reason = fields.String(required=True, allow_none=True)
    renewed_by_id = Id(required=True, allow_none=True)


def _each_once(ids: list[UUID]) -> None:
    if len(set(ids)) < len(ids):
        raise ValidationError("Names the same one twice.")


_COVERED: list[Callable[[list[UUID]], object]] = [validate.Length(max=COVERED_MAX), _each_once]


class CreateAgreementArgs(ArgsSchema):
    """A new agreement; with `renews_id` it takes the place of another when that ends."""

    id = Id(required=True)
    account_id = Id(required=True)
    name = Name(required=True)
    coverage = Text(10_000, load_default=None, allow_none=True)
    site_ids = fields.List(Id(), load_default=list, validate=_COVERED)
    asset_ids = fields.List(Id(), load_default=list, validate=_COVERED)
    response_hours = Whole(1, HOURS_MAX, load_default=None, allow_none=True)
    fix_hours = Whole(1, HOURS_MAX, load_default=None, allow_none=True)
    visits_per_year = Whole(0, 366, load_default=0)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    renews_id = Id(load_default=None, allow_none=True)


class UpdateAgreementArgs(ArgsSchema):
    """The fields to change. With whom an agreement is never changes."""

    agreement_id = Id(required=True)
    name = Name()
    coverage = Text(10_000, allow_none=True)
    site_ids = fields.List(Id(), validate=_COVERED)
    asset_ids = fields.List(Id(), validate=_COVERED)
    response_hours = Whole(1, HOURS_MAX, allow_none=True)
    fix_hours = Whole(1, HOURS_MAX, allow_none=True)
    visits_per_year = Whole(0, 366)
    starts_on = fields.Date()
    ends_on = fields.Date()


class EndAgreementArgs(ArgsSchema):
    """Its last day, and why it ends before the day that was agreed on."""

    agreement_id = Id(required=True)
    ends_on = fields.Date(required=True)
    reason = Name(500, required=True)
