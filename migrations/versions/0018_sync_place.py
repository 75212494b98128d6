"""What lies in its buckets already is updated there."""

from pathlib import Path

from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

SQL = Path(__file__).parent.parent / "sql"


def upgrade() -> None:
    """Apply."""
    op.get_bind().exec_driver_sql((SQL / "0018_sync_place.sql").read_text())
