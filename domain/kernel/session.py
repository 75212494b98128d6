"""The database session: organisation isolation, and a record of every change, which nothing can pass by.

A session carries a `Unit` in `session.info["unit"]`: what this transaction has loaded, changed and promised to do
before it commits.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from psycopg.pq import ExecStatus
from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import ORMExecuteState, PassiveFlag, Session, SessionTransaction, UOWTransaction, sessionmaker
from sqlalchemy.orm.attributes import flag_modified, get_history

from domain.kernel.errors import RecordExists
from domain.kernel.model import Record, Row
from domain.kernel.writes_at_once import changed_attributes, write_inserts, write_updates


class BulkWriteBypassesChangeLog(RuntimeError):
    """A bulk update or delete of records would reach no phone. Change the records one by one."""


@dataclass
class Unit:
    """What one transaction knows. Cleared when it ends, either way."""

    known: dict[tuple[type[Record], UUID], Record | None] = field(default_factory=dict)
    """Records loaded in the scope or made here; None for those that are not there. Strong references: the identity
    map has weak ones."""
    changed: dict[UUID, Record] = field(default_factory=dict)
    deleted: dict[UUID, Record] = field(default_factory=dict)
    before_commit: list[Callable[[Session], None]] = field(default_factory=list)
    """Steps that must come as late as possible, such as giving out numbers."""
    numbers: dict[str, list[Callable[[str], None]]] = field(default_factory=dict)
    """Series → who waits for a number of it."""
    receipts: list[dict[str, Any]] = field(default_factory=list)
    revised: list[dict[str, Any]] = field(default_factory=list)
    """New outcomes of receipts that were written before: what failed was replayed."""
    targets: set[UUID] = field(default_factory=set)
    """Records that the commands of this transaction are about."""
    edited: dict[UUID, set[str]] = field(default_factory=dict)
    """Attributes of existing records that were changed."""
    field_changes: dict[UUID, list[Any]] = field(default_factory=dict)
    """Who changed which field last, of the records that were looked up."""
    cache: dict[Any, Any] = field(default_factory=dict)
    """What handlers have looked up besides records, such as prices."""
    author: tuple[UUID | None, UUID | None] = (None, None)
    """The person and the device whose changes these are."""
    revision: int | None = None
    """The revision that this transaction took, once it has."""


def unit_of(session: Session) -> Unit:
    """Return what the session's transaction knows."""
    unit: Unit = session.info["unit"]
    return unit


def open_session(factory: sessionmaker[Session], *, org_id: UUID, now: datetime, only_reads: bool = False) -> Session:
    """Return a session that can only see and write rows of `org_id`.

    One that `only_reads` has one consistent view.
    """
    session = factory()
    session.info.update(org_id=org_id, now=now, unit=Unit(), only_reads=only_reads)
    return session


def ask_first(session: Session, question: str) -> Any:
    """Return the one JSON value that a query asks for, or None: what must be known before anything else.

    The query goes out in the message that begins the transaction, so that no answer is waited for but its own. It is
    complete, without parameters: what is written into it is a UUID or a time, never a text from outside.
    """
    session.info["question"] = question
    connection = session.connection()
    if session.info.pop("question", None) is None:
        answer: bytes | None = session.info.pop("answer")
        return None if answer is None else orjson.loads(answer)
    # The transaction had begun before, and may have changed something.
    session.flush()
    return connection.exec_driver_sql(question).scalar_one()


def make_session_factory(engine: Engine, *, write_changes: Callable[[Session], None]) -> sessionmaker[Session]:
    """Return a factory of guarded sessions.

    `write_changes` writes the change log; it runs as the last thing before each commit that changed something.
    """
    factory = sessionmaker(engine, expire_on_commit=False)
    event.listen(factory, "after_begin", _begin)
    event.listen(factory, "before_flush", _note_changes)
    event.listen(factory, "do_orm_execute", _refuse_bulk_writes)
    event.listen(factory, "after_soft_rollback", _forget)

    def before_commit(session: Session) -> None:
        # Also fires when a savepoint is released: only the real commit counts.
        if session.in_nested_transaction() or "unit" not in session.info:
            return
        unit = unit_of(session)
        while unit.before_commit:
            unit.before_commit.pop(0)(session)
        session.flush()
        if unit.changed or unit.deleted or unit.receipts or unit.revised:
            write_changes(session)
        revision = unit.revision
        session.info["unit"] = Unit(revision=revision)

    event.listen(factory, "before_commit", before_commit)
    return factory


def _begin(session: Session, transaction: SessionTransaction, connection: Connection) -> None:
    """Begin the transaction and enter the organisation."""
    org_id: UUID | None = session.info.get("org_id")
    if transaction.nested or org_id is None:
        return
    mode = "isolation level repeatable read, read only" if session.info.get("only_reads") else ""
    enter = f"select set_config('app.org_id', '{UUID(str(org_id))}', true)"
    # In one message, which the driver does not do by itself: to wait for an answer costs more than what is asked here.
    driver: Any = connection.connection.driver_connection
    question: str | None = session.info.pop("question", None)
    begun = driver.pgconn.exec_("; ".join(filter(None, (f"begin {mode}", enter, question))).encode())
    if begun.status != ExecStatus.TUPLES_OK:
        connection.exec_driver_sql(enter)  # says what is wrong, in a way that the pool understands
    if question:
        session.info["answer"] = begun.get_value(0, 0)


def _note_changes(session: Session, _flush: UOWTransaction, _instances: object) -> None:
    if "unit" not in session.info:
        return
    unit, now = unit_of(session), session.info["now"]
    touched = _touched_records(session)
    for record in touched:
        if record in session.deleted:
            unit.deleted[record.id] = record
            unit.changed.pop(record.id, None)
            continue
        if record not in session.new:
            unit.edited.setdefault(record.id, set()).update(changed_attributes(record))
        # Also raises the version of a record whose child rows alone changed.
        record.updated_at = now
        flag_modified(record, "updated_at")
        # An id names one record, whatever its kind.
        if unit.changed.setdefault(record.id, record) is not record:
            raise RecordExists(fields={"id": ["Exists already."]})
    write_updates(session, touched - set(session.new) - set(session.deleted))
    write_inserts(session, [row for row in session.new if isinstance(row, Row)])


def _touched_records(session: Session) -> set[Record]:
    touched: set[Record] = set()
    for row in (*session.new, *filter(_has_changes, session.dirty), *session.deleted):
        if isinstance(row, Row):
            _own(row, session.info["org_id"])
        if isinstance(row, Record):
            touched.add(row)
        elif isinstance(row, Row) and (parent := row.sync_parent()) is not None:
            touched.add(parent)
    return touched


def _has_changes(row: Any) -> bool:
    """Tell whether a value is another one than the database has. `Session.is_modified` looks at all that there are."""
    return any(get_history(row, name, PassiveFlag.NO_CHANGE).has_changes() for name in changed_attributes(row))


def _own(row: Any, org_id: UUID) -> None:
    """Give a new row to the session's organisation."""
    if row.org_id is None:
        row.org_id = org_id


def _refuse_bulk_writes(state: ORMExecuteState) -> None:
    if not (state.is_update or state.is_delete) or state.bind_mapper is None:
        return
    if issubclass(state.bind_mapper.class_, Row) and not state.execution_options.get("reaches_no_phone"):
        raise BulkWriteBypassesChangeLog(state.bind_mapper.class_.__name__)


def _forget(session: Session, previous: SessionTransaction) -> None:
    if previous.parent is None and "unit" in session.info:
        session.info["unit"] = Unit()
