"""A week is rearranged: by a rep with a finger and without signal, and by a manager on the desk."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from mobile_client.pwa.e2e.conftest import MakeDevice
from mobile_client.pwa.e2e.device import DESK, PHONE, Device
from mobile_client.pwa.e2e.server import Fieldbook, Person

pytestmark = pytest.mark.long

VADUZ = ZoneInfo("Europe/Vaduz")


@pytest.fixture
def rep(fieldbook: Fieldbook) -> Person:
    return fieldbook.person("rep4@demo.example")


@pytest.fixture
def monday() -> date:
    """A week for which the demo company's call cycle has planned nothing yet."""
    today = datetime.now(VADUZ).date()
    return today - timedelta(days=today.weekday()) + timedelta(weeks=13)


def planned(rep: Person, day: date) -> tuple[dict[str, Any], str]:
    """A visit at ten o'clock on that day, and the customer's name."""
    account = rep.post(
        "/accounts", name=f"Gasthof {uuid4().hex[:6]}", territory_id=rep.find("accounts")[0]["territory_id"]
    )
    site = rep.post("/sites", account_id=account["id"], name="House", address={"city": "Vaduz"})
    start = datetime(day.year, day.month, day.day, 10, tzinfo=VADUZ).astimezone(UTC)
    visit = rep.post("/visits", account_id=account["id"], site_id=site["id"], planned_start_at=start.isoformat())
    return visit, account["name"]


def start_of(rep: Person, visit: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(rep.read(f"/visits/{visit['id']}")["planned_start_at"]).astimezone(VADUZ)


def show_week(page: Page, weeks_ahead: int) -> None:
    page.goto("/week")
    for _ in range(weeks_ahead):
        page.get_by_role("button", name="Next week").click()


def day_of(page: Page, day: date) -> Locator:
    return page.locator(f"[data-date='{day.isoformat()}']")


def drag_with_a_finger(device: Device, handle: Locator, target: Locator) -> None:
    handle.scroll_into_view_if_needed()
    session = device.context.new_cdp_session(device.page)
    start, end = handle.bounding_box(), target.bounding_box()
    assert start
    assert end
    x, y = start["x"] + start["width"] / 2, start["y"] + start["height"] / 2
    below = end["y"] + end["height"] / 2 - y

    def touch(kind: str, *points: dict[str, float]) -> None:
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})
        device.page.evaluate("new Promise(requestAnimationFrame)")

    touch("touchStart", {"x": x, "y": y})
    for step in range(1, 11):
        touch("touchMove", {"x": x, "y": y + below * step / 10})
    touch("touchEnd")
    session.detach()


def test_a_rep_moves_a_visit_with_a_finger_and_without_signal(
    make_device: MakeDevice, rep: Person, monday: date
) -> None:
    visit, name = planned(rep, monday)
    wednesday = monday + timedelta(days=2)
    phone = make_device(looks=PHONE)
    phone.open()
    phone.sign_in("rep4@demo.example")
    phone.expect_synced()
    phone.lose_signal()
    show_week(phone.page, 13)

    drag_with_a_finger(phone, phone.page.get_by_role("button", name=f"Move {name}"), day_of(phone.page, wednesday))
    expect(day_of(phone.page, wednesday).get_by_text(name)).to_be_visible()
    phone.page.get_by_role("button", name="Undo").click()
    expect(day_of(phone.page, monday).get_by_text(name)).to_be_visible()

    drag_with_a_finger(phone, phone.page.get_by_role("button", name=f"Move {name}"), day_of(phone.page, wednesday))
    expect(day_of(phone.page, wednesday).get_by_text(name)).to_be_visible()
    phone.find_signal()
    phone.expect_synced()
    assert start_of(rep, visit) == datetime(wednesday.year, wednesday.month, wednesday.day, 10, tzinfo=VADUZ)


def test_a_visit_is_moved_to_another_time_by_the_handle_alone(
    make_device: MakeDevice, rep: Person, monday: date
) -> None:
    visit, name = planned(rep, monday)
    phone = make_device(looks=PHONE)
    phone.open()
    phone.sign_in("rep4@demo.example")
    show_week(phone.page, 13)

    phone.page.get_by_role("button", name=f"Move {name}").press("Enter")
    sheet = phone.page.get_by_role("dialog")
    sheet.get_by_label("Time").fill("15:30")
    sheet.get_by_role("button", name="Save").click()
    expect(day_of(phone.page, monday).get_by_role("listitem").filter(has_text=name)).to_contain_text("15:30")
    phone.expect_synced()
    assert start_of(rep, visit).time().isoformat("minutes") == "15:30"


def test_a_manager_moves_a_reps_visit_on_the_desk(
    make_device: MakeDevice, fieldbook: Fieldbook, rep: Person, monday: date
) -> None:
    visit, name = planned(rep, monday)
    friday = monday + timedelta(days=4)
    desk = make_device(looks=DESK)
    desk.open()
    desk.sign_in("manager1@demo.example")
    show_week(desk.page, 13)
    desk.page.get_by_role("button", name="Whose week").click()
    desk.page.get_by_role("option", name=rep.user["name"]).click()

    handle = desk.page.get_by_role("button", name=f"Move {name}")
    handle.drag_to(day_of(desk.page, friday))
    expect(day_of(desk.page, friday).get_by_text(name)).to_be_visible()
    desk.expect_synced()
    assert start_of(rep, visit).date() == friday
