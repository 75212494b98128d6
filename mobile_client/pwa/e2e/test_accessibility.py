"""No screen breaks a rule of axe-core (WCAG 2.2 A and AA, and its best practices), in light and in dark."""

import re
from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from mobile_client.pwa.e2e.device import Device
from mobile_client.pwa.e2e.screens import add_product, open_customer

Scheme = Literal["light", "dark"]
in_both = pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.long)])


@in_both
def test_the_phones_screens(phone: Device, scheme: Scheme) -> None:
    page = phone.page
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.goto("/")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    broken = {"sign-in": violations(page)}
    phone.sign_in("rep5@demo.example")
    for screen in walk_through(phone):
        broken[screen] = violations(page)
    assert {screen: rules for screen, rules in broken.items() if rules} == {}


@in_both
def test_the_board(desk: Device, scheme: Scheme) -> None:
    desk.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    desk.sign_in("dispatch2@demo.example")
    waiting = desk.page.get_by_role("region", name="Unscheduled").get_by_role("article").first
    waiting.get_by_role("button").first.click()
    expect(desk.page.get_by_role("complementary")).to_be_visible()
    assert violations(desk.page) == []


@in_both
def test_the_managers_plans(desk: Device, scheme: Scheme) -> None:
    page = desk.page
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    desk.sign_in("manager1@demo.example")
    broken = {}
    for path, title in (
        ("/call-plans", "Call plans"),
        ("/call-cycle", "Call cycle"),
        ("/call-cycle/service", "Over- and under-served"),
        ("/working-time", "Working time"),
    ):
        page.goto(path)
        expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
        broken[path] = violations(page)
    page.goto("/call-plans")
    page.get_by_role("button", name="New plan").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    broken["a new plan"] = violations(page)
    assert {screen: rules for screen, rules in broken.items() if rules} == {}


def walk_through(phone: Device) -> Iterator[str]:
    """Open one screen after the other, and say which one it is."""
    page = phone.page
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    expect(page.get_by_role("heading", name="Fits into your day")).to_be_visible()
    yield "today"
    page.get_by_role("link", name="Who next").click()
    expect(page.get_by_role("list", name="Who next").get_by_role("listitem").first).to_be_visible()
    yield "who next"
    page.get_by_role("button", name=re.compile("^Choose a time for ")).first.click()
    expect(page.get_by_role("dialog").get_by_role("button", name="Plan visit")).to_be_visible()
    yield "choose a time"
    page.get_by_role("button", name="Close").click()
    page.get_by_role("button", name="Back").click()
    page.get_by_role("link", name="Open visit").click()
    expect(page.get_by_role("heading", name="Where and who")).to_be_visible()
    yield "visit"
    page.get_by_role("button", name="Back").click()
    open_customer(page, search="Restaurant")
    expect(page.get_by_role("heading", name="History")).to_be_visible()
    yield "customer"
    page.get_by_role("link", name="New order").click()
    add_product(page, "Kessa Bistro")
    yield "order"
    page.get_by_role("button", name="Review order").click()
    expect(page.get_by_role("dialog").get_by_role("button", name="Place order")).to_be_visible()
    yield "order review"
    for path, title in (
        ("/accounts", "Customers"),
        ("/notices", "Notices"),
        ("/sync", "Sync"),
        ("/figures", "Figures"),
        ("/me", re.compile(".")),
        ("/working-time", "Working time"),
    ):
        page.goto(path)
        expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
        yield path


# React Aria's announcer, which keeps for a moment what it read out about elements that are gone.
NOT_SHOWN = {"exclude": [["[data-live-announcer]"]]}


def violations(page: Page) -> list[str]:
    """Return the rules that the screen breaks, each with the elements that do."""
    return [
        f"{found['id']}: {found['help']}: {[node['html'][:160] for node in found['nodes']]}"
        for found in Axe().run(page, context=NOT_SHOWN).response["violations"]
    ]
