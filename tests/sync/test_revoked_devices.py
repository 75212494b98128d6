"""A revoked device hands in what it has and is told to wipe: nothing of it is applied, nothing is lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from domain.customers.models import Account
from domain.kernel.clock import utc_now
from domain.kernel.ids import new_id
from domain.kernel.receipts import Receipt
from domain.people import tokens
from domain.people.models import Device, User
from sync import hand_in
from sync.models import SyncFailure
from tests.support.company import PASSWORD, Company
from tests.support.phone import Phone

PhoneOf = Callable[[User], Phone]


@pytest.fixture
def phone(company: Company, phone_of: PhoneOf) -> Phone:
    return phone_of(company.rep)


@pytest.fixture
def admin(company: Company, phone_of: PhoneOf) -> Phone:
    return phone_of(company.admin)


def sign_in(app: Flask, user: User, device_id: UUID) -> dict[str, Any]:
    device = {"id": str(device_id), "name": "Phone", "platform": "web"}
    body = {"email": user.email, "password": PASSWORD, "device": device}
    answer = app.test_client().post("/api/v1/auth/login", json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json or {})


def refresh(app: Flask, refresh_token: str) -> Any:
    return app.test_client().post("/api/v1/auth/refresh", json={"refresh_token": refresh_token})


def hand_in_token(app: Flask, company: Company, phone: Phone, admin: Phone) -> str:
    """Revoke the phone and return what its refresh is answered with."""
    refresh_token = sign_in(app, company.rep, phone.device_id)["refresh_token"]
    admin.post(f"/devices/{phone.device_id}/revoke", {})
    answer = refresh(app, refresh_token)
    assert (answer.status_code, answer.json["code"]) == (401, "auth.device_revoked")
    return str(answer.json["hand_in_token"])


def new_account(company: Company, phone: Phone, account_id: UUID | None = None) -> dict[str, Any]:
    return phone.mutation(
        "account.create", id=account_id or new_id(), name="Hotel Rheinblick", territory_id=company.territory_id
    )


def push_as(phone: Phone, token: str, *mutations: dict[str, Any]) -> Any:
    return phone.post("/sync/push", {"mutations": list(mutations)}, Authorization=f"Bearer {token}")


def test_it_hands_in_its_work_is_told_to_wipe_and_nothing_is_applied(
    app: Flask, company: Company, phone: Phone, admin: Phone
) -> None:
    account_id = new_id()
    mutations = [new_account(company, phone, account_id), new_account(company, phone)]
    answer = push_as(phone, hand_in_token(app, company, phone, admin), *mutations)
    assert answer.status_code == 200, answer.text
    assert answer.json["wipe"] is True
    assert answer.json["next_seq"] == 3
    assert {(result["status"], result["code"]) for result in answer.json["results"]} == {
        ("rejected", "sync.device_revoked")
    }
    with company.session() as session:
        assert session.get(Account, (company.org_id, account_id)) is None
        receipt = session.get_one(Receipt, (company.org_id, UUID(mutations[0]["id"])))
        assert (receipt.args, receipt.actor_id, receipt.device_id) == (
            mutations[0]["args"],
            company.rep.id,
            phone.device_id,
        )
        kept = session.scalars(select(SyncFailure).where(SyncFailure.org_id == company.org_id)).all()
        assert {(failure.mutation_id, failure.code, failure.state) for failure in kept} == {
            (UUID(mutation["id"]), "sync.device_revoked", "open") for mutation in mutations
        }


def test_an_access_token_that_has_not_expired_does_as_well(company: Company, phone: Phone, admin: Phone) -> None:
    admin.post(f"/devices/{phone.device_id}/revoke", {})
    answer = phone.post("/sync/push", {"mutations": [new_account(company, phone)]})
    assert (answer.status_code, answer.json["wipe"]) == (200, True)
    assert answer.json["results"][0]["code"] == "sync.device_revoked"
    assert phone.get("/me").json["code"] == "auth.device_revoked"


def test_a_lost_answer_is_repeated_and_what_was_applied_before_stays_so(
    app: Flask, company: Company, phone: Phone, admin: Phone
) -> None:
    applied, late = new_account(company, phone), new_account(company, phone)
    phone.push(applied)
    token = hand_in_token(app, company, phone, admin)
    for _ in range(2):
        answer = push_as(phone, token, applied, late, late)
        assert answer.json["wipe"] is True
    assert [(result["status"], result["original_status"]) for result in answer.json["results"]] == [
        ("duplicate", "applied"),
        ("duplicate", "rejected"),
        ("duplicate", "rejected"),
    ]


@pytest.mark.parametrize("poison", ["\x00", "a\x00b", "🧊" * 20_000])
def test_what_could_never_be_applied_is_kept_as_well(
    app: Flask, company: Company, phone: Phone, admin: Phone, poison: str
) -> None:
    mutations = [
        phone.mutation("espresso.brew", **{poison: poison}),
        phone.mutation("account.create", id="none", name=poison),
        new_account(company, phone),
    ]
    answer = push_as(phone, hand_in_token(app, company, phone, admin), *mutations)
    assert (answer.status_code, answer.json["next_seq"]) == (200, 4)
    assert {result["code"] for result in answer.json["results"]} == {"sync.device_revoked"}


def test_what_it_mends_is_settled(app: Flask, company: Company, phone: Phone, admin: Phone) -> None:
    refused = phone.mutation("account.create", id=new_id(), name="Hotel", territory_id=new_id())
    phone.push(refused)
    mended = {**new_account(company, phone), "replaces": refused["id"]}
    push_as(phone, hand_in_token(app, company, phone, admin), mended)
    assert [item["id"] for item in admin.get("/sync/rejections?settled=false").json["items"]] == [mended["id"]]


def test_a_gap_is_named(app: Flask, company: Company, phone: Phone, admin: Phone) -> None:
    new_account(company, phone)
    answer = push_as(phone, hand_in_token(app, company, phone, admin), new_account(company, phone))
    assert (answer.status_code, answer.json["next_seq"]) == (409, 1)


def test_the_device_of_somebody_who_left_hands_in(app: Flask, company: Company, phone: Phone, admin: Phone) -> None:
    refresh_token = sign_in(app, company.rep, phone.device_id)["refresh_token"]
    company.do("user.update", user_id=company.rep.id, active=False)
    answer = push_as(phone, refresh(app, refresh_token).json["hand_in_token"], new_account(company, phone))
    assert (answer.status_code, answer.json["wipe"]) == (200, True)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "/sync/pull", {"schema_version": 1, "cursor": None}),
        ("GET", "/sync/live", None),
        ("GET", "/sync/rejections", None),
        ("GET", "/me", None),
        ("GET", "/devices", None),
        ("GET", "/accounts", None),
        ("POST", "/accounts", {"name": "Hotel Rheinblick"}),
        ("POST", "/auth/logout", None),
    ],
)
def test_a_hand_in_token_opens_no_other_door(
    app: Flask, company: Company, phone: Phone, admin: Phone, method: str, path: str, body: Any
) -> None:
    token = hand_in_token(app, company, phone, admin)
    answer = app.test_client().open(
        f"/api/v1{path}", method=method, json=body, headers={"Authorization": f"Bearer {token}"}
    )
    assert (answer.status_code, answer.json["code"]) == (401, "auth.token_invalid")


def test_a_hand_in_token_refreshes_nothing(app: Flask, company: Company, phone: Phone, admin: Phone) -> None:
    answer = refresh(app, hand_in_token(app, company, phone, admin))
    assert (answer.status_code, answer.json["code"]) == (401, "auth.refresh_invalid")


def test_a_hand_in_token_expires_and_the_refresh_token_gets_another(
    app: Flask, company: Company, phone: Phone, admin: Phone
) -> None:
    hand_in_token(app, company, phone, admin)
    secret = app.extensions["fieldbook"].settings.secret_key
    ids = {"user_id": company.rep.id, "org_id": company.org_id, "device_id": phone.device_id}
    made_at = utc_now() - timedelta(hours=1, seconds=1)
    old = tokens.make_hand_in_token(**ids, secret=secret, now=made_at)
    answer = push_as(phone, old, new_account(company, phone))
    assert (answer.status_code, answer.json["code"]) == (401, "auth.token_expired")


def test_a_hand_in_token_is_worthless_for_a_device_in_use_and_for_anothers(
    app: Flask, company: Company, other_company: Company, phone: Phone, admin: Phone, phone_of: PhoneOf
) -> None:
    secret = app.extensions["fieldbook"].settings.secret_key
    hand_in_token(app, company, phone, admin)
    in_use = phone_of(company.technician)
    for user_id, org_id, device_id in (
        (company.technician.id, company.org_id, in_use.device_id),
        (company.technician.id, company.org_id, phone.device_id),
        (company.rep.id, other_company.org_id, phone.device_id),
    ):
        token = tokens.make_hand_in_token(
            user_id=user_id, org_id=org_id, device_id=device_id, secret=secret, now=utc_now()
        )
        answer = push_as(phone, token, new_account(company, phone))
        assert (answer.status_code, answer.json["code"]) == (401, "auth.token_invalid")


def test_signing_in_again_brings_the_device_back(app: Flask, company: Company, phone: Phone, admin: Phone) -> None:
    token = hand_in_token(app, company, phone, admin)
    again = sign_in(app, company.rep, phone.device_id)
    answer = push_as(phone, again["access_token"], new_account(company, phone))
    assert (answer.json["results"][0]["status"], answer.json["wipe"]) == ("applied", False)
    assert push_as(phone, token).status_code == 401
    assert refresh(app, again["refresh_token"]).status_code == 200


def test_a_device_whose_token_was_reused_is_never_told_to_wipe(app: Flask, company: Company, phone: Phone) -> None:
    first = sign_in(app, company.rep, phone.device_id)["refresh_token"]
    latest = refresh(app, refresh(app, first).json["refresh_token"]).json
    for token in (first, first, latest["refresh_token"]):
        answer = refresh(app, token)
        assert (answer.status_code, answer.json["code"]) == (401, "auth.refresh_reused")
        assert "hand_in_token" not in answer.json
    mutation = new_account(company, phone)
    answer = push_as(phone, latest["access_token"], mutation)
    assert (answer.status_code, answer.json["code"]) == (401, "auth.refresh_reused")
    again = sign_in(app, company.rep, phone.device_id)
    assert push_as(phone, again["access_token"], mutation).json["results"][0]["status"] == "applied"


def test_an_admin_who_revokes_it_overrules_that(app: Flask, company: Company, phone: Phone, admin: Phone) -> None:
    first = sign_in(app, company.rep, phone.device_id)["refresh_token"]
    refresh(app, refresh(app, first).json["refresh_token"])
    refresh(app, first)
    admin.post(f"/devices/{phone.device_id}/revoke", {})
    assert refresh(app, first).json["code"] == "auth.device_revoked"
    with company.session() as session:
        assert session.get_one(Device, (company.org_id, phone.device_id)).revoked_because == "signed_out"


def test_a_stolen_device_cannot_fill_the_database(
    app: Flask, company: Company, phone: Phone, admin: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hand_in, "MAX_AN_HOUR", 2)
    token = hand_in_token(app, company, phone, admin)
    mutations = [new_account(company, phone) for _ in range(3)]
    assert push_as(phone, token, *mutations[:2]).status_code == 200
    answer = push_as(phone, token, *mutations)
    assert (answer.status_code, answer.json["code"]) == (429, "sync.hand_in_limit")
    assert answer.headers["Retry-After"] == "3600"
