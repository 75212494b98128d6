"""Products, their categories and prices."""

from uuid import UUID

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from domain.kernel.model import Record, refers_to


class ProductCategory(Record):
    """A shelf of the catalogue."""

    __tablename__ = "product_categories"
    __table_args__ = (UniqueConstraint("org_id", "name"),)

    name: Mapped[str]
    sort_order: Mapped[int]


class Product(Record):
    """Something that is sold or built in."""

    __tablename__ = "products"
    __table_args__ = (
        refers_to("product_categories", "category_id"),
        UniqueConstraint("org_id", "sku"),
        Index("ix_products_category", "org_id", "category_id"),
    )

    sku: Mapped[str]
    name: Mapped[str]
    description: Mapped[str | None]
    category_id: Mapped[UUID]
    unit: Mapped[str]
    kind: Mapped[str]
    status: Mapped[str] = mapped_column(default="active")


class PriceList(Record):
    """Prices in one currency. An organisation has one default."""

    __tablename__ = "price_lists"
    __table_args__ = (UniqueConstraint("org_id", "name"),)

    name: Mapped[str]
    currency: Mapped[str]
    is_default: Mapped[bool]


class Price(Record):
    """What a product costs in a price list, in minor units of the list's currency."""

    __tablename__ = "prices"
    __table_args__ = (
        refers_to("price_lists", "price_list_id"),
        refers_to("products", "product_id"),
        UniqueConstraint("org_id", "price_list_id", "product_id"),
    )

    price_list_id: Mapped[UUID]
    product_id: Mapped[UUID]
    amount_minor: Mapped[int] = mapped_column(BigInteger)
