"""A manager divides the customers anew and hands a rep's book over, on the desk; the reps' phones follow."""

import json
import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from mobile_client.pwa.e2e.conftest import MakeDevice
from mobile_client.pwa.e2e.device import DESK, PHONE, Device
from mobile_client.pwa.e2e.server import Fieldbook, Person
from mobile_client.pwa.e2e.test_accessibility import violations

pytestmark = pytest.mark.long

VADUZ = ZoneInfo("Europe/Vaduz")
# What a job in the background and a sync may take on a busy machine.
LATER_MS = 90_000


@pytest.fixture
def manager(make_device: MakeDevice) -> Device:
    device = make_device(looks=DESK)
    device.open()
    device.page.emulate_media(reduced_motion="reduce")
    device.sign_in("manager1@demo.example")
    device.page.goto("/territories")
    return device


@pytest.fixture
def admin(fieldbook: Fieldbook) -> Person:
    return fieldbook.person("admin1@demo.example")


def choose(page: Page, field: str, option: str) -> None:
    page.get_by_role("button", name=field).click()
    page.get_by_role("option", name=re.compile(re.escape(option))).click()


def customers_of(device: Device) -> set[str]:
    return {row["id"] for row in device.stored("documents") if row["entity"] == "account"}


def expect_customer(device: Device, name: str) -> None:
    """Wait until a customer is found on the device."""
    device.page.goto("/accounts")
    device.page.get_by_role("searchbox", name="Name, street, place or number").fill(name)
    expect(device.page.get_by_role("link", name=re.compile(re.escape(name)))).to_be_visible(timeout=LATER_MS)


def user(admin: Person, email: str) -> dict[str, Any]:
    return next(each for each in admin.find("users", limit=200) if each["email"] == email)


def map_of(page: Page) -> Locator:
    return page.locator(".map canvas")


def test_customers_are_divided_anew(
    manager: Device, make_device: MakeDevice, fieldbook: Fieldbook, admin: Person
) -> None:
    page = manager.page
    phone = make_device(looks=PHONE)
    phone.open()
    phone.sign_in("rep6@demo.example")
    before = customers_of(phone)

    page.get_by_role("button", name="Propose a division").click()
    choose(page, "Area", "Unterland")
    form = page.get_by_role("dialog")
    form.get_by_label("Name of the plan").fill("Winter")
    form.get_by_role("button", name="Propose", exact=True).click()
    expect(page.get_by_role("heading", name="Winter")).to_be_visible(timeout=LATER_MS)
    expect(page.get_by_text("Customers changing hands")).to_be_visible(timeout=LATER_MS)
    expect(map_of(page)).to_be_visible()
    figures = page.get_by_role("region", name="Table of the figures").get_by_role("table")
    figures.get_by_role("button", name="Ruggell").click()
    expect(figures.get_by_role("button", name="Ruggell")).to_have_attribute("aria-pressed", "true")
    page.get_by_text("Changes only").click()
    assert violations(page) == []

    plan_id = page.url.rsplit("/", 1)[-1]
    planned = admin.read(f"/territory-plans/{plan_id}/map")["features"]
    theirs = {"Mauren", "Ruggell", "Schellenberg"}
    names = {each["id"]: each["name"] for each in admin.find("territories", limit=200)}
    coming = [
        account
        for account in planned
        if account["properties"]["kind"] == "account"
        and names[account["properties"]["from_territory_id"]] not in theirs
        and names[account["properties"]["to_territory_id"]] in theirs
    ]
    assert coming
    assert not before & {account["id"] for account in coming}

    page.get_by_role("button", name="Publish").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Publish").click()
    expect(page.get_by_text(re.compile("In effect: .* changed hands"))).to_be_visible(timeout=LATER_MS)

    expect_customer(phone, coming[0]["properties"]["name"])
    phone.expect_synced()
    assert {account["id"] for account in coming} <= customers_of(phone)


def test_a_plan_is_put_away(manager: Device) -> None:
    page = manager.page
    page.get_by_role("button", name="Propose a division").click()
    form = page.get_by_role("dialog")
    form.get_by_text("Design anew").click()
    form.get_by_role("textbox", name="Quantity of How many territories").fill("3")
    form.get_by_label("Name of the plan").fill("Three")
    form.get_by_role("button", name="Propose", exact=True).click()
    expect(page.get_by_text("today 6", exact=True)).to_be_visible(timeout=LATER_MS)
    page.get_by_role("button", name="Discard").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Discard").click()
    expect(page.get_by_text("Discarded", exact=True)).to_be_visible(timeout=LATER_MS)
    expect(page.get_by_role("button", name="Publish")).to_have_count(0)


