"""How an organisation's people travel where only the straight line is known, in the documents that phones get, too."""

import json

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

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
    connection = op.get_bind()
    connection.execute(sa.text("select set_config('app.operator', 'on', true)"))
    for org_id in list(connection.scalars(sa.text("select id from organisations"))):
        connection.execute(sa.text("select set_config('app.org_id', :org, true)"), {"org": str(org_id)})
        connection.execute(
            sa.text(
                "update sync_documents set doc = (doc::jsonb || jsonb_build_object('detour_factor', 1.3,"
                " 'speeds', cast(:speeds as jsonb)))::text where org_id = :org and id = :org"
            ),
            {"org": org_id, "speeds": json.dumps(SPEEDS)},
        )
