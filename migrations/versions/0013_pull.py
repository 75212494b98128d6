"""A pull asks the database in two messages."""

from pathlib import Path

from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

SQL = Path(__file__).parent.parent / "sql"


def upgrade() -> None:
    """Apply."""
    op.get_bind().exec_driver_sql((SQL / "0013_pull.sql").read_text())
