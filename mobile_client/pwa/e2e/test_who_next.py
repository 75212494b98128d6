"""Without signal a rep sees whom to visit next, fills the gaps of a day, and orders it anew after a cancellation."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from mobile_client.pwa.e2e.conftest import MakeDevice
from mobile_client.pwa.e2e.device import PHONE, Device
from mobile_client.pwa.e2e.server import PASSWORD, Fieldbook, Person

pytestmark = pytest.mark.long

ZONE = ZoneInfo("Europe/Vaduz")
VADUZ, SCHAAN, RUGGELL = 47.141, 47.165, 47.239
"""Latitudes, from south to north."""
ALL_DAY = [{"weekday": day, "starts": "00:00", "ends": "23:55"} for day in ("mo", "tu", "we", "th", "fr", "sa", "su")]


@pytest.fixture
def tomorrow() -> date:
    return datetime.now(ZONE).date() + timedelta(days=1)


class Newcomer:
    """A rep with a territory of their own and nothing planned, who works at any time."""

    def __init__(self, fieldbook: Fieldbook) -> None:
        self.admin = fieldbook.person("admin1@demo.example")
        self.email = f"newcomer-{uuid4().hex[:8]}@demo.example"
        home = {"lat": VADUZ, "lng": 9.521}
        user = self.admin.post(
            "/users", name="Nora Neu", email=self.email, password=PASSWORD, roles=["rep"], language="en", home=home
        )
        self.territory = self.admin.post("/territories", name=f"New land {uuid4().hex[:6]}")
        member = {"user_id": user["id"], "role": "rep", "starts_on": "2026-01-01"}
        self.admin.post(f"/territories/{self.territory['id']}/memberships", **member)
        self.admin.post("/working-weeks", user_id=user["id"], shifts=ALL_DAY)
        self.person: Person = fieldbook.person(self.email)

    def customer(
        self, *, lat: float, every_weeks: int | None = None, since: str = "2026-01-05", **preferred: Any
    ) -> tuple[str, str, str]:
        """Make a customer, who is due since that day when there is a plan. Returns its name, id and site's id."""
        name = f"Gasthof {uuid4().hex[:6]}"
        account = self.admin.post("/accounts", name=name, territory_id=self.territory["id"])
        position = {"lat": lat, "lng": 9.521}
        site = self.admin.post("/sites", account_id=account["id"], name="House", position=position)
        if every_weeks is not None:
            plan = {"account_id": account["id"], "every_weeks": every_weeks, "duration_min": 45, "purpose": "Order"}
            self.admin.post("/call-plans", name=name, starts_on=since, **plan, **preferred)
        return name, account["id"], site["id"]

    def planned(self, day: date, hour: int, *, lat: float) -> str:
        """Plan a visit for that day. Returns the customer's name."""
        name, account_id, site_id = self.customer(lat=lat)
        start = datetime(day.year, day.month, day.day, hour, tzinfo=ZONE).astimezone(UTC)
        self.person.post("/visits", account_id=account_id, site_id=site_id, planned_start_at=start.isoformat())
        return name


@pytest.fixture
def newcomer(fieldbook: Fieldbook) -> Newcomer:
    return Newcomer(fieldbook)


def without_signal(make_device: MakeDevice, newcomer: Newcomer) -> Device:
    phone = make_device(looks=PHONE)
    phone.open()
    phone.sign_in(newcomer.email)
    phone.lose_signal()
    return phone


def show_tomorrow(page: Page) -> Locator:
    """Show the day. Returns its agenda."""
    page.get_by_role("link", name="Today").click()
    page.get_by_role("radio", name="Tomorrow").click()
    return page.get_by_role("list", name="Agenda")


def test_whom_to_visit_next_is_ranked_with_reasons_and_planned_with_one_tap(
    make_device: MakeDevice, newcomer: Newcomer
) -> None:
    due, _, _ = newcomer.customer(lat=RUGGELL, every_weeks=2)
    newcomer.customer(lat=VADUZ, every_weeks=2, since=datetime.now(ZONE).date().isoformat())
    phone = without_signal(make_device, newcomer)
    page = phone.page
    page.get_by_role("link", name="Customers").click()
    page.get_by_role("button", name="Who next").click()
    rows = page.get_by_role("list", name="Who next").get_by_role("listitem")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text(due)
    expect(rows.first).to_contain_text(re.compile(r"\d+ weeks over the plan's “every 2 weeks”"))
    expect(rows.nth(1)).to_contain_text("m away")
    expect(rows.first.get_by_role("link", name=f"Route to {due}")).to_be_visible()

    page.get_by_role("radio", name="Usual orders").click()
    expect(page.get_by_role("heading", name="Nobody for this reason")).to_be_visible()
    page.get_by_role("radio", name="Call plan").click()
    expect(rows).to_have_count(1)

    plan_it = page.get_by_role("button", name=re.compile(rf"^(Today|Tomorrow) \d\d:\d\d: plan a visit to {due}$"))
    plan_it.click()
    expect(rows).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(rows).to_have_count(1)
    plan_it.click()
    expect(rows).to_have_count(0)

    phone.find_signal()
    phone.expect_synced()
    visits = newcomer.person.find("visits")
    assert sorted(visit["status"] for visit in visits) == ["canceled", "planned"]
    assert {(visit["duration_min"], visit["purpose"]) for visit in visits} == {(45, "Order")}


