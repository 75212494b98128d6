"""The REST door: idempotency, versions, paging, filters, scope, problems."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from domain.kernel.ids import new_id
from domain.people.models import User
from tests.support.company import NOW, Company
from tests.support.phone import Phone

AsUser = Callable[[User], Phone]


@pytest.fixture
def rep(company: Company, as_user: AsUser) -> Phone:
    return as_user(company.rep)


def account_of(company: Company, name: str = "Hotel Rheinblick") -> dict[str, Any]:
    return {"name": name, "territory_id": company.territory_id}


def test_a_create_answers_with_the_record_its_address_and_its_version(company: Company, rep: Phone) -> None:
    answer = rep.post("/accounts", account_of(company))
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/api/v1/accounts/{answer.json['id']}"
    assert answer.headers["ETag"] == f'"{answer.json["version"]}"'
    assert rep.get(f"/accounts/{answer.json['id']}").json == answer.json


def test_a_request_with_the_same_idempotency_key_is_carried_out_once(company: Company, rep: Phone) -> None:
    body = account_of(company) | {"id": new_id()}
    first = rep.post("/accounts", body, **{"Idempotency-Key": "morning-1"})
    second = rep.post("/accounts", body, **{"Idempotency-Key": "morning-1"})
    assert second.headers["Idempotent-Replay"] == "true"
    assert second.json == first.json
    assert len(rep.get("/accounts").json["items"]) == 1


def test_the_same_idempotency_key_with_another_body_is_an_error(company: Company, rep: Phone) -> None:
    rep.post("/accounts", account_of(company) | {"id": new_id()}, **{"Idempotency-Key": "k"})
    answer = rep.post("/accounts", account_of(company, "Other") | {"id": new_id()}, **{"Idempotency-Key": "k"})
    assert (answer.status_code, answer.json["code"]) == (422, "sync.id_reused")


def test_a_change_of_a_version_that_is_not_the_present_one_is_refused(company: Company, rep: Phone) -> None:
    account = company.account()
    path, etag = f"/accounts/{account.id}", rep.get(f"/accounts/{account.id}").headers["ETag"]
    client = rep.app.test_client()
    headers = {**rep.headers, "If-Match": etag}
    assert client.patch(f"/api/v1{path}", json={"notes": "first"}, headers=headers).status_code == 200
    answer = client.patch(f"/api/v1{path}", json={"notes": "second"}, headers=headers)
    assert (answer.status_code, answer.json["code"]) == (412, "record.version_conflict")
    assert rep.get(path).json["notes"] == "first"


def test_what_has_not_changed_is_not_sent_again(company: Company, rep: Phone) -> None:
    path = f"/accounts/{company.account().id}"
    etag = rep.get(path).headers["ETag"]
    answer = rep.get(path, **{"If-None-Match": etag})
    assert (answer.status_code, answer.data) == (304, b"")


@pytest.mark.parametrize("sort", ["name", "-name", "created_at", "-created_at"])
def test_pages_hold_every_record_once_in_order(company: Company, rep: Phone, sort: str) -> None:
    for letter in "CABED":
        company.account(name=f"Customer {letter}")
    seen, cursor = [], ""
    while cursor is not None:
        page = rep.get(f"/accounts?limit=2&sort={sort}" + (f"&cursor={cursor}" if cursor else "")).json
        seen += [item["name"] for item in page["items"]]
        cursor = page["next_cursor"]
    assert sorted(seen) == [f"Customer {letter}" for letter in "ABCDE"]
    if sort.endswith("name"):
        assert seen == sorted(seen, reverse=sort.startswith("-"))


@pytest.mark.parametrize(
    "query", ["cursor=nonsense", "limit=0", "limit=10000", "sort=password", "colour=red", "kind=alien"]
)
def test_a_list_that_cannot_be_given_is_a_clear_error(rep: Phone, query: str) -> None:
    answer = rep.get(f"/accounts?{query}")
    assert answer.status_code == 422
    assert answer.json["code"] in {"validation.failed", "paging.cursor_invalid"}


def test_a_list_finds_by_words_and_treats_wildcards_as_text(company: Company, rep: Phone) -> None:
    company.account(name="100% Kaffee")
    company.account(name="Hotel Rheinblick")
    assert [item["name"] for item in rep.get("/accounts?search=0%25").json["items"]] == ["100% Kaffee"]
    assert [item["name"] for item in rep.get("/accounts?search=rhein").json["items"]] == ["Hotel Rheinblick"]


def test_rest_shows_the_same_part_of_the_organisation_as_the_phone_holds(company: Company, rep: Phone) -> None:
    near, far = company.account(), company.account(territory_id=company.other_territory_id)
    assert [item["id"] for item in rep.get("/accounts").json["items"]] == [str(near.id)]
    assert rep.get(f"/accounts/{far.id}").status_code == 404
    answer = rep.app.test_client().patch(f"/api/v1/accounts/{far.id}", json={"name": "Mine"}, headers=rep.headers)
    assert (answer.status_code, answer.json["code"]) == (404, "record.not_found")


def test_a_problem_names_the_code_the_field_and_the_request(company: Company, rep: Phone) -> None:
    answer = rep.post("/accounts", {"name": "", "territory_id": "nowhere"})
    assert answer.content_type == "application/problem+json"
    assert answer.json["code"] == "validation.failed"
    assert set(answer.json["fields"]) == {"name", "territory_id"}
    assert answer.json["request_id"] == answer.headers["X-Request-Id"]


def test_a_role_that_may_not_is_refused(company: Company, as_user: AsUser) -> None:
    answer = as_user(company.technician).post("/accounts", account_of(company))
    assert (answer.status_code, answer.json["code"]) == (403, "permission.denied")


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer x"}, {"Authorization": "Basic eDp5"}])
def test_without_a_valid_token_nobody_comes_in(app: Flask, headers: dict[str, str]) -> None:
    for path in ("/api/v1/accounts", "/api/v1/me", "/api/v1/devices"):
        answer = app.test_client().get(path, headers=headers)
        assert (answer.status_code, answer.json["code"]) == (401, "auth.token_invalid")
        assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [("/api/v1/nothing", 404, "request.not_found"), ("/assets/missing.js", 404, "request.not_found")],
)
def test_an_address_that_is_none_is_a_problem_too(app: Flask, path: str, status: int, code: str) -> None:
    answer = app.test_client().get(path)
    assert (answer.status_code, answer.json["code"]) == (status, code)


def test_a_body_that_is_no_json_object_is_refused(rep: Phone) -> None:
    client = rep.app.test_client()
    for body in (b"{", b"[]", b'"text"', b"\xff"):
        answer = client.post("/api/v1/accounts", data=body, content_type="application/json", headers=rep.headers)
        assert answer.status_code in {400, 422}, body
        assert answer.json["code"] in {"request.malformed", "validation.failed"}


def test_a_request_that_is_too_large_is_refused(rep: Phone) -> None:
    answer = rep.post("/sync/push", {"mutations": [], "filler": "x" * 5_000_000})
    assert (answer.status_code, answer.json["code"]) == (413, "request.too_large")


def test_a_revoked_device_is_out_at_once(company: Company, as_user: AsUser) -> None:
    lost, other = as_user(company.rep), as_user(company.rep)
    assert other.post(f"/devices/{lost.device_id}/revoke", {}).status_code == 200
    assert lost.get("/me").json["code"] == "auth.device_revoked"
    assert other.get("/me").status_code == 200


def test_a_visit_goes_the_same_way_by_rest_as_by_push(company: Company, rep: Phone) -> None:
    account = company.account()
    site = company.site(account)
    visit = rep.post("/visits", {"account_id": account.id, "site_id": site.id, "planned_start_at": NOW}).json
    rep.post(f"/visits/{visit['id']}/check-in", {"position": {"lat": 47.1411, "lng": 9.5210}})
    done = rep.post(f"/visits/{visit['id']}/complete", {"outcome": "no_order", "notes": "Owner away"}).json
    assert (done["status"], done["outcome"], done["notes"]) == ("completed", "no_order", "Owner away")
    again = rep.post(f"/visits/{visit['id']}/complete", {"outcome": "no_order"})
    assert (again.status_code, again.json["code"]) == (409, "visit.invalid_transition")


def test_health_and_figures_are_served(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json == {"status": "ready"}
    assert b"fieldbook_request_seconds" in client.get("/metrics").data
    assert client.get("/api/openapi.json").json["openapi"] == "3.1.0"
    assert client.get("/api/docs/").status_code == 200
