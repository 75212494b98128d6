"""What support sees and does about changes that failed."""

from collections.abc import Callable

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from api.cli import main
from api.settings import Settings
from domain.kernel.ids import new_id
from tests.support.bugs import broken
from tests.support.company import Company
from tests.support.phone import Phone

Fieldbook = Callable[..., Result]


@pytest.fixture
def fieldbook(settings: Settings) -> Fieldbook:
    environ = {
        "DATABASE_URL": settings.database_url,
        "MIGRATION_DATABASE_URL": settings.migration_database_url,
        "FIELDBOOK_VAR": str(settings.var_dir),
    }
    return lambda *arguments: CliRunner(env=environ).invoke(main, ["sync", "failures", *arguments])


@pytest.fixture
def phone(app: Flask, company: Company) -> Phone:
    phone = Phone.sign_in(app, company.rep)
    phone.pull()
    return phone


@pytest.fixture
def incidents(company: Company, phone: Phone) -> list[str]:
    """A new customer and its place, which both failed."""
    account_id = new_id()
    with broken("account.create"):
        results = phone.push(
            phone.mutation("account.create", id=account_id, name="Hotel Löwen", territory_id=company.territory_id),
            phone.mutation("site.create", id=new_id(), account_id=account_id, name="Main house"),
        )
    return [result["message"].split("Incident ")[1].rstrip(".") for result in results]


def learned(phone: Phone) -> list[str]:
    phone.pull()
    return [receipt["status"] for receipt in phone.answers[-1]["receipts"]]


def test_a_list_of_all_organisations_and_of_one(
    fieldbook: Fieldbook, company: Company, other_company: Company, incidents: list[str]
) -> None:
    everywhere, here = fieldbook("list"), fieldbook("list", "--org", company.slug)
    elsewhere = fieldbook("list", "--org", other_company.slug)
    assert [line.split()[0] for line in here.output.splitlines()] == incidents
    assert set(here.output.splitlines()) <= set(everywhere.output.splitlines())
    assert elsewhere.output == "Nothing waits for support.\n"
    for told in (company.slug, company.rep.name, "account.create", "KeyError"):
        assert told in here.output.splitlines()[0]


def test_one_is_shown_with_where_it_broke(
    fieldbook: Fieldbook, company: Company, phone: Phone, incidents: list[str]
) -> None:
    shown = fieldbook("show", incidents[0])
    assert shown.exit_code == 0, shown.output
    for told in (incidents[0], company.rep.name, str(phone.device_id), "Hotel Löwen", "Traceback", "raise error"):
        assert told in shown.output


def test_all_are_replayed_in_order_and_the_phone_learns_it(
    fieldbook: Fieldbook, company: Company, phone: Phone, incidents: list[str]
) -> None:
    replayed = fieldbook("replay", "--all", "--org", company.slug)
    assert replayed.exit_code == 0, replayed.output
    assert replayed.output.splitlines() == [
        f"1 of 2: account.create of {company.rep.name}: applied",
        f"2 of 2: site.create of {company.rep.name}: applied",
    ]
    assert learned(phone) == ["applied", "applied"]
    assert fieldbook("list", "--org", company.slug).output == "Nothing waits for support.\n"
    assert "replayed: applied" in fieldbook("list", "--all", "--org", company.slug).output
    again = fieldbook("replay", incidents[0])
    assert (again.exit_code, "Nothing was done again" in again.output) == (0, True)


def test_what_breaks_again_is_said(fieldbook: Fieldbook, company: Company, incidents: list[str]) -> None:
    with broken("account.create"):
        replayed = fieldbook("replay", incidents[0])
    assert replayed.exit_code == 1
    assert "1 could not be carried out and wait for support still." in replayed.output
    assert "failed (sync.failed)" in replayed.output


def test_one_is_discarded_with_a_reason(
    fieldbook: Fieldbook, company: Company, phone: Phone, incidents: list[str]
) -> None:
    discarded = fieldbook("discard", incidents[1], "--reason", "The place was there already.")
    assert discarded.exit_code == 0, discarded.output
    phone.pull()
    told = [receipt["message"] for receipt in phone.answers[-1]["receipts"] if receipt["status"] == "rejected"]
    sentence = "Support looked into this entry and did not carry it out. Enter it again if it still matters."
    assert told == [f"{sentence} The place was there already."]
    again = fieldbook("discard", incidents[1])
    assert (again.exit_code, again.output.count("\n")) == (1, 1)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["show", "01938a00-0000-7000-8000-000000000001"], "Nothing is known of 01938a00-0000-7000-8000-000000000001"),
        (["replay", "01938a00-0000-7000-8000-000000000001"], "Nothing is known of"),
        (["list", "--org", "nowhere"], "There is no organisation 'nowhere'."),
        (["replay"], "Name the incidents, or say --all."),
        (["show", "here"], "'here' is not a valid UUID"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    fieldbook: Fieldbook, company: Company, arguments: list[str], sentence: str
) -> None:
    result = fieldbook(*arguments)
    assert result.exit_code != 0
    assert sentence in result.output
    assert "Traceback" not in result.output
