"""A server restored from a backup: devices that know more than it does start anew, even once it has caught up."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest
from click.testing import CliRunner
from flask import Flask
from psycopg import sql

from api.app import create_app
from api.cli import main
from api.composition import make_sessions
from api.runtime.database import make_engine
from api.runtime.postgres import APP_ROLE, OWNER_ROLE, EmbeddedPostgres
from api.settings import Settings
from tests.support.company import Company
from tests.support.phone import Phone


@pytest.fixture
def serve(settings: Settings, postgres: EmbeddedPostgres) -> Callable[..., object]:
    """Serve a database, with the company in it if there is one already."""

    @contextmanager
    def served(database: str, company: Company | None = None) -> Iterator[tuple[Flask, Company]]:
        urls = {role: postgres.url(role=role, database=database) for role in (APP_ROLE, OWNER_ROLE)}
        its = replace(settings, database_url=urls[APP_ROLE], migration_database_url=urls[OWNER_ROLE])
        engine = make_engine(its.database_url, role=its.app_role_to_set)
        sessions = make_sessions(engine)
        company = replace(company, sessions=sessions) if company else Company.found(sessions)
        app = create_app(its)
        yield app, company
        app.extensions["fieldbook"].close()
        engine.dispose()

    return served


def test_a_phone_that_was_ahead_holds_what_the_restored_server_holds_though_it_has_caught_up(
    serve: Callable[..., contextmanager],
    postgres: EmbeddedPostgres,
    make_database: Callable[[str], str],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    original, backup = make_database(f"original_{uuid4().hex}"), f"backup_{uuid4().hex}"
    with serve(original) as (_, company):
        company.account(name="Before the backup")
    with psycopg.connect(postgres.url(role=OWNER_ROLE, database="postgres"), autocommit=True) as connection:
        copy = sql.SQL("create database {} template {}")
        connection.execute(copy.format(sql.Identifier(backup), sql.Identifier(original)))
    with serve(original, company) as (app, company):
        phone = Phone.sign_in(app, company.rep)
        company.account(name="Lost with the server")
        phone.pull()
    monkeypatch.setenv("DATABASE_URL", postgres.url(role=APP_ROLE, database=backup))
    monkeypatch.setenv("MIGRATION_DATABASE_URL", postgres.url(role=OWNER_ROLE, database=backup))
    monkeypatch.setenv("FIELDBOOK_VAR", str(settings.var_dir))
    assert CliRunner().invoke(main, ["restored"]).exit_code == 0
    with serve(backup, company) as (app, company):
        for name in ("Since then", "Since then, too"):
            company.account(name=name)
        fresh = Phone.sign_in(app, company.rep)
        fresh.pull()
        assert fresh.checkpoint > phone.checkpoint
        phone.app, phone.headers = app, fresh.headers
        phone.pull()
        assert phone.answers[0]["reset"] != []
        names = {document["name"] for (entity, _), document in phone.documents.items() if entity == "account"}
        assert names == {"Before the backup", "Since then", "Since then, too"}
        assert phone.documents == fresh.documents
