"""With `DATABASE_URL` Fieldbook runs on a PostgreSQL of the operator's, 15 or newer, and its owner is no superuser."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

from api.app import create_app
from api.composition import make_sessions
from api.demo.load import load_demo
from api.runtime import migrations
from api.runtime.database import make_engine
from api.runtime.postgres import APP_ROLE
from api.settings import Settings
from tests.support.company import Company
from tests.support.phone import Phone

SYSTEM_SERVERS = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb")) + [
    Path(found) for found in [shutil.which("initdb")] if found
]


def version_of(initdb: Path) -> int:
    text = subprocess.run([initdb, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"(\d+)\.", text)
    return int(found[1]) if found else 0


@pytest.fixture(scope="module")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of the system's, and an owner who may create databases and roles but is no superuser."""
    usable = [initdb for initdb in SYSTEM_SERVERS if version_of(initdb) >= 15]
    if not usable:
        pytest.skip("no PostgreSQL server of the system's: install Debian's package postgresql to run this")
    binaries = usable[0].parent
    home = Path(subprocess.check_output(["mktemp", "-d", "/tmp/fieldbook-own-XXXXXX"], text=True).strip())
    # PostgreSQL refuses to run as root.
    account: dict[str, Any] = {"user": "nobody", "group": "nogroup"} if os.geteuid() == 0 else {}
    if account:
        shutil.chown(home, "nobody", "nogroup")
    data = home / "data"

    def run(*command: object) -> None:
        subprocess.run([*map(str, command)], check=True, cwd=home, stdout=subprocess.DEVNULL, **account)

    run(binaries / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8")
    options = f"-c listen_addresses='' -c unix_socket_directories={home} -c fsync=off"
    run(binaries / "pg_ctl", "-D", data, "-l", home / "log", "-o", options, "-w", "start")
    try:
        with psycopg.connect(host=str(home), user="postgres", autocommit=True) as connection:
            connection.execute("create role fieldbook_owner login createrole")
            connection.execute("create database fieldbook owner fieldbook_owner")
        yield f"postgresql://fieldbook_owner@/fieldbook?host={quote(str(home), safe='')}"
    finally:
        run(binaries / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
        shutil.rmtree(home)


def test_a_day_runs_on_the_operators_own_server(database_url: str, settings: Settings) -> None:
    migrations.upgrade(database_url)
    own = replace(settings, database_url=database_url, migration_database_url=database_url, app_role_to_set=APP_ROLE)
    engine = make_engine(database_url, role=APP_ROLE)
    company = Company.found(make_sessions(engine))
    account = company.account()
    app = create_app(own)
    phone = Phone.sign_in(app, company.rep)
    result = phone.do("account.update", account_id=account.id, notes="Ring twice")
    phone.pull()
    assert result["status"] == "applied"
    assert phone.document("account", account.id)["notes"] == "Ring twice"
    with engine.connect() as connection:
        assert connection.exec_driver_sql("select count(*) from accounts").scalar_one() == 0, "no organisation, no row"
    engine.dispose()
    app.extensions["fieldbook"].close()


def test_the_demo_company_loads_there_too(database_url: str) -> None:
    migrations.upgrade(database_url)
    load_demo(database_url, now=datetime(2026, 11, 23, 8, 0, tzinfo=UTC))
