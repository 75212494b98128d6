"""What people do on a screen, in their words."""

import re

from playwright.sync_api import Page, expect


def open_customer(page: Page, *, search: str) -> None:
    """Find a customer by name, street or place, and open it."""
    page.get_by_role("link", name="Customers").click()
    page.get_by_role("searchbox", name="Name, street, place or number").fill(search)
    page.get_by_role("list", name="Customers").get_by_role("link", name=re.compile(search)).first.click()


def add_product(page: Page, name: str) -> None:
    """Search a product and put one of it into the order."""
    page.get_by_role("searchbox", name="Search products").fill(name)
    page.get_by_role("button", name=f"Add {name}", exact=True).click()
    expect(page.get_by_role("textbox", name=f"Quantity of {name}")).to_have_value("1")


def place_order(page: Page) -> None:
    """Look through the order and place it."""
    page.get_by_role("button", name="Review order").click()
    page.get_by_role("dialog").get_by_role("button", name="Place order").click()
    expect(page.get_by_role("list", name="Order lines")).to_be_visible()
