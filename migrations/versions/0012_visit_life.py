"""The life of a visit: its kind, its next step, check-ins far away."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    # With defaults in the database: older code goes on writing while a new release is brought out.
    op.add_column("organisations", sa.Column("far_away_m", sa.Integer(), server_default="500", nullable=False))
    op.add_column("visits", sa.Column("kind", sa.Text(), server_default="in_person", nullable=False))
    op.add_column("visits", sa.Column("next_step", sa.Text(), nullable=True))
    op.add_column("visits", sa.Column("follow_up_on", sa.Date(), nullable=True))
    op.add_column("visits", sa.Column("far_away", sa.Boolean(), server_default=sa.text("false"), nullable=False))
