"""A week is planned by the server: looked at, taken over and back; and said plainly when there is no signal."""

import re
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from mobile_client.pwa.e2e.conftest import MakeDevice
from mobile_client.pwa.e2e.device import DESK, PHONE
from mobile_client.pwa.e2e.server import Fieldbook, Person

pytestmark = pytest.mark.long

VADUZ = ZoneInfo("Europe/Vaduz")
TODAY = datetime.now(VADUZ).date()
MONDAY = TODAY - timedelta(days=TODAY.weekday()) + timedelta(weeks=6)
RANKWEIL, BALZERS = {"lat": 47.2710, "lng": 9.6430}, {"lat": 47.0660, "lng": 9.5020}
"""In Rankweil the demo company has no customers: whoever has to go there drives for it alone."""


class Planning:
    """A rep's week, made through REST: what the call cycle has placed, what the rep has fixed, who waits."""

    def __init__(self, fieldbook: Fieldbook, *, rep: str) -> None:
        self.rep, self.manager = fieldbook.person(rep), fieldbook.person("manager1@demo.example")
        self.territory_id = self.rep.find("accounts")[0]["territory_id"]

    def customer(self, position: dict[str, float], **site: Any) -> dict[str, Any]:
        account = self.rep.post("/accounts", name=f"Gasthof {uuid4().hex[:6]}", territory_id=self.territory_id)
        self.rep.post("/sites", account_id=account["id"], name="House", position=position, **site)
        return account

    def call_plan(self, account: dict[str, Any], **plan: Any) -> dict[str, Any]:
        terms = {"every_weeks": 1, "duration_min": 60, "rep_id": self.rep.user["id"], **plan}
        return self.manager.post("/call-plans", name="Calls", account_id=account["id"], **terms)

    def run_call_cycle(self) -> None:
        run = self.manager.post("/call-cycle/runs")
        while self.manager.read(f"/call-cycle/runs/{run['id']}")["status"] != "done":
            time.sleep(0.2)

    def two_in_one_village(self) -> list[dict[str, Any]]:
        """Two neighbours whom the call cycle has placed on two days, which nobody wishes any more."""
        accounts = []
        for weekday in ("mo", "th"):
            account = self.customer(RANKWEIL)
            week = {"starts_on": MONDAY.isoformat(), "ends_on": (MONDAY + timedelta(days=6)).isoformat()}
            plan = self.call_plan(account, weekdays=[weekday], **week)
            accounts.append({**account, "plan": plan})
        self.run_call_cycle()
        for account in accounts:
            self.manager.patch(f"/call-plans/{account['plan']['id']}", weekdays=[])
        return accounts

    def overdue(self, position: dict[str, float], **site: Any) -> dict[str, Any]:
        """A customer who should have been visited for two months."""
        account = self.customer(position, **site)
        self.call_plan(account, starts_on=(TODAY - timedelta(days=60)).isoformat())
        return account

    def fixed(self, day: date) -> tuple[dict[str, Any], str]:
        account = self.customer(BALZERS)
        [site] = self.rep.find("sites", account_id=account["id"])
        at = datetime(day.year, day.month, day.day, 10, tzinfo=VADUZ).astimezone(UTC)
        visit = self.rep.post("/visits", account_id=account["id"], site_id=site["id"], planned_start_at=at.isoformat())
        return visit, account["name"]

    def planned(self, account: dict[str, Any]) -> list[dict[str, Any]]:
        """Its visits of the week: before and after it the demo company's own call plans count."""
        visits = self.rep.find("visits", account_id=account["id"], status="planned")
        return [visit for visit in visits if MONDAY <= on(visit) < MONDAY + timedelta(weeks=1)]


def show_week(page: Page, monday: date) -> None:
    page.goto("/week")
    first = page.locator("[data-date]").first
    expect(first).to_be_visible()
    while first.get_attribute("data-date") != monday.isoformat():
        page.get_by_role("button", name="Next week").click()


def on(visit: dict[str, Any]) -> date:
    return datetime.fromisoformat(visit["planned_start_at"]).astimezone(VADUZ).date()


