"""Writes the same change of many records in one statement.

The ORM checks a record's version by an UPDATE of its own for each, and a batch of a phone's mutations mostly does one
thing to many records.
"""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ARRAY, TextClause, bindparam, inspect, text
from sqlalchemy.orm import Mapper, Session
from sqlalchemy.orm.exc import StaleDataError
from sqlalchemy.orm.state import InstanceState

from domain.kernel.model import Record

WORTHWHILE = 4
"""From this many records on."""

_Change = tuple[Mapper[Any], frozenset[str]]
_STATEMENTS: dict[_Change, TextClause] = {}


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
    if change not in _STATEMENTS:
        mapper, changed = change
        columns = {name: mapper.column_attrs[name].columns[0] for name in ("id", "version", *sorted(changed))}
        given = ", ".join(f":{name}" for name in columns)
        names = ", ".join(column.name for column in columns.values())
        sets = ", ".join(f"{columns[name].name} = given.{columns[name].name}" for name in sorted(changed))
        table = mapper.local_table
        _STATEMENTS[change] = text(
            f"update {table} set {sets}, version = {table}.version + 1 from unnest({given}) as given({names})"
            f" where {table}.org_id = :org_id and {table}.id = given.id and {table}.version = given.version"
        ).bindparams(*(bindparam(name, type_=ARRAY(column.type)) for name, column in columns.items()))
    return _STATEMENTS[change]
