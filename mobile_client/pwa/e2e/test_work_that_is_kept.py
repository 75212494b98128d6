"""Work that meets an obstacle: two people at one field, a refusal, a revoked phone, an old app, a lost phone."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from mobile_client.pwa.e2e.conftest import MakeDevice
from mobile_client.pwa.e2e.device import DESK, Device
from mobile_client.pwa.e2e.server import Fieldbook, Person


@pytest.fixture
def admin(fieldbook: Fieldbook) -> Person:
    return fieldbook.person("admin1@demo.example")


def test_what_two_people_changed_is_compared_and_brought_back(
    phone: Device, fieldbook: Fieldbook, admin: Person
) -> None:
    page = phone.page
    visit = sign_in_with_a_visit(phone, fieldbook, "rep5@demo.example")
    phone.lose_signal()
    move_visit(phone, visit, time="13:45")
    theirs = admin.post(f"/visits/{visit['id']}/reschedule", planned_start_at=f"{day_of(visit)}T16:30:00Z")
    phone.find_signal()

    expect(phone.sync_state).to_have_accessible_name(re.compile("1 needs attention"))
    phone.sync_state.click()
    page.get_by_role("link", name="Compare").click()
    conflict = page.get_by_role("article", name=re.compile("Planned start"))
    expect(conflict).to_contain_text("13:45")
    expect(conflict).to_contain_text("17:30")
    expect(conflict).to_contain_text(admin.user["name"])

    phone.lose_signal()
    conflict.get_by_role("button", name="Bring mine back").click()
    expect(page.get_by_text("Nothing to compare")).to_be_visible()
    phone.find_signal()
    phone.expect_synced()
    restored = fieldbook.person("rep5@demo.example").read(f"/visits/{visit['id']}")
    assert restored["planned_start_at"] == f"{day_of(visit)}T12:45:00Z" != theirs["planned_start_at"]


def test_a_refusal_is_seen_at_the_desk_and_mended_on_the_phone(
    phone: Device, make_device: MakeDevice, fieldbook: Fieldbook, admin: Person
) -> None:
    visit = sign_in_with_a_visit(phone, fieldbook, "rep6@demo.example")
    phone.lose_signal()
    cancel_visit(phone, visit, because="The road is closed")
    admin.post(f"/visits/{visit['id']}/cancel", reason="By the office")
    phone.find_signal()
    expect(phone.sync_state).to_have_accessible_name(re.compile("1 needs attention"))

    desk = make_device(looks=DESK)
    desk.open()
    desk.sign_in("manager1@demo.example")
    desk.page.get_by_role("link", name="Me", exact=True).click()
    desk.page.get_by_role("link", name=re.compile("could not hand in")).click()
    refusal = desk.page.get_by_role("article", name=re.compile("Visit canceled"))
    expect(refusal).to_contain_text("The road is closed")
    expect(refusal).to_contain_text(fieldbook.person("rep6@demo.example").user["name"])

    page = phone.page
    phone.sync_state.click()
    page.get_by_role("link", name="Mend").click()
    expect(page.get_by_label("Reason")).to_have_value(re.compile("The road is closed"))
    page.get_by_label("Reason").fill("Closed road, agreed with the customer")
    page.get_by_role("button", name="Send again").click()
    expect(page.get_by_text("That is not possible either")).to_be_visible()
    page.get_by_role("button", name="Back").click()
    page.get_by_role("button", name="Discard").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Discard").click()
    expect(page.get_by_text("Everything is handed in")).to_be_visible()

    refusal.get_by_role("button", name="Seen to").click()
    expect(refusal).to_have_count(0)


def test_a_revoked_phone_hands_in_its_work_and_is_emptied(phone: Device, fieldbook: Fieldbook) -> None:
    page = phone.page
    visit = sign_in_with_a_visit(phone, fieldbook, "rep2@demo.example")
    rep = fieldbook.person("rep2@demo.example")
    phone.lose_signal()
    cancel_visit(phone, visit, because="Snow")
    lost, *_ = [device for device in rep.read("/devices")["items"] if device["platform"] == "web"]
    rep.post(f"/devices/{lost['id']}/revoke")
    phone.find_signal()

    expect(page.get_by_text("An admin signed this device out")).to_be_visible()
    assert page.evaluate("indexedDB.databases()") == []
    assert rep.read(f"/visits/{visit['id']}")["status"] != "canceled"
    assert "sync.device_revoked" in fieldbook.command("sync", "failures", "list")


def test_a_phone_that_is_too_old_hands_in_and_says_what_to_do(phone: Device, fieldbook: Fieldbook) -> None:
    page = phone.page
    visit = sign_in_with_a_visit(phone, fieldbook, "rep1@demo.example")
    page.route("**/api/v1/sync/pull*", too_old)
    cancel_visit(phone, visit, because="Ill")

    expect(page.get_by_text("Update the app")).to_be_visible()
    expect(page.get_by_text("Your work is safe and was handed in.")).to_be_visible()
    assert fieldbook.person("rep1@demo.example").read(f"/visits/{visit['id']}")["status"] == "canceled"
    page.get_by_role("button", name="Update").click()
    page.unroute("**/api/v1/sync/pull*")
    expect(page.get_by_text("Update the app")).to_have_count(0)


def test_unsent_work_is_saved_to_a_file_that_support_hands_in(
    phone: Device, fieldbook: Fieldbook, tmp_path: Path
) -> None:
    page = phone.page
    visit = sign_in_with_a_visit(phone, fieldbook, "rep5@demo.example")
    phone.lose_signal()
    cancel_visit(phone, visit, because="No answer at the door")
    page.goto("/me")
    page.get_by_role("button", name="Sign out").first.click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a file for support").click()
    saved = tmp_path / download.value.suggested_filename
    download.value.save_as(saved)

    assert b"No answer" not in saved.read_bytes()
    fieldbook.command("sync", "import", "--yes", str(saved))
    canceled = fieldbook.person("rep5@demo.example").read(f"/visits/{visit['id']}")
    assert canceled["status"] == "canceled"
    assert "No answer at the door" in canceled["cancel_reason"]


def sign_in_with_a_visit(phone: Device, fieldbook: Fieldbook, email: str) -> dict[str, Any]:
    """Sign in and return the last planned visit of that person."""
    phone.sign_in(email)
    rep = fieldbook.person(email)
    visits = rep.find("visits", rep_id=rep.user["id"], status="planned", limit=200)
    return max(visits, key=lambda visit: str(visit["planned_start_at"]))


def move_visit(phone: Device, visit: dict[str, Any], *, time: str) -> None:
    """Move it to another time of its day."""
    page = phone.page
    page.goto(f"/visits/{visit['id']}")
    page.get_by_role("button", name="Reschedule").click()
    page.get_by_role("textbox", name="Time").fill(time)
    page.get_by_role("button", name="Save").click()
    expect(phone.sync_state).to_have_accessible_name(re.compile("1 not sent"))


def cancel_visit(phone: Device, visit: dict[str, Any], *, because: str) -> None:
    """Cancel it in one's own words."""
    page = phone.page
    page.goto(f"/visits/{visit['id']}")
    page.get_by_role("button", name="Cancel visit").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("In your own words").fill(because)
    sheet.get_by_role("button", name="Cancel visit").click()
    expect(page.get_by_text("Canceled", exact=True).first).to_be_visible()


def too_old(route: Route) -> None:
    """Answer a pull as a server that does not serve this version any more."""
    route.fulfill(status=426, json={"title": "Too old", "status": 426, "code": "sync.upgrade_required"})


def day_of(visit: dict[str, Any]) -> str:
    return str(visit["planned_start_at"])[:10]
