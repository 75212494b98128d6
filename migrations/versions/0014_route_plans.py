"""Plans of a rep's days: proposals of the route search, kept until somebody takes them over."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.organisation_isolation import isolate

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "route_plans",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("rep_id", sa.Uuid(), nullable=False),
        sa.Column("requested_by_id", sa.Uuid(), nullable=False),
        sa.Column("requested_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("progress_pct", sa.Integer(), nullable=False),
        sa.Column("basis", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("proposal", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("done", postgresql.JSONB(none_as_null=True), nullable=True),
        _refers_to_user("rep_id"),
        _refers_to_user("requested_by_id"),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_route_plans")),
    )
    op.create_index("ix_route_plans_requested", "route_plans", ["org_id", "requested_at"])
    isolate(["route_plans"])


def _refers_to_user(column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["org_id", column],
        ["users.org_id", "users.id"],
        name=op.f(f"fk_route_plans_org_id_{column}"),
        deferrable=True,
        initially="DEFERRED",
    )
