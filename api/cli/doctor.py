"""`fieldbook doctor`: looks whether everything is as it should be, and says what to do where it is not."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, LiteralString

import click
import psycopg

from api.cli.environment import database, read_settings
from api.settings import Settings

ENOUGH_DISK_BYTES = 2 * 1024**3
LATE_JOB_MIN = 10


@dataclass(frozen=True)
class Finding:
    """What a check found. `remedy` says what to do, and is empty if all is well."""

    fact: str
    remedy: str = ""


Check = Callable[[Settings], Iterator[Finding]]


@click.command()
def doctor() -> None:
    """Check database, migrations, isolation, queue, keys, disk and app. Exit code 1 if something is wrong."""
    settings = read_settings()
    well = True
    try:
        with database(settings):
            for check in CHECKS:
                well &= _report(check, settings)
    except click.ClickException as error:
        _show(Finding(error.message, "Start PostgreSQL or correct the setting, then ask again."))
        well = False
    for check in CHECKS_WITHOUT_DATABASE:
        well &= _report(check, settings)
    if not well:
        raise SystemExit(1)


def _report(check: Check, settings: Settings) -> bool:
    well = True
    try:
        for finding in check(settings):
            _show(finding)
            well &= not finding.remedy
    except (psycopg.Error, OSError, ValueError) as error:
        _show(
            Finding(f"{check.__name__.strip('_').replace('_', ' ')}: {str(error).splitlines()[0]}", "See the message.")
        )
        return False
    return well


def _show(finding: Finding) -> None:
    click.secho("✗" if finding.remedy else "✓", fg="red" if finding.remedy else "green", nl=False)
    click.echo(f" {finding.fact}")
    if finding.remedy:
        click.echo(f"    → {finding.remedy}")


def _database(settings: Settings) -> Iterator[Finding]:
    with psycopg.connect(settings.database_url) as connection:
        version = str(_row(connection, "show server_version")[0]).split()[0]
        whose = "Fieldbook's own" if settings.embedded_postgres else "yours"
        yield Finding(f"Database: PostgreSQL {version} ({whose})")


def _migrations(settings: Settings) -> Iterator[Finding]:
    from api.runtime import migrations

    if migrations.is_current(settings.migration_database_url):
        yield Finding("Migrations: the database is up to date")
    else:
        yield Finding("Migrations: some are missing", "Run: fieldbook migrate")


def _isolation(settings: Settings) -> Iterator[Finding]:
    with psycopg.connect(settings.database_url) as connection:
        if settings.app_role_to_set:
            connection.execute(f"set role {settings.app_role_to_set}")
        role, unbound = _row(
            connection, "select rolname, rolsuper or rolbypassrls from pg_roles where rolname = current_user"
        )
        open_tables = connection.execute(
            """select relname from pg_class join pg_attribute on attrelid = pg_class.oid and attname = 'org_id'
                where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace
                  and not (relrowsecurity and relforcerowsecurity) order by relname"""
        ).fetchall()
    if unbound:
        yield Finding(
            f"Isolation: the app runs as {role}, which row-level security does not bind",
            "Let DATABASE_URL name a role without SUPERUSER and BYPASSRLS, and MIGRATION_DATABASE_URL the owner.",
        )
    elif open_tables:
        yield Finding(
            f"Isolation: no row-level security on {', '.join(name for (name,) in open_tables)}",
            "Run: fieldbook migrate. If it stays so, restore the policies from migrations/.",
        )
    else:
        yield Finding(f"Isolation: row-level security binds the app's role, {role}")


def _queue(settings: Settings) -> Iterator[Finding]:
    with psycopg.connect(settings.database_url) as connection:
        failed, waiting, late, running = _row(
            connection,
            """select count(*) filter (where status = 'failed'),
                      count(*) filter (where status = 'todo' and coalesce(scheduled_at, now()) <= now()
                                         and queue_name <> 'builtin'),
                      count(*) filter (where status = 'todo' and scheduled_at < now() - make_interval(mins => %s)),
                      count(*) filter (where status = 'doing')
                 from procrastinate_jobs""",
            LATE_JOB_MIN,
        )
    if late:
        yield Finding(
            f"Queue: {late} jobs have waited for more than {LATE_JOB_MIN} minutes",
            "Is a worker running? Start one: fieldbook worker, or fieldbook serve.",
        )
    if failed:
        yield Finding(
            f"Queue: {failed} jobs failed for good",
            "Their reason is in var/log/worker.log. What they announced reached the phones by sync all the same.",
        )
    if not late and not failed:
        yield Finding(f"Queue: {waiting} jobs wait, {running} run, none failed")


def _organisations(settings: Settings) -> Iterator[Finding]:
    from api.runtime.organisations import list_organisations

    count = len(list_organisations(settings.migration_database_url))
    if count:
        yield Finding(f"Organisations: {count}")
    else:
        yield Finding("Organisations: none", "Make one: fieldbook org create, or load the demo company: fieldbook demo")


def _push_keys(settings: Settings) -> Iterator[Finding]:
    from notifications.vapid import load_or_create_vapid_keys

    path = settings.vapid_key_path
    is_new = not path.exists()
    load_or_create_vapid_keys(path)
    if path.stat().st_mode & 0o077:
        yield Finding(f"Web push: others may read the private key {path}", f"Run: chmod 600 {path}")
    else:
        yield Finding(f"Web push: {'made a new key' if is_new else 'the key is good'}, {path}")
    if settings.vapid_subject.endswith("@fieldbook.example"):
        yield Finding("Web push: VAPID_SUBJECT is not set; push services cannot reach you (fine for trying out)")
    if settings.fcm_credentials_path is None:
        yield Finding("FCM: not configured; only store-packaged apps need it (FCM_CREDENTIALS)")
    elif settings.fcm_credentials_path.is_file():
        yield Finding(f"FCM: credentials in {settings.fcm_credentials_path}")
    else:
        yield Finding(f"FCM: there is no file {settings.fcm_credentials_path}", "Correct FCM_CREDENTIALS.")


def _disk(settings: Settings) -> Iterator[Finding]:
    settings.var_dir.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(settings.var_dir).free
    fact = f"Disk: {free / 1024**3:.1f} GiB free at {settings.var_dir}"
    yield Finding(fact, "" if free >= ENOUGH_DISK_BYTES else "Make room: PostgreSQL stops when the disk is full.")


def _app(settings: Settings) -> Iterator[Finding]:
    if (settings.pwa_dist / "index.html").is_file():
        yield Finding(f"App: built, {settings.pwa_dist}")
    else:
        yield Finding(f"App: not built at {settings.pwa_dist}", "Run: make app")


def _roads(settings: Settings) -> Iterator[Finding]:
    if settings.roads_url is None:
        yield Finding("Roads: no road server; distances are straight lines (ROADS_URL)")
        return
    from api.roads.osrm import OsrmServer, RoadsUnavailable

    try:
        OsrmServer(url=settings.roads_url, timeout_s=settings.roads_timeout_s).check()
    except RoadsUnavailable as error:
        yield Finding(f"Roads: {error}", "Start it (fieldbook roads serve) or correct ROADS_URL.")
    else:
        yield Finding("Roads: the road server answers")


def _geocoder(settings: Settings) -> Iterator[Finding]:
    if settings.geocoder is None:
        yield Finding("Places: no geocoder; positions are set by hand (GEOCODER)")
        return
    from api.geocoding import BadGeocoder, open_geocoder

    try:
        open_geocoder(settings.geocoder)
    except BadGeocoder as error:
        yield Finding(f"Places: {error}", "Correct GEOCODER or GEOCODER_OPTIONS.")
    else:
        yield Finding(f"Places: {settings.geocoder.name} is asked where addresses are")


def _row(connection: psycopg.Connection, query: LiteralString, *values: object) -> tuple[Any, ...]:
    row = connection.execute(query, values).fetchone()
    if row is None:
        raise ValueError("the database gave no answer")
    return row


CHECKS: tuple[Check, ...] = (_database, _migrations, _isolation, _queue, _organisations)
CHECKS_WITHOUT_DATABASE: tuple[Check, ...] = (_push_keys, _disk, _app, _roads, _geocoder)
