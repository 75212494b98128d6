"""Loads the demo company with COPY, in one transaction: either all of it is there, with what the phones pull, or nothing."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from psycopg import Cursor, sql
from psycopg.errors import UniqueViolation
from sqlalchemy import Connection, Table, create_engine, make_url, text
from sqlalchemy.dialects.postgresql import JSONB

from api.demo.company import NAME, generate
from api.demo.rows import Row
from domain.kernel.model import Model
from domain.people.passwords import hash_password
from domain.registry import REGISTRY
from sync.rebuild import rebuild

PASSWORD = "demo-fieldbook"  # noqa: S105 - in the demo organisation only, and printed at start


class DemoAlreadyLoaded(Exception):
    """The database has the demo company already."""


def load_demo(
    database_url: str, *, scale: int = 1, seed: int = 1, now: datetime, progress: Callable[[str], None] = lambda _line: None
) -> UUID:
    """Load the demo company, `scale` times as large, and return the organisation's id.

    `database_url` is that of the owner of the tables. `progress` is told in a sentence what is going on.

    Raises:
        DemoAlreadyLoaded: nothing was changed.
    """
    engine = create_engine(make_url(database_url).set(drivername="postgresql+psycopg"))
    try:
        with engine.begin() as connection:
            return _load(connection, scale=scale, seed=seed, now=now, progress=progress)
    finally:
        engine.dispose()


def _load(connection: Connection, *, scale: int, seed: int, now: datetime, progress: Callable[[str], None]) -> UUID:
    org_id: UUID | None = None
    rows_loaded = 0
    batches = generate(scale=scale, seed=seed, now=now, password_hash=hash_password(PASSWORD))
    with connection.connection.cursor() as cursor:
        for number, batch in enumerate(batches):
            if org_id is None:
                org_id = batch["organisations"][0]["id"]
                # Row-level security binds the owner, too.
                connection.execute(text("select set_config('app.org_id', :org_id, true)"), {"org_id": str(org_id)})
            for table, rows in batch.items():
                try:
                    _copy(cursor, Model.metadata.tables[table], rows)
                except UniqueViolation as error:
                    if table == "organisations":
                        raise DemoAlreadyLoaded(f"{NAME} is already there.") from error
                    raise
                rows_loaded += len(rows)
            if 1 <= number <= scale:
                progress(f"Demo company: {number} of {scale} branches, {rows_loaded:,} rows")
    assert org_id is not None
    # Nothing has statistics yet: without them the next step would be planned for empty tables.
    connection.execute(text("analyze"))
    progress("Demo company: preparing what the phones pull")
    rebuild(connection, org_id=org_id, registry=REGISTRY)
    return org_id


def _copy(cursor: Cursor[Any], table: Table, rows: list[Row]) -> None:
    columns = [column.name for column in table.columns]
    json_columns = [column.name for column in table.columns if isinstance(column.type, JSONB)]
    statement = sql.SQL("copy {} ({}) from stdin").format(
        sql.Identifier(table.name), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with cursor.copy(statement) as copy:
        for row in rows:
            encoded = {name: orjson.dumps(row[name]).decode() for name in json_columns if row[name] is not None}
            copy.write_row([encoded.get(name, row[name]) for name in columns])
