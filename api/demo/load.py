"""Loads the demo company with COPY, in one transaction: all of it, with the documents for the phones, or nothing."""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg.errors import UniqueViolation
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.orm import Session

from api.composition import REGISTRY
from api.demo.company import NAME, generate
from api.demo.rows import Batch
from api.runtime.database import sqlalchemy_url
from domain.kernel.bulk import copy_records
from domain.kernel.model import Model
from domain.people.passwords import hash_password
from sync.rebuild import rebuild

PASSWORD = "demo-fieldbook"  # noqa: S105 - in the demo organisation only, and printed at start


class DemoAlreadyLoaded(Exception):
    """The database has the demo company already."""


def load_demo(
    database_url: str,
    *,
    scale: int = 1,
    seed: int = 1,
    now: datetime,
    progress: Callable[[str], None] = lambda _line: None,
) -> UUID:
    """Load the demo company, `scale` times as large, and return the organisation's id.

    `database_url` is that of the owner of the tables. `progress` is told in a sentence what is going on.

    Raises:
        DemoAlreadyLoaded: nothing was changed.
    """
    engine = create_engine(sqlalchemy_url(database_url))
    try:
        with engine.begin() as connection, _no_garbage_collection():
            return _load(connection, scale=scale, seed=seed, now=now, progress=progress)
    finally:
        engine.dispose()


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """The rows make no cycles; looking for some among all those that are alive takes a third of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _load(connection: Connection, *, scale: int, seed: int, now: datetime, progress: Callable[[str], None]) -> UUID:
    batches = generate(scale=scale, seed=seed, now=now, password_hash=hash_password(PASSWORD))
    common = next(batches)
    org_id: UUID = common["organisations"][0]["id"]
    # Row-level security binds the owner, too.
    connection.execute(text("select set_config('app.org_id', :org_id, true)"), {"org_id": str(org_id)})
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)  # noqa: S101 - tells mypy which driver it is
    try:
        rows = _copy_batch(driver, common)
    except UniqueViolation as error:
        raise DemoAlreadyLoaded(f"{NAME} is already there.") from error
    tables = set(common)
    for number, batch in enumerate(batches, start=1):
        rows += _copy_batch(driver, batch)
        tables.update(batch)
        # The loop holds on to it while the next one is made.
        batch.clear()
        if number <= scale:
            progress(f"Demo company: {number} of {scale} branches, {rows:,} rows")
    # Nothing has statistics yet: without them the next step would be planned for empty tables.
    connection.execute(text(f"analyze {', '.join(sorted(tables))}"))
    progress("Demo company: preparing what the phones pull")

    def tell(entity: str, documents: int) -> None:
        if documents % 20_000 == 0:
            progress(f"Demo company: {documents:,} documents of kind {entity}")

    with Session(connection) as session:
        rebuild(session, REGISTRY, org_id=org_id, now=now, progress=tell)
    connection.execute(text("analyze sync_documents, sync_entries, sync_shares, sync_buckets"))
    return org_id


def _copy_batch(connection: psycopg.Connection[Any], batch: Batch) -> int:
    """Copy all tables of the batch. Returns the number of rows."""
    for name, rows in batch.items():
        copy_records(connection, Model.metadata.tables[name], rows)
    return sum(map(len, batch.values()))
