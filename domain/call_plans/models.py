"""Call plans."""

from datetime import date
from uuid import UUID

from sqlalchemy import BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from domain.kernel.model import Record, refers_to


class CallPlan(Record):
    """How often accounts are to be visited.

    It is for one account (`account_id`), for all of a class, or for all whose orders of the last twelve months are
    worth between `sales_from_minor` and `sales_below_minor`. Of several that fit an account the narrowest counts.
    """

    __tablename__ = "call_plans"
    __table_args__ = (
        refers_to("accounts", "account_id"),
        refers_to("sites", "site_id"),
        refers_to("users", "rep_id"),
        Index("ix_call_plans_account", "org_id", "account_id"),
        Index("ix_call_plans_name", "org_id", "name", "id"),
    )

    name: Mapped[str]
    account_id: Mapped[UUID | None]
    site_id: Mapped[UUID | None]
    account_class: Mapped[str | None]
    sales_from_minor: Mapped[int | None] = mapped_column(BigInteger)
    sales_below_minor: Mapped[int | None] = mapped_column(BigInteger)
    every_weeks: Mapped[int | None]
    per_month: Mapped[int | None]
    weekdays: Mapped[list[str]]
    """Preferred ones; none means any."""
    time_from: Mapped[str | None]
    time_to: Mapped[str | None]
    duration_min: Mapped[int]
    purpose: Mapped[str | None]
    rep_id: Mapped[UUID | None]
    """Who goes; None means the account's owner."""
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    enabled: Mapped[bool]
