"""How an organisation's people travel where only the straight line is known, in the documents that phones get, too."""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from migrations.stored_documents import add_fields

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

SPEEDS = [
    {"up_to_km": 3, "km_per_h": 25},
    {"up_to_km": 15, "km_per_h": 45},
    {"up_to_km": None, "km_per_h": 75},
]


def upgrade() -> None:
    """Apply."""
    factor = sa.Column("detour_factor", sa.Float(), server_default="1.3", nullable=False)
    speeds = sa.Column("speeds", postgresql.JSONB(), server_default=json.dumps(SPEEDS), nullable=False)
    op.add_column("organisations", factor)
    op.add_column("organisations", speeds)
    add_fields("organisation", {"detour_factor": 1.3, "speeds": SPEEDS})
