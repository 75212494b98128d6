"""Importing customers."""

from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from api.composition import REGISTRY
from api.importing.accounts import ImportRefused, Options, Report, import_accounts
from domain.customers.models import Account, Site
from domain.geo.rules import Position
from domain.kernel.receipts import Receipt
from domain.territories.models import Territory
from sync.models import SyncDocument
from tests.importing.real_data import DATA, needs_real_data
from tests.support.company import Company


def bring_in(company: Company, text: str | bytes, **options: Any) -> Report:
    data = text.encode() if isinstance(text, str) else text
    with company.session() as session:
        chosen = Options(**{"territory": "Vaduz", **options})
        return import_accounts(session, registry=REGISTRY, data=data, options=chosen)


def accounts(company: Company) -> list[Account]:
    with company.session() as session:
        return list(session.scalars(select(Account).where(Account.org_id == company.org_id).order_by(Account.name)))


def sites(company: Company) -> list[Site]:
    with company.session() as session:
        return list(session.scalars(select(Site).where(Site.org_id == company.org_id).order_by(Site.name)))


def count(session: Session, company: Company, model: Any) -> int:
    return session.scalar(select(func.count()).select_from(model).where(model.org_id == company.org_id)) or 0


def errors(report: Report) -> list[tuple[int, str | None]]:
    return [(error.line, error.column) for error in report.errors]


def test_a_row_becomes_an_account_with_a_site(company: Company):
    header = "Kundennummer;Firma;Telefon;E-Mail;Strasse;Hausnummer;PLZ;Ort;lat;lng;opening_hours;class"
    row = "K-17;Café Test;+423 555 11 22;Info@Cafe.example;Hauptgasse;3a;9490;Vaduz;47,14;9,52;Mo-Fr 08:00-18:00;a"
    report = bring_in(company, f"{header}\n{row}\n")
    assert (report.created, report.errors, report.saved) == (1, [], True)
    [account], [site] = accounts(company), sites(company)
    assert (account.external_id, account.name, account.number) == ("K-17", "Café Test", "AC-100001")
    assert (account.phone, account.email, account.account_class) == ("+423 555 11 22", "info@cafe.example", "A")
    assert account.territory_id == company.territory_id
    assert (site.account_id, site.external_id) == (account.id, "K-17")
    assert site.address == {
        "street": "Hauptgasse",
        "house_number": "3a",
        "postcode": "9490",
        "city": "Vaduz",
        "country": "LI",
    }
    assert site.position == Position(lat=47.14, lng=9.52)
    assert site.opening_hours == "Mo-Fr 08:00-18:00"


def test_opening_hours_that_cannot_be_read_are_kept_as_access_notes(company: Company):
    text = "id,name,hours,access\n1,Adler,+423 555 11 22,Bell at the back\n2,Krone,Mo-Fr 08:00-18:00,\n"
    report = bring_in(company, text)
    assert (report.created, report.errors) == (2, [])
    [moved] = report.moved
    assert (moved.line, moved.column) == (2, "hours")
    assert "+423 555 11 22" in moved.message
    adler, krone = sites(company)
    assert (adler.opening_hours, adler.access_notes) == (None, "Bell at the back\nOpening hours: +423 555 11 22")
    assert (krone.opening_hours, krone.access_notes) == ("Mo-Fr 08:00-18:00", None)


def test_a_name_is_composed_where_there_is_none(company: Company):
    text = "id,kind,street,housenumber\n1,camp_site,Rheinweg,5\n2,restaurant,,\n"
    report = bring_in(company, text, name_template="{kind} {street} {housenumber}")
    assert report.columns["kind"] == "industry"
    assert [account.name for account in accounts(company)] == ["Camp site Rheinweg 5", "Restaurant"]


def test_without_a_template_the_name_is_composed_of_what_is_there(company: Company):
    report = bring_in(company, "street,housenumber\nRheinweg,5\n")
    assert report.name_template == "{street} {housenumber}"
    assert [account.name for account in accounts(company)] == ["Rheinweg 5"]


def test_a_template_fills_only_empty_names(company: Company):
    bring_in(company, "name,street\nAdler,Gasse\n,Weg\n", name_template="Haus {street}")
    assert [account.name for account in accounts(company)] == ["Adler", "Haus Weg"]


def test_kind_is_the_account_kind_where_all_values_are_such(company: Company):
    report = bring_in(company, "name,kind\nA,dealer\nB,End customer\nC,\n")
    assert report.columns["kind"] == "kind"
    assert [account.kind for account in accounts(company)] == ["dealer", "end_customer", "end_customer"]


def test_columns_are_what_the_person_says(company: Company):
    report = bring_in(company, "name,remark,id\nA,Good customer,9\n", columns={"Remark": "notes", "id": ""})
    assert report.columns == {"name": "name", "remark": "notes"}
    assert report.ignored == ["id"]
    [account] = accounts(company)
    assert (account.notes, account.external_id) == ("Good customer", None)


def test_every_bad_row_is_named_and_nothing_is_imported(company: Company):
    text = """id,name,lat,lon,mail
1,Good,47.1,9.5,a@b.example
2,,47.1,9.5,
3,North of the pole,91,9.5,
4,Nowhere,abc,9.5,
5,Half a place,47.1,,
6,No mail,47.1,9.5,what
1,Again,47.1,9.5,
7,Too much,47.1,9.5,,what is this
"""
    report = bring_in(company, text)
    assert errors(report) == [
        (3, "name"),
        (4, "lat"),
        (5, "lat"),
        (6, "lon"),
        (7, "mail"),
        (8, "id"),
        (9, None),
    ]
    assert not report.saved
    with company.session() as session:
        assert [count(session, company, model) for model in (Account, Site)] == [0, 0]


