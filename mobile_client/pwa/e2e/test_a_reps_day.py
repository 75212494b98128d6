"""A rep takes an order in a cellar: no signal, an empty battery, and in the end one order."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from mobile_client.pwa.e2e.conftest import MakeDevice
from mobile_client.pwa.e2e.device import PHONE, Device
from mobile_client.pwa.e2e.radio import Radio
from mobile_client.pwa.e2e.server import Fieldbook

PUSH = "/api/v1/sync/push"


@pytest.fixture
def radio(fieldbook: Fieldbook) -> Iterator[Radio]:
    with Radio(fieldbook.address) as between:
        yield between


@pytest.fixture
def phone(make_device: MakeDevice, radio: Radio) -> Device:
    device = make_device(looks=PHONE, address=radio.address)
    device.open()
    return device


def test_a_visit_and_an_order_without_signal_outlast_the_browser_and_are_sent(
    phone: Device, fieldbook: Fieldbook
) -> None:
    work_without_signal(phone, "rep1@demo.example")
    phone.kill()
    phone.open_again()
    expect_all_of_it_unsent(phone)
    phone.find_signal()
    expect_exactly_one_order(phone, fieldbook, "rep1@demo.example")


def test_an_order_whose_answer_is_lost_exists_once(phone: Device, radio: Radio, fieldbook: Fieldbook) -> None:
    work_without_signal(phone, "rep2@demo.example")
    phone.kill()
    phone.open_again()
    expect_all_of_it_unsent(phone)
    radio.lose_next_answer(PUSH)
    phone.find_signal()
    expect_exactly_one_order(phone, fieldbook, "rep2@demo.example")
    assert radio.count("POST", PUSH) == 2


def work_without_signal(phone: Device, rep: str) -> None:
    page = phone.page
    phone.sign_in(rep)
    phone.lose_signal()
    page.reload()
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    expect(phone.sync_state).to_have_accessible_name(re.compile("Offline"))

    page.get_by_role("link", name="Open visit").click()
    page.get_by_role("button", name="Check in").click()
    expect(page.get_by_text("Checked in at")).to_be_visible()

    page.get_by_role("link", name="Take order").click()
    for lines in ("1 line", "2 lines", "3 lines"):
        page.get_by_role("list", name="Products").get_by_role("button", name=re.compile("^Add ")).first.click()
        expect(page.get_by_text(lines, exact=True)).to_be_visible()
    page.get_by_role("button", name="Review order").click()
    page.get_by_role("dialog").get_by_role("button", name="Place order").click()
    expect(page.get_by_text("Number follows when sent")).to_be_visible()

    page.get_by_role("button", name="Back").click()
    page.get_by_role("button", name="Check out").click()
    page.get_by_role("dialog").get_by_role("button", name="Complete visit").click()
    expect(page.get_by_text("checked out at")).to_be_visible()


def expect_all_of_it_unsent(phone: Device) -> None:
    page = phone.page
    expect(page.get_by_role("heading", name="Today")).to_be_visible()
    expect(phone.sync_state).to_have_accessible_name(re.compile("Offline, 3 not sent"))

    phone.sync_state.click()
    waiting = page.get_by_role("list", name="3 not sent yet").get_by_role("listitem")
    expect(waiting).to_contain_text(["Check-in", "Order", "Check-out"])

    waiting.filter(has_text="Check-out").get_by_role("link").click()
    expect(page.get_by_text("checked out at")).to_be_visible()
    expect(page.get_by_text("Not sent yet")).to_have_count(2)  # the visit's own, and its order's
    page.get_by_role("list", name="Orders").get_by_role("link").click()
    expect(page.get_by_text("Not sent yet")).to_have_count(1)  # the order itself
    expect(page.get_by_text("Number follows when sent")).to_be_visible()
    expect(page.get_by_role("list", name="Order lines").get_by_role("listitem")).to_have_count(3)


def expect_exactly_one_order(phone: Device, fieldbook: Fieldbook, rep: str) -> None:
    page = phone.page
    number = page.get_by_role("heading", name=re.compile(r"^SO-\d+$"))
    expect(number).to_be_visible()
    expect(page.get_by_text("Not sent yet")).to_be_hidden()
    phone.expect_synced()

    visit_link = page.get_by_role("link", name="Taken at this visit").get_attribute("href")
    assert visit_link
    visit_id = visit_link.removeprefix("/visits/")
    [order] = fieldbook.person(rep).find("orders", visit_id=visit_id)
    expect(number).to_have_text(order["number"])
    assert len(order["lines"]) == 3
    assert fieldbook.person(rep).read(f"/visits/{visit_id}")["status"] == "completed"
