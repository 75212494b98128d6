"""The command line: what an operator does, and what they are told."""

import re
import zoneinfo
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session, sessionmaker

from api.cli import COMMANDS, main
from api.runtime.postgres import APP_ROLE, OWNER_ROLE, EmbeddedPostgres
from api.settings import Settings
from domain.kernel.clock import utc_now
from domain.kernel.ids import new_id
from domain.people.sign_in import InvalidCredentials, sign_in
from tests.support.company import Company

Fieldbook = Callable[..., Result]


@pytest.fixture
def environ(settings: Settings, tmp_path: Path) -> dict[str, str]:
    return {
        "DATABASE_URL": settings.database_url,
        "MIGRATION_DATABASE_URL": settings.migration_database_url,
        "FIELDBOOK_VAR": str(tmp_path / "var"),
        "FIELDBOOK_APP": str(tmp_path / "app"),
    }


@pytest.fixture
def fieldbook(environ: dict[str, str]) -> Fieldbook:
    def call(*arguments: str, **changed: str) -> Result:
        return CliRunner(env=environ | changed).invoke(main, arguments)

    return call


@pytest.fixture
def org(fieldbook: Fieldbook) -> str:
    slug = f"org-{uuid4().hex}"
    assert fieldbook("org", "create", slug, "--name", "Bergkaffee AG").exit_code == 0
    return slug


def can_sign_in(sessions: sessionmaker[Session], org: str, email: str, password: str) -> bool:
    with sessions() as session:
        try:
            sign_in(
                session,
                email=email,
                password=password,
                organisation=org,
                device_id=None,
                device_name="Test",
                platform="other",
                secret="0" * 32,
                now=utc_now(),
            )
        except InvalidCredentials:
            return False
    return True


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_says_what_it_does(command: str, fieldbook: Fieldbook):
    result = fieldbook(command, "--help")
    assert result.exit_code == 0
    assert "Usage:" in result.output


def test_an_organisation_and_its_first_person(fieldbook: Fieldbook, org: str, sessions: sessionmaker[Session]):
    created = fieldbook(
        "user", "create", "--org", org, "--role", "admin", "--password", "ten letters", "ada@a.example", "Ada"
    )

    assert created.exit_code == 0, created.output
    assert "ada@a.example" in fieldbook("user", "list", "--org", org).output
    assert can_sign_in(sessions, org, "ada@a.example", "ten letters")


def test_a_password_that_nobody_gave_is_made_and_shown(fieldbook: Fieldbook, org: str, sessions: sessionmaker[Session]):
    created = fieldbook("user", "create", "--org", org, "--role", "rep", "ada@a.example", "Ada")
    made = created.output.split("with the password ")[1].strip()
    assert can_sign_in(sessions, org, "ada@a.example", made)


def test_a_new_password_replaces_the_old(fieldbook: Fieldbook, org: str, sessions: sessionmaker[Session]):
    fieldbook("user", "create", "--org", org, "--role", "rep", "--password", "the old one", "ada@a.example", "Ada")

    result = fieldbook("user", "set-password", "--org", org, "--password", "the new one", "ADA@a.example")

    assert result.exit_code == 0, result.output
    assert can_sign_in(sessions, org, "ada@a.example", "the new one")
    assert not can_sign_in(sessions, org, "ada@a.example", "the old one")


def test_how_people_travel_is_said_and_shown(fieldbook: Fieldbook, org: str):
    assert "detour factor 1.3, km/h 25 to 3, 45 to 15, 75" in fieldbook("org", "travel", "--org", org).output

    changed = fieldbook("org", "travel", "--org", org, "--detour-factor", "1.25", "--speeds", "30 to 5, 80")

    assert changed.exit_code == 0, changed.output
    assert "detour factor 1.25, km/h 30 to 5, 80" in fieldbook("org", "travel", "--org", org).output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["org", "travel", "--org", "{org}", "--speeds", "fast"], "speeds"),
        (["user", "create", "--org", "{org}", "--role", "rep", "--password", "short", "a@a.example", "A"], "password"),
        (["user", "set-password", "--org", "{org}", "nobody@a.example"], "nobody@a.example"),
        (["user", "list", "--org", "no-such-organisation"], "Say which organisation"),
        (["org", "create", "{org}", "--name", "Again"], "already"),
        (["org", "create", "elsewhere", "--name", "X", "--time-zone", "Mars/Base"], "Mars/Base"),
    ],
)
def test_a_refusal_is_one_sentence_and_exit_code_1(arguments: list[str], sentence: str, fieldbook: Fieldbook, org: str):
    result = fieldbook(*(argument.format(org=org) for argument in arguments))

    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert len(result.output.splitlines()) == 1
    assert sentence in result.output


