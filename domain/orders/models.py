"""Quotes and orders, and their lines."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Index, and_, text
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from domain.kernel.model import Record, Row, refers_to


class Line(Row):
    """One product of an order or a quote, with its name and price as they were when it was written."""

    __abstract__ = True

    line_no: Mapped[int]
    product_id: Mapped[UUID]
    sku: Mapped[str]
    name: Mapped[str]
    unit: Mapped[str]
    quantity: Mapped[int]
    unit_price_minor: Mapped[int] = mapped_column(BigInteger)
    total_minor: Mapped[int] = mapped_column(BigInteger)


class Quote(Record):
    """Prices that a customer was promised until a day. Amounts are in minor units of `currency`."""

    __tablename__ = "quotes"
    __table_args__ = (
        refers_to("accounts", "account_id"),
        refers_to("sites", "site_id"),
        refers_to("visits", "visit_id"),
        refers_to("users", "written_by_id"),
        refers_to("price_lists", "price_list_id"),
        Index("uq_quotes_number", "org_id", "number", unique=True),
        Index("ix_quotes_account", "org_id", "account_id"),
        Index("ix_quotes_visit", "org_id", "visit_id"),
        Index("ix_quotes_written", "org_id", "written_at", "id"),
        # What the clock still looks at.
        Index("ix_quotes_open", "org_id", "valid_until_on", postgresql_where=text("status = 'open'")),
    )

    number: Mapped[str | None]
    account_id: Mapped[UUID]
    site_id: Mapped[UUID | None]
    visit_id: Mapped[UUID | None]
    written_by_id: Mapped[UUID]
    status: Mapped[str]
    written_at: Mapped[datetime]
    valid_until_on: Mapped[date]
    price_list_id: Mapped[UUID]
    currency: Mapped[str]
    total_minor: Mapped[int] = mapped_column(BigInteger)
    notes: Mapped[str | None]
    closed_at: Mapped[datetime | None]
    close_reason: Mapped[str | None]

    lines: Mapped[list["QuoteLine"]] = relationship(
        primaryjoin=lambda: and_(Quote.org_id == QuoteLine.org_id, Quote.id == foreign(QuoteLine.quote_id)),
        lazy="raise_on_sql",
        cascade="all, delete-orphan",
        order_by=lambda: QuoteLine.line_no,
        back_populates="quote",
    )


class QuoteLine(Line):
    """A line of a quote."""

    __tablename__ = "quote_lines"
    __table_args__ = (
        refers_to("quotes", "quote_id", ondelete="CASCADE"),
        refers_to("products", "product_id"),
        Index("ix_quote_lines_quote", "org_id", "quote_id"),
    )

    quote_id: Mapped[UUID]

    quote: Mapped[Quote] = relationship(
        primaryjoin=lambda: and_(Quote.org_id == QuoteLine.org_id, Quote.id == foreign(QuoteLine.quote_id)),
        lazy="raise_on_sql",
        back_populates="lines",
    )

    def sync_parent(self) -> Record | None:
        """A line is part of its quote's document."""
        return self.quote


class Order(Record):
    """An order as the customer gave it. Amounts are in minor units of `currency`."""

    __tablename__ = "orders"
    __table_args__ = (
        refers_to("accounts", "account_id"),
        refers_to("sites", "site_id"),
        refers_to("visits", "visit_id"),
        refers_to("users", "placed_by_id"),
        refers_to("price_lists", "price_list_id"),
        refers_to("quotes", "quote_id"),
        Index("uq_orders_number", "org_id", "number", unique=True),
        Index("ix_orders_account", "org_id", "account_id"),
        Index("ix_orders_visit", "org_id", "visit_id"),
        Index("ix_orders_quote", "org_id", "quote_id"),
        Index("ix_orders_placed", "org_id", "placed_at", "id"),
    )

    number: Mapped[str | None]
    account_id: Mapped[UUID]
    site_id: Mapped[UUID | None]
    visit_id: Mapped[UUID | None]
    placed_by_id: Mapped[UUID]
    status: Mapped[str]
    placed_at: Mapped[datetime]
    price_list_id: Mapped[UUID]
    currency: Mapped[str]
    total_minor: Mapped[int] = mapped_column(BigInteger)
    notes: Mapped[str | None]
    canceled_at: Mapped[datetime | None]
    cancel_reason: Mapped[str | None]
    quote_id: Mapped[UUID | None]

    lines: Mapped[list["OrderLine"]] = relationship(
        primaryjoin=lambda: and_(Order.org_id == OrderLine.org_id, Order.id == foreign(OrderLine.order_id)),
        lazy="raise_on_sql",
        cascade="all, delete-orphan",
        order_by=lambda: OrderLine.line_no,
        back_populates="order",
    )


class OrderLine(Line):
    """A line of an order."""

    __tablename__ = "order_lines"
    __table_args__ = (
        refers_to("orders", "order_id", ondelete="CASCADE"),
        refers_to("products", "product_id"),
        Index("ix_order_lines_order", "org_id", "order_id"),
    )

    order_id: Mapped[UUID]

    order: Mapped[Order] = relationship(
        primaryjoin=lambda: and_(Order.org_id == OrderLine.org_id, Order.id == foreign(OrderLine.order_id)),
        lazy="raise_on_sql",
        back_populates="lines",
    )

    def sync_parent(self) -> Record | None:
        """A line is part of its order's document."""
        return self.order
