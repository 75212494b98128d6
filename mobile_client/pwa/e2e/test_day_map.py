"""A rep's day on the map, without signal and without a map of anybody else."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import expect

from mobile_client.pwa.e2e.device import Device
from mobile_client.pwa.e2e.test_accessibility import violations

MAP_KEPT = """navigator.serviceWorker.ready.then(async () => {
  const late = AbortSignal.timeout(60_000);
  const kept = async () => (await (await caches.open("map")).keys()).length;
  while ((await kept()) < 3 && !late.aborted) await new Promise(requestAnimationFrame);
  return kept();
})"""


@pytest.fixture
def workday() -> date:
    """The next day on which the demo company's reps are out."""
    day = datetime.now(ZoneInfo("Europe/Vaduz")).date() + timedelta(days=1)
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def test_the_day_is_shown_on_the_map_without_signal(phone: Device, workday: date) -> None:
    page = phone.page
    phone.sign_in("rep1@demo.example")
    assert page.evaluate(MAP_KEPT) == 3
    phone.lose_signal()
    page.goto(f"/today/map?date={workday.isoformat()}")
    listed = page.get_by_role("list", name="Stops in order").get_by_role("listitem")
    drawn = page.locator(".map-stop")
    expect(drawn.first).to_be_visible()
    expect(page.locator(".map canvas")).to_be_visible()
    expect(page.locator(".map-here")).to_be_visible()
    assert drawn.all_text_contents() == [str(turn) for turn in range(1, listed.count() + 1)]
    assert violations(page) == []
    drawn.first.click()
    expect(page.get_by_role("heading", name="Where and who")).to_be_visible()