def test_a_time_zone_that_the_database_does_not_know_is_refused(
    fieldbook: Fieldbook, tmp_path: Path, request: pytest.FixtureRequest
):
    (tmp_path / "Moon").mkdir()
    (tmp_path / "Moon/Base").write_bytes(files("tzdata.zoneinfo").joinpath("UTC").read_bytes())
    request.addfinalizer(zoneinfo.reset_tzpath)
    zoneinfo.reset_tzpath([tmp_path])
    assert "Moon/Base" in zoneinfo.available_timezones()

    result = fieldbook("org", "create", "elsewhere", "--name", "X", "--time-zone", "Moon/Base")

    assert result.exit_code == 1
    assert result.output == "Error: There is no time zone 'Moon/Base'.\n"
    assert "elsewhere" not in fieldbook("org", "list").output


@pytest.mark.parametrize("command", [["serve"], ["migrate"], ["org", "list"]])
@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"DATABASE_URL": "postgresql://me:hidden@127.0.0.1:1/books"}, "127.0.0.1:1/books: Connection refused"),
        ({"DATABASE_URL": "mysql://me:hidden@127.0.0.1/books"}, "DATABASE_URL must look like postgresql://"),
        ({"PORT": "eighty"}, "PORT must be a whole number"),
    ],
)
def test_a_setting_that_cannot_work_is_one_sentence(
    command: list[str], changed: dict[str, str], sentence: str, fieldbook: Fieldbook
):
    result = fieldbook(*command, **{"PORT": "8999"} | changed)

    assert result.exit_code == 1
    assert sentence in result.output
    assert "hidden" not in result.output
    assert len(result.output.splitlines()) == 1


def test_openapi_goes_to_a_file(fieldbook: Fieldbook, tmp_path: Path):
    result = fieldbook("openapi", "--output", str(tmp_path / "openapi.json"))
    assert result.exit_code == 0, result.output
    assert (tmp_path / "openapi.json").read_text().startswith("{")


def test_the_doctor_finds_everything_well(fieldbook: Fieldbook, org: str, tmp_path: Path):
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "index.html").write_text("the app")

    result = fieldbook("doctor")

    assert result.exit_code == 0, result.output
    assert "✗" not in result.output
    assert f"binds the app's role, {APP_ROLE}" in result.output


def test_the_doctor_says_what_to_do_about_what_is_missing(fieldbook: Fieldbook, org: str):
    result = fieldbook("doctor")
    assert result.exit_code == 1
    assert "→ Run: make app" in result.output


def test_the_doctor_sees_an_app_that_no_policy_binds(fieldbook: Fieldbook, org: str, settings: Settings):
    result = fieldbook("doctor", DATABASE_URL=settings.migration_database_url)
    assert result.exit_code == 1
    assert f"the app runs as {OWNER_ROLE}, which row-level security does not bind" in result.output


def test_the_doctor_sees_missing_migrations(fieldbook: Fieldbook, postgres: EmbeddedPostgres):
    name = f"empty_{uuid4().hex}"
    with psycopg.connect(postgres.url(role=OWNER_ROLE, database="postgres"), autocommit=True) as connection:
        connection.execute(f"create database {name}")

    result = fieldbook(
        "doctor",
        DATABASE_URL=postgres.url(role=APP_ROLE, database=name),
        MIGRATION_DATABASE_URL=postgres.url(role=OWNER_ROLE, database=name),
    )

    assert result.exit_code == 1
    assert "→ Run: fieldbook migrate" in result.output


def test_the_doctor_reports_a_database_that_does_not_answer(fieldbook: Fieldbook):
    result = fieldbook("doctor", DATABASE_URL="postgresql://127.0.0.1:1/books")
    assert result.exit_code == 1
    assert "✗ DATABASE_URL: no database at 127.0.0.1:1/books" in result.output


def test_a_file_is_imported_and_every_bad_row_named(fieldbook: Fieldbook, org: str, tmp_path: Path):
    good, bad = tmp_path / "good.csv", tmp_path / "bad.csv"
    good.write_text("name,street,city\nCafé Amann,Aeulestrasse 56,Vaduz\n")
    bad.write_text("name,street,city,lat\nCafé Wolf,Städtle 29,Vaduz,ninety\n")

    refused = fieldbook("import", "accounts", str(bad), "--org", org, "--create-territory", "Vaduz")
    imported = fieldbook("import", "accounts", str(good), "--org", org, "--create-territory", "Vaduz")

    assert refused.exit_code == 1
    assert "line 2" in refused.output
    assert "nothing was imported" in refused.output
    assert imported.exit_code == 0, imported.output
    assert "1 new" in imported.output


def test_call_plans_are_turned_into_visits(fieldbook: Fieldbook, company: Company):
    account = company.account()
    company.site(account)
    nothing = fieldbook("plans", "generate", "--org", company.slug)
    assert nothing.exit_code == 0, nothing.output
    assert "Nothing to do" in nothing.output
    monthly = {"name": "Monthly", "per_month": 1, "duration_min": 30, "starts_on": "2026-01-01"}
    company.do("call_plan.create", id=new_id(), account_id=account.id, **monthly)
    planned = fieldbook("plans", "generate", "--org", company.slug)
    assert planned.exit_code == 0, planned.output
    assert re.match(r"[1-9]\d* visits planned, 0 moved, 0 called off", planned.output)
    assert "Nothing to do" in fieldbook("plans", "generate", "--org", company.slug).output