def test_a_book_is_handed_over_and_back(
    manager: Device, make_device: MakeDevice, fieldbook: Fieldbook, admin: Person
) -> None:
    page = manager.page
    giver, taker = user(admin, "rep3@demo.example"), user(admin, "rep5@demo.example")
    account = fieldbook.person("rep3@demo.example").find("accounts")[0]
    phone = make_device(looks=PHONE)
    phone.open()
    phone.sign_in("rep5@demo.example")
    assert account["id"] not in customers_of(phone)

    page.get_by_role("button", name="Hand over").click()
    choose(page, "From whom", giver["email"])
    choose(page, "To whom", taker["email"])
    form = page.get_by_role("dialog")
    expect(form.get_by_text(re.compile(r"^85 customers and \d+ visits go along$"))).to_be_visible()
    assert violations(page) == []
    form.get_by_role("button", name="Hand over", exact=True).click()
    expect(page.get_by_text(f"Handed over to {taker['name']}")).to_be_visible(timeout=LATER_MS)

    expect_customer(phone, account["name"])
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text(f"Handed back to {giver['name']}")).to_be_visible(timeout=LATER_MS)
    phone.page.goto("/accounts")
    gone = phone.page.get_by_role("link", name=re.compile(re.escape(account["name"])))
    phone.page.get_by_role("searchbox", name="Name, street, place or number").fill(account["name"])
    expect(gone).to_have_count(0, timeout=LATER_MS)


def press(page: Page, across: float, down: float) -> None:
    """Press on the map, at a share of its width and height."""
    box = map_of(page).bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] * across, box["y"] + box["height"] * down)


def test_an_outline_is_drawn_and_the_customers_in_it_come_over(manager: Device, admin: Person) -> None:
    page = manager.page
    vaduz = next(each["id"] for each in admin.find("territories", limit=200) if each["name"] == "Vaduz")

    def customers() -> dict[str, str]:
        return {each["id"]: each["name"] for each in admin.find("accounts", territory_id=vaduz, limit=200)}

    before = customers()
    page.get_by_role("list", name="All territories").get_by_role("link", name=re.compile("^Vaduz")).click()
    page.get_by_role("link", name="Draw on the map").click()
    page.get_by_role("button", name="Start anew").click()
    expect(page.get_by_text("Three corners make an outline")).to_be_visible()
    expect(map_of(page)).to_be_visible()
    # So that the neighbours are on the map as well.
    page.get_by_role("button", name="Zoom out").click()
    page.get_by_role("button", name="Zoom out").click()
    corner = page.get_by_role("button", name=re.compile("^Corner"))
    for count, place in enumerate([(0.2, 0.15), (0.85, 0.15), (0.85, 0.85), (0.2, 0.85)], start=1):
        press(page, *place)
        expect(corner).to_have_count(count)
    page.get_by_role("button", name="Finish the outline").click()
    page.get_by_role("button", name="Add a corner here").first.click()
    expect(corner).to_have_count(5)
    corner.nth(1).press("Delete")
    expect(corner).to_have_count(4)
    page.get_by_role("button", name="Undo").click()
    expect(corner).to_have_count(5)
    page.get_by_text("Corners as text").click()
    corners = page.get_by_label("Latitude and longitude of each corner, or GeoJSON")
    drawn = corners.input_value()
    corner.nth(0).press("ArrowUp")
    page.get_by_text("Corners as text").click()
    expect(corners).not_to_have_value(drawn)
    assert violations(page) == []

    coming = page.get_by_role("group", name="These come over when you save").get_by_role("checkbox")
    expect(coming.first).to_be_checked()
    left = page.get_by_role("group", name="These come over when you save").locator("label").first
    stays = left.locator(".check-text").inner_text()
    left.click()
    save = page.get_by_role("button", name=re.compile("Save and move"))
    moving = int(re.search(r"\d+", save.inner_text())[0])  # type: ignore[index]
    save.click()
    expect(page.get_by_text(f"{moving} customers moved to Vaduz")).to_be_visible(timeout=LATER_MS)
    after = customers()
    assert len(after.keys() - before.keys()) == moving
    assert stays not in after.values()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("Moved back")).to_be_visible(timeout=LATER_MS)
    assert customers() == before


