"""A rep lets the phone order a day, without signal, and takes it back."""

import re
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from mobile_client.pwa.e2e.conftest import MakeDevice
from mobile_client.pwa.e2e.device import PHONE
from mobile_client.pwa.e2e.server import Fieldbook, Person

pytestmark = pytest.mark.long

REP = "rep2@demo.example"
VADUZ = ZoneInfo("Europe/Vaduz")
NORTHWARDS = (0.16, 0.02, 0.20)
"""Degrees from Vaduz to each stop, in the order in which they were planned: there, almost back, and there again."""


def plan_to_and_fro(rep: Person, day: date) -> list[str]:
    """Plan visits at customers far to the north, near, and far again. Returns their names."""
    territory_id = rep.find("accounts")[0]["territory_id"]
    names = []
    for hour, degrees in enumerate(NORTHWARDS, start=9):
        account = rep.post("/accounts", name=f"Gasthof {uuid4().hex[:6]}", territory_id=territory_id)
        position = {"lat": 47.141 + degrees, "lng": 9.521}
        site = rep.post("/sites", account_id=account["id"], name="House", address={"city": "Vaduz"}, position=position)
        start = datetime(day.year, day.month, day.day, hour, tzinfo=VADUZ).astimezone(UTC)
        rep.post("/visits", account_id=account["id"], site_id=site["id"], planned_start_at=start.isoformat())
        names.append(account["name"])
    return names


def names_in(rows: Locator) -> list[str]:
    return rows.locator(".row-title").all_inner_texts()


def show_day(page: Page, day: date) -> Locator:
    """Show that day. Returns its agenda."""
    page.get_by_role("button", name="Pick a date").click()
    page.get_by_role("dialog").get_by_label("Date").fill(day.isoformat())
    page.get_by_role("dialog").get_by_role("button", name="Show").click()
    return page.get_by_role("list", name="Agenda")


def test_the_phone_orders_a_day_without_signal(make_device: MakeDevice, fieldbook: Fieldbook) -> None:
    rep = fieldbook.person(REP)
    day = datetime.now(VADUZ).date() + timedelta(weeks=6)
    planned = plan_to_and_fro(rep, day)
    phone = make_device(looks=PHONE)
    phone.open()
    phone.sign_in(REP)
    phone.lose_signal()
    agenda = show_day(phone.page, day)
    expect(agenda.locator(".row-title")).to_have_text(planned)

    phone.page.get_by_role("button", name="Best order").click()
    sheet = phone.page.get_by_role("dialog")
    expect(sheet.get_by_text(re.compile(r"^Saves \d+ km and \d+ minutes on the road\.$"))).to_be_visible()
    proposed = names_in(sheet.get_by_role("list", name="Best order"))
    assert proposed != planned
    sheet.get_by_role("button", name="Take over").click()
    expect(agenda.locator(".row-title")).to_have_text(proposed)

    phone.page.get_by_role("button", name="Undo").click()
    expect(agenda.locator(".row-title")).to_have_text(planned)
    phone.find_signal()
    phone.expect_synced()
    expect(agenda.locator(".row-title")).to_have_text(planned)