def test_bad_rows_can_be_left_out(company: Company):
    report = bring_in(company, "name,lat,lon\nA,47.1,9.5\nB,99,9.5\n", skip_bad_rows=True)
    assert (report.created, report.skipped, report.saved) == (1, 1, True)
    assert [account.name for account in accounts(company)] == ["A"]


def test_a_dry_run_counts_and_changes_nothing(company: Company):
    report = bring_in(company, "name\nA\nB\n", dry_run=True, territory=None, create_territory="New")
    assert (report.created, report.saved) == (2, False)
    with company.session() as session:
        assert count(session, company, Account) == 0
        assert session.scalar(select(Territory).where(Territory.name == "New")) is None


def test_a_second_import_updates_and_leaves_the_rest(company: Company):
    bring_in(company, "id,name,phone,street,city\n1,A,111,Weg,Vaduz\n2,B,222,Gasse,Schaan\n")
    report = bring_in(company, "id,name,phone,street,city\n1,A,333,,Triesen\n2,B,,Gasse,Schaan\n3,C,444,,\n")
    assert (report.created, report.updated, report.unchanged) == (1, 1, 1)
    assert [(account.name, account.phone) for account in accounts(company)] == [
        ("A", "333"),
        ("B", "222"),
        ("C", "444"),
    ]
    first = sites(company)[0]
    assert (first.address["street"], first.address["city"]) == ("Weg", "Triesen")


def test_a_composed_name_does_not_replace_what_people_wrote(company: Company):
    text = "id,kind,street\n1,hotel,Weg\n"
    bring_in(company, text)
    [account] = accounts(company)
    company.do("account.update", account_id=account.id, name="Hotel Krone")
    assert bring_in(company, text).unchanged == 1
    assert [account.name for account in accounts(company)] == ["Hotel Krone"]


def test_rows_may_name_their_territory(company: Company):
    report = bring_in(company, "name,territory\nA,eschen\nB,\nC,Atlantis\n", skip_bad_rows=True)
    assert errors(report) == [(4, "territory")]
    homes = {account.name: account.territory_id for account in accounts(company)}
    assert homes == {"A": company.other_territory_id, "B": company.territory_id}


def test_a_territory_is_made_once(company: Company):
    for text in ("id,name\n1,A\n", "id,name\n2,B\n"):
        bring_in(company, text, territory=None, create_territory="Import")
    with company.session() as session:
        made = session.scalars(select(Territory).where(Territory.org_id == company.org_id, Territory.name == "Import"))
        assert len(list(made)) == 1


def test_it_goes_through_the_commands(company: Company):
    bring_in(company, "name\nA\n")
    with company.session() as session:
        [account] = session.scalars(select(Account).where(Account.org_id == company.org_id))
        receipt = session.scalar(select(Receipt).where(Receipt.subject_id == account.id))
        assert (receipt.name, receipt.door, receipt.actor_id) == ("account.create", "cli", None)
        assert session.get(SyncDocument, (company.org_id, account.id)) is not None


@pytest.mark.parametrize(
    ("text", "options", "message"),
    [
        ("phone\n1\n", {}, "No column gives the name"),
        ("name\nA\n", {"territory": "Atlantis"}, "no territory Atlantis"),
        ("name\nA\n", {"columns": {"nome": "name"}}, "no column nome"),
        ("name\nA\n", {"columns": {"name": "title"}}, "no field title"),
        ("a,b\nA,B\n", {"columns": {"a": "name", "b": "name"}}, "a and b cannot both"),
        ("kind\nA\n", {"name_template": "{kind} {colour}"}, "names colour"),
        ("kind\nA\n", {"name_template": "{kind"}, "cannot be read"),
    ],
)
def test_what_cannot_begin_says_why(company: Company, text: str, options: dict[str, Any], message: str):
    with pytest.raises(ImportRefused, match=message):
        bring_in(company, text, **options)


def test_rows_need_a_territory_where_there_are_several(company: Company):
    report = bring_in(company, "name\nA\n", territory=None)
    assert errors(report) == [(2, "territory")]
    assert "--territory" in report.errors[0].message


@needs_real_data
@pytest.mark.parametrize(
    ("file", "template", "rows"),
    [
        ("liechtenstein_outlets.csv", "{kind} {street} {housenumber}", 184),
        ("liechtenstein_addresses.csv", None, 938),
    ],
)
def test_real_places(company: Company, file: str, template: str | None, rows: int):
    data = (DATA / file).read_bytes()
    report = bring_in(company, data, name_template=template, create_territory="Liechtenstein", territory=None)
    assert (report.created, report.errors) == (rows, [])
    # One restaurant has a phone number in place of its hours.
    assert [note.line for note in report.moved] == ([142] if "outlets" in file else [])
    assert all(site.position and site.external_id for site in sites(company))
    again = bring_in(company, data, name_template=template, create_territory="Liechtenstein", territory=None)
    assert (again.created, again.updated, again.unchanged) == (0, 0, rows)
