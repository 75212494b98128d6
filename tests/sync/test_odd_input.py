"""I7: whatever a device sends, it gets an answer that does not stop its queue."""

import base64
import zlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
import pytest

from domain.kernel.ids import new_id
from domain.people.models import User
from domain.visits.models import Visit
from tests.support.company import NOW, Company
from tests.support.phone import Phone

PhoneOf = Callable[[User], Phone]


@pytest.fixture
def phone(company: Company, phone_of: PhoneOf) -> Phone:
    return phone_of(company.rep)


def post_text(phone: Phone, path: str, text: str) -> Any:
    headers = {**phone.headers, "Content-Type": "application/json"}
    return phone.app.test_client().post(f"/api/v1{path}", data=text, headers=headers)


def push_text(phone: Phone, text: str) -> Any:
    return post_text(phone, "/sync/push", text)


def plan(company: Company, phone: Phone, **args: Any) -> dict[str, Any]:
    account = company.account()
    site = company.site(account)
    return phone.mutation(
        "visit.plan", id=new_id(), account_id=account.id, site_id=site.id, planned_start_at=NOW, **args
    )


def test_half_an_emoji_does_not_stop_the_queue(company: Company, phone: Phone) -> None:
    mutation = plan(company, phone, purpose="HALF")
    text = orjson.dumps({"mutations": [mutation]}).decode().replace("HALF", r"Coffee \ud83d")
    answer = push_text(phone, text)
    assert answer.status_code == 200, answer.text
    assert answer.json["results"][0]["status"] == "applied"
    assert company.read(Visit, UUID(mutation["args"]["id"])).purpose == "Coffee \ufffd"


def test_a_clock_at_the_end_of_time_does_not_stop_the_queue(company: Company, phone: Phone) -> None:
    mutation = {**plan(company, phone), "occurred_at": "9999-12-31T23:59:59Z"}
    answer = phone.post("/sync/push", {"mutations": [mutation], "sent_at": datetime(2026, 1, 1, tzinfo=UTC)})
    assert answer.status_code == 200, answer.text
    assert answer.json["results"][0]["status"] == "applied"


def test_a_body_that_is_nested_too_deeply_to_be_kept_is_refused(phone: Phone) -> None:
    text = orjson.dumps({"mutations": [phone.mutation("espresso.brew", strength="DEEP")]}).decode()
    nested = "[" * 300 + "]" * 300
    for answer in (
        push_text(phone, text.replace('"DEEP"', nested)),
        post_text(phone, "/accounts", f'{{"notes":{nested}}}'),
    ):
        assert (answer.status_code, answer.json["code"]) == (400, "request.malformed")


@pytest.mark.parametrize(
    ("position", "value"),
    [(1, -(2**63)), (3, {"org": [-(2**63), str(new_id())]}), (3, {"org": [-1e300, str(new_id())]}), (5, 1e300)],
)
def test_a_cursor_with_impossible_numbers_starts_anew(
    company: Company, phone: Phone, position: int, value: Any
) -> None:
    phone.pull(limit=3)
    body = orjson.loads(zlib.decompress(base64.urlsafe_b64decode(phone.cursor or "")))
    body[position] = value
    phone.cursor = base64.urlsafe_b64encode(zlib.compress(orjson.dumps(body))).decode()
    phone.pull()
    assert "org" in phone.answers[0]["reset"]
