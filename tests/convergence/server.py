"""A real server for these tests: gunicorn with two workers, on a PostgreSQL database of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

import psutil
import psycopg
from psycopg import sql
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker

from api.composition import make_sessions
from api.runtime.database import make_engine
from api.runtime.postgres import APP_ROLE, OWNER_ROLE, EmbeddedPostgres

ROOT = Path(__file__).parents[2]
PATIENCE_S = 120
"""What a broken server takes to be called broken."""
WEB_PROCESSES = 2
BREAKDOWN = """
create table breakdown (is_on boolean not null);
insert into breakdown values (false);
grant select on breakdown to public;
create function break_down() returns trigger language plpgsql as $$ begin
    if (select is_on from breakdown) then
        raise exception 'something of ours is broken';
    end if;
    return null;
end $$;
create trigger broken before insert on assets for each statement execute function break_down();
"""
"""Lets a test break something of ours: no asset can be added then."""


class Server:
    """The web process and its database. `bug` names one that `serve.py` plants."""

    def __init__(self, *, postgres: EmbeddedPostgres, database: str, folder: Path, bug: str = "none") -> None:
        self._postgres, self.database, self._folder, self._bug = postgres, database, folder, bug
        self._clock_file = folder / "clock"
        self._names = count(1)
        self._process: subprocess.Popen[bytes] | None = None
        # It stays open while the server is down, so that the address stays the same.
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=128)
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.advance(timedelta(0))
        self._set_up_database()
        with self.connect(autocommit=True) as connection:
            connection.execute(BREAKDOWN)

    # Time

    def now(self) -> datetime:
        """The present as the server sees it."""
        return datetime.now(UTC) + self._offset

    def advance(self, by: timedelta) -> None:
        """Let time pass; without any, begin at the present."""
        self._offset = (self._offset if by else timedelta(0)) + by
        self._clock_file.write_text(str(self._offset.total_seconds()))

    # The process

    def _environ(self) -> dict[str, str]:
        environ = {name: value for name, value in os.environ.items() if not name.endswith("DATABASE_URL")}
        return environ | {
            "DATABASE_URL": self._postgres.url(role=APP_ROLE, database=self.database),
            "MIGRATION_DATABASE_URL": self._postgres.url(role=OWNER_ROLE, database=self.database),
            "FIELDBOOK_VAR": str(self._folder / "var"),
            "FIELDBOOK_SECRET_KEY": "only-for-tests-" + "0" * 32,
            "WEB_PROCESSES": str(WEB_PROCESSES),
            "WEB_THREADS": "4",
            "LOG_LEVEL": "warning",
        }

    def start(self) -> None:
        """Start the web process and wait until it answers."""
        handle = self._listener.fileno()
        with (self._folder / "web.log").open("ab") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.convergence.serve", str(self._clock_file), self._bug,
                 "--listener", str(handle)],
                cwd=ROOT, env=self._environ(), pass_fds=(handle,), stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Wait until a request is answered."""
        wait_for(lambda: self._answers() or self._has_ended(), "the web process")
        if self._has_ended():
            raise RuntimeError((self._folder / "web.log").read_text()[-4000:])

    def stop(self) -> None:
        """Stop the web process."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None

    def close(self) -> None:
        """Stop everything, delete the databases."""
        self.stop()
        self._listener.close()
        if "engine" in self.__dict__:
            self.engine.dispose()
        with self._administration() as connection:
            for (name,) in connection.execute(
                "select datname from pg_database where starts_with(datname, %s)", [self.database]
            ).fetchall():
                connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))

    def kill_workers(self) -> None:
        """SIGKILL every worker, whatever it is doing; the web process starts others."""
        assert self._process is not None
        for worker in psutil.Process(self._process.pid).children(recursive=True):
            with suppress(psutil.NoSuchProcess):
                worker.kill()

    def _has_ended(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def _answers(self) -> bool:
        with suppress(OSError):
            return bool(urllib.request.urlopen(f"{self.address}/readyz", timeout=5).status == 200)
        return False

    # The database

    @cached_property
    def engine(self) -> Engine:
        """Connections of the app's role, for what happens in the office."""
        return make_engine(self._postgres.url(role=APP_ROLE, database=self.database), role=None, pool_size=4)

    @cached_property
    def sessions(self) -> sessionmaker[Session]:
        """Sessions that write the change log, as the server's own."""
        return make_sessions(self.engine)

    def connect(self, *, autocommit: bool = False) -> psycopg.Connection[Any]:
        """Return a connection of the superuser, which row-level security does not bind."""
        url = self._postgres.url(role=OWNER_ROLE, database=self.database)
        return psycopg.connect(url, autocommit=autocommit, application_name="test")

    def backup(self) -> str:
        """Copy the database as it is now; return the copy's name."""
        name = f"{self.database}_backup_{next(self._names)}"
        with self._administration() as connection:
            self._copy(connection, source=self.database, target=name)
        return name

    def restore(self, backup: str) -> None:
        """Go back to what the database was, as an operator does: the server is stopped meanwhile."""
        self.stop()
        with self._administration() as connection:
            connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(self.database)))
            self._copy(connection, source=backup, target=self.database)
        self._set_up_database()
        subprocess.run(
            [sys.executable, "-m", "api.cli", "restored"],
            cwd=ROOT,
            env=self._environ(),
            check=True,
            stdout=subprocess.DEVNULL,
        )
        self.start()

    def break_down(self, *, is_on: bool) -> None:
        """Break something of ours, or mend it."""
        with self.connect(autocommit=True) as connection:
            connection.execute("update breakdown set is_on = %s", [is_on])

    def cut_connections(self) -> None:
        """End every connection of the server to its database, whatever it is doing."""
        with self._administration() as connection:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = %s and application_name = 'fieldbook'",
                [self.database],
            )

    def waits_for_a_lock(self) -> bool:
        """Whether a request of the server waits for somebody."""
        with self._administration() as connection:
            waiting = connection.execute(
                "select count(*) from pg_stat_activity where datname = %s and application_name = 'fieldbook'"
                " and wait_event_type = 'Lock'",
                [self.database],
            ).fetchone()
        return bool(waiting and waiting[0])

    @contextmanager
    def repeatable_read(self) -> Iterator[None]:
        """Have the database answer concurrent writers with serialisation failures."""
        self._default_isolation("repeatable read")
        try:
            yield
        finally:
            self._default_isolation("read committed")

    def _default_isolation(self, level: str) -> None:
        with self._administration() as connection:
            connection.execute(
                sql.SQL("alter database {} set default_transaction_isolation = {}").format(
                    sql.Identifier(self.database), sql.Literal(level)
                )
            )
        self.cut_connections()

    def _set_up_database(self) -> None:
        with self._administration() as connection:
            for name, value in (("deadlock_timeout", "20ms"), ("synchronous_commit", "off")):
                connection.execute(
                    sql.SQL("alter database {} set {} = {}").format(
                        sql.Identifier(self.database), sql.Identifier(name), sql.Literal(value)
                    )
                )

    def _copy(self, connection: psycopg.Connection[Any], *, source: str, target: str) -> None:
        # A database that somebody uses cannot be copied, so nobody may come in meanwhile.
        allow = sql.SQL("alter database {} allow_connections {}")
        connection.execute(allow.format(sql.Identifier(source), sql.SQL("false")))
        try:
            connection.execute(
                "select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = %s", [source]
            )
            connection.execute(
                sql.SQL("create database {} template {}").format(sql.Identifier(target), sql.Identifier(source))
            )
        finally:
            connection.execute(allow.format(sql.Identifier(source), sql.SQL("true")))

    @contextmanager
    def _administration(self) -> Iterator[psycopg.Connection[Any]]:
        url = self._postgres.url(role=OWNER_ROLE, database="postgres")
        with psycopg.connect(url, autocommit=True) as connection:
            yield connection


def wait_for(happened: Callable[[], object], what: str, *, at_most_s: float = PATIENCE_S) -> None:
    """Wait until it has happened.

    Raises:
        TimeoutError: it has not.
    """
    deadline = time.monotonic() + at_most_s
    while not happened():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited in vain for {what}")
        time.sleep(0.005)
