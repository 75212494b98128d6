"""A rep answers a survey without signal, with a photo and a signature; the battery goes flat in between."""

import re
from typing import Any
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import FilePayload, Page, expect

from mobile_client.pwa.e2e.device import Device
from mobile_client.pwa.e2e.pictures import picture
from mobile_client.pwa.e2e.server import Fieldbook, Person
from mobile_client.pwa.e2e.test_accessibility import violations

pytestmark = pytest.mark.long

REP = "rep4@demo.example"
MANAGER = "manager1@demo.example"


@pytest.fixture
def survey(fieldbook: Fieldbook) -> dict[str, Any]:
    manager = fieldbook.person(MANAGER)
    questions: list[dict[str, Any]] = [
        {"text": "Who did you speak to?", "kind": "text", "required": True},
        {"text": "How cold is the fridge?", "kind": "number", "unit": "°C", "min": -5, "max": 12},
        {"text": "What do they serve?", "kind": "choices", "options": ["Espresso", "Decaf"]},
        {"text": "Is our sign up?", "kind": "yes_no", "required": True},
        {"text": "The shelf", "kind": "photo"},
        {"text": "The customer signs", "kind": "signature", "required": True},
    ]
    made = manager.post("/surveys", name="Shelf and fridge")
    with_ids = [{"id": str(uuid4()), **question} for question in questions]
    return manager.post(f"/surveys/{made['id']}/publish", questions=with_ids)


@pytest.fixture
def rep(fieldbook: Fieldbook) -> Person:
    return fieldbook.person(REP)


def test_a_survey_with_a_signature_is_answered_without_signal(
    phone: Device, rep: Person, survey: dict[str, Any]
) -> None:
    phone.sign_in(REP)
    page = phone.page
    [visit, *_] = rep.find("visits", rep_id=rep.user["id"], status="planned")
    # The screens of the visit are there once they were seen.
    page.goto(f"/visits/{visit['id']}")
    page.get_by_role("link", name="Shelf and fridge").click()
    expect(page.get_by_role("button", name="Finish")).to_be_visible()
    phone.lose_signal()

    page.get_by_label("How cold is the fridge?").fill("40,5")
    page.get_by_text("Decaf").click()
    page.get_by_role("radiogroup", name="Is our sign up?").get_by_text("Yes").click()
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_text("3 answers are still to be seen to")).to_be_visible()
    expect(page.get_by_text("The largest allowed is 12 °C.")).to_be_visible()
    assert violations(page) == []
    page.get_by_label("How cold is the fridge?").fill("4,5")
    add_photo(page)
    sign(page)

    phone.kill()
    phone.open_again()
    page = phone.page
    page.goto(f"/visits/{visit['id']}")
    page.get_by_role("link", name=re.compile("Shelf and fridge.*Begun")).click()
    expect(page.get_by_label("How cold is the fridge?")).to_have_value("4.5")
    expect(page.get_by_role("list", name="Signature").get_by_role("button")).to_be_attached()
    page.get_by_label("Who did you speak to?").fill("Mira Beck")
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_role("link", name=re.compile("Shelf and fridge.*Answered"))).to_be_visible()
    assert rep.find("survey-answers", visit_id=visit["id"]) == []

    phone.find_signal()
    phone.expect_synced()
    [given] = rep.find("survey-answers", visit_id=visit["id"])
    answers = [given["answers"][question["id"]] for question in survey["versions"][0]["questions"]]
    assert answers[:4] == ["Mira Beck", 4.5, ["Decaf"], True]
    [photo_id], signature_id = answers[4:]
    expect_stored(page, rep, photo_id, "photo", "image/jpeg")
    expect_stored(page, rep, signature_id, "signature", "image/png")
    assert rep.fetch(f"/attachments/{signature_id}/content").startswith(b"\x89PNG")


def add_photo(page: Page) -> None:
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Take photo").last.click()
    content = picture(number=7, width=600, height=400)
    chooser.value.set_files(FilePayload(name="shelf.jpg", mimeType="image/jpeg", buffer=content))
    expect(page.get_by_role("list", name="Photos").get_by_role("button").last).to_be_attached()


def sign(page: Page) -> None:
    page.get_by_role("button", name="Sign", exact=True).click()
    pad = page.get_by_role("dialog").get_by_role("img", name="Field for the signature")
    expect(page.get_by_role("button", name="Done")).to_be_disabled()
    box = pad.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 30, box["y"] + 90)
    page.mouse.down()
    for step in range(1, 12):
        page.mouse.move(box["x"] + 30 + step * 18, box["y"] + 90 + (step % 3) * 20)
    page.mouse.up()
    page.get_by_role("button", name="Done").click()
    expect(page.get_by_role("button", name="Sign again")).to_be_visible()


def expect_stored(page: Page, rep: Person, attachment_id: str, kind: str, media_type: str) -> None:
    """Wait until the content has reached the server."""
    path = f"/attachments/{UUID(attachment_id)}"
    for _ in range(200):
        if rep.read(path)["status"] == "stored":
            break
        page.evaluate("new Promise((resolve) => setTimeout(resolve, 50))")
    attachment = rep.read(path)
    assert (attachment["status"], attachment["kind"], attachment["media_type"]) == ("stored", kind, media_type)
