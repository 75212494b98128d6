"""A day in airplane mode with three flat batteries, and in the evening a bad line: all of it arrives, and once."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

import pytest
from playwright.sync_api import FilePayload, expect

from mobile_client.pwa.e2e.conftest import MakeDevice
from mobile_client.pwa.e2e.device import PHONE, Device
from mobile_client.pwa.e2e.pictures import picture
from mobile_client.pwa.e2e.radio import Line, Radio
from mobile_client.pwa.e2e.server import Fieldbook, Person

pytestmark = pytest.mark.long

REP = "rep6@demo.example"
CUSTOMERS = 10
AT_EACH = ("visit.confirm", "visit.check_in", "visit.update", "order.place", "visit.complete", "visit.plan")
DAY = timedelta(hours=9)


@pytest.fixture
def radio(fieldbook: Fieldbook) -> Iterator[Radio]:
    with Radio(fieldbook.address) as between:
        yield between


@pytest.fixture
def phone(make_device: MakeDevice, radio: Radio) -> Device:
    device = make_device(looks=PHONE, address=radio.address)
    device.open()
    return device


@pytest.fixture
def rep(fieldbook: Fieldbook) -> Person:
    return fieldbook.person(REP)


def test_a_day_in_airplane_mode_arrives_whole_and_once(
    phone: Device, radio: Radio, fieldbook: Fieldbook, rep: Person
) -> None:
    visits = rep.find("visits", rep_id=rep.user["id"], status="planned")[:CUSTOMERS]
    before = records_of(fieldbook, rep)
    evening = datetime.now(UTC)
    hours = [evening - DAY * (CUSTOMERS - number) / CUSTOMERS for number in range(CUSTOMERS)]
    phone.set_clock(hours[0])
    phone.sign_in(REP)
    phone.lose_signal()
    for number, (visit, hour) in enumerate(zip(visits, hours, strict=True)):
        phone.set_clock(hour)
        call_on(phone, visit, photo=picture(number))
        if number in {2, 5, 8}:
            phone.kill()
            phone.open_again()
    phone.set_clock(evening)
    captured = phone.stored("mutations")
    assert Counter(each["name"] for each in captured) == dict.fromkeys((*AT_EACH, "attachment.add"), CUSTOMERS)

    radio.line = Line(latency_s=0.8, lost=0.3)
    phone.find_signal()
    expect_all_sent(phone)

    assert radio.lost
    assert [each["name"] for each in phone.stored("mutations")] == []
    expect_each_done_once(fieldbook, rep, captured, before)
    for visit, hour in zip(visits, hours, strict=True):
        expect_worked_on(rep, visit, hour)
    expect_contents(rep, phone)
    expect_same_checksums(phone, rep)


def call_on(phone: Device, visit: dict[str, Any], *, photo: bytes) -> None:
    """Visit a customer, with a photo and an order, and plan the next visit: all that `AT_EACH` names."""
    page = phone.page
    page.goto(f"/visits/{visit['id']}")
    page.get_by_role("button", name="Confirm", exact=True).click()
    expect(page.get_by_text("Confirmed", exact=True)).to_be_visible()
    page.get_by_role("button", name="Check in").click()
    expect(page.get_by_text("Checked in at")).to_be_visible()
    page.get_by_label("Notes").fill("Grinder cleaned")
    page.get_by_label("Notes").blur()
    with page.expect_file_chooser() as camera:
        page.get_by_role("button", name="Take photo").click()
    camera.value.set_files(FilePayload(name="IMG_0001.png", mimeType="image/png", buffer=photo))
    expect(page.get_by_role("button", name=re.compile("^Photo of .*, Not sent yet$"))).to_be_visible()

    page.get_by_role("link", name="Take order").click()
    page.get_by_role("list", name="Products").get_by_role("button", name=re.compile("^Add ")).first.click()
    page.get_by_role("button", name="Review order").click()
    page.get_by_role("dialog").get_by_role("button", name="Place order").click()
    expect(page.get_by_text("Number follows when sent")).to_be_visible()
    page.get_by_role("button", name="Back").click()
    page.get_by_role("button", name="Check out").click()
    page.get_by_role("dialog").get_by_role("button", name="Complete visit").click()
    expect(page.get_by_text("checked out at")).to_be_visible()

    page.goto(f"/accounts/{visit['account_id']}")
    page.get_by_role("button", name="Visit", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name="Plan visit").click()
    expect(page.get_by_role("button", name="Check in")).to_be_visible()


def expect_all_sent(phone: Device) -> None:
    phone.page.goto("/sync")
    phone.expect_synced(timeout_ms=180_000)
    expect(phone.page.get_by_text("None waiting")).to_be_visible(timeout=180_000)
    phone.expect_synced(timeout_ms=60_000)


def records_of(fieldbook: Fieldbook, rep: Person) -> set[str]:
    """Return the ids of all that the rep has made, from the database itself."""
    made = fieldbook.query(
        rep.org_id,
        """
        select id::text from orders where placed_by_id = %(rep)s
        union all select id::text from visits where rep_id = %(rep)s
        union all select id::text from attachments where created_by_id = %(rep)s
        """,
        rep=rep.user["id"],
    )
    return {record_id for (record_id,) in made}


def expect_each_done_once(fieldbook: Fieldbook, rep: Person, captured: list[dict[str, Any]], before: set[str]) -> None:
    receipts = fieldbook.query(
        rep.org_id,
        "select id::text, seq, status from receipts where id = any(%(ids)s::uuid[]) order by seq",
        ids=[each["id"] for each in captured],
    )
    assert receipts == [(each["id"], number, "applied") for number, each in enumerate(captured, start=1)]
    made = [each["args"]["id"] for each in captured if "id" in each["args"]]
    assert len(made) == 3 * CUSTOMERS
    assert records_of(fieldbook, rep) == before | set(made)


def expect_worked_on(rep: Person, visit: dict[str, Any], hour: datetime) -> None:
    """The visit is as the rep left it, at the time at which it was done."""
    now = rep.read(f"/visits/{visit['id']}")
    assert (now["status"], now["outcome"], now["notes"]) == ("completed", "order", "Grinder cleaned")
    late = datetime.fromisoformat(now["checked_in_at"]) - hour
    assert timedelta(0) < late < DAY / CUSTOMERS
    assert len(rep.find("orders", visit_id=visit["id"])) == 1


def expect_contents(rep: Person, phone: Device) -> None:
    """The server gives back each photo, byte for byte as the phone made it."""
    attachments = rep.find("attachments", created_by_id=rep.user["id"])
    assert {each["sha256"] for each in attachments} == {each["sha256"] for each in phone.stored("contents")}
    assert len(attachments) == CUSTOMERS
    for each in attachments:
        content = rep.fetch(f"/attachments/{each['id']}/content")
        assert hashlib.sha256(content).hexdigest() == each["sha256"]
        assert (each["width"], each["height"], each["size"]) == (2048, 1365, len(content))


def expect_same_checksums(phone: Device, rep: Person) -> None:
    """What the device holds of each bucket is what the server says that it must hold."""
    # That the last photos are there is news of its own, and the line is still bad.
    deadline = monotonic() + 120
    while (answer := news_of(phone, rep))["changes"] and monotonic() < deadline:
        phone.page.wait_for_timeout(500)
    assert answer["changes"] == []
    assert {each["bucket"]: (each["count"], each["hash"]) for each in answer["checksums"]} == sums_of(phone)


def news_of(phone: Device, rep: Person) -> dict[str, Any]:
    """Return what the server has for the device, and the checksums of all its buckets."""
    meta = {each["key"]: each["value"] for each in phone.stored("meta")}
    asked = {"schema_version": 1, "cursor": meta["cursor"], "limit": 1000}
    return replace(rep, token=meta["tokens"]["access"]).post("/sync/pull?verify=1", **asked)


def sums_of(phone: Device) -> dict[str, tuple[int, int]]:
    """Count and hash of each bucket, from the documents themselves."""
    sums: dict[str, tuple[int, int]] = {}
    for row in phone.stored("documents"):
        for bucket, rev in row["buckets"].items():
            count, total = sums.get(bucket, (0, 0))
            hashed = int(row["id"][-8:], 16) ^ (rev * 2654435761 % 2**32)
            sums[bucket] = (count + 1, (total + hashed) % 2**32)
    return sums
