"""Failed mutations, what became of refusals, and why a device was signed out."""

import sqlalchemy as sa
from alembic import op

from migrations.organisation_isolation import isolate

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "sync_failures",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("mutation_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("error_type", sa.Text(), nullable=True),
        sa.Column("traceback", sa.Text(), nullable=True),
        sa.Column("base_rev", sa.BigInteger(), nullable=False),
        sa.Column("app_version", sa.Text(), nullable=True),
        sa.Column("failed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["org_id", "mutation_id"],
            ["receipts.org_id", "receipts.id"],
            name=op.f("fk_sync_failures_org_id_mutation_id"),
            ondelete="CASCADE",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint("org_id", "id", name=op.f("pk_sync_failures")),
    )
    op.create_index("ix_sync_failures_mutation", "sync_failures", ["org_id", "mutation_id"])
    isolate(["sync_failures"])

    op.add_column("receipts", sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("receipts", sa.Column("settled_by_id", sa.Uuid(), nullable=True))
    # Few receipts are refusals: whoever looks for these reads no others, and the others cost nothing here.
    op.create_index(
        "ix_receipts_refused",
        "receipts",
        ["org_id", "recorded_at", "id"],
        postgresql_where=sa.text("status in ('rejected', 'failed')"),
    )
    op.add_column("devices", sa.Column("revoked_because", sa.Text(), nullable=True))
