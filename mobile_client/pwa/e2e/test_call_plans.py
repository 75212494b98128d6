"""A manager says how often a customer is to be visited; the call cycle plans it, and the rep's phone has it."""

import re
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from mobile_client.pwa.e2e.conftest import MakeDevice
from mobile_client.pwa.e2e.device import DESK, PHONE, Device
from mobile_client.pwa.e2e.server import Fieldbook, Person
from mobile_client.pwa.e2e.test_accessibility import violations

pytestmark = pytest.mark.long

# What a job in the background and a sync may take on a busy machine.
LATER_MS = 90_000
VADUZ = ZoneInfo("Europe/Vaduz")


@pytest.fixture
def rep(fieldbook: Fieldbook) -> Person:
    return fieldbook.person("rep2@demo.example")


@pytest.fixture
def customer(rep: Person) -> dict[str, Any]:
    """A customer whom nobody has planned to visit."""
    territory_id = rep.find("accounts")[0]["territory_id"]
    account = rep.post("/accounts", name=f"Gasthof {uuid4().hex[:6]}", territory_id=territory_id)
    rep.post("/sites", account_id=account["id"], name="House", address={"city": "Vaduz"})
    return account


@pytest.fixture
def manager(make_device: MakeDevice, customer: dict[str, Any]) -> Device:
    device = make_device(looks=DESK)
    device.open()
    device.page.emulate_media(reduced_motion="reduce")
    device.sign_in("manager1@demo.example")
    return device


def weekly_plan(page: Page, name: str) -> None:
    """Make a plan for the customer alone, every week on a Wednesday."""
    page.goto("/call-plans")
    page.get_by_role("button", name="New plan").click()
    form = page.get_by_role("dialog")
    form.get_by_text("Counts before all other plans").click()
    form.get_by_role("searchbox").fill(name)
    form.get_by_role("list", name="Customers").get_by_role("button", name=re.compile(name)).click()
    form.get_by_role("textbox", name="Quantity of Every so many weeks").fill("1")
    form.get_by_text("Wed", exact=True).click()
    assert violations(page) == []
    form.get_by_role("button", name="Save").click()


def weeks_ahead(day: date) -> int:
    today = datetime.now(VADUZ).date()
    return (day - today + timedelta(days=today.weekday())).days // 7


def run_the_cycle(page: Page) -> None:
    page.goto("/call-cycle")
    page.get_by_role("button", name="Run now").click()
    latest = page.get_by_role("region", name="Last run")
    expect(latest.get_by_text("Done", exact=True)).to_be_visible(timeout=LATER_MS)


def test_a_plan_becomes_visits_in_the_reps_week(
    manager: Device, make_device: MakeDevice, rep: Person, customer: dict[str, Any]
) -> None:
    name, page = customer["name"], manager.page
    weekly_plan(page, name)
    row = page.get_by_role("list", name="Call plans").get_by_role("listitem").filter(has_text=name)
    expect(row).to_contain_text("every week · Wed · 30 min · The customer's rep", timeout=LATER_MS)
    expect(row).to_contain_text("1 customer", timeout=LATER_MS)
    assert violations(page) == []

    run_the_cycle(page)
    assert violations(page) == []
    planned = rep.find("visits", account_id=customer["id"])
    assert {visit["rep_id"] for visit in planned} == {rep.user["id"]}
    first = min(datetime.fromisoformat(visit["planned_start_at"]) for visit in planned).astimezone(VADUZ).date()

    phone = make_device(looks=PHONE)
    phone.open()
    phone.sign_in("rep2@demo.example")
    phone.lose_signal()
    phone.page.goto("/week")
    for _ in range(weeks_ahead(first)):
        phone.page.get_by_role("button", name="Next week").click()
    expect(phone.page.locator(f"[data-date='{first.isoformat()}']")).to_contain_text(name)
    phone.page.goto(f"/accounts/{customer['id']}")
    plan = phone.page.get_by_role("region", name="Call plan")
    expect(plan).to_contain_text("every week · Wed")
    expect(plan).to_contain_text(rep.user["name"])
    expect(plan).to_contain_text("None in the last 90 days")
    expect(plan).not_to_contain_text("None is planned")


def test_a_plan_is_made_on_the_customers_page_switched_off_and_on_again(
    manager: Device, customer: dict[str, Any]
) -> None:
    page = manager.page
    page.goto(f"/accounts/{customer['id']}")
    page.get_by_role("button", name="Make a plan for this customer").click()
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    section = page.get_by_role("region", name="Call plan")
    expect(section).to_contain_text("every 4 weeks", timeout=LATER_MS)
    section.get_by_role("button", name="Change this plan").click()
    page.get_by_role("button", name="Switch off").click()
    expect(section.get_by_role("button", name="Make a plan for this customer")).to_be_visible(timeout=LATER_MS)
    page.get_by_role("button", name="Undo").click()
    expect(section.get_by_role("button", name="Change this plan")).to_be_visible(timeout=LATER_MS)


def test_a_plan_ends_and_its_customers_are_counted(
    manager: Device, fieldbook: Fieldbook, customer: dict[str, Any]
) -> None:
    page, by_rest = manager.page, fieldbook.person("manager1@demo.example")
    today = datetime.now(VADUZ).date()
    name = f"Fortnightly {uuid4().hex[:6]}"
    plan = by_rest.post("/call-plans", name=name, account_id=customer["id"], every_weeks=2, starts_on=today.isoformat())
    page.goto("/call-plans")
    page.get_by_role("searchbox", name="Name, customer, rep or purpose").fill(name)
    page.get_by_role("list", name="Call plans").get_by_role("button", name=re.compile(name)).click(timeout=LATER_MS)
    last = (today + timedelta(days=30)).isoformat()
    page.get_by_role("dialog").get_by_label("Last day").fill(last)
    page.get_by_role("dialog").get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert by_rest.read(f"/call-plans/{plan['id']}")["ends_on"] == last
    with page.expect_response(re.compile("/end$")):
        page.get_by_role("button", name="Undo").click()
    assert by_rest.read(f"/call-plans/{plan['id']}")["ends_on"] is None


def test_who_was_served_too_little_is_told_with_the_reason(
    manager: Device, fieldbook: Fieldbook, customer: dict[str, Any]
) -> None:
    page, by_rest = manager.page, fieldbook.person("manager1@demo.example")
    since = datetime.now(VADUZ).date() - timedelta(weeks=6)
    by_rest.post("/call-plans", name="Weekly", account_id=customer["id"], every_weeks=1, starts_on=since.isoformat())
    page.goto("/call-cycle/service")
    row = page.get_by_role("listitem").filter(has_text=customer["name"])
    expect(row).to_contain_text("Not planned", timeout=LATER_MS)
    assert violations(page) == []
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    assert download.value.suggested_filename == "Over- and under-served.csv"
    page.get_by_text("Too many visits", exact=True).click()
    expect(row).to_have_count(0)
