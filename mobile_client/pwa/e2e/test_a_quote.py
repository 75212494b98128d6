"""A rep writes a quote without signal; the price rises; the customer accepts, again without signal, at the old one."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from mobile_client.pwa.e2e.device import Device
from mobile_client.pwa.e2e.screens import add_product, open_customer
from mobile_client.pwa.e2e.server import Fieldbook
from mobile_client.pwa.e2e.test_accessibility import violations

pytestmark = pytest.mark.long

REP = "rep5@demo.example"
ADMIN = "admin1@demo.example"
DISPATCHER = "dispatch1@demo.example"


def test_a_quote_is_written_and_accepted_into_an_order_without_signal(phone: Device, fieldbook: Fieldbook) -> None:
    admin, rep = fieldbook.person(ADMIN), fieldbook.person(REP)
    [category, *_] = admin.find("product-categories")
    [prices, *_] = admin.find("price-lists")
    name = f"Copper jug {uuid4().hex[:6]}"
    jug = admin.post("/products", sku=f"JUG-{uuid4().hex[:6]}", name=name, category_id=category["id"])
    admin.post("/prices", price_list_id=prices["id"], product_id=jug["id"], amount_minor=1250)
    phone.sign_in(REP)
    page = phone.page
    open_customer(page, search="Restaurant")
    expect(page.get_by_role("link", name="New quote")).to_be_visible()
    customer = page.url
    phone.lose_signal()

    page.get_by_role("link", name="New quote").click()
    add_product(page, name)
    page.get_by_role("button", name="Review quote").click()
    expect(page.get_by_role("dialog").get_by_label("Valid until")).to_have_value(re.compile(r"^\d{4}-\d\d-\d\d$"))
    assert violations(page) == []
    page.get_by_role("dialog").get_by_role("button", name="Keep quote").click()
    expect(page.get_by_text("Number follows when sent")).to_be_visible()
    expect(page.get_by_role("link", name="Accept and order")).to_be_visible()
    assert violations(page) == []

    phone.find_signal()
    phone.expect_synced()
    number = page.get_by_role("heading", name=re.compile(r"^QU-\d+$"))
    expect(number).to_be_visible()
    [quote] = rep.find("quotes", number=number.inner_text())
    assert (quote["status"], quote["total_minor"]) == ("open", 1250)

    admin.post("/prices", price_list_id=prices["id"], product_id=jug["id"], amount_minor=1990)
    phone.expect_synced()
    phone.lose_signal()
    page.goto(customer)
    page.get_by_role("list", name="Quotes").get_by_role("link", name=re.compile(quote["number"])).click()
    page.get_by_role("link", name="Accept and order").click()
    page.get_by_role("dialog").get_by_role("button", name="Place order").click()
    expect(page.get_by_role("list", name="Order lines")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("The order is at its prices"))).to_be_visible()

    phone.find_signal()
    phone.expect_synced()
    [order] = rep.find("orders", quote_id=quote["id"])
    assert (order["total_minor"], order["lines"][0]["unit_price_minor"]) == (1250, 1250)
    [accepted] = rep.find("quotes", number=quote["number"])
    assert accepted["status"] == "accepted"


def test_a_dispatcher_makes_and_renews_an_agreement(desk: Device, fieldbook: Fieldbook) -> None:
    dispatcher = fieldbook.person(DISPATCHER)
    desk.sign_in(DISPATCHER)
    page = desk.page
    name = f"Full service {uuid4().hex[:6]}"
    open_customer(page, search="Hotel")

    page.get_by_role("button", name="New agreement").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("Name").fill(name)
    sheet.get_by_label("Response within hours").fill("8")
    sheet.get_by_label("Mended within hours").fill("4")
    expect(sheet.get_by_role("button", name="Save")).to_be_disabled()
    sheet.get_by_label("Mended within hours").fill("24")
    assert violations(page) == []
    sheet.get_by_role("button", name="Save").click()
    row = page.get_by_role("list", name="Agreements").get_by_role("button", name=re.compile(name))
    expect(row).to_have_count(1)

    row.click()
    expect(page.get_by_role("dialog").get_by_text("8 hours")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("dialog").get_by_role("button", name="Renew").click()
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(row).to_have_count(2)
    former, following = sorted(dispatcher.find("agreements", search=name), key=lambda one: str(one["ends_on"]))
    assert former["renewed_by_id"] == following["id"]
