"""Accounts, their sites and contacts."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from domain.geo.rules import Position
from domain.kernel.model import Record, Row, refers_to


class Account(Record):
    """A customer company or household."""

    __tablename__ = "accounts"
    __table_args__ = (
        refers_to("territories", "territory_id"),
        Index("ix_accounts_territory", "org_id", "territory_id"),
        Index("uq_accounts_external_id", "org_id", "external_id", unique=True),
        Index("ix_accounts_name", "org_id", "name", "id"),
    )

    number: Mapped[str | None]
    name: Mapped[str]
    kind: Mapped[str]
    account_class: Mapped[str]
    industry: Mapped[str | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    territory_id: Mapped[UUID]
    status: Mapped[str] = mapped_column(default="active")
    notes: Mapped[str | None]
    external_id: Mapped[str | None]


class Site(Record):
    """A place of an account."""

    __tablename__ = "sites"
    __table_args__ = (
        refers_to("accounts", "account_id"),
        Index("ix_sites_account", "org_id", "account_id"),
        Index("uq_sites_external_id", "org_id", "external_id", unique=True),
    )

    account_id: Mapped[UUID]
    name: Mapped[str]
    address: Mapped[dict[str, Any]]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    opening_hours: Mapped[str | None]
    access_notes: Mapped[str | None]
    external_id: Mapped[str | None]

    @property
    def place(self) -> str:
        """The street and the town, as far as they are known; else what the site is called."""
        address = self.address
        street = " ".join(part for part in (address.get("street"), address.get("house_number")) if part)
        town = " ".join(part for part in (address.get("postcode"), address.get("city")) if part)
        return ", ".join(part for part in (street, town) if part) or self.name

    @property
    def position(self) -> Position | None:
        """Where the site is, if known."""
        if self.latitude is None or self.longitude is None:
            return None
        return Position(lat=self.latitude, lng=self.longitude)

    @position.setter
    def position(self, position: Position | None) -> None:
        self.latitude = position.lat if position else None
        self.longitude = position.lng if position else None


class Geocoding(Row):
    """What a geocoder said about the address of a site; `id` is the site's. Also a cache for others at that address.

    The site's position is the geocoder's while it is the one that stands here; any other was set by a person.
    """

    __tablename__ = "geocodings"
    __table_args__ = (
        refers_to("sites", "id", ondelete="CASCADE"),
        Index("ix_geocodings_address", "org_id", "address"),
    )

    address: Mapped[str]
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    problem: Mapped[str | None]
    asked_at: Mapped[datetime]


class Contact(Record):
    """A person at an account."""

    __tablename__ = "contacts"
    __table_args__ = (
        refers_to("accounts", "account_id"),
        refers_to("sites", "site_id"),
        Index("ix_contacts_account", "org_id", "account_id"),
    )

    account_id: Mapped[UUID]
    site_id: Mapped[UUID | None]
    name: Mapped[str]
    job_title: Mapped[str | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
