"""Conflict records, and which field was changed last at which revision."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.organisation_isolation import isolate

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

SQL = Path(__file__).parent.parent / "sql"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "field_changes",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.Column("actor_id", sa.Uuid(), nullable=True),
        sa.Column("device_id", sa.Uuid(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "record_id", "field", name=op.f("pk_field_changes")),
    )
    op.create_table(
        "conflicts",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("entity", sa.Text(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("title", sa.Text(), nullable=True),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("kept_value", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("lost_value", postgresql.JSONB(none_as_null=True), nullable=True),
        sa.Column("kept_by_id", sa.Uuid(), nullable=True),
        sa.Column("lost_by_id", sa.Uuid(), nullable=True),
        sa.Column("lost_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_conflicts")),
    )
    op.create_index("ix_conflicts_record", "conflicts", ["org_id", "record_id"])
    isolate(["field_changes", "conflicts"])
    # Another shape of answer and of arguments is another function.
    op.execute("drop function sync_write, sync_place")
    op.get_bind().exec_driver_sql((SQL / "0003_sync_functions.sql").read_text())
