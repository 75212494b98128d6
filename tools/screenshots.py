"""Take the pictures in docs/screenshots: the demo company on a phone and on a dispatcher's desk.

Run by `make screenshots`, from the repository's root.
"""

import re
import tempfile
from pathlib import Path

from playwright.sync_api import FilePayload, Page, Playwright, expect, sync_playwright

from mobile_client.pwa.e2e.device import DESK, PHONE, Device
from mobile_client.pwa.e2e.screens import open_customer
from mobile_client.pwa.e2e.server import Fieldbook

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "screenshots"

TOGETHER = """
<style>
  body { margin: 0; width: 1280px; height: 760px; background: #e9edef; position: relative; overflow: hidden }
  img { position: absolute; border-radius: 14px; box-shadow: 0 12px 40px rgb(0 30 40 / .25) }
  .board { left: 210px; top: 40px; width: 1040px }
  .today { left: 30px; top: 150px; width: 262px; border-radius: 26px }
</style>
<img class="board" src="board.png"><img class="today" src="phone-today.png">
"""

# What a rep takes a photo of.
SHELF = """
<body style="margin: 0; background:
  repeating-linear-gradient(0deg, #e8dcc8 0 14px, transparent 14px 200px),
  repeating-linear-gradient(90deg, transparent 0 96px, #4a3628 96px 110px),
  repeating-linear-gradient(90deg, #a9502f 0 330px, #2f6f5e 330px 660px, #c7912f 660px 990px)">
"""


def main() -> None:
    PICTURES.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        Fieldbook(var_dir=Path(folder) / "var") as fieldbook,
        sync_playwright() as playwright,
    ):
        phone = Device(playwright, folder=Path(folder) / "phone", address=fieldbook.address, looks=PHONE)
        phone.open()
        show_the_phone(phone)
        phone.close()
        desk = Device(playwright, folder=Path(folder) / "desk", address=fieldbook.address, looks=DESK)
        desk.open()
        show_the_board(desk)
        desk.close()
        show_both(playwright, Path(folder) / "together")
    for picture in sorted(PICTURES.glob("*.png")):
        print(f"{picture.name}: {picture.stat().st_size // 1000} kB")


def show_the_phone(phone: Device) -> None:
    page = phone.page
    phone.sign_in("rep1@demo.example")
    expect(page.get_by_role("link", name="Open visit")).to_be_visible()
    take(page, "phone-today")
    open_customer(page, search="Restaurant")
    page.get_by_role("link", name="New order").click()
    for more in range(1, 4):
        page.get_by_role("button", name=re.compile("^Add ")).nth(more).click()
    take(page, "phone-order")
    phone.lose_signal()
    page.goto("/")
    page.get_by_role("link", name="Open visit").click()
    page.get_by_role("button", name="Check in").click()
    page.get_by_label("Notes").fill("Grinder cleaned, two bags of beans on trial")
    page.get_by_label("Notes").blur()
    with page.expect_file_chooser() as camera:
        page.get_by_role("button", name="Take photo").click()
    camera.value.set_files(FilePayload(name="shelf.png", mimeType="image/png", buffer=shelf(page)))
    expect(page.get_by_role("button", name=re.compile("^Photo of "))).to_be_visible()
    take(page, "phone-visit")
    page.goto("/sync")
    expect(page.get_by_role("heading", name="Sync")).to_be_visible()
    take(page, "phone-sync")


def shelf(page: Page) -> bytes:
    other = page.context.new_page()
    other.set_content(SHELF)
    photo = other.screenshot()
    other.close()
    return photo


def show_the_board(desk: Device) -> None:
    page = desk.page
    desk.sign_in("dispatch1@demo.example")
    urgent = page.get_by_role("region", name="Unscheduled").get_by_role("article").first
    urgent.get_by_role("button").first.click()
    expect(page.get_by_role("complementary")).to_be_visible()
    # The day, whatever the hour at which the picture is taken.
    page.get_by_role("button", name="Accepted").first.scroll_into_view_if_needed()
    take(page, "board")


def show_both(playwright: Playwright, folder: Path) -> None:
    desk = Device(
        playwright, folder=folder, address="http://127.0.0.1", looks={"viewport": {"width": 1280, "height": 760}}
    )
    desk.open()
    sheet = PICTURES / "together.html"
    sheet.write_text(TOGETHER)
    desk.page.goto(sheet.as_uri())
    take(desk.page, "fieldbook")
    sheet.unlink()
    desk.close()


def take(page: Page, name: str) -> None:
    page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")


if __name__ == "__main__":
    main()
