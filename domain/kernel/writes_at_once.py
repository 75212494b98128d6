"""Writes many new rows, or the same change of many records, in one statement.

The ORM sends a statement for each, and a batch of a phone's mutations mostly does one thing to many records.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ARRAY, TextClause, bindparam, inspect, text
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
        columns = {attribute.key: attribute.columns[0] for attribute in mapper.column_attrs}
        names, given = ", ".join(column.name for column in columns.values()), ", ".join(f":{name}" for name in columns)
        _INSERTS[mapper] = text(f"insert into {mapper.local_table} ({names}) select * from unnest({given})").bindparams(
            *(bindparam(name, type_=ARRAY(column.type, dimensions=1)) for name, column in columns.items())
        )
    parameters = {name: [getattr(row, name) for row in rows] for name in mapper.column_attrs.keys()}  # noqa: SIM118 - not a dict
    session.connection().execute(_INSERTS[mapper], parameters)


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
    state = inspect(record)
    return frozenset(state.mapper.attrs.keys()) - state.unmodified


def _write(session: Session, change: _Change, records: list[Record]) -> None:
    parameters: dict[str, Any] = {
        name: [getattr(record, name) for record in records] for name in ("id", "version", *change[1])
    }
    connection = session.connection()
    result = connection.execute(_statement(change), {"org_id": session.info["org_id"], **parameters})
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
        columns = {name: mapper.column_attrs[name].columns[0] for name in ("id", "version", *sorted(changed))}
        given = ", ".join(f":{name}" for name in columns)
        names = ", ".join(column.name for column in columns.values())
        sets = ", ".join(f"{columns[name].name} = given.{columns[name].name}" for name in sorted(changed))
        table = mapper.local_table
        _UPDATES[change] = text(
            f"update {table} set {sets}, version = {table}.version + 1 from unnest({given}) as given({names})"
            f" where {table}.org_id = :org_id and {table}.id = given.id and {table}.version = given.version"
        ).bindparams(*(bindparam(name, type_=ARRAY(column.type, dimensions=1)) for name, column in columns.items()))
    return _UPDATES[change]
