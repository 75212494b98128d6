"""A new company brings in its customers from files and sells to one of them the same day."""

import os
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import expect

from mobile_client.pwa.e2e.device import Device
from mobile_client.pwa.e2e.screens import add_product, open_customer, place_order
from mobile_client.pwa.e2e.server import PASSWORD, Fieldbook

pytestmark = pytest.mark.long

ORG = "talgastro"
ADMIN, REP = "admin@talgastro.example", "rep@talgastro.example"


@pytest.fixture(scope="session")
def real_data() -> Path:
    beside = Path(__file__).resolve().parents[3].parent / "shared" / "data"
    folder = Path(os.environ.get("FIELDBOOK_TEST_DATA", beside))
    if not (folder / "liechtenstein_outlets.csv").is_file():
        pytest.skip(f"no liechtenstein_outlets.csv in {folder}: name its folder in FIELDBOOK_TEST_DATA")
    return folder


def test_a_rep_finds_an_imported_customer_by_street_and_takes_an_order(
    phone: Device, fieldbook: Fieldbook, real_data: Path
) -> None:
    found_company(fieldbook)
    outlets = real_data / "liechtenstein_outlets.csv"
    naming = ("--name-template", "{kind} {street} {housenumber}")
    tried = import_accounts(fieldbook, outlets, "--create-territory", "Liechtenstein", *naming, "--dry-run")
    assert "184 new" in tried
    assert "Dry run: nothing was changed." in tried
    assert fieldbook.person(ADMIN).find("accounts") == []
    assert "184 new" in import_accounts(fieldbook, outlets, "--create-territory", "Liechtenstein", *naming)
    addresses = real_data / "liechtenstein_addresses.csv"
    assert "938 new" in import_accounts(fieldbook, addresses, "--territory", "Liechtenstein")
    send_rep_into(fieldbook, "Liechtenstein")
    sell(fieldbook, "Espresso beans 1 kg")

    page = phone.page
    phone.sign_in(REP)
    page.get_by_role("link", name="Customers").click()
    expect(page.get_by_text("1,122 customers").or_(page.get_by_text("1122 customers"))).to_be_visible()
    open_customer(page, search="Kirchstrasse 2")
    page.get_by_role("link", name="New order").click()
    add_product(page, "Espresso beans 1 kg")
    place_order(page)

    number = page.get_by_role("heading", name=re.compile(r"^SO-\d+$"))
    expect(number).to_be_visible()
    [order] = fieldbook.person(ADMIN).find("orders")
    expect(number).to_have_text(order["number"])
    [site] = fieldbook.person(ADMIN).find("sites", account_id=order["account_id"])
    assert site["address"]["street"] == "Kirchstrasse"


def found_company(fieldbook: Fieldbook) -> None:
    fieldbook.command("org", "create", ORG, "--name", "Talgastro AG")
    for email, name, role in ((ADMIN, "Ada Beck", "admin"), (REP, "Ruth Ospelt", "rep")):
        fieldbook.command("user", "create", "--org", ORG, "--role", role, "--password", PASSWORD, email, name)


def import_accounts(fieldbook: Fieldbook, file: Path, *options: str) -> str:
    return fieldbook.command("import", "accounts", str(file), "--org", ORG, *options)


def send_rep_into(fieldbook: Fieldbook, territory: str) -> None:
    admin = fieldbook.person(ADMIN)
    [area] = admin.find("territories", search=territory)
    [rep] = [user for user in admin.find("users") if user["email"] == REP]
    today = datetime.now(UTC).date().isoformat()
    admin.post(f"/territories/{area['id']}/memberships", user_id=rep["id"], role="rep", starts_on=today)


def sell(fieldbook: Fieldbook, name: str) -> None:
    admin = fieldbook.person(ADMIN)
    [category] = admin.find("product-categories")
    [prices] = admin.find("price-lists")
    product = admin.post("/products", sku="BEANS-1", name=name, category_id=category["id"])
    admin.post("/prices", price_list_id=prices["id"], product_id=product["id"], amount_minor=2900)
