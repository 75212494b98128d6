"""The job queue: the schema of procrastinate 3.10, as that version ships it."""

from pathlib import Path
from typing import Any

from alembic import op

from migrations.organisation_isolation import APP_ROLE

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

SCHEMA = Path(__file__).parent.parent / "sql" / "0002_procrastinate_3_10.sql"


def upgrade() -> None:
    """Apply."""
    driver: Any = op.get_bind().connection.driver_connection
    # The file holds several statements and percent signs: it goes to the driver as it is.
    driver.execute(SCHEMA.read_text())
    op.execute(f"""
        do $$ declare item text; begin
            for item in select tablename from pg_tables where schemaname = 'public' and tablename like
            'procrastinate%' loop
                execute format('grant select, insert, update, delete on %I to {APP_ROLE}', item);
            end loop;
        end $$
    """)
    op.execute(f"grant usage on all sequences in schema public to {APP_ROLE}")
