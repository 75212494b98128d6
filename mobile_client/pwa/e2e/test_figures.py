"""What came of the visits: a manager compares territories on the desk, a rep reads the own week without signal."""

import csv
import io
import re
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from mobile_client.pwa.e2e.conftest import MakeDevice
from mobile_client.pwa.e2e.device import DESK, Device
from mobile_client.pwa.e2e.server import Fieldbook
from mobile_client.pwa.e2e.test_accessibility import violations

pytestmark = pytest.mark.long

VADUZ = ZoneInfo("Europe/Vaduz")


def choose(page: Page, field: str, option: str) -> None:
    page.get_by_role("button", name=field).click()
    page.get_by_role("option", name=option).click()


def test_a_manager_compares_two_territories_for_a_month(
    make_device: MakeDevice, fieldbook: Fieldbook, tmp_path: Path
) -> None:
    desk = make_device(looks=DESK)
    desk.open()
    desk.sign_in("manager1@demo.example")
    page = desk.page
    page.goto("/me")
    page.get_by_role("link", name=re.compile("^Figures")).click()
    page.get_by_role("radiogroup", name="Period").get_by_text("Month").click()
    page.get_by_role("button", name="Earlier").click()
    choose(page, "Divided by", "Not divided")
    choose(page, "Shown for", "Each territory")
    page.get_by_role("button", name="All", exact=True).click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_text("Vaduz", exact=True).click()
    sheet.get_by_text("Schaan", exact=True).click()
    assert violations(page) == []
    sheet.get_by_role("button", name="Show").click()

    table = page.get_by_role("region", name="In numbers").get_by_role("table")
    expect(table.get_by_role("rowheader")).to_have_text(["Schaan", "Vaduz", "Total"])
    made = table.get_by_role("columnheader", name="Visits made")
    made.get_by_role("button").click()
    expect(made).to_have_attribute("aria-sort", "descending")
    page.get_by_text("Strike rate").first.click()
    expect(page.get_by_role("img", name=re.compile("^Strike rate as a chart"))).to_be_visible()
    assert violations(page) == []

    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    download.value.save_as(tmp_path / "figures.csv")
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO((tmp_path / "figures.csv").read_text("utf-8-sig")))}
    first = (datetime.now(VADUZ).date().replace(day=1) - timedelta(days=1)).replace(day=1)
    assert sorted(rows) == ["Schaan", "Vaduz"]
    assert {row["period_on"] for row in rows.values()} == {first.isoformat()}
    for name, row in rows.items():
        shown = table.get_by_role("row", name=re.compile(f"^{name}")).get_by_role("cell").all_inner_texts()
        assert shown[5] == row["made"]
        assert float(shown[2].rstrip("%")) / 100 == pytest.approx(float(row["strike_rate"]), abs=0.0006)


def test_a_rep_reads_the_own_week_again_without_signal(phone: Device, fieldbook: Fieldbook) -> None:
    phone.sign_in("rep6@demo.example")
    page = phone.page
    page.goto("/figures")
    made = page.get_by_role("radio", name=re.compile("^Visits made"))
    expect(made).to_be_visible()
    page.get_by_role("button", name="Earlier").click()
    expect(made).to_be_visible()
    before = page.get_by_role("region", name="In numbers").get_by_role("table").inner_text()
    assert violations(page) == []

    phone.lose_signal()
    page.reload()
    page.get_by_role("button", name="Earlier").click()
    expect(page.get_by_text(re.compile("^As of "))).to_be_visible()
    assert page.get_by_role("region", name="In numbers").get_by_role("table").inner_text() == before
    page.get_by_role("radiogroup", name="Period").get_by_text("Quarter").click()
    expect(page.get_by_role("heading", name="Figures need a connection")).to_be_visible()
    assert violations(page) == []
    page.get_by_role("button", name="Show what was seen last").click()
    expect(page.get_by_text(re.compile("^As of "))).to_be_visible()

    phone.find_signal()
    expect(page.get_by_text(re.compile("^As of "))).to_be_hidden()
    assert page.get_by_role("region", name="In numbers").get_by_role("table").inner_text() == before
