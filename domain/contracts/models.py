"""Agreements."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped

from domain.kernel.model import Record, refers_to


class Agreement(Record):
    """What service a customer was promised, for which sites and assets, from a day to a day, both included.

    Without sites and assets it covers all that the account has.
    """

    __tablename__ = "agreements"
    __table_args__ = (
        refers_to("accounts", "account_id"),
        refers_to("agreements", "renewed_by_id"),
        Index("uq_agreements_number", "org_id", "number", unique=True),
        Index("ix_agreements_account", "org_id", "account_id"),
        Index("ix_agreements_ends", "org_id", "ends_on", "id"),
        Index("ix_agreements_renewed_by", "org_id", "renewed_by_id"),
    )

    number: Mapped[str | None]
    account_id: Mapped[UUID]
    name: Mapped[str]
    coverage: Mapped[str | None]
    site_ids: Mapped[list[str]]
    asset_ids: Mapped[list[str]]
    response_hours: Mapped[int | None]
    fix_hours: Mapped[int | None]
    visits_per_year: Mapped[int]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    end_reason: Mapped[str | None]
    renewed_by_id: Mapped[UUID | None]
