"""Everybody reads the app in their own language, on each of their devices."""

import pytest
from playwright.sync_api import Page, expect

from mobile_client.pwa.e2e.conftest import MakeDevice
from mobile_client.pwa.e2e.device import DESK, Device
from mobile_client.pwa.e2e.server import Fieldbook

pytestmark = pytest.mark.long


def test_a_language_chosen_without_signal_is_that_of_the_person(
    phone: Device, make_device: MakeDevice, fieldbook: Fieldbook
) -> None:
    phone.sign_in("tech2@demo.example")
    desk = make_device(looks=DESK)
    desk.open()
    desk.sign_in("tech2@demo.example")

    phone.lose_signal()
    choose(phone.page, "Language", "Deutsch")
    expect(phone.page.get_by_role("link", name="Heute")).to_be_visible()
    phone.kill()
    phone.open_again()
    expect(phone.page.get_by_role("link", name="Heute")).to_be_visible()
    expect(desk.page.get_by_role("link", name="Today")).to_be_visible()

    phone.find_signal()
    # The other device hears of it by itself, and so does a server that writes notices.
    expect(desk.page.get_by_role("link", name="Heute")).to_be_visible()
    me = fieldbook.person("tech2@demo.example")
    assert me.read(f"/users/{me.user['id']}")["language"] == "de"

    choose(desk.page, "Sprache", "English")
    expect(phone.page.get_by_role("link", name="Today")).to_be_visible()


def choose(page: Page, label: str, language: str) -> None:
    """Choose a language on one's own screen."""
    page.get_by_role("link", name="Me" if label == "Language" else "Ich", exact=True).click()
    page.get_by_role("button", name=label).click()
    page.get_by_role("option", name=language).click()
