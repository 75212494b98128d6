"""When people work: a rep's absence without signal, a manager's look at it, and the calendar outside of Fieldbook."""

import re
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
import urllib3
from playwright.sync_api import expect

from mobile_client.pwa.e2e.conftest import MakeDevice
from mobile_client.pwa.e2e.device import DESK, PHONE, Device
from mobile_client.pwa.e2e.server import Fieldbook, Person
from mobile_client.pwa.e2e.test_accessibility import violations

pytestmark = pytest.mark.long

VADUZ = ZoneInfo("Europe/Vaduz")
LATER_MS = 90_000
EMAIL = "rep1@demo.example"
WEEKS_AHEAD = 20


@pytest.fixture
def rep(fieldbook: Fieldbook) -> Person:
    return fieldbook.person(EMAIL)


@pytest.fixture
def monday() -> date:
    """A week for which neither the demo company nor the call cycle has planned anything.

    It looks eight weeks ahead, at periods of up to eight weeks.
    """
    today = datetime.now(VADUZ).date()
    return today - timedelta(days=today.weekday()) + timedelta(weeks=WEEKS_AHEAD)


@pytest.fixture
def rep_phone(make_device: MakeDevice, rep: Person, monday: date) -> Device:
    """The rep's phone, with one visit on that Monday."""
    account = rep.post(
        "/accounts", name=f"Gasthof {uuid4().hex[:6]}", territory_id=rep.find("accounts")[0]["territory_id"]
    )
    site = rep.post("/sites", account_id=account["id"], name="House", address={"city": "Vaduz"})
    start = datetime(monday.year, monday.month, monday.day, 10, tzinfo=VADUZ).astimezone(UTC)
    rep.post("/visits", account_id=account["id"], site_id=site["id"], planned_start_at=start.isoformat())
    phone = make_device(looks=PHONE)
    phone.open()
    phone.page.emulate_media(reduced_motion="reduce")
    phone.sign_in(EMAIL)
    return phone


def test_a_rep_notes_an_absence_without_signal(
    rep_phone: Device, make_device: MakeDevice, rep: Person, monday: date
) -> None:
    page, friday = rep_phone.page, monday + timedelta(days=4)
    rep_phone.lose_signal()
    page.goto("/working-time")
    page.get_by_role("button", name="Add", exact=True).click()
    form = page.get_by_role("dialog")
    form.get_by_label("First day").fill(monday.isoformat())
    form.get_by_label("Last day").fill(friday.isoformat())
    expect(form.get_by_role("status")).to_contain_text("1 visit is planned on these days")
    expect(form.get_by_role("status")).to_contain_text("planned or confirmed by a person")
    assert violations(page) == []
    form.get_by_role("button", name="Save").click()
    absences = page.get_by_role("list", name="Absences")
    expect(absences).to_contain_text("5 days")
    page.get_by_role("button", name="Undo").click()
    expect(absences).to_have_count(0)

    page.get_by_role("button", name="Add", exact=True).click()
    form.get_by_label("First day").fill(monday.isoformat())
    form.get_by_label("Last day").fill(friday.isoformat())
    form.get_by_role("button", name="Save").click()
    expect(absences).to_contain_text("5 days")
    page.goto(f"/today?date={friday.isoformat()}")
    expect(page.get_by_text("Day off: Absent")).to_be_visible()
    page.goto("/week")
    for _ in range(WEEKS_AHEAD):
        page.get_by_role("button", name="Next week").click()
    expect(page.locator(f"[data-date='{friday.isoformat()}']")).to_contain_text("Absent")

    rep_phone.find_signal()
    rep_phone.expect_synced()
    found = rep.find("absences", **{"user_id": rep.user["id"], "from": monday.isoformat()})
    kept = [each for each in found if not each["withdrawn"]]
    assert [(each["starts_on"], each["ends_on"]) for each in kept] == [(monday.isoformat(), friday.isoformat())]

    desk = make_device(looks=DESK)
    desk.open()
    desk.page.emulate_media(reduced_motion="reduce")
    desk.sign_in("manager1@demo.example")
    desk.page.goto(f"/working-time?person={rep.user['id']}")
    expect(desk.page.get_by_role("list", name="Absences")).to_contain_text("1 visit is planned on these days")
    expect(desk.page.get_by_role("list", name="Public holidays")).to_contain_text("Christmas Day", timeout=LATER_MS)
    assert violations(desk.page) == []
    desk.page.get_by_role("list", name="Absences").get_by_role("button").click()
    desk.page.get_by_role("button", name="Works on these days after all").click()
    desk.expect_synced()
    page.goto("/working-time")
    expect(page.get_by_text("No absence", exact=True)).to_be_visible(timeout=LATER_MS)


def test_a_manager_sets_a_working_week(make_device: MakeDevice, fieldbook: Fieldbook) -> None:
    someone = fieldbook.person("rep6@demo.example")
    desk = make_device(looks=DESK)
    desk.open()
    desk.page.emulate_media(reduced_motion="reduce")
    desk.sign_in("manager1@demo.example")
    desk.page.goto(f"/working-time?person={someone.user['id']}")
    week = desk.page.get_by_role("region", name="Working week")
    expect(week).to_contain_text("SaturdayFree")
    week.get_by_role("button", name="Change").click()
    form = desk.page.get_by_role("dialog")
    form.get_by_role("button", name="Add hours on Saturday").click()
    friday = form.get_by_role("group", name="Friday")
    friday.get_by_role("button", name="Remove Friday from 13:00").click()
    assert violations(desk.page) == []
    form.get_by_role("button", name="Save").click()
    expect(week).not_to_contain_text("SaturdayFree", timeout=LATER_MS)
    [kept] = someone.find("working-weeks", user_id=someone.user["id"])
    assert [shift["starts"] for shift in kept["shifts"] if shift["weekday"] in {"fr", "sa"}] == ["08:00", "08:00"]


def test_the_plan_is_read_by_another_calendar_until_its_address_is_switched_off(rep_phone: Device) -> None:
    page = rep_phone.page
    page.goto("/me")
    page.get_by_role("button", name="Make the address").click()
    expect(page.get_by_text("Whoever has this address sees your plan")).to_be_visible(timeout=LATER_MS)
    first = page.get_by_label("Address of your calendar").input_value()
    calendar = urllib3.request("GET", first)
    assert calendar.status == 200
    assert calendar.data.startswith(b"BEGIN:VCALENDAR")

    page.get_by_role("button", name="New address").click()
    page.get_by_role("alertdialog").get_by_role("button", name="New address").click()
    expect(page.get_by_label("Address of your calendar")).not_to_have_value(first, timeout=LATER_MS)
    second = page.get_by_label("Address of your calendar").input_value()
    assert urllib3.request("GET", first).status == 404
    assert urllib3.request("GET", second).status == 200

    page.get_by_role("button", name="Switch off").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Switch off").click()
    expect(page.get_by_role("button", name="Make the address")).to_be_visible(timeout=LATER_MS)
    assert urllib3.request("GET", second).status == 404
    expect(page.get_by_role("link", name=re.compile("^Working time"))).to_be_visible()
