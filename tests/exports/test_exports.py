"""Unsent work that a phone exported is handed in by support, as that person and phone; nobody else can read it."""

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest
from click.testing import CliRunner, Result
from flask import Flask
from joserfc import jwe
from joserfc.jwk import ECKey
from sqlalchemy import select

from api.cli import main
from api.exports import UnreadableExport, load_export_key, open_export
from api.settings import Settings
from domain.customers.models import Account
from domain.kernel.ids import new_id
from domain.kernel.receipts import Receipt
from tests.support.company import PASSWORD, Company, wire
from tests.support.phone import Phone

Fieldbook = Callable[..., Result]
APP = Path(__file__).parents[2] / "mobile_client" / "pwa"


@pytest.fixture
def fieldbook(settings: Settings) -> Fieldbook:
    environ = {
        "DATABASE_URL": settings.database_url,
        "MIGRATION_DATABASE_URL": settings.migration_database_url,
        "FIELDBOOK_VAR": str(settings.var_dir),
        "FIELDBOOK_SECRET_KEY": settings.secret_key,
    }
    return lambda *arguments, **kwargs: CliRunner(env=environ).invoke(main, arguments, **kwargs)


@pytest.fixture
def key(settings: Settings) -> ECKey:
    return load_export_key(settings.export_key_path)


@pytest.fixture
def server_id(app: Flask) -> str:
    return str(app.extensions["fieldbook"].server_id)


@pytest.fixture
def phone(app: Flask, company: Company) -> Phone:
    return Phone.sign_in(app, company.rep)


@pytest.fixture
def export(company: Company, phone: Phone, server_id: str) -> dict[str, Any]:
    """What a phone exports that has captured a customer with a place."""
    account_id = new_id()
    mutations = [
        phone.mutation("account.create", id=account_id, name="Hotel Löwen", territory_id=company.territory_id),
        phone.mutation("site.create", id=new_id(), account_id=account_id, name="Main house"),
    ]
    return {
        "format": 1,
        "server_id": server_id,
        "organisation_id": str(company.org_id),
        "user_id": str(company.rep.id),
        "device_id": str(phone.device_id),
        "exported_at": "2026-11-22T08:15:00.000Z",
        "mutations": [{**mutation, "app_version": "0.1.0"} for mutation in mutations],
    }


def encrypted(content: Any, key: ECKey, **header: str) -> bytes:
    header = {"alg": "ECDH-ES", "enc": "A256GCM", "kid": key.kid or "", **header}
    registry = type("AnySize", (jwe.JWERegistry,), {"max_ciphertext_length": 2**26})(algorithms=None)
    public = ECKey.import_key(key.as_dict(private=False))
    return jwe.encrypt_compact(header, orjson.dumps(content), public, registry=registry).encode()


def opened(data: bytes, key: ECKey, server_id: str) -> dict[str, Any]:
    return open_export(data, key=key, server_id=server_id)


def test_a_sign_in_and_a_refresh_tell_the_public_key(app: Flask, company: Company, key: ECKey) -> None:
    device = {"name": "Phone", "platform": "web"}
    body = {"email": company.rep.email, "password": PASSWORD, "device": device}
    first = app.test_client().post("/api/v1/auth/login", json=body).json
    again = app.test_client().post("/api/v1/auth/refresh", json={"refresh_token": first["refresh_token"]}).json
    assert first["export_key"] == again["export_key"]
    assert first["export_key"] == {**key.as_dict(private=False), "use": "enc", "alg": "ECDH-ES"}
    assert first["export_key"]["kid"] == ECKey.import_key(first["export_key"]).thumbprint()
    assert "d" not in first["export_key"]


def test_a_file_goes_round(export: dict[str, Any], key: ECKey, server_id: str) -> None:
    content = opened(encrypted(export, key) + b"\n", key, server_id)
    assert content["mutations"][1]["args"] == export["mutations"][1]["args"]
    assert content["exported_at"] == datetime(2026, 11, 22, 8, 15, tzinfo=UTC)