@pytest.fixture
def planning(fieldbook: Fieldbook) -> Planning:
    return Planning(fieldbook, rep="rep5@demo.example")


def test_a_rep_has_a_week_planned_takes_it_over_and_back(make_device: MakeDevice, planning: Planning) -> None:
    one, other = planning.two_in_one_village()
    waits, closed = planning.overdue(RANKWEIL), planning.overdue(BALZERS, opening_hours="Su 01:00-02:00")
    visit, fixed = planning.fixed(MONDAY + timedelta(days=1))
    phone = make_device(looks=PHONE)
    phone.open()
    phone.sign_in("rep5@demo.example")
    show_week(phone.page, MONDAY)
    phone.page.get_by_role("button", name="Plan this week").click()

    sheet = phone.page.get_by_role("dialog")
    expect(sheet.get_by_role("checkbox", name=waits["name"])).to_be_checked(timeout=60_000)
    expect(sheet.get_by_text("over the plan's “every week”").first).to_be_visible()
    expect(sheet.get_by_role("listitem").filter(has_text=fixed)).to_contain_text("fixed, stays as it is")
    expect(sheet.get_by_role("listitem").filter(has_text=closed["name"])).to_contain_text("Not open long enough")
    # One of the neighbours goes to the other.
    neighbours = sheet.get_by_role("listitem").filter(has_text=re.compile(f"{one['name']}|{other['name']}"))
    expect(neighbours.filter(has_text="New day").first).to_be_visible()
    sheet.get_by_role("button", name="Take over").click()
    expect(sheet).to_be_hidden()

    expect(phone.page.locator(".week").get_by_text(waits["name"])).to_be_visible()
    days = {on(planned) for account in (one, other) for planned in planning.planned(account)}
    assert len(days) == 1
    assert len(planning.planned(waits)) == 1
    assert planning.rep.read(f"/visits/{visit['id']}")["version"] == visit["version"]

    phone.page.get_by_role("button", name="Undo").click()
    expect(phone.page.get_by_text("All is as it was before")).to_be_visible()
    assert planning.planned(waits) == []
    assert [on(planned) for account in (one, other) for planned in planning.planned(account)] == [
        MONDAY,
        MONDAY + timedelta(days=3),
    ]
    phone.expect_synced()


def test_without_signal_it_is_said_that_this_needs_one(make_device: MakeDevice) -> None:
    phone = make_device(looks=PHONE)
    phone.open()
    phone.sign_in("rep6@demo.example")
    show_week(phone.page, MONDAY - timedelta(weeks=6))
    phone.lose_signal()
    phone.page.get_by_role("button", name="Plan this week").click()
    sheet = phone.page.get_by_role("dialog")
    expect(sheet.get_by_text("The week can be planned with a connection only")).to_be_visible()
    phone.find_signal()
    sheet.get_by_role("button", name="Plan anew").click()
    expect(sheet.get_by_text("Only visits of the call cycle move")).to_be_visible(timeout=60_000)


def test_a_manager_plans_a_rep_s_week_and_is_told_when_it_has_changed(
    make_device: MakeDevice, fieldbook: Fieldbook
) -> None:
    planning = Planning(fieldbook, rep="rep2@demo.example")
    planning.overdue(RANKWEIL)
    rep: Person = planning.rep
    desk = make_device(looks=DESK)
    desk.open()
    desk.sign_in("manager1@demo.example")
    show_week(desk.page, MONDAY)
    desk.page.get_by_role("button", name="Whose week").click()
    desk.page.get_by_role("option", name=rep.user["name"]).click()
    desk.page.get_by_role("button", name="Plan this week").click()
    sheet = desk.page.get_by_role("dialog")
    expect(sheet.get_by_role("button", name="Take over")).to_be_enabled(timeout=60_000)
    planning.fixed(MONDAY)
    sheet.get_by_role("button", name="Take over").click()
    expect(sheet.get_by_text("These days have changed meanwhile")).to_be_visible()
    sheet.get_by_role("button", name="Plan anew").click()
    sheet.get_by_role("button", name="Take over").click()
    expect(sheet).to_be_hidden(timeout=60_000)
