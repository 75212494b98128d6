"""The catalogue on the wire."""

from marshmallow import fields

from domain.catalog.rules import ProductKind, ProductStatus
from domain.kernel.fields import ArgsSchema, Id, Minor, Name, OneOf, RecordDocument, Text


class ProductCategoryDocument(RecordDocument):
    """A shelf of the catalogue."""

    name = fields.String(required=True)
    sort_order = fields.Integer(required=True)


class ProductDocument(RecordDocument):
    """Something that is sold or built in."""

    sku = fields.String(required=True)
    name = fields.String(required=True)
    description = fields.String(required=True, allow_none=True)
    category_id = Id(required=True)
    unit = fields.String(required=True)
    kind = OneOf(ProductKind, required=True)
    status = OneOf(ProductStatus, required=True)


class PriceListDocument(RecordDocument):
    """Prices in one currency."""

    name = fields.String(required=True)
    currency = fields.String(required=True)
    is_default = fields.Boolean(required=True)


class PriceDocument(RecordDocument):
    """What a product costs in a price list, in minor units of the list's currency."""

    price_list_id = Id(required=True)
    product_id = Id(required=True)
    amount_minor = fields.Integer(required=True)


class CreateProductArgs(ArgsSchema):
    """A new product."""

    id = Id(required=True)
    sku = Name(60, required=True)
    name = Name(required=True)
    description = Text(10_000, load_default=None, allow_none=True)
    category_id = Id(required=True)
    unit = Name(20, load_default="pcs")
    kind = OneOf(ProductKind, load_default=ProductKind.GOODS)


class UpdateProductArgs(ArgsSchema):
    """The fields to change."""

    product_id = Id(required=True)
    sku = Name(60)
    name = Name()
    description = Text(10_000, allow_none=True)
    category_id = Id()
    unit = Name(20)
    kind = OneOf(ProductKind)


class ProductArgs(ArgsSchema):
    """The product that a command is about."""

    product_id = Id(required=True)


class SetPriceArgs(ArgsSchema):
    """What a product costs from now on, in minor units of the price list's currency."""

    price_list_id = Id(required=True)
    product_id = Id(required=True)
    amount_minor = Minor(required=True)
