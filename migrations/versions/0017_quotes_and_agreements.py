"""Quotes and agreements; an order knows its quote."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.organisation_isolation import isolate
from migrations.stored_documents import add_fields

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    _quotes()
    _orders()
    _agreements()
    isolate(["quotes", "quote_lines", "agreements"])


def _quotes() -> None:
    op.create_table(
        "quotes",
        *_record(
            sa.Column("number", sa.Text(), nullable=True),
            sa.Column("account_id", sa.Uuid(), nullable=False),
            sa.Column("site_id", sa.Uuid(), nullable=True),
            sa.Column("visit_id", sa.Uuid(), nullable=True),
            sa.Column("written_by_id", sa.Uuid(), nullable=False),
            sa.Column("status", sa.Text(), nullable=False),
            sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
            sa.Column("valid_until_on", sa.Date(), nullable=False),
            sa.Column("price_list_id", sa.Uuid(), nullable=False),
            sa.Column("currency", sa.Text(), nullable=False),
            sa.Column("total_minor", sa.BigInteger(), nullable=False),
            sa.Column("notes", sa.Text(), nullable=True),
            sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
            sa.Column("close_reason", sa.Text(), nullable=True),
        ),
        _refers_to("quotes", "accounts", "account_id"),
        _refers_to("quotes", "sites", "site_id"),
        _refers_to("quotes", "visits", "visit_id"),
        _refers_to("quotes", "users", "written_by_id"),
        _refers_to("quotes", "price_lists", "price_list_id"),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_quotes")),
    )
    op.create_index("uq_quotes_number", "quotes", ["org_id", "number"], unique=True)
    op.create_index("ix_quotes_account", "quotes", ["org_id", "account_id"])
    op.create_index("ix_quotes_visit", "quotes", ["org_id", "visit_id"])
    op.create_index("ix_quotes_written", "quotes", ["org_id", "written_at", "id"])
    op.create_index(
        "ix_quotes_open", "quotes", ["org_id", "valid_until_on"], postgresql_where=sa.text("status = 'open'")
    )
    op.create_table(
        "quote_lines",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("line_no", sa.Integer(), nullable=False),
        sa.Column("product_id", sa.Uuid(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Integer(), nullable=False),
        sa.Column("unit_price_minor", sa.BigInteger(), nullable=False),
        sa.Column("total_minor", sa.BigInteger(), nullable=False),
        sa.Column("quote_id", sa.Uuid(), nullable=False),
        _refers_to("quote_lines", "quotes", "quote_id", ondelete="CASCADE"),
        _refers_to("quote_lines", "products", "product_id"),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_quote_lines")),
    )
    op.create_index("ix_quote_lines_quote", "quote_lines", ["org_id", "quote_id"])


def _orders() -> None:
    op.add_column("orders", sa.Column("quote_id", sa.Uuid(), nullable=True))
    op.create_foreign_key(
        op.f("fk_orders_org_id_quote_id"),
        "orders",
        "quotes",
        ["org_id", "quote_id"],
        ["org_id", "id"],
        deferrable=True,
        initially="DEFERRED",
    )
    op.create_index("ix_orders_quote", "orders", ["org_id", "quote_id"])
    add_fields("order", {"quote_id": None})


def _agreements() -> None:
    op.create_table(
        "agreements",
        *_record(
            sa.Column("number", sa.Text(), nullable=True),
            sa.Column("account_id", sa.Uuid(), nullable=False),
            sa.Column("name", sa.Text(), nullable=False),
            sa.Column("coverage", sa.Text(), nullable=True),
            sa.Column("site_ids", postgresql.JSONB(none_as_null=True), nullable=False),
            sa.Column("asset_ids", postgresql.JSONB(none_as_null=True), nullable=False),
            sa.Column("response_hours", sa.Integer(), nullable=True),
            sa.Column("fix_hours", sa.Integer(), nullable=True),
            sa.Column("visits_per_year", sa.Integer(), nullable=False),
            sa.Column("starts_on", sa.Date(), nullable=False),
            sa.Column("ends_on", sa.Date(), nullable=False),
            sa.Column("end_reason", sa.Text(), nullable=True),
            sa.Column("renewed_by_id", sa.Uuid(), nullable=True),
        ),
        _refers_to("agreements", "accounts", "account_id"),
        _refers_to("agreements", "agreements", "renewed_by_id"),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_agreements")),
    )
    op.create_index("uq_agreements_number", "agreements", ["org_id", "number"], unique=True)
    op.create_index("ix_agreements_account", "agreements", ["org_id", "account_id"])
    op.create_index("ix_agreements_ends", "agreements", ["org_id", "ends_on", "id"])
    op.create_index("ix_agreements_renewed_by", "agreements", ["org_id", "renewed_by_id"])


def _record(*columns: sa.Column[Any]) -> tuple[sa.Column[Any], ...]:
    return (
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        *columns,
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
    )


def _refers_to(table: str, other: str, column: str, *, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["org_id", column],
        [f"{other}.org_id", f"{other}.id"],
        name=op.f(f"fk_{table}_org_id_{column}"),
        ondelete=ondelete,
        deferrable=True,
        initially="DEFERRED",
    )
