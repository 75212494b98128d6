"""Whoever answers for people sees what was refused to them, and nothing that they could not see otherwise."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import event

from domain.kernel.clock import utc_now
from domain.kernel.ids import new_id
from domain.people.models import User
from domain.people.permissions import Role
from tests.support.company import NOW, Company
from tests.support.phone import Phone

PhoneOf = Callable[[User], Phone]


@pytest.fixture
def phone(company: Company, phone_of: PhoneOf) -> Phone:
    return phone_of(company.rep)


@pytest.fixture
def dispatcher(company: Company, phone_of: PhoneOf) -> Phone:
    return phone_of(company.dispatcher)


def refused_visit(company: Company, phone: Phone, **args: Any) -> dict[str, Any]:
    """Hand in a visit to a place that does not exist."""
    account = company.account()
    mutation = phone.mutation(
        "visit.plan", id=new_id(), account_id=account.id, site_id=new_id(), planned_start_at=NOW, **args
    )
    assert phone.push(mutation)[0]["status"] == "rejected"
    return mutation


def rejections(reader: Phone, query: str = "") -> list[dict[str, Any]]:
    answer = reader.get(f"/sync/rejections{query}")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json["items"]
    return items


def ids(items: list[dict[str, Any]]) -> list[str]:
    return [item["id"] for item in items]


def test_a_dispatcher_sees_what_was_refused_to_whom_and_why(company: Company, phone: Phone, dispatcher: Phone) -> None:
    mutation = refused_visit(company, phone)
    [item] = rejections(dispatcher)
    assert (item["id"], item["status"], item["code"]) == (mutation["id"], "rejected", "record.reference_not_found")
    assert (item["name"], item["args"]) == ("visit.plan", mutation["args"])
    assert item["title"] == "Hotel Rheinblick"
    assert item["person"] == {"id": str(company.rep.id), "name": company.rep.name}
    assert item["device"] == {"name": "Phone", "platform": "web"}
    assert "site_id" in item["fields"]
    assert (item["settled_at"], item["settled_by"]) == (None, None)


@pytest.mark.parametrize("role", [Role.DISPATCHER, Role.MANAGER, Role.ADMIN])
def test_who_may_review(company: Company, phone: Phone, phone_of: PhoneOf, role: Role) -> None:
    mutation = refused_visit(company, phone)
    assert ids(rejections(phone_of(company.people[role]))) == [mutation["id"]]


@pytest.mark.parametrize("role", [Role.REP, Role.TECHNICIAN])
def test_who_may_not(company: Company, phone_of: PhoneOf, role: Role) -> None:
    reader = phone_of(company.people[role])
    assert reader.get("/sync/rejections").json["code"] == "permission.denied"
    assert reader.post(f"/sync/rejections/{new_id()}/settle", {}).json["code"] == "permission.denied"


def test_a_dispatcher_sees_the_people_of_their_own_territories_an_admin_everybodys(
    company: Company, phone_of: PhoneOf, dispatcher: Phone
) -> None:
    near = phone_of(company.person(Role.REP, territory_id=company.territory_id))
    far = phone_of(company.person(Role.REP, territory_id=company.other_territory_id))
    mutation, other = refused_visit(company, near), refused_visit(company, far)
    assert ids(rejections(dispatcher)) == [mutation["id"]]
    assert ids(rejections(phone_of(company.admin))) == [other["id"], mutation["id"]]
    assert dispatcher.post(f"/sync/rejections/{other['id']}/settle", {}).json["code"] == "record.not_found"


def test_a_membership_that_ended_is_none(company: Company, phone_of: PhoneOf, dispatcher: Phone) -> None:
    person = company.person(Role.REP, territory_id=company.territory_id)
    refused_visit(company, phone_of(person))
    membership = next(
        member
        for member in company.document("territory", company.territory_id)["members"]
        if member["user_id"] == str(person.id)
    )
    yesterday = (utc_now() - timedelta(days=1)).date()
    company.do("membership.end", membership_id=UUID(membership["id"]), ends_on=yesterday)
    assert rejections(dispatcher) == []


def test_another_organisation_sees_nothing(
    company: Company, other_company: Company, phone: Phone, phone_of: PhoneOf
) -> None:
    mutation = refused_visit(company, phone)
    stranger = phone_of(other_company.admin)
    assert rejections(stranger) == []
    assert stranger.post(f"/sync/rejections/{mutation['id']}/settle", {}).status_code == 404


def test_a_record_outside_the_readers_scope_is_not_named(
    company: Company, phone_of: PhoneOf, dispatcher: Phone
) -> None:
    both = company.person(Role.REP, territory_id=company.territory_id)
    company.do(
        "membership.add",
        id=new_id(),
        territory_id=company.other_territory_id,
        user_id=both.id,
        role=Role.REP,
        starts_on=date(2026, 1, 1),
    )
    secret = company.account(name="Secret Hotel", territory_id=company.other_territory_id)
    phone = phone_of(both)
    phone.do("visit.plan", id=new_id(), account_id=secret.id, site_id=new_id(), planned_start_at=NOW)
    [item] = rejections(dispatcher)
    assert item["title"] is None
    assert "Secret" not in str(item)
    [item] = rejections(phone_of(company.admin))
    assert item["title"] == "Secret Hotel"


def test_the_newest_comes_first_page_by_page(company: Company, phone: Phone, dispatcher: Phone) -> None:
    expected = [refused_visit(company, phone)["id"] for _ in range(5)][::-1]
    first = dispatcher.get("/sync/rejections?limit=2").json
    second = dispatcher.get(f"/sync/rejections?limit=2&cursor={first['next_cursor']}").json
    third = dispatcher.get(f"/sync/rejections?limit=2&cursor={second['next_cursor']}").json
    assert ids(first["items"]) + ids(second["items"]) + ids(third["items"]) == expected
    assert third["next_cursor"] is None
    assert dispatcher.get("/sync/rejections?cursor=x").json["code"] == "paging.cursor_invalid"


def test_filters(company: Company, phone: Phone, phone_of: PhoneOf, dispatcher: Phone) -> None:
    mine = refused_visit(company, phone)["id"]
    theirs = refused_visit(company, phone_of(company.technician))["id"]
    dispatcher.post(f"/sync/rejections/{mine}/settle", {})
    later = (utc_now() + timedelta(minutes=1)).isoformat().replace("+00:00", "Z")
    assert ids(rejections(dispatcher, f"?person_id={company.rep.id}")) == [mine]
    assert ids(rejections(dispatcher, "?settled=true")) == [mine]
    assert ids(rejections(dispatcher, "?settled=false")) == [theirs]
    assert ids(rejections(dispatcher, "?status=rejected")) == [theirs, mine]
    assert rejections(dispatcher, "?status=failed") == []
    assert rejections(dispatcher, f"?since={later}") == []
    assert dispatcher.get("/sync/rejections?status=applied").json["code"] == "validation.failed"


def test_a_refusal_that_was_seen_to_says_by_whom(company: Company, phone: Phone, dispatcher: Phone) -> None:
    mutation = refused_visit(company, phone)
    path = f"/sync/rejections/{mutation['id']}/settle"
    settled = dispatcher.post(path, {}).json
    assert settled["settled_by"] == {"id": str(company.dispatcher.id), "name": company.dispatcher.name}
    assert settled["settled_at"] is not None
    assert dispatcher.post(path, {}).json == settled


def test_a_mended_change_settles_the_refusal(company: Company, phone: Phone, dispatcher: Phone) -> None:
    refused = refused_visit(company, phone)
    account = company.account(name="Hotel Löwen")
    site = company.site(account)
    mended = phone.mutation("visit.plan", id=new_id(), account_id=account.id, site_id=site.id, planned_start_at=NOW)
    assert phone.push({**mended, "replaces": refused["id"]})[0]["status"] == "applied"
    [item] = rejections(dispatcher, "?settled=true")
    assert (item["id"], item["settled_by"]["id"]) == (refused["id"], str(company.rep.id))


def test_a_mended_change_that_is_refused_again_leaves_one_to_see_to(
    company: Company, phone: Phone, dispatcher: Phone
) -> None:
    refused = refused_visit(company, phone)
    again = {**phone.mutation("visit.plan", **refused["args"]), "replaces": refused["id"]}
    assert phone.push(again)[0]["status"] == "rejected"
    assert ids(rejections(dispatcher, "?settled=false")) == [again["id"]]


def test_nobody_settles_somebody_elses_refusal_by_replacing_it(
    company: Company, phone: Phone, phone_of: PhoneOf, dispatcher: Phone
) -> None:
    refused = refused_visit(company, phone)
    other = phone_of(company.technician)
    other.push({**other.mutation("notice.read", notice_id=new_id()), "replaces": refused["id"]})
    assert refused["id"] in ids(rejections(dispatcher, "?settled=false"))


def test_work_of_a_revoked_device_is_for_admins(
    company: Company, phone: Phone, phone_of: PhoneOf, dispatcher: Phone
) -> None:
    admin = phone_of(company.admin)
    admin.post(f"/devices/{phone.device_id}/revoke", {})
    mutation = phone.mutation("account.create", id=new_id(), name="Hotel", territory_id=company.territory_id)
    phone.push(mutation)
    assert rejections(dispatcher) == []
    [item] = rejections(admin)
    assert (item["id"], item["code"], item["title"]) == (mutation["id"], "sync.device_revoked", "Hotel")


def test_a_long_list_asks_the_database_no_more_than_a_short_one(
    company: Company, phone: Phone, dispatcher: Phone
) -> None:
    def asked(limit: int) -> int:
        statements: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            statements.append(statement)

        engine = phone.app.extensions["fieldbook"].engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            assert len(rejections(dispatcher, f"?limit={limit}")) == limit
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len(statements)

    for _ in range(6):
        mutation = refused_visit(company, phone)
        dispatcher.post(f"/sync/rejections/{mutation['id']}/settle", {})
    assert asked(6) == asked(1)
