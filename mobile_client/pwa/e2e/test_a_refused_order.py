"""A product is withdrawn while a rep without signal sells it: the order stays with the rep until it is dealt with."""

import re
from dataclasses import dataclass
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, expect

from mobile_client.pwa.e2e.device import Device
from mobile_client.pwa.e2e.screens import add_product, open_customer, place_order
from mobile_client.pwa.e2e.server import Fieldbook, Person


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """Two products of the demo company's admin: one that stays, and one that will not."""

    admin: Person
    kept: str
    withdrawn: str
    withdrawn_id: str

    def withdraw(self) -> None:
        """Take the second product out of sale."""
        self.admin.post(f"/products/{self.withdrawn_id}/withdraw")


@pytest.fixture
def catalogue(fieldbook: Fieldbook) -> Catalogue:
    admin = fieldbook.person("admin1@demo.example")
    [category, *_] = admin.find("product-categories")
    [prices, *_] = admin.find("price-lists")
    batch = uuid4().hex[:6]

    def product(name: str) -> str:
        record = admin.post("/products", sku=f"{name[:3]}-{batch}", name=name, category_id=category["id"])
        admin.post("/prices", price_list_id=prices["id"], product_id=record["id"], amount_minor=1250)
        product_id: str = record["id"]
        return product_id

    kept, withdrawn = f"Barista towel {batch}", f"Copper jug {batch}"
    product(kept)
    return Catalogue(admin=admin, kept=kept, withdrawn=withdrawn, withdrawn_id=product(withdrawn))


def test_a_refused_order_is_mended_and_sent_again(phone: Device, catalogue: Catalogue, fieldbook: Fieldbook) -> None:
    page = phone.page
    order = take_order_that_is_refused(phone, "rep3@demo.example", catalogue)

    order.get_by_role("link", name="Mend").click()
    page.get_by_role("button", name="Review order").click()
    review = page.get_by_role("dialog")
    expect(review.get_by_text("Withdrawn: cannot be ordered any more")).to_be_visible()
    expect(review.get_by_role("button", name="Place order")).to_be_disabled()
    review.get_by_role("button", name="Take out").click()
    review.get_by_role("button", name="Place order").click()

    number = page.get_by_role("heading", name=re.compile(r"^SO-\d+$"))
    expect(number).to_be_visible()
    phone.expect_synced()
    [placed] = fieldbook.person("rep3@demo.example").find("orders", number=number.inner_text())
    assert [line["name"] for line in placed["lines"]] == [catalogue.kept]


def test_a_refused_order_is_discarded(phone: Device, catalogue: Catalogue, fieldbook: Fieldbook) -> None:
    page = phone.page
    order = take_order_that_is_refused(phone, "rep4@demo.example", catalogue)

    order.get_by_role("button", name="Discard").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Discard").click()

    expect(page.get_by_text("Everything is handed in")).to_be_visible()
    phone.expect_synced()
    rep = fieldbook.person("rep4@demo.example")
    orders = rep.find("orders", placed_by_id=rep.user["id"], limit=200)
    assert catalogue.withdrawn not in [line["name"] for order in orders for line in order["lines"]]


def take_order_that_is_refused(phone: Device, rep: str, catalogue: Catalogue) -> Locator:
    """Return the card that says so."""
    page = phone.page
    phone.sign_in(rep)
    phone.lose_signal()
    open_customer(page, search="Restaurant")
    page.get_by_role("link", name="New order").click()
    add_product(page, catalogue.kept)
    add_product(page, catalogue.withdrawn)
    place_order(page)
    expect(page.get_by_text("Not sent yet")).to_be_visible()

    catalogue.withdraw()
    phone.find_signal()
    expect(page.get_by_text("Needs attention", exact=True)).to_be_visible()
    expect(phone.sync_state).to_have_accessible_name(re.compile("1 needs attention"))
    phone.sync_state.click()
    order = page.get_by_role("article", name="Order")
    expect(order).to_contain_text("A product is not sold any more.")
    expect(order).to_contain_text(catalogue.withdrawn)
    return order
