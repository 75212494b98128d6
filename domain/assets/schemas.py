"""Installed equipment on the wire."""

from marshmallow import fields

from domain.assets.rules import AssetStatus
from domain.kernel.fields import ArgsSchema, Id, Name, OneOf, RecordDocument, Text


class AssetDocument(RecordDocument):
    """A machine at a customer's site."""

    account_id = Id(required=True)
    site_id = Id(required=True)
    product_id = Id(required=True, allow_none=True)
    name = fields.String(required=True)
    serial_number = fields.String(required=True, allow_none=True)
    installed_on = fields.Date(required=True, allow_none=True)
    warranty_ends_on = fields.Date(required=True, allow_none=True)
    status = OneOf(AssetStatus, required=True)
    notes = fields.String(required=True, allow_none=True)


class CreateAssetArgs(ArgsSchema):
    """A machine that was installed or found. `product_id` if it is in our catalogue."""

    id = Id(required=True)
    account_id = Id(required=True)
    site_id = Id(required=True)
    product_id = Id(load_default=None, allow_none=True)
    name = Name(required=True)
    serial_number = Text(load_default=None, allow_none=True)
    installed_on = fields.Date(load_default=None, allow_none=True)
    warranty_ends_on = fields.Date(load_default=None, allow_none=True)
    notes = Text(10_000, load_default=None, allow_none=True)


class UpdateAssetArgs(ArgsSchema):
    """The fields to change."""

    asset_id = Id(required=True)
    name = Name()
    serial_number = Text(allow_none=True)
    installed_on = fields.Date(allow_none=True)
    warranty_ends_on = fields.Date(allow_none=True)
    status = OneOf(AssetStatus)
    notes = Text(10_000, allow_none=True)
