"""What retention and fairness need to know."""

from pathlib import Path

import sqlalchemy as sa
from alembic import op

from migrations.organisation_isolation import APP_ROLE, isolate

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

SQL = Path(__file__).parent.parent / "sql"


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "sync_days",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("rev", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "day", name=op.f("pk_sync_days")),
    )
    # Who is in the middle of a first sync is worth nothing after a crash.
    op.create_table(
        "first_syncs",
        sa.Column("org_id", sa.Uuid(), nullable=False),
        sa.Column("device_id", sa.Uuid(), nullable=False),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("org_id", "device_id", name=op.f("pk_first_syncs")),
        prefixes=["UNLOGGED"],
    )
    op.create_index(
        "ix_sync_documents_expires",
        "sync_documents",
        ["org_id", "expires_at"],
        postgresql_where=sa.text("expires_at IS NOT NULL"),
    )
    op.create_index(
        "ix_sync_entries_tombstones", "sync_entries", ["org_id", "rev"], postgresql_where=sa.text("NOT present")
    )
    op.create_index("ix_receipts_recorded", "receipts", ["org_id", "recorded_at"])
    isolate(["sync_days", "first_syncs"])
    # Counting over all organisations is for functions that run as the owner; the app's role cannot do it itself.
    for table in ("first_syncs", "sync_failures"):
        op.execute(
            f"create policy operator on {table} for select to current_user"
            " using (current_setting('app.operator', true) = 'on')"
        )
    op.get_bind().exec_driver_sql((SQL / "0006_retention.sql").read_text())
    for function in ("forget_receipts", "take_first_sync_place", "operator_figures"):
        op.execute(f"revoke execute on function {function} from public")
        op.execute(f"grant execute on function {function} to {APP_ROLE}")
