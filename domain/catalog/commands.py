"""Keeping the catalogue and its prices."""

from typing import Any
from uuid import UUID

from domain.catalog import queries, schemas
from domain.catalog.models import Price, PriceList, Product, ProductCategory
from domain.catalog.rules import ProductStatus
from domain.kernel.command import Command, Context
from domain.kernel.ids import new_id
from domain.kernel.updates import change_fields
from domain.people.permissions import Permission


def create(ctx: Context, *, id: UUID, category_id: UUID, **values: Any) -> Product:
    """Add a product to the catalogue."""
    category = ctx.refer(ProductCategory, category_id, "category_id")
    return ctx.add(Product(id=id, category_id=category.id, status=ProductStatus.ACTIVE, **values))


def update(ctx: Context, *, product_id: UUID, **changes: Any) -> Product:
    """Change a product. Fields that are not given stay as they are."""
    if "category_id" in changes:
        ctx.refer(ProductCategory, changes["category_id"], "category_id")
    return change_fields(ctx, ctx.get(Product, product_id), changes)


def withdraw(ctx: Context, *, product_id: UUID) -> Product:
    """Take a product off sale: it can no longer be ordered. One that is withdrawn already stays so."""
    product = ctx.get(Product, product_id)
    product.status = ProductStatus.WITHDRAWN
    return product


def set_price(ctx: Context, *, price_list_id: UUID, product_id: UUID, amount_minor: int) -> Price:
    """Set what a product costs in a price list, in minor units of the list's currency."""
    price_list = ctx.refer(PriceList, price_list_id, "price_list_id")
    product = ctx.refer(Product, product_id, "product_id")
    price = queries.find_price(ctx.session, org_id=ctx.org_id, price_list_id=price_list.id, product_id=product.id)
    if price is None:
        return ctx.add(
            Price(id=new_id(), price_list_id=price_list.id, product_id=product.id, amount_minor=amount_minor)
        )
    price.amount_minor = amount_minor
    return price


_MANAGE = Permission.MANAGE_CATALOG
_PRODUCT = ("product_id", Product)

COMMANDS = (
    Command(
        name="product.create",
        schema=schemas.CreateProductArgs,
        handle=create,
        may=_MANAGE,
        loads={"category_id": ProductCategory},
    ),
    Command(
        name="product.update",
        schema=schemas.UpdateProductArgs,
        handle=update,
        may=_MANAGE,
        target=_PRODUCT,
        loads={"category_id": ProductCategory},
    ),
    Command(name="product.withdraw", schema=schemas.ProductArgs, handle=withdraw, may=_MANAGE, target=_PRODUCT),
    Command(
        name="price.set",
        schema=schemas.SetPriceArgs,
        handle=set_price,
        may=_MANAGE,
        loads={"price_list_id": PriceList, "product_id": Product},
    ),
)
