"""Where a site is, said by somebody who stands before its door."""

import re

import pytest
from playwright.sync_api import expect

from mobile_client.pwa.e2e.device import VADUZ, Device
from mobile_client.pwa.e2e.server import Fieldbook
from mobile_client.pwa.e2e.test_accessibility import violations

pytestmark = pytest.mark.long


def test_a_site_is_pinned_without_signal_and_put_back(phone: Device, fieldbook: Fieldbook) -> None:
    page = phone.page
    phone.sign_in("rep1@demo.example")
    rep = fieldbook.person("rep1@demo.example")
    [visit, *_] = rep.find("visits", rep_id=rep.user["id"], status="planned", limit=1)
    site = f"/sites/{visit['site_id']}"
    former = rep.read(site)["position"]
    phone.lose_signal()
    page.goto(f"/accounts/{visit['account_id']}")
    page.get_by_role("button", name=f"Position of {rep.read(site)['name']}").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("Latitude").fill("147")
    sheet.get_by_label("Longitude").focus()
    expect(sheet.get_by_text("A number from -90 to 90")).to_be_visible()
    expect(sheet.get_by_role("button", name="Save the position")).to_be_disabled()
    sheet.get_by_role("button", name="I am there now").click()
    expect(sheet.get_by_text(f"to within {VADUZ['accuracy']} m")).to_be_visible()
    expect(sheet.get_by_text("from the former position")).to_be_visible()
    assert violations(page) == []
    sheet.get_by_role("button", name="Save the position").click()
    expect(phone.sync_state).to_have_accessible_name(re.compile("1 not sent"))
    page.get_by_role("button", name="Undo").click()
    expect(phone.sync_state).to_have_accessible_name(re.compile("2 not sent"))

    page.get_by_role("button", name=f"Position of {rep.read(site)['name']}").click()
    expect(sheet.get_by_label("Latitude")).to_have_value(re.compile(f"^{former['lat']:.4f}"[:7]))
    sheet.get_by_role("button", name="I am there now").click()
    sheet.get_by_role("button", name="Save the position").click()
    phone.find_signal()
    phone.expect_synced()
    pinned = rep.read(site)["position"]
    assert (pinned["lat"], pinned["lng"]) == (VADUZ["latitude"], VADUZ["longitude"])
