"""What every command begins with: the settings, and a database that answers."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
import psycopg
from psycopg.conninfo import conninfo_to_dict

from api.runtime.postgres import PostgresNotStarted
from api.settings import BadSetting, Settings

OLDEST_POSTGRES = 150000


def read_settings() -> Settings:
    """Return the settings.

    Raises:
        click.ClickException: one of them cannot be used.
    """
    try:
        return Settings.from_env()
    except BadSetting as error:
        raise click.ClickException(str(error)) from error


@contextmanager
def database(settings: Settings, *, say: Callable[[str], None] = lambda _line: None) -> Iterator[None]:
    """Have a database that answers; Fieldbook's own is started, and stopped again when nobody else uses it.

    Raises:
        click.ClickException: there is none, with a sentence that says why.
    """
    own = settings.embedded_postgres
    if own is None:
        check_reachable(settings)
        yield
        return
    try:
        say(f"Starting PostgreSQL in {own.home}")
        own.start()
    except PostgresNotStarted as error:
        raise click.ClickException(str(error)) from error
    try:
        yield
    finally:
        own.stop()


def check_reachable(settings: Settings) -> None:
    """Connect to the database that the operator named.

    Raises:
        click.ClickException: it does not answer, or is too old.
    """
    urls = {"DATABASE_URL": settings.database_url, "MIGRATION_DATABASE_URL": settings.migration_database_url}
    for name, url in urls.items():
        try:
            with psycopg.connect(url, connect_timeout=5) as connection:
                version = connection.info.server_version
        except psycopg.Error as error:
            raise click.ClickException(f"{name}: no database at {_place(url)}: {_reason(error)}") from error
        if version < OLDEST_POSTGRES:
            raise click.ClickException(f"{name} leads to PostgreSQL {version // 10000}; Fieldbook needs 15 or newer.")


def _reason(error: psycopg.Error) -> str:
    """Return what libpq says behind its preamble, in one line."""
    first = str(error).strip().partition("\n")[0]
    return re.sub(r"^.*failed: +(FATAL: +)?", "", first)


def _place(url: str) -> str:
    """Return where a database is, without its password."""
    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        return "an address that cannot be read"
    return f"{parts.get('host', 'localhost')}:{parts.get('port', 5432)}/{parts.get('dbname', '')}"
