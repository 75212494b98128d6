"""Accounts, sites and contacts on the wire."""

from typing import Any

from marshmallow import ValidationError, fields

from domain.customers import opening_hours
from domain.customers.rules import AccountClass, AccountKind, AccountStatus
from domain.geo.schemas import AddressSchema, PositionSchema, empty_address
from domain.kernel.fields import ArgsSchema, Id, Name, OneOf, RecordDocument, Text
from domain.people.contact_fields import Email, Phone

NOTES_MAX = 10_000


def _readable(text: str) -> None:
    try:
        opening_hours.check(text)
    except opening_hours.UnreadableOpeningHours as error:
        raise ValidationError(str(error)) from error


class OpeningHours(Text):
    """When a site is open, in OpenStreetMap's syntax. Empty means that nothing is known."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(500, **kwargs)
        self.validators.append(lambda text: _readable(text) if text.strip() else None)


class AccountDocument(RecordDocument):
    """A customer."""

    number = fields.String(required=True, allow_none=True)
    name = fields.String(required=True)
    kind = OneOf(AccountKind, required=True)
    account_class = OneOf(AccountClass, required=True)
    industry = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    email = fields.String(required=True, allow_none=True)
    territory_id = Id(required=True)
    status = OneOf(AccountStatus, required=True)
    notes = fields.String(required=True, allow_none=True)
    external_id = fields.String(required=True, allow_none=True)


class SiteDocument(RecordDocument):
    """A place of an account. `opening_hours` are in OpenStreetMap's syntax."""

    account_id = Id(required=True)
    name = fields.String(required=True)
    address = fields.Nested(AddressSchema, required=True)
    position = fields.Nested(PositionSchema, required=True, allow_none=True)
    opening_hours = fields.String(required=True, allow_none=True)
    access_notes = fields.String(required=True, allow_none=True)
    external_id = fields.String(required=True, allow_none=True)


class ContactDocument(RecordDocument):
    """A person at an account."""

    account_id = Id(required=True)
    site_id = Id(required=True, allow_none=True)
    name = fields.String(required=True)
    job_title = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    email = fields.String(required=True, allow_none=True)


class CreateAccountArgs(ArgsSchema):
    """A new customer. `external_id` is what another system calls it."""

    id = Id(required=True)
    name = Name(required=True)
    kind = OneOf(AccountKind, load_default=AccountKind.END_CUSTOMER)
    account_class = OneOf(AccountClass, load_default=AccountClass.C)
    industry = Text(load_default=None, allow_none=True)
    phone = Phone(load_default=None, allow_none=True)
    email = Email(load_default=None, allow_none=True)
    territory_id = Id(required=True)
    notes = Text(NOTES_MAX, load_default=None, allow_none=True)
    external_id = Name(load_default=None, allow_none=True)


class UpdateAccountArgs(ArgsSchema):
    """The fields to change."""

    account_id = Id(required=True)
    name = Name()
    kind = OneOf(AccountKind)
    account_class = OneOf(AccountClass)
    industry = Text(allow_none=True)
    phone = Phone(allow_none=True)
    email = Email(allow_none=True)
    status = OneOf(AccountStatus)
    notes = Text(NOTES_MAX, allow_none=True)


class MoveAccountArgs(ArgsSchema):
    """The territory that the account belongs to from now on."""

    account_id = Id(required=True)
    territory_id = Id(required=True)


class CreateSiteArgs(ArgsSchema):
    """A new place of an account."""

    id = Id(required=True)
    account_id = Id(required=True)
    name = Name(required=True)
    address = fields.Nested(AddressSchema, load_default=empty_address)
    position = fields.Nested(PositionSchema, load_default=None, allow_none=True)
    opening_hours = OpeningHours(load_default=None, allow_none=True)
    access_notes = Text(NOTES_MAX, load_default=None, allow_none=True)
    external_id = Name(load_default=None, allow_none=True)


class UpdateSiteArgs(ArgsSchema):
    """The fields to change. `address` replaces the whole address."""

    site_id = Id(required=True)
    name = Name()
    address = fields.Nested(AddressSchema)
    position = fields.Nested(PositionSchema, allow_none=True)
    opening_hours = OpeningHours(allow_none=True)
    access_notes = Text(NOTES_MAX, allow_none=True)


class CreateContactArgs(ArgsSchema):
    """A new person at an account, at one of its sites or at none in particular."""

    id = Id(required=True)
    account_id = Id(required=True)
    site_id = Id(load_default=None, allow_none=True)
    name = Name(required=True)
    job_title = Text(load_default=None, allow_none=True)
    phone = Phone(load_default=None, allow_none=True)
    email = Email(load_default=None, allow_none=True)


class UpdateContactArgs(ArgsSchema):
    """The fields to change."""

    contact_id = Id(required=True)
    site_id = Id(allow_none=True)
    name = Name()
    job_title = Text(allow_none=True)
    phone = Phone(allow_none=True)
    email = Email(allow_none=True)
