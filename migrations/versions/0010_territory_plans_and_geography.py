"""Polygons and plans of territories, answers of geocoders and of road servers."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.organisation_isolation import isolate
from migrations.stored_documents import add_fields

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    polygon = sa.Column("polygon", postgresql.JSONB(none_as_null=True), nullable=True)
    op.add_column("territories", polygon)
    add_fields("territory", {"polygon": None})
    op.create_table(
        "territory_plans",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("method", sa.Text(), nullable=False),
        sa.Column("territory_ids", postgresql.JSONB(), nullable=False),
        sa.Column("territories", sa.Integer(), nullable=False),
        sa.Column("workload", postgresql.JSONB(), nullable=False),
        sa.Column("tolerance_pct", sa.Float(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("progress_pct", sa.Integer(), nullable=False),
        sa.Column("owners", postgresql.JSONB(), nullable=False),
        sa.Column("before", postgresql.JSONB(), nullable=True),
        sa.Column("after", postgresql.JSONB(), nullable=True),
        sa.Column("shortcoming", postgresql.JSONB(), nullable=True),
        sa.Column("without_position", sa.Integer(), nullable=False),
        sa.Column("moved", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        _refers_to("territory_plans", "territories", "area_id"),
        _refers_to("territory_plans", "users", "created_by_id"),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_territory_plans")),
    )
    op.create_index("ix_territory_plans_status", "territory_plans", ["org_id", "status"])
    op.create_table(
        "planned_accounts",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("plan_id", sa.Uuid(), nullable=False),
        sa.Column("account_id", sa.Uuid(), nullable=False),
        sa.Column("from_territory_id", sa.Uuid(), nullable=False),
        sa.Column("to_territory_id", sa.Uuid(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=False),
        sa.Column("longitude", sa.Float(), nullable=False),
        sa.Column("workload", sa.Float(), nullable=False),
        _refers_to("planned_accounts", "territory_plans", "plan_id", ondelete="CASCADE"),
        _refers_to("planned_accounts", "accounts", "account_id"),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_planned_accounts")),
    )
    op.create_index("ix_planned_accounts_plan", "planned_accounts", ["org_id", "plan_id"])
    op.create_table(
        "geocodings",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("latitude", sa.Float(), nullable=True),
        sa.Column("longitude", sa.Float(), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        _refers_to("geocodings", "sites", "id", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_geocodings")),
    )
    op.create_index("ix_geocodings_address", "geocodings", ["org_id", "address"])
    op.create_table(
        "road_distances",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ends", sa.LargeBinary(), nullable=False),
        sa.Column("seconds", sa.LargeBinary(), nullable=False),
        sa.Column("metres", sa.LargeBinary(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_road_distances")),
    )
    isolate(["territory_plans", "planned_accounts", "geocodings", "road_distances"])


def _refers_to(table: str, target: str, column: str, *, ondelete: str | None = None) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["org_id", column],
        [f"{target}.org_id", f"{target}.id"],
        name=op.f(f"fk_{table}_org_id_{column}"),
        ondelete=ondelete,
        initially="DEFERRED",
        deferrable=True,
    )
