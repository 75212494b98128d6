"""Observations at customers'."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from domain.kernel.model import Record, refers_to


class Observation(Record):
    """Something seen at a customer's. `product` is a text where it is none of the catalogue.

    `price_minor` is in minor units of `currency`, `facings` the number of places side by side on the shelf.
    """

    __tablename__ = "observations"
    __table_args__ = (
        refers_to("accounts", "account_id"),
        refers_to("visits", "visit_id"),
        refers_to("products", "product_id"),
        refers_to("users", "observed_by_id"),
        Index("ix_observations_account", "org_id", "account_id"),
        Index("ix_observations_visit", "org_id", "visit_id"),
        Index("ix_observations_occurred", "org_id", "occurred_at", "id"),
    )

    account_id: Mapped[UUID]
    visit_id: Mapped[UUID | None]
    kind: Mapped[str]
    product_id: Mapped[UUID | None]
    product: Mapped[str | None]
    competitor: Mapped[str | None]
    price_minor: Mapped[int | None] = mapped_column(BigInteger)
    currency: Mapped[str]
    facings: Mapped[int | None]
    out_of_stock: Mapped[bool]
    note: Mapped[str | None]
    observed_by_id: Mapped[UUID]
    occurred_at: Mapped[datetime]
