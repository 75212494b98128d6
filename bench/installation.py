"""What is measured: Fieldbook as `fieldbook serve` starts it, with a PostgreSQL of its own, all in `var/bench`.

A kind of organisation is loaded once into a database that is kept; each run works on a fresh copy of it.
"""

import hashlib
import os
import pickle
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import psutil
import psycopg
from psycopg import sql

from api.runtime import migrations
from api.runtime.postgres import APP_ROLE, OWNER_ROLE, EmbeddedPostgres
from api.settings import ROOT

Loaded = TypeVar("Loaded")

HOME = ROOT / "var" / "bench"
WEB_PROCESSES = 2
READY_TIMEOUT_S = 120
SECRET_KEY = "the key of a benchmark signs nothing that is worth anything"  # noqa: S105
_SHAPE = ("migrations/**/*.py", "migrations/**/*.sql", "domain/**/models.py", "domain/**/schemas.py",
          "domain/**/synced.py", "sync/rebuild.py", "bench/organisation.py", "bench/pushing.py",
          "bench/sync.py")  # fmt: skip
"""What decides how a loaded database looks."""


@dataclass(frozen=True, kw_only=True)
class Server:
    """A running server. `web_workers` are the processes that answer requests."""

    host: str
    port: int
    process: psutil.Process
    database_url: str
    owner_url: str

    @property
    def address(self) -> str:
        """Scheme, host and port."""
        return f"http://{self.host}:{self.port}"

    @property
    def web_workers(self) -> list[psutil.Process]:
        """The processes that answer requests: the children of the one called `web`."""
        [web] = [child for child in self.process.children() if "web" in child.cmdline()]
        return web.children()

    def analyze(self) -> None:
        """Let PostgreSQL see how full its tables are, as it does by itself within the minute."""
        with psycopg.connect(self.owner_url, autocommit=True) as connection:
            connection.execute("analyze")

    def processor_seconds(self) -> float:
        """Return the processor time that the web workers have used so far."""
        return sum(map(_processor_seconds, self.web_workers))


class Postgres:
    """The benchmark's own PostgreSQL: that of the product, with the product's settings."""

    def __init__(self) -> None:
        HOME.mkdir(parents=True, exist_ok=True)
        self._server = EmbeddedPostgres(HOME / "postgres")

    @contextmanager
    def running(self) -> Iterator["Postgres"]:
        """Start it for as long as the block lasts."""
        self._server.start()
        try:
            yield self
        finally:
            self._server.stop()

    def url(self, database: str, *, owner: bool = False) -> str:
        """Return the address of a database, for the app or for the owner of its tables."""
        return self._server.url(role=OWNER_ROLE if owner else APP_ROLE, database=database)

    def processor_seconds(self) -> float:
        """Return the processor time that the database server has used so far."""
        pid = int((self._server.data_dir / "postmaster.pid").read_text().split("\n", 1)[0])
        postmaster = psutil.Process(pid)
        return sum(map(_processor_seconds, [postmaster, *postmaster.children()]))

    def setting(self, name: str) -> str:
        """Return what PostgreSQL works with, such as `on` for `fsync`."""
        with self._maintenance() as connection:
            [value] = connection.execute(sql.SQL("show {}").format(sql.Identifier(name))).fetchone() or [""]
            return str(value)

    def fresh_copy(self, kind: str, *, shape: str, make: Callable[[str], Any]) -> tuple[str, Any]:
        """Return the name of a new database that is a copy of the kept one of this kind, and what `make` returned.

        `make` is given the owner's address of an empty database and fills it, unless there is one of the same `shape`.
        """
        kept, note = f"kept_{kind}_{shape}", HOME / f"{kind}_{shape}.pickle"
        with self._maintenance() as connection:
            if not note.exists() or not _exists(connection, kept):
                for [old] in connection.execute(
                    "select datname from pg_database where starts_with(datname, %s)", [f"kept_{kind}_"]
                ).fetchall():
                    _drop(connection, old)
                for leftover in HOME.glob(f"{kind}_*.pickle"):
                    leftover.unlink()
                _create(connection, kept)
                made = make(self.url(kept, owner=True))
                note.write_bytes(pickle.dumps(made))
            _drop(connection, kind)
            _create(connection, kind, template=kept)
            connection.execute("checkpoint")
        return kind, pickle.loads(note.read_bytes())  # noqa: S301 - written by ourselves, in our own folder

    def drop(self, database: str) -> None:
        """Drop a run's copy."""
        with self._maintenance() as connection:
            _drop(connection, database)

    def _maintenance(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self.url("postgres", owner=True), autocommit=True)


def loaded(postgres: Postgres, kind: str, load: Callable[[str], Loaded]) -> tuple[str, Loaded]:
    """Return a database with what `load` makes in it, such as an organisation, and what it returned."""

    def make(owner_url: str) -> Loaded:
        migrations.upgrade(owner_url)
        return load(owner_url)

    name, made = postgres.fresh_copy(kind, shape=_shape(), make=make)
    return name, made


@contextmanager
def serving(postgres: Postgres, database: str) -> Iterator[Server]:
    """Run `fieldbook serve` on that database for as long as the block lasts."""
    port = free_port()
    log = HOME / "serve.log"
    environment = {
        **os.environ,
        "DATABASE_URL": postgres.url(database),
        "MIGRATION_DATABASE_URL": postgres.url(database, owner=True),
        "FIELDBOOK_VAR": str(HOME / "fieldbook"),
        "FIELDBOOK_SECRET_KEY": SECRET_KEY,
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "WEB_PROCESSES": str(WEB_PROCESSES),
    }
    command = [sys.executable, "-m", "api.cli", "serve"]
    with running(command, environment=environment, log=log, ready_url=f"http://127.0.0.1:{port}/readyz") as process:
        yield Server(
            host="127.0.0.1",
            port=port,
            process=psutil.Process(process.pid),
            database_url=postgres.url(database),
            owner_url=postgres.url(database, owner=True),
        )


@contextmanager
def running(
    command: list[str], *, environment: dict[str, str], log: Path, ready_url: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server from when `ready_url` answers until the block ends.

    Raises:
        RuntimeError: it did not start; its log says why.
    """
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=output, stderr=output, stdin=subprocess.DEVNULL
        )
    try:
        _wait_until_ready(process, ready_url, log)
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def free_port() -> int:
    """Return a TCP port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + READY_TIMEOUT_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:  # noqa: S310 - our own address
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{url} does not answer. {log} ends:\n{log.read_text(errors='replace')[-2000:]}")


def _processor_seconds(process: psutil.Process) -> float:
    try:
        times = process.cpu_times()
    except psutil.NoSuchProcess:  # such as an autovacuum worker that has just ended
        return 0.0
    return float(times.user + times.system + times.children_user + times.children_system)


def _shape() -> str:
    # Also of the day: what is planned must lie ahead.
    digest = hashlib.sha256(date.today().isoformat().encode())  # noqa: DTZ011 - any day will do
    for pattern in _SHAPE:
        for path in sorted(ROOT.glob(pattern)):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _exists(connection: psycopg.Connection[Any], name: str) -> bool:
    return connection.execute("select from pg_database where datname = %s", [name]).fetchone() is not None


def _drop(connection: psycopg.Connection[Any], name: str) -> None:
    connection.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def _create(connection: psycopg.Connection[Any], name: str, *, template: str = "template0") -> None:
    connection.execute(
        sql.SQL("create database {} template {} strategy file_copy").format(
            sql.Identifier(name), sql.Identifier(template)
        )
    )
