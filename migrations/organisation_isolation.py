"""Row-level security: what every table of an organisation gets in the migration that makes it."""

from collections.abc import Iterable

from alembic import op

APP_ROLE = "fieldbook_app"
THIS_ORGANISATION = "org_id = nullif(current_setting('app.org_id', true), '')::uuid"


def isolate(tables: Iterable[str], *, may: str = "select, insert, update, delete") -> None:
    """Let the app's role do `may` with rows of the organisation that its transaction has set, and see no others.

    `force` binds the owner of the tables too: a data migration sets the organisation that it works on.
    """
    for table in tables:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(
            f"create policy organisation on {table} using ({THIS_ORGANISATION}) with check ({THIS_ORGANISATION})"
        )
        op.execute(f"grant {may} on {table} to {APP_ROLE}")
