"""I8: whoever loses a value can see both and bring it back."""

from typing import Any

import pytest
from flask import Flask

from domain.customers.models import Account
from tests.support.company import Company
from tests.support.phone import Phone


@pytest.fixture
def account(company: Company) -> Account:
    return company.account(name="Hotel Löwen")


@pytest.fixture
def rep(app: Flask, company: Company, account: Account) -> Phone:
    phone = Phone.sign_in(app, company.rep)
    phone.pull()
    return phone


@pytest.fixture
def manager(app: Flask, company: Company, account: Account) -> Phone:
    phone = Phone.sign_in(app, company.manager)
    phone.pull()
    return phone


def edit(device: Phone, account: Account, /, **changes: Any) -> dict[str, Any]:
    """What the phone records now, to be sent later."""
    return device.mutation("account.update", account_id=account.id, **changes)


def conflicts(phone: Phone) -> list[dict[str, Any]]:
    phone.pull()
    return [doc for (entity, _), doc in phone.documents.items() if entity == "conflict"]


def shown(phone: Phone, account: Account) -> dict[str, Any]:
    phone.pull()
    return phone.documents["account", str(account.id)]


def test_edits_of_different_fields_both_stand(rep: Phone, manager: Phone, account: Account):
    late = edit(rep, account, phone="+423 1")
    manager.push(edit(manager, account, email="office@loewen.example"))

    (result,) = rep.push(late)

    assert result["status"] == "applied"
    assert shown(rep, account)["phone"] == "+423 1"
    assert shown(rep, account)["email"] == "office@loewen.example"
    assert conflicts(rep) == conflicts(manager) == []


def test_the_last_writer_wins_and_whoever_lost_sees_both_values(
    company: Company, rep: Phone, manager: Phone, account: Account
):
    late = edit(rep, account, phone="+423 1")
    manager.push(edit(manager, account, phone="+423 2"))

    (result,) = rep.push(late)

    assert result["status"] == "applied"
    assert conflicts(rep) == []
    (conflict,) = conflicts(manager)
    assert conflict["title"] == "Hotel Löwen"
    assert (conflict["entity"], conflict["record_id"], conflict["field"]) == ("account", str(account.id), "phone")
    assert (conflict["kept_value"], conflict["lost_value"]) == ("+423 1", "+423 2")
    assert (conflict["kept_by_id"], conflict["lost_by_id"]) == (str(company.rep.id), str(company.manager.id))

    (restored,) = manager.push(manager.mutation("conflict.restore", conflict_id=conflict["id"]))

    assert restored["status"] == "applied"
    assert shown(rep, account)["phone"] == "+423 2"
    assert [conflict["status"] for conflict in conflicts(manager)] == ["restored"]
    assert conflicts(rep) == []


def test_where_the_first_writer_wins_the_late_value_is_kept_beside_it(
    company: Company, rep: Phone, manager: Phone, account: Account
):
    late = edit(rep, account, account_class="C", phone="+423 1")
    manager.push(edit(manager, account, account_class="A"))

    (result,) = rep.push(late)

    assert (result["status"], list(result["fields"])) == ("merged", ["account_class"])
    assert shown(rep, account)["account_class"] == "A"
    assert shown(rep, account)["phone"] == "+423 1"
    (conflict,) = conflicts(rep)
    assert (conflict["kept_value"], conflict["lost_value"]) == ("A", "C")
    assert (conflict["kept_by_id"], conflict["lost_by_id"]) == (str(company.manager.id), str(company.rep.id))

    rep.push(rep.mutation("conflict.restore", conflict_id=conflict["id"]))

    assert shown(manager, account)["account_class"] == "C"


def test_a_repeat_of_a_merged_edit_gives_the_same_answer_and_no_second_conflict(
    rep: Phone, manager: Phone, account: Account
):
    late = edit(rep, account, account_class="C")
    manager.push(edit(manager, account, account_class="A"))
    (first,) = rep.push(late)

    (again,) = rep.push(late)

    assert (again["status"], again["original_status"], again["fields"]) == ("duplicate", "merged", first["fields"])
    assert len(conflicts(rep)) == 1


@pytest.mark.parametrize("same_batch", [True, False])
def test_what_one_device_changes_twice_is_no_conflict(rep: Phone, account: Account, same_batch: bool):
    first, second = edit(rep, account, phone="+423 1"), edit(rep, account, phone="+423 2")

    results = rep.push(first, second) if same_batch else [*rep.push(first), *rep.push(second)]

    assert [result["status"] for result in results] == ["applied", "applied"]
    assert shown(rep, account)["phone"] == "+423 2"
    assert conflicts(rep) == []


@pytest.mark.parametrize("same_batch", [True, False])
def test_what_somebody_else_wrote_is_lost_once_however_often_the_device_wrote_over_it(
    rep: Phone, manager: Phone, account: Account, same_batch: bool
):
    first, second = edit(rep, account, phone="+423 1"), edit(rep, account, phone="+423 2")
    manager.push(edit(manager, account, phone="+423 3"))

    if same_batch:
        rep.push(first, second)
    else:
        rep.push(first)
        rep.push(second)

    (conflict,) = conflicts(manager)
    assert (conflict["lost_value"], conflict["kept_value"]) == ("+423 3", "+423 1")
    assert shown(rep, account)["phone"] == "+423 2"


def test_the_same_value_is_no_conflict(rep: Phone, manager: Phone, account: Account):
    late = edit(rep, account, phone="+423 1")
    manager.push(edit(manager, account, phone="+423 1"))
    rep.push(late)

    assert conflicts(rep) == conflicts(manager) == []


def test_a_place_is_one_value(company: Company, rep: Phone, manager: Phone, account: Account):
    site = company.site(account)
    rep.pull()
    late = rep.mutation("site.update", site_id=site.id, position={"lat": 47.1, "lng": 9.5})
    manager.push(manager.mutation("site.update", site_id=site.id, position={"lat": 47.2, "lng": 9.5}))

    rep.push(late)

    (conflict,) = conflicts(manager)
    assert (conflict["field"], conflict["lost_value"]) == ("position", {"lat": 47.2, "lng": 9.5, "accuracy_m": None})


def test_a_conflict_can_be_left_as_it_is_and_is_then_settled(rep: Phone, manager: Phone, account: Account):
    late = edit(rep, account, phone="+423 1")
    manager.push(edit(manager, account, phone="+423 2"))
    rep.push(late)
    (conflict,) = conflicts(manager)

    manager.push(manager.mutation("conflict.dismiss", conflict_id=conflict["id"]))
    (again,) = manager.push(manager.mutation("conflict.restore", conflict_id=conflict["id"]))

    assert (again["status"], again["code"]) == ("rejected", "conflict.settled")
    assert shown(manager, account)["phone"] == "+423 1"


def test_what_was_changed_on_line_counts_too(rep: Phone, manager: Phone, account: Account):
    late = edit(rep, account, account_class="C")
    answer = manager.app.test_client().patch(
        f"/api/v1/accounts/{account.id}", json={"account_class": "A"}, headers=manager.headers
    )
    assert answer.status_code == 200

    (result,) = rep.push(late)

    assert result["status"] == "merged"