def test_an_overdue_customer_on_the_way_fills_a_gap(
    make_device: MakeDevice, newcomer: Newcomer, tomorrow: date
) -> None:
    due, account_id, _ = newcomer.customer(lat=SCHAAN, every_weeks=4)
    start, end = newcomer.planned(tomorrow, 9, lat=VADUZ), newcomer.planned(tomorrow, 12, lat=RUGGELL)
    phone = without_signal(make_device, newcomer)
    page = phone.page
    agenda = show_tomorrow(page)
    expect(agenda.locator(".row-title")).to_have_text([start, end])
    offers = page.get_by_role("list", name="Fits into your day")
    expect(offers).to_contain_text(due)
    expect(offers).to_contain_text(re.compile(r"weeks over the plan's “every 4 weeks”"))
    expect(offers).to_contain_text("on your way")

    offers.get_by_role("button", name=re.compile(f"^Plan a visit to {due} at ")).click()
    expect(agenda.locator(".row-title")).to_have_count(3)
    expect(agenda).to_contain_text(due)
    expect(page.get_by_text("Nobody who is overdue fits into what is left of this day.")).to_be_visible()
    phone.find_signal()
    phone.expect_synced()
    [visit] = newcomer.person.find("visits", account_id=account_id)
    assert datetime.fromisoformat(visit["planned_start_at"]).astimezone(ZONE).date() == tomorrow


def test_a_gap_is_offered_when_the_call_plan_would_have_it_or_it_is_said_that_it_is_not(
    make_device: MakeDevice, newcomer: Newcomer, tomorrow: date
) -> None:
    afternoons, _, _ = newcomer.customer(lat=SCHAAN, every_weeks=4, time_from="14:00", time_to="16:00")
    weekday = ("mo", "tu", "we", "th", "fr", "sa", "su")[(tomorrow.weekday() + 1) % 7]
    another_day, _, _ = newcomer.customer(lat=SCHAAN, every_weeks=4, weekdays=[weekday])
    phone = without_signal(make_device, newcomer)
    show_tomorrow(phone.page)
    offers = phone.page.get_by_role("list", name="Fits into your day").get_by_role("listitem")
    preferring_another_day, preferring_afternoons = (offers.filter(has_text=it) for it in (another_day, afternoons))
    expect(preferring_afternoons.get_by_role("button", name=f"Plan a visit to {afternoons} at 14:00")).to_be_visible()
    expect(preferring_afternoons).not_to_contain_text("by the call plan")
    day = (tomorrow + timedelta(days=1)).strftime("%a")
    expect(preferring_another_day).to_contain_text(f"best {day}, by the call plan")


def test_after_a_cancellation_the_rest_of_the_day_is_ordered_anew(
    make_device: MakeDevice, newcomer: Newcomer, tomorrow: date
) -> None:
    stops = ((8, RUGGELL), (9, VADUZ), (10, SCHAAN), (11, RUGGELL), (12, SCHAAN))
    canceled, *rest = [newcomer.planned(tomorrow, hour, lat=lat) for hour, lat in stops]
    phone = without_signal(make_device, newcomer)
    page = phone.page
    agenda = show_tomorrow(page)
    expect(agenda.locator(".row-title")).to_have_text([canceled, *rest])
    agenda.get_by_role("link", name=re.compile(canceled)).click()
    page.get_by_role("button", name="Cancel visit").click()
    page.get_by_role("dialog").get_by_text("Closed").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel visit").click()

    page.get_by_role("link", name="Rest of the day").click()
    expect(agenda.locator(".row-title")).to_have_text(rest)
    expect(page.get_by_text(f"{canceled} at 08:00 was canceled")).to_be_visible()
    page.get_by_role("status").filter(has_text=canceled).get_by_role("button", name="Best order").click()
    sheet = page.get_by_role("dialog")
    expect(sheet.get_by_text(re.compile(r"^Saves "))).to_be_visible()
    proposed = sheet.get_by_role("list", name="Best order").locator(".row-title").all_inner_texts()
    assert sorted(proposed) == sorted(rest)
    assert proposed != rest
    sheet.get_by_role("button", name="Take over").click()
    expect(agenda.locator(".row-title")).to_have_text(proposed)
    expect(page.get_by_text(f"{canceled} at 08:00 was canceled")).to_be_hidden()
    phone.find_signal()
    phone.expect_synced()
    expect(agenda.locator(".row-title")).to_have_text(proposed)
