"""Territories and memberships on the wire."""

from marshmallow import Schema, fields, validate

from domain.geo.schemas import MultiPolygon
from domain.kernel.fields import ArgsSchema, Id, Name, OneOf, RecordDocument
from domain.people.permissions import Role
from domain.territories.rules import Placing

MAX_TERRITORIES = 1_000
"""In one command."""


MAX_ACCOUNTS = 5_000
"""In one command."""


class MembershipSchema(Schema):
    """Who works in the territory, as what, from when to when (both included). One owns its accounts."""

    id = Id(required=True)
    user_id = Id(required=True)
    role = OneOf(Role, required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True, allow_none=True)
    owner = fields.Boolean(required=True)


class TerritoryDocument(RecordDocument):
    """A territory with its members."""

    name = fields.String(required=True)
    parent_id = Id(required=True, allow_none=True)
    area_id = Id(required=True)
    polygon = MultiPolygon(required=True, allow_none=True)
    new_accounts = OneOf(Placing, required=True)
    members = fields.List(fields.Nested(MembershipSchema), required=True)


class CreateTerritoryArgs(ArgsSchema):
    """A new territory. Without `parent_id` it is the root of an area."""

    id = Id(required=True)
    name = Name(required=True)
    parent_id = Id(load_default=None, allow_none=True)
    polygon = MultiPolygon(load_default=None, allow_none=True)


class UpdateTerritoryArgs(ArgsSchema):
    """The fields to change."""

    territory_id = Id(required=True)
    name = Name()
    polygon = MultiPolygon(allow_none=True)
    new_accounts = OneOf(Placing)


class TakeAccountsArgs(ArgsSchema):
    """Which accounts are to be the territory's, wherever they are now."""

    territory_id = Id(required=True)
    account_ids = fields.List(Id(), required=True, validate=validate.Length(min=1, max=MAX_ACCOUNTS))


class AssignAccountsArgs(ArgsSchema):
    """The territory whose accounts belong to one below it."""

    territory_id = Id(required=True)


class AddMembershipArgs(ArgsSchema):
    """Who works where, as what, from when on. Without `owner` a rep owns the accounts unless somebody else does."""

    id = Id(required=True)
    territory_id = Id(required=True)
    user_id = Id(required=True)
    role = OneOf(Role, required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(load_default=None, allow_none=True)
    owner = fields.Boolean(load_default=None, allow_none=True)


class ChangeOwnerArgs(ArgsSchema):
    """Who owns the accounts of a territory from which day on."""

    territory_id = Id(required=True)
    user_id = Id(required=True)
    starts_on = fields.Date(required=True)


class EndMembershipArgs(ArgsSchema):
    """The last day of a membership."""

    membership_id = Id(required=True)
    ends_on = fields.Date(required=True)


class HandOverArgs(ArgsSchema):
    """Whose customers go to whom from which day on. Without `territory_ids`: all of them."""

    user_id = Id(required=True)
    to_id = Id(required=True)
    starts_on = fields.Date(required=True)
    territory_ids = fields.List(
        Id(), load_default=None, allow_none=True, validate=validate.Length(min=1, max=MAX_TERRITORIES)
    )
