"""A real PostgreSQL built by the migrations, and a company in it.

Each test makes an organisation of its own and commits for real: what one leaves behind no other can see, and
notifications, locks and
concurrent transactions are those of production.
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread

import psycopg
import pytest
from flask import Flask
from psycopg import sql
from sqlalchemy import Engine
from sqlalchemy.orm import Session, sessionmaker
from werkzeug.serving import make_server

from api.app import create_app
from api.composition import make_sessions
from api.runtime import migrations
from api.runtime.database import make_engine
from api.runtime.postgres import APP_ROLE, OWNER_ROLE, EmbeddedPostgres
from api.settings import Settings
from tests.support.company import Company

TEMPLATE = "fieldbook_template"


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedPostgres]:
    # The workers of one run share a server: whoever comes first starts it, the last one out stops it.
    shared = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    server = EmbeddedPostgres(shared / "postgres").start()
    with psycopg.connect(server.url(role=OWNER_ROLE, database="postgres"), autocommit=True) as connection:
        # What it writes need not outlast the machine, only our processes: no test cuts the power.
        connection.execute("alter system set fsync = off")
        connection.execute("select pg_reload_conf()")
    yield server
    server.destroy()


@pytest.fixture(scope="session")
def make_database(postgres: EmbeddedPostgres) -> Callable[[str], str]:
    """Make a new database from the migrated template and return its name."""
    with psycopg.connect(postgres.url(role=OWNER_ROLE, database="postgres"), autocommit=True) as connection:
        connection.execute("select pg_advisory_lock(42)")
        exists = connection.execute("select 1 from pg_database where datname = %s", [TEMPLATE]).fetchone()
        if not exists:
            connection.execute(sql.SQL("create database {}").format(sql.Identifier(TEMPLATE)))
            migrations.upgrade(postgres.url(role=OWNER_ROLE, database=TEMPLATE))

    def make(name: str) -> str:
        with psycopg.connect(postgres.url(role=OWNER_ROLE, database="postgres"), autocommit=True) as connection:
            connection.execute("select pg_advisory_lock(42)")
            new, template = sql.Identifier(name), sql.Identifier(TEMPLATE)
            connection.execute(sql.SQL("create database {} template {}").format(new, template))
        return name

    return make


@pytest.fixture(scope="session")
def settings(
    postgres: EmbeddedPostgres, make_database: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Settings:
    database = make_database(f"fieldbook_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")
    return Settings.from_env(
        {
            "DATABASE_URL": postgres.url(role=APP_ROLE, database=database),
            "MIGRATION_DATABASE_URL": postgres.url(role=OWNER_ROLE, database=database),
            "FIELDBOOK_VAR": str(tmp_path_factory.mktemp("var")),
            "FIELDBOOK_SECRET_KEY": "only-for-tests-" + "0" * 32,
            "PUSH_ALLOW_LOOPBACK": "1",
            "FIELDBOOK_APP": os.environ.get(
                "FIELDBOOK_APP", str(Path(__file__).parent.parent / "mobile_client/pwa/dist")
            ),
        }
    )


@pytest.fixture(scope="session")
def engine(settings: Settings) -> Iterator[Engine]:
    engine = make_engine(settings.database_url, role=settings.app_role_to_set)
    yield engine
    engine.dispose()


@pytest.fixture(scope="session")
def sessions(engine: Engine) -> sessionmaker[Session]:
    return make_sessions(engine)


@pytest.fixture(scope="session")
def app(settings: Settings) -> Iterator[Flask]:
    app = create_app(settings, most_streams=20)
    yield app
    app.extensions["fieldbook"].close()


@pytest.fixture
def company(sessions: sessionmaker[Session]) -> Company:
    """A new company with two areas, a catalogue of a few products, and a person for every role."""
    return Company.found(sessions)


@pytest.fixture
def other_company(sessions: sessionmaker[Session]) -> Company:
    return Company.found(sessions)


@pytest.fixture(scope="session")
def address(app: Flask) -> Iterator[str]:
    """Where the app is served on loopback, over real sockets."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()
