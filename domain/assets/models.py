"""Installed equipment."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from domain.kernel.model import Record, refers_to


class Asset(Record):
    """A machine at a customer's site."""

    __tablename__ = "assets"
    __table_args__ = (
        refers_to("accounts", "account_id"),
        refers_to("sites", "site_id"),
        refers_to("products", "product_id"),
        Index("ix_assets_account", "org_id", "account_id"),
        Index("ix_assets_site", "org_id", "site_id"),
    )

    account_id: Mapped[UUID]
    site_id: Mapped[UUID]
    product_id: Mapped[UUID | None]
    name: Mapped[str]
    serial_number: Mapped[str | None]
    installed_on: Mapped[date | None]
    warranty_ends_on: Mapped[date | None]
    status: Mapped[str] = mapped_column(default="active")
    notes: Mapped[str | None]
