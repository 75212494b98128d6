"""Migrations make what the models say, and one can tell without loading them whether they were applied."""

from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

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
