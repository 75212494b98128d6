"""A visit with all that comes of it, without signal; and the manager, who asked for it and reads it."""

import re

import pytest
from playwright.sync_api import expect

from mobile_client.pwa.e2e.conftest import MakeDevice
from mobile_client.pwa.e2e.device import DESK, PHONE
from mobile_client.pwa.e2e.server import Fieldbook
from mobile_client.pwa.e2e.test_accessibility import violations

pytestmark = pytest.mark.long

REP = "rep3@demo.example"
MANAGER = "manager1@demo.example"


def test_what_a_manager_asks_for_a_rep_brings_from_a_visit_without_signal(
    make_device: MakeDevice, fieldbook: Fieldbook
) -> None:
    desk = make_device(looks=DESK)
    desk.open()
    desk.sign_in(MANAGER)
    page = desk.page
    page.goto("/task-rules")
    page.get_by_role("button", name="New rule").click()
    sheet = page.get_by_role("dialog")
    sheet.get_by_label("What is to be done?").fill("Ask how the sample tasted")
    sheet.get_by_label("Due in days").fill("0")
    assert violations(page) == []
    sheet.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Ask how the sample tasted")).to_be_visible()

    page.goto("/surveys")
    page.get_by_role("button", name="New survey").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Machine check")
    page.get_by_role("button", name="Go on").click()
    page.get_by_role("textbox", name="Question 1").fill("How many cups a day?")
    page.get_by_role("button", name=re.compile("Answer")).click()
    page.get_by_role("option", name="Number").click()
    page.get_by_text("Must be answered").click()
    assert violations(page) == []
    page.get_by_role("button", name="Publish version 1").click()
    expect(page.get_by_role("button", name="Publish version 2")).to_be_visible()

    rep = fieldbook.person(REP)
    [visit, *_] = rep.find("visits", rep_id=rep.user["id"], status="planned")
    phone = make_device(looks=PHONE)
    phone.open()
    phone.sign_in(REP)
    mine = phone.page
    mine.goto(f"/visits/{visit['id']}")
    expect(mine.get_by_role("link", name=re.compile("Machine check"))).to_be_visible()
    phone.lose_signal()
    mine.get_by_role("button", name="Make it a call").click()
    mine.get_by_role("button", name="Begin the call").click()
    mine.get_by_role("link", name=re.compile("Machine check")).click()
    mine.get_by_label("How many cups a day?").fill("120")
    mine.get_by_role("button", name="Finish").click()
    mine.get_by_role("button", name="Note an observation").click()
    seen = mine.get_by_role("dialog")
    seen.get_by_text("Competitor").click()
    seen.get_by_role("textbox", name="Competitor").fill("Bergbohne")
    seen.get_by_label("Price").fill("19,90")
    assert violations(mine) == []
    seen.get_by_role("button", name="Save").click()
    expect(mine.get_by_text("CHF 19.90").first).to_be_visible()
    mine.get_by_role("button", name="Check out").click()
    out = mine.get_by_role("dialog")
    out.get_by_text("Follow up", exact=True).click()
    out.get_by_label("Next step").fill("Send the offer")
    out.get_by_label("Follow up on").fill(visit["planned_start_at"][:10])
    out.get_by_role("button", name="Complete visit").click()
    expect(mine.get_by_text("Send the offer").first).to_be_visible()

    phone.find_signal()
    phone.expect_synced()
    made = {task["title"]: task for task in rep.find("tasks", source_id=visit["id"])}
    # The last one by a rule of the demo company.
    assert made.keys() == {"Send the offer", "Ask how the sample tasted", "Send what was promised"}
    assert {task["assignee_id"] for task in made.values()} == {rep.user["id"]}
    mine.goto("/today")
    sample = mine.get_by_role("listitem").filter(has_text="Ask how the sample tasted")
    expect(sample).to_be_visible()
    phone.lose_signal()
    sample.locator(".task-tick").click()
    mine.get_by_role("button", name="Undo").click()
    expect(sample.get_by_role("checkbox")).not_to_be_checked()
    sample.locator(".task-tick").click()
    assert violations(mine) == []
    phone.find_signal()
    phone.expect_synced()
    assert [task["title"] for task in rep.find("tasks", source_id=visit["id"], done="true")] == [
        "Ask how the sample tasted"
    ]

    desk.expect_synced()
    expect(page.get_by_role("cell", name="120")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    assert ",120\r\n" in download.value.path().read_bytes().decode()
