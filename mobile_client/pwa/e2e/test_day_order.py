"""A rep lets the phone order the day, without signal, and takes it back."""

import re

from playwright.sync_api import Page, expect

from mobile_client.pwa.e2e.conftest import MakeDevice
from mobile_client.pwa.e2e.device import PHONE, Device
from mobile_client.pwa.e2e.server import Fieldbook, Person

REP = "rep2@demo.example"


def starts(rep: Person, visits: list[str]) -> dict[str, str]:
    return {visit_id: rep.read(f"/visits/{visit_id}")["planned_start_at"] for visit_id in visits}


def agenda(page: Page) -> list[str]:
    """The customers of the day in their order."""
    rows = page.get_by_role("list", name="Agenda").get_by_role("listitem").locator(".row-title")
    expect(rows.first).to_be_visible()
    return rows.all_inner_texts()


def test_the_phone_orders_the_day_without_signal(make_device: MakeDevice, fieldbook: Fieldbook) -> None:
    rep = fieldbook.person(REP)
    phone: Device = make_device(looks=PHONE)
    phone.open()
    phone.sign_in(REP)
    page = phone.page
    page.get_by_role("radio", name="Tomorrow").click()
    before = agenda(page)
    # Out of order by as much as can be: the second stop comes last.
    [moved] = [
        each for each in phone.stored("documents") if each["entity"] == "account" and each["doc"]["name"] == before[1]
    ]
    phone.lose_signal()

    page.get_by_role("button", name="Best order").click()
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_text(re.compile(r"^Saves .* on the road\.$"))).to_be_visible()
    proposed = sheet.get_by_role("list", name="Best order").locator(".row-title").all_inner_texts()
    assert sorted(proposed) == sorted(before)
    sheet.get_by_role("button", name="Take over").click()
    expect(page.get_by_text(re.compile("new time"))).to_be_visible()
    assert agenda(page) == proposed
