"""An urgent job from the dispatcher's board to a technician's phone, done without signal, and seen on the board."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from mobile_client.pwa.e2e.device import Device
from mobile_client.pwa.e2e.server import Fieldbook
from tests.support.push_service import PushService

TECHNICIAN = "tech1@demo.example"
JOB = "No steam since this morning"


@pytest.fixture
def push_service() -> Iterator[PushService]:
    with PushService() as service:
        yield service


def test_an_urgent_job_reaches_the_technician_and_its_end_the_board(
    desk: Device, phone: Device, fieldbook: Fieldbook, push_service: PushService
) -> None:
    technician = fieldbook.person(TECHNICIAN).user["name"]
    phone.be_subscribed(push_service.subscribe())
    phone.sign_in(TECHNICIAN)
    turn_notifications_on(phone)
    desk.sign_in("dispatch1@demo.example")

    report_urgent_job(desk.page)
    assign(desk.page, technician)
    dispatch(desk.page)

    [push] = push_service.wait_for(1)
    phone.deliver_push(push.message)
    [notification] = phone.notifications()
    assert notification["data"]["link"].startswith("/jobs/")
    assert JOB in f"{notification['title']} {notification['body']}"
    phone.tap_notification()
    expect(phone.page).to_have_url(re.compile(notification["data"]["link"]))
    expect(phone.page.get_by_role("heading", name=JOB)).to_be_visible()

    phone.lose_signal()
    carry_out(phone.page)
    expect(phone.page.get_by_text("Not sent yet")).to_be_visible()
    expect_status_on_board(desk.page, "Dispatched", technician)

    phone.find_signal()
    phone.expect_synced()
    expect_status_on_board(desk.page, "Completed", technician)
    details = desk.page.get_by_role("complementary", name=JOB)
    expect(details.get_by_text("New seal, tested with the customer")).to_be_visible()
    expect(details.get_by_role("list", name="Parts used").get_by_role("listitem")).to_have_count(2)


def turn_notifications_on(phone: Device) -> None:
    page = phone.page
    page.get_by_role("link", name="Me", exact=True).click()
    page.get_by_role("button", name="Turn on").click()
    expect(page.get_by_text("This device is told when a job is sent to you.")).to_be_visible()


def report_urgent_job(page: Page) -> None:
    page.get_by_role("button", name="New job").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("searchbox").fill("Restaurant")
    sheet.get_by_role("list", name="Customers").get_by_role("button").first.click()
    sheet.get_by_label("In short").fill(JOB)
    sheet.get_by_role("button", name="Priority").click()
    page.get_by_role("option", name="Urgent").click()
    sheet.get_by_role("button", name="Create job").click()
    expect(sheet).to_be_hidden()


def assign(page: Page, technician: str) -> None:
    page.get_by_role("region", name="Unscheduled").get_by_role("button", name=f"Assign: {JOB}").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_role("radiogroup", name="Technician").get_by_text(technician).click()
    # Late enough that the technician's plan of the day, whatever it is, leaves room.
    sheet.get_by_label("Time", exact=True).fill("22:15")
    sheet.get_by_role("button", name=f"Assign to {technician}").click()
    expect_status_on_board(page, "Scheduled", technician)


def dispatch(page: Page) -> None:
    page.get_by_role("complementary", name=JOB).get_by_role("button", name="Dispatch").click()


def carry_out(page: Page) -> None:
    for step in ("Accept", "Start travel", "Start work", "Complete"):
        page.get_by_role("button", name=step, exact=True).click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("What was done").fill("New seal, tested with the customer")
    for part in ("Boiler safety valve 1.8 bar", "Brewing unit seal kit"):
        sheet.get_by_role("searchbox", name="Search parts").fill(part)
        sheet.get_by_role("button", name=f"Add {part}").click()
    sheet.get_by_role("button", name="Complete job").click()
    expect(sheet).to_be_hidden()
    expect(page.get_by_text("Completed", exact=True)).to_be_visible()


def expect_status_on_board(page: Page, status: str, technician: str) -> None:
    """The job stands in the technician's column with this status; nobody reloads the page."""
    column = page.get_by_role("list", name=technician)
    expect(column.get_by_role("button").filter(has_text=JOB)).to_contain_text(status)
