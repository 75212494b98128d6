"""Loading many rows at once. The change log does not see them: whoever loads rebuilds it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import orjson
import psycopg
from psycopg import sql
from sqlalchemy import Column, Table
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.sql.schema import ScalarElementColumnDefault


def copy_rows(
    connection: psycopg.Connection[Any], *, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Write `rows` (values in the order of `columns`) by COPY.

    PostgreSQL refuses COPY into a table whose row-level security binds the role, as it binds an owner who is no
    superuser. For that role the rows take the way round by a temporary table.
    """
    target, names = sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
    with connection.cursor() as cursor:
        [bound] = cursor.execute("select row_security_active(%s)", [table]).fetchone() or [False]
        into = sql.Identifier(f"loading_{table}") if bound else target
        if bound:
            make = sql.SQL("create temporary table {} on commit drop as select {} from {} with no data")
            cursor.execute(make.format(into, names, target))
        with cursor.copy(sql.SQL("copy {} ({}) from stdin").format(into, names)) as copy:
            for row in rows:
                copy.write_row(row)
        if bound:
            cursor.execute(sql.SQL("insert into {} ({}) select {} from {}").format(target, names, names, into))
            cursor.execute(sql.SQL("drop table {}").format(into))


def copy_records(connection: psycopg.Connection[Any], table: Table, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write `rows` (column → value) by COPY. What a row does not say is as the ORM would fill it."""
    columns = [column.name for column in table.columns]
    copy_rows(connection, table=table.name, columns=columns, rows=_values(table, columns, rows))


def _values(table: Table, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[list[Any]]:
    absent = {column.name: _default_of(column) for column in table.columns if column.nullable or column.default}
    in_json = [column.name for column in table.columns if isinstance(column.type, JSONB)]
    for given in rows:
        row = {**absent, **given}
        encoded = {name: orjson.dumps(row[name]).decode() for name in in_json if row[name] is not None}
        yield [encoded.get(name, row[name]) for name in columns]


def _default_of(column: Column[Any]) -> Any:
    return column.default.arg if isinstance(column.default, ScalarElementColumnDefault) else None
