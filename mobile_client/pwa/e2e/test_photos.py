"""Photos: what is sent of them, how they are looked at and removed, and what becomes of them when something fails."""

import base64
import hashlib
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from mobile_client.pwa.e2e.conftest import MakeDevice
from mobile_client.pwa.e2e.device import DESK, PHONE, Device
from mobile_client.pwa.e2e.pictures import picture, with_camera_notes
from mobile_client.pwa.e2e.radio import Line, Radio
from mobile_client.pwa.e2e.server import Fieldbook, Person
from mobile_client.pwa.e2e.test_accessibility import violations

pytestmark = pytest.mark.long

REP = "rep6@demo.example"

# Left half red, right half blue.
TWO_COLOURS = """async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 400, height: 200 });
  const context = canvas.getContext("2d");
  for (const [colour, x] of [["red", 0], ["blue", 200]]) {
    context.fillStyle = colour;
    context.fillRect(x, 0, 200, 200);
  }
  return canvas.toDataURL("image/jpeg").split(",")[1];
}"""
# Which of red, green and blue is strongest in the middle of the upper and of the lower half.
COLOURS = """async (shown) => {
  const size = { width: shown.naturalWidth, height: shown.naturalHeight };
  const canvas = Object.assign(document.createElement("canvas"), size);
  const context = canvas.getContext("2d");
  context.drawImage(shown, 0, 0);
  return [0.25, 0.75].map((part) => {
    const [red, green, blue] = context.getImageData(canvas.width / 2, canvas.height * part, 1, 1).data;
    return ["red", "green", "blue"][[red, green, blue].indexOf(Math.max(red, green, blue))];
  });
}"""


@pytest.fixture
def radio(fieldbook: Fieldbook) -> Iterator[Radio]:
    with Radio(fieldbook.address) as between:
        yield between


@pytest.fixture
def phone(make_device: MakeDevice, radio: Radio) -> Device:
    device = make_device(looks=PHONE, address=radio.address)
    device.open()
    device.sign_in(REP)
    return device


@pytest.fixture
def rep(fieldbook: Fieldbook) -> Person:
    return fieldbook.person(REP)


@pytest.fixture
def visit(rep: Person) -> dict[str, Any]:
    """A visit without photos."""
    found = rep.find("visits", rep_id=rep.user["id"], status="completed", sort="-planned_start_at")
    return next(each for each in found if not rep.find("attachments", record_id=each["id"]))


def test_a_photo_is_sent_upright_and_without_the_place(phone: Device, rep: Person, visit: dict[str, Any]) -> None:
    page = phone.page
    page.goto(f"/visits/{visit['id']}")
    jpeg = with_camera_notes(base64.b64decode(page.evaluate(TWO_COLOURS)))
    add_photos(page, jpeg)
    expect_sent(page, 1)
    [attachment] = rep.find("attachments", record_id=visit["id"])
    assert (attachment["width"], attachment["height"]) == (200, 400)
    assert b"Exif" in jpeg
    assert b"Exif" not in rep.fetch(f"/attachments/{attachment['id']}/content")
    tiles(page).first.click()
    assert page.get_by_role("dialog").get_by_role("img").evaluate(COLOURS) == ["red", "blue"]


