"""Migrations make what the models say, and one can tell without loading them whether they were applied."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory
from psycopg import sql

import migrations as scripts
from api.runtime import migrations
from api.runtime.postgres import OWNER_ROLE, EmbeddedPostgres


@pytest.fixture
def owner_url(postgres: EmbeddedPostgres) -> str:
    name = f"migrations_{uuid4().hex}"
    with psycopg.connect(postgres.url(role=OWNER_ROLE, database="postgres"), autocommit=True) as connection:
        connection.execute(f"create database {name}")
    return postgres.url(role=OWNER_ROLE, database=name)


@pytest.fixture
def migrated_url(postgres: EmbeddedPostgres, make_database: Callable[[str], str]) -> str:
    return postgres.url(role=OWNER_ROLE, database=make_database(f"migrated_{uuid4().hex}"))


def test_the_migrations_make_what_the_models_say(migrated_url: str):
    migrations.check(migrated_url)


def test_an_empty_database_is_not_current_until_it_was_migrated(owner_url: str):
    assert not migrations.is_current(owner_url)
    migrations.upgrade(owner_url)
    assert migrations.is_current(owner_url)


def test_migrating_again_changes_nothing(migrated_url: str):
    migrations.upgrade(migrated_url)
    assert migrations.is_current(migrated_url)


def test_each_file_is_named_after_its_revision_and_the_highest_number_is_the_head():
    config = Config()
    config.set_main_option("script_location", str(Path(scripts.__file__).parent))
    directory = ScriptDirectory.from_config(config)

    revisions = list(directory.walk_revisions())

    assert [Path(one.path).name.partition("_")[0] for one in revisions] == [one.revision for one in revisions]
    assert migrations.head() == directory.get_current_head()


def test_of_several_reps_of_a_territory_the_one_who_was_there_first_owns_its_accounts(owner_url: str):
    migrations.upgrade(owner_url, to="0014")
    org, territory, first, second, gone = (uuid4() for _ in range(5))
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("select set_config('app.org_id', %s, false)", [str(org)])
        _insert(
            connection,
            "organisations",
            {"id": org, "slug": "o", "name": "O", "currency": "CHF", "country": "LI", "time_zone": "UTC"},
        )
        for person in (first, second, gone):
            values = {"id": person, "email": f"{person}@test.example", "name": "P", "roles": '["rep"]'}
            _insert(connection, "users", {**values, "language": "en", "active": person != gone})
        _insert(connection, "territories", {"id": territory, "name": "T", "area_id": territory})
        for person, starts_on, ends_on in (
            (gone, "2024-01-01", None),
            (second, "2025-06-01", None),
            (first, "2025-01-01", "2025-12-31"),
        ):
            values = {"territory_id": territory, "user_id": person, "role": "rep"}
            _insert(connection, "memberships", {**values, "id": uuid4(), "starts_on": starts_on, "ends_on": ends_on})
    migrations.upgrade(owner_url)
    with psycopg.connect(owner_url) as connection:
        connection.execute("select set_config('app.org_id', %s, false)", [str(org)])
        owners = connection.execute(
            "select user_id, starts_on::text, ends_on::text from memberships where owner order by starts_on"
        ).fetchall()
        members = connection.execute("select count(*) from memberships").fetchone()
    assert owners == [
        (gone, "2024-01-01", "2024-12-31"),
        (first, "2025-01-01", "2025-12-31"),
        (second, "2026-01-01", None),
    ]
    assert members == (5,)


def test_documents_that_are_stored_get_the_fields_that_were_added_since(owner_url: str):
    migrations.upgrade(owner_url, to="0008")
    org, visit, order = (uuid4() for _ in range(3))
    with psycopg.connect(owner_url, autocommit=True) as connection:
        connection.execute("select set_config('app.org_id', %s, false)", [str(org)])
        _insert(
            connection,
            "organisations",
            {"id": org, "slug": "o", "name": "O", "currency": "CHF", "country": "LI", "time_zone": "UTC"},
        )
        for id, entity in ((org, "organisation"), (visit, "visit"), (order, "order")):
            values = {"id": id, "entity": entity, "doc": f'{{"id":"{id}"}}', "own_buckets": ["org"]}
            _insert(connection, "sync_documents", values)
    migrations.upgrade(owner_url)
    with psycopg.connect(owner_url) as connection:
        connection.execute("select set_config('app.org_id', %s, false)", [str(org)])
        documents = dict(connection.execute("select entity, doc::jsonb from sync_documents").fetchall())
    assert documents["visit"] == {
        "id": str(visit), "call_plan_id": None, "call_period_on": None, "generated": False, "kind": "in_person",
        "next_step": None, "follow_up_on": None, "far_away": False,
    }  # fmt: skip
    assert documents["order"] == {"id": str(order), "quote_id": None}
    assert {name: documents["organisation"][name] for name in ("detour_factor", "subdivision", "far_away_m")} == {
        "detour_factor": 1.3, "subdivision": None, "far_away_m": 500,
    }  # fmt: skip


def _insert(connection: psycopg.Connection[Any], table: str, values: dict[str, Any]) -> None:
    """Write a row of a table as it was at that revision; what is not given gets a value of its type."""
    columns = connection.execute(
        "select column_name, data_type from information_schema.columns"
        " where table_name = %s and is_nullable = 'NO' and column_default is null",
        [table],
    ).fetchall()
    empty = {"text": "", "bigint": 1, "integer": 0, "boolean": False, "jsonb": "[]", "double precision": 0}
    defaults = {name: datetime(2025, 1, 1, tzinfo=UTC) if "time" in kind else empty.get(kind) for name, kind in columns}
    row = {**defaults, **values}
    if "org_id" in defaults and "org_id" not in values:
        row["org_id"] = connection.execute("select current_setting('app.org_id')::uuid").fetchone()[0]  # type: ignore[index]
    names = sql.SQL(", ").join(map(sql.Identifier, row))
    marks = sql.SQL(", ").join(sql.Placeholder() * len(row))
    connection.execute(
        sql.SQL("insert into {} ({}) values ({})").format(sql.Identifier(table), names, marks), list(row.values())
    )