def test_a_file_as_large_as_a_long_time_off_line_goes_round(export: dict[str, Any], key: ECKey, server_id: str) -> None:
    export["mutations"] *= 500
    assert len(opened(encrypted(export, key), key, server_id)["mutations"]) == 1_000


@pytest.mark.skipif(not (APP / "node_modules" / "jose").is_dir(), reason="the app's libraries are not installed")
def test_a_file_of_the_apps_own_library_is_read(app: Flask, export: dict[str, Any], key: ECKey, server_id: str) -> None:
    node = shutil.which("node", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert node
    jwk = orjson.dumps(app.extensions["fieldbook"].export_key).decode()
    script = Path(__file__).with_name("phone_export.mjs")
    made = subprocess.run([node, script, jwk], input=orjson.dumps(export), capture_output=True, check=True)
    assert opened(made.stdout, key, server_id)["mutations"][0]["args"]["name"] == "Hotel Löwen"


def test_a_file_that_the_apps_library_made_once_is_read_for_ever() -> None:
    stored = Path(__file__).parent
    key = load_export_key(stored / "key_of_the_example.pem")
    content = opened((stored / "example.jwe").read_bytes(), key, "5d3a8c52-1f43-4d5a-9c57-3ad0f1a90c11")
    assert [mutation["name"] for mutation in content["mutations"]] == ["visit.check_in", "visit.complete"]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"format": 2}, "The file has format 2; this version reads format 1."),
        ({"server_id": "another"}, "The file comes from a phone of another server's database."),
        ({"user_id": "me"}, "The file was opened, but user_id is missing or not valid."),
        ({"mutations": [{"id": "1"}]}, "The file was opened, but mutations.0.id is missing or not valid."),
    ],
)
def test_a_content_that_does_not_fit_is_one_sentence(
    export: dict[str, Any], key: ECKey, server_id: str, change: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(UnreadableExport) as refusal:
        opened(encrypted({**export, **change}, key), key, server_id)
    assert str(refusal.value) == sentence


def test_a_file_for_another_installation_is_one_sentence(
    export: dict[str, Any], key: ECKey, server_id: str, tmp_path: Path
) -> None:
    other = load_export_key(tmp_path / "export.pem")
    with pytest.raises(UnreadableExport, match="for another installation, or for a key that was replaced since"):
        opened(encrypted(export, other), key, server_id)


def test_every_other_file_is_one_sentence(export: dict[str, Any], key: ECKey, server_id: str) -> None:
    good = encrypted(export, key)
    header, *parts = good.split(b".")
    damaged = [
        b"",
        b"not an export",
        secrets.token_bytes(2_000),
        b"....",
        good[:-10],
        good[: len(good) // 2],
        b".".join([header, *parts[:2], parts[2][:-4] + b"AAAA", parts[3]]),
        b".".join([header[:-4] + b"AAAA", *parts]),
        encrypted("no object", key),
        encrypted(export, key, alg="ECDH-ES+A256KW"),
        encrypted(export, key, enc="A128GCM"),
        encrypted(export, key, zip="DEF"),
    ]
    for data in damaged:
        with pytest.raises(UnreadableExport) as refusal:
            opened(data, key, server_id)
        assert str(refusal.value).startswith(("This is no export", "The file"))


def test_support_imports_it_once_as_the_person_and_phone(
    fieldbook: Fieldbook, company: Company, phone: Phone, export: dict[str, Any], key: ECKey, tmp_path: Path
) -> None:
    file = tmp_path / "export.jwe"
    file.write_bytes(encrypted(export, key))

    tried = fieldbook("sync", "import", str(file), "--dry-run")
    asked = fieldbook("sync", "import", str(file), input="n\n")
    imported = fieldbook("sync", "import", str(file), "--yes")
    again = fieldbook("sync", "import", str(file), "--yes")

    assert tried.exit_code == 0, tried.output
    assert f"2 changes of {company.rep.name} (rep) of Alpenfrost AG, exported on 'Phone'" in tried.output
    assert "Dry run" in tried.output
    assert asked.exit_code == 1
    assert imported.exit_code == 0, imported.output
    assert [line.split()[-1] for line in imported.output.splitlines()[1:]] == ["applied", "applied"]
    assert again.output.count("answered before: applied") == 2
    with company.session() as session:
        [account] = session.scalars(select(Account).where(Account.org_id == company.org_id))
        receipt = session.get_one(Receipt, (company.org_id, UUID(export["mutations"][0]["id"])))
    assert account.name == "Hotel Löwen"
    assert (receipt.actor_id, receipt.device_id, receipt.door) == (company.rep.id, phone.device_id, "push")
    assert phone.push(export["mutations"][0])[0]["original_status"] == "applied"


def test_what_the_phone_handed_in_meanwhile_is_not_done_twice(
    fieldbook: Fieldbook, company: Company, phone: Phone, export: dict[str, Any], key: ECKey, tmp_path: Path
) -> None:
    phone.push(*export["mutations"])
    late = phone.mutation("account.create", id=new_id(), name="Café", territory_id=company.territory_id)
    gone = phone.mutation("account.create", id=new_id(), name="Refused", territory_id=new_id())
    export["mutations"] += [gone, {**late, "seq": late["seq"] + 5}]
    file = tmp_path / "export.jwe"
    file.write_bytes(encrypted(export, key))

    imported = fieldbook("sync", "import", str(file), "--yes")

    assert imported.exit_code == 0, imported.output
    assert imported.output.count("answered before: applied") == 2
    assert imported.output.count("rejected") == 1
    assert imported.output.splitlines()[-1].endswith("applied")


def test_nobody_hands_in_as_somebody_who_never_worked_on_the_phone(
    fieldbook: Fieldbook, company: Company, other_company: Company, export: dict[str, Any], key: ECKey, tmp_path: Path
) -> None:
    file = tmp_path / "export.jwe"
    for change, sentence in (
        ({"user_id": company.admin.id}, f"Error: {company.admin.name} never worked on that device."),
        ({"user_id": other_company.rep.id}, "Error: The organisation has no such person."),
        ({"device_id": new_id()}, "Error: The organisation has no such device."),
        ({"organisation_id": new_id()}, "Error: The file comes from an organisation that is not on this server."),
    ):
        file.write_bytes(encrypted({**export, **wire(change)}, key))
        result = fieldbook("sync", "import", str(file), "--yes")
        assert (result.exit_code, result.output.strip()) == (1, sentence)


def test_the_person_is_held_to_their_permissions(
    fieldbook: Fieldbook, company: Company, phone: Phone, export: dict[str, Any], key: ECKey, tmp_path: Path
) -> None:
    export["mutations"] = [
        {**phone.mutation("user.update", user_id=company.rep.id, roles=["admin"]), "seq": 1},
        {
            **phone.mutation("account.update", account_id=company.account(territory_id=company.other_territory_id).id),
            "seq": 2,
        },
    ]
    file = tmp_path / "export.jwe"
    file.write_bytes(encrypted(export, key))
    result = fieldbook("sync", "import", str(file), "--yes")
    assert result.output.count("rejected") == 2


def test_a_file_that_is_no_export_is_one_sentence_on_the_command_line(fieldbook: Fieldbook, tmp_path: Path) -> None:
    file = tmp_path / "photo.jpg"
    file.write_bytes(secrets.token_bytes(5_000))
    result = fieldbook("sync", "import", str(file))
    assert (result.exit_code, len(result.output.splitlines())) == (1, 1)
    assert "This is no export of a phone" in result.output


def test_occurred_in_the_future_is_now(
    fieldbook: Fieldbook, company: Company, export: dict[str, Any], key: ECKey, tmp_path: Path
) -> None:
    ahead = datetime.now(UTC) + timedelta(days=400)
    export["mutations"][0]["occurred_at"] = ahead.isoformat()
    file = tmp_path / "export.jwe"
    file.write_bytes(encrypted(export, key))
    assert fieldbook("sync", "import", str(file), "--yes").exit_code == 0
    with company.session() as session:
        receipt = session.get_one(Receipt, (company.org_id, UUID(export["mutations"][0]["id"])))
    assert receipt.occurred_at < ahead - timedelta(days=399)