def test_photos_are_turned_by_swiping_and_keys_and_removed_with_a_way_back(
    phone: Device, rep: Person, visit: dict[str, Any]
) -> None:
    page = phone.page
    page.goto(f"/visits/{visit['id']}")
    add_photos(page, *(picture(number, width=600, height=400) for number in range(3)))
    expect_sent(page, 3)
    tiles(page).first.click()
    viewer = page.get_by_role("dialog")
    expect(viewer.get_by_text("1 of 3")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("ArrowRight")
    expect(viewer.get_by_text("2 of 3")).to_be_visible()
    phone.swipe_left()
    expect(viewer.get_by_text("3 of 3")).to_be_visible()

    viewer.get_by_role("button", name="Remove photo").click()
    page.get_by_role("button", name="Undo").click()
    expect(viewer.get_by_text(re.compile("of 3"))).to_be_visible()
    assert len(rep.find("attachments", record_id=visit["id"])) == 3

    viewer.get_by_role("button", name="Remove photo").click()
    expect(viewer.get_by_text(re.compile("of 2"))).to_be_visible()
    page.keyboard.press("Escape")
    with page.expect_response("**/sync/push"):
        expect(page.get_by_text("Photo removed")).to_be_hidden()
    expect(tiles(page)).to_have_count(2)
    assert len(rep.find("attachments", record_id=visit["id"])) == 2


def test_an_upload_goes_on_after_the_browser_was_killed(
    phone: Device, radio: Radio, rep: Person, visit: dict[str, Any]
) -> None:
    phone.page.goto(f"/visits/{visit['id']}")
    radio.line = Line(latency_s=1)
    with phone.page.expect_request(lambda request: request.method == "PATCH"):
        # A picture of its own: what the server has already is not sent to it again.
        add_photos(phone.page, picture(100))
    phone.kill()
    radio.line = Line()
    phone.open()
    with phone.page.expect_request(lambda request: request.method == "PATCH") as first:
        phone.page.goto(f"/visits/{visit['id']}")
    assert int(first.value.headers["upload-offset"]) > 0
    expect_sent(phone.page, 1)
    phone.expect_synced()
    [attachment] = rep.find("attachments", record_id=visit["id"])
    assert hashlib.sha256(rep.fetch(f"/attachments/{attachment['id']}/content")).hexdigest() == attachment["sha256"]


def test_a_photo_of_somebody_else_is_fetched_once_and_then_there_without_signal(
    phone: Device, make_device: MakeDevice, radio: Radio, rep: Person, visit: dict[str, Any]
) -> None:
    phone.page.goto(f"/visits/{visit['id']}")
    add_photos(phone.page, picture(1, width=600, height=400))
    expect_sent(phone.page, 1)
    [attachment] = rep.find("attachments", record_id=visit["id"])

    desk = make_device(looks=DESK, address=radio.address)
    desk.open()
    desk.sign_in(REP)
    desk.lose_signal()
    desk.page.goto(f"/visits/{visit['id']}")
    expect(tiles(desk.page)).to_have_text("Not on this phone")
    desk.find_signal()
    expect(tiles(desk.page).locator("img")).to_be_visible()
    desk.lose_signal()
    desk.page.reload()
    expect(tiles(desk.page).locator("img")).to_be_visible()
    assert radio.count("GET", f"/api/v1/attachments/{attachment['id']}/content") == 1


def test_what_is_no_picture_is_said_so_and_not_lost(phone: Device, visit: dict[str, Any]) -> None:
    page = phone.page
    page.goto(f"/visits/{visit['id']}")
    add_photos(page, b"Dear Sir or Madam", picture(2, width=600, height=400))
    expect_sent(page, 1)
    problem = page.get_by_role("alert").filter(has_text="cannot be read")
    expect(problem).to_be_visible()
    assert violations(page) == []
    with page.expect_download() as saved:
        problem.get_by_role("button", name="Save to this device").click()
    assert saved.value.path().read_bytes() == b"Dear Sir or Madam"


def test_a_photo_that_the_server_refuses_says_why_and_stops_no_other(phone: Device, visit: dict[str, Any]) -> None:
    page = phone.page
    page.goto(f"/visits/{visit['id']}")
    add_photos(page, picture(3, width=2048, height=2048, noise=1), picture(4, width=600, height=400))
    expect(page.get_by_text("1 photo refused")).to_be_visible()
    expect_sent(page, 1)
    tiles(page).first.click()
    expect(page.get_by_role("alert")).to_contain_text("larger than the server accepts")
    assert violations(page) == []
    page.get_by_role("button", name="Remove photo").click()
    page.keyboard.press("Escape")
    expect(tiles(page)).to_have_count(1)
    phone.expect_synced()


def tiles(page: Page) -> Locator:
    return page.get_by_role("list", name="Photos").get_by_role("button")


def add_photos(page: Page, *files: bytes) -> None:
    with page.expect_file_chooser() as chosen:
        page.get_by_role("button", name="Add photos").click()
    chosen.value.set_files([FilePayload(name="IMG_0001.jpg", mimeType="image/jpeg", buffer=file) for file in files])


def expect_sent(page: Page, count: int) -> None:
    expect(
        tiles(page).and_(page.get_by_role("button", name=re.compile(r"^Photo of [^,]+, [^,]+, \d\d:\d\d$")))
    ).to_have_count(count)
