"""Writes many new rows, or the same change of many records, in one statement.

The ORM sends a statement for each, and a batch of a phone's mutations mostly does one thing to many records.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import orjson
from sqlalchemy import TextClause, inspect, text
from sqlalchemy.orm import Mapper, Session
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.orm.state import InstanceState
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from domain.kernel.model import Record, Row

WORTHWHILE = 4
"""From this many rows on."""

_Change = tuple[Mapper[Any], frozenset[str]]
_UPDATES: dict[_Change, TextClause] = {}
_INSERTS: dict[Mapper[Any], TextClause] = {}


def write_inserts(session: Session, rows: Iterable[Row]) -> None:
    """Write new rows, in one statement for all of a table. Foreign keys are checked at commit: any order will do.

    What it leaves (few of a table, or rows that learn from another one what they belong to) is the ORM's.
    """
    groups: dict[Mapper[Any], list[Row]] = {}
    for row in rows:
        groups.setdefault(inspect(row).mapper, []).append(row)
    written: list[Row] = []
    for mapper, its_rows in groups.items():
        if len(its_rows) >= WORTHWHILE and _is_complete(mapper, its_rows):
            _insert(session, mapper, its_rows)
            written += its_rows
    # To the ORM they are as after its own flush.
    session._register_persistent({inspect(row) for row in written})  # noqa: SLF001 - no public name does this


def _is_complete(mapper: Mapper[Any], rows: Sequence[Row]) -> bool:
    """Tell whether the rows have all that they need, and give them their defaults if so.

    What else than a plain value fills a column (a function, the database, the row that this one belongs to) is left
    to the ORM, which finds the rows as they were.
    """
    missing: list[tuple[Row, str, Any]] = []
    for attribute in mapper.column_attrs:
        column = attribute.columns[0]
        plain = isinstance(column.default, ScalarElementColumnDefault)
        default = column.default.arg if plain else None
        fillable = plain or (column.nullable and column.default is None and column.server_default is None)
        lacking = [row for row in rows if row.__dict__.get(attribute.key) is None]
        if lacking and not fillable:
            return False
        missing += [(row, attribute.key, default) for row in lacking]
    for row, name, default in missing:
        # Also that it has none: the ORM would ask the database for what is not said.
        setattr(row, name, default)
    return True


def _insert(session: Session, mapper: Mapper[Any], rows: Sequence[Row]) -> None:
    if mapper not in _INSERTS:
        table, names = mapper.local_table, ", ".join(attribute.columns[0].name for attribute in mapper.column_attrs)
        _INSERTS[mapper] = text(f"insert into {table} ({names}) select {names} from {_given(table)}")
    session.connection().execute(_INSERTS[mapper], {"rows": _as_json(mapper, mapper.column_attrs.keys(), rows)})


def _given(table: Any) -> str:
    """Return, as SQL, the rows that come as one text: an array for each column takes the driver much longer."""
    return f"json_populate_recordset(null::{table}, cast(:rows as json)) as given"


def _as_json(mapper: Mapper[Any], attributes: Iterable[str], rows: Sequence[Row]) -> str:
    columns = [(name, mapper.column_attrs[name].columns[0].name) for name in attributes]
    return orjson.dumps([{column: row.__dict__[name] for name, column in columns} for row in rows]).decode()


def write_updates(session: Session, records: Iterable[Record]) -> None:
    """Write the changed columns of existing records, in one statement for all of which the same columns changed.

    What it leaves (few of a kind, or records whose collections changed) is the ORM's.

    Raises:
        StaleDataError: another transaction was faster with one of them.
    """
    groups: dict[_Change, list[Record]] = {}
    for record in records:
        mapper, changed = inspect(record).mapper, changed_attributes(record)
        if changed.isdisjoint(mapper.relationships.keys()):
            groups.setdefault((mapper, changed), []).append(record)
    for change, its_records in groups.items():
        if len(its_records) >= WORTHWHILE:
            _write(session, change, its_records)


def changed_attributes(record: Record) -> frozenset[str]:
    """Return the names of the attributes whose values the database does not have yet."""
    return frozenset(inspect(record).committed_state)


def _write(session: Session, change: _Change, records: list[Record]) -> None:
    mapper, changed = change
    rows = _as_json(mapper, ("id", "version", *changed), records)
    result = session.connection().execute(_statement(change), {"org_id": session.info["org_id"], "rows": rows})
    if result.rowcount != len(records):
        raise StaleDataError(f"{len(records) - result.rowcount} of {len(records)} records were changed meanwhile")
    for record in records:
        record.version += 1
    # To the ORM they are as they were loaded: it has nothing to look for in them.
    states = [(inspect(record), record.__dict__) for record in records]
    InstanceState._commit_all_states(states, session.identity_map)  # noqa: SLF001 - no public name does this


def _statement(change: _Change) -> TextClause:
    if change not in _UPDATES:
        mapper, changed = change
        table, names = mapper.local_table, sorted(mapper.column_attrs[name].columns[0].name for name in changed)
        sets = ", ".join(f"{name} = given.{name}" for name in names)
        _UPDATES[change] = text(
            f"update {table} set {sets}, version = {table}.version + 1 from {_given(table)}"
            f" where {table}.org_id = :org_id and {table}.id = given.id and {table}.version = given.version"
        )
    return _UPDATES[change]
