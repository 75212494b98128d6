"""Loading many rows at once. The change log does not see them: whoever loads rebuilds it."""

from collections.abc import Iterable, Sequence
from typing import Any

import psycopg
from psycopg import sql


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