def test_somebody_else_owns_the_customers_of_a_territory_from_tomorrow(manager: Device, admin: Person) -> None:
    page = manager.page
    page.get_by_role("list", name="All territories").get_by_role("link", name=re.compile("^Planken")).click()
    follower = user(admin, "rep4@demo.example")
    page.get_by_role("button", name="Change owner").click()
    form = page.get_by_role("dialog")
    choose(page, "Who owns the customers", follower["email"])
    tomorrow = datetime.now(VADUZ) + timedelta(days=1)
    form.get_by_label("From", exact=True).fill(tomorrow.date().isoformat())
    assert violations(page) == []
    form.get_by_role("button", name="Change owner").click()
    facts = page.locator(".territory-details .card").first
    expect(facts).to_contain_text(follower["name"], timeout=LATER_MS)
    expect(facts).to_contain_text("Afterwards")
    planken = next(each for each in admin.find("territories", limit=200) if each["name"] == "Planken")
    customer = admin.find("accounts", territory_id=planken["id"])[0]
    page.goto(f"/accounts/{customer['id']}")
    expect(page.get_by_text(re.compile(f"; {re.escape(follower['name'])}, from"))).to_be_visible()


def test_customers_that_nobody_owns_are_listed_and_given_to_somebody(manager: Device, admin: Person) -> None:
    page = manager.page
    areas = {each["name"]: each["id"] for each in admin.find("territories", limit=200)}
    account = admin.post("/accounts", name="Neukunde Alpenblick", territory_id=areas["Unterland"])
    page.goto(f"/territories?territory={areas['Unterland']}")
    waiting = page.get_by_role("group", name="1 customer waiting").locator("label").first
    expect(waiting).to_contain_text("no place on the map", timeout=LATER_MS)
    page.get_by_text("By outline, or the nearest").click()
    expect(page.get_by_text("The rule is set")).to_be_visible(timeout=LATER_MS)
    assert violations(page) == []
    waiting.click()
    choose(page, "To which territory", "Gamprin")
    page.get_by_role("button", name="Move 1 customer").click()
    expect(page.get_by_text("1 customer moved to Gamprin")).to_be_visible(timeout=LATER_MS)
    assert admin.read(f"/accounts/{account['id']}")["territory_id"] == areas["Gamprin"]


def exported(page: Page) -> dict[str, Any]:
    """Return the territory's geometry, as the file of its outline has it."""
    with page.expect_download() as download:
        page.get_by_role("button", name="Export GeoJSON").click(timeout=LATER_MS)
    geometry: dict[str, Any] = json.loads(Path(download.value.path()).read_text())["geometry"]
    return geometry


def test_a_territory_gets_an_outline_and_a_member(manager: Device, admin: Person, tmp_path: Path) -> None:
    page = manager.page
    page.get_by_role("list", name="All territories").get_by_role("link", name=re.compile("^Balzers")).click()
    expect(page.get_by_role("heading", name="Balzers", level=1)).to_be_visible()
    expect(map_of(page)).to_be_visible()
    assert violations(page) == []

    ring = [[9.48, 47.05], [9.52, 47.05], [9.52, 47.08], [9.48, 47.08], [9.48, 47.05]]
    outline = tmp_path / "balzers.geojson"
    outline.write_text(
        json.dumps({"type": "Feature", "properties": {}, "geometry": {"type": "Polygon", "coordinates": [ring]}})
    )
    page.locator("input[type=file]").set_input_files(outline)
    expect(page.get_by_text("Outline taken from the file")).to_be_visible(timeout=LATER_MS)
    expected = {"type": "MultiPolygon", "coordinates": [[ring]]}
    for _ in range(LATER_MS // 500):
        # The desk has the new one with its next pull.
        if (written := exported(page)) == expected:
            break
        page.wait_for_timeout(500)
    assert written == expected

    tomorrow = (datetime.now(VADUZ) + timedelta(days=1)).date().isoformat()
    page.get_by_role("button", name="Add", exact=True).click()
    newcomer = user(admin, "rep2@demo.example")
    choose(page, "Person", newcomer["email"])
    form = page.get_by_role("dialog")
    form.get_by_label("From", exact=True).fill(tomorrow)
    form.get_by_role("button", name="Add", exact=True).click()
    member = page.get_by_role("list", name="Members").get_by_role("listitem").filter(has_text=newcomer["name"])
    expect(member).to_contain_text("Later", timeout=LATER_MS)
    member.get_by_role("button").click()
    page.get_by_role("dialog").get_by_label("Last day").fill(tomorrow)
    page.get_by_role("dialog").get_by_role("button", name="End").click()
    expect(member).not_to_contain_text("since", timeout=LATER_MS)
