"""Who next, by the vectors that the app reads too, and by REST."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from domain.geo.rules import Position
from domain.kernel.ids import new_id
from domain.people.permissions import Role
from domain.planning.next_visits import who_next
from tests.support.company import Company
from tests.support.phone import Phone
from tests.support.questions import questions

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "who_next.json").read_text(encoding="utf-8"))
LONG_AGO = datetime.now(ZoneInfo("Europe/Vaduz")) - timedelta(days=40)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_whom_to_visit_next(vector: dict[str, Any]):
    given = dict(vector["given"])
    position = given.pop("position")
    given["now"] = datetime.fromisoformat(given["now"])
    assert who_next(**given, position=Position(**position) if position else None) == vector["expect"]


def overdue(company: Company) -> str:
    """A customer who was to be visited every week, and never was."""
    account = company.account()
    company.site(account)
    company.do(
        "call_plan.create",
        id=new_id(),
        name="Weekly",
        account_id=account.id,
        every_weeks=1,
        starts_on=LONG_AGO.date(),
    )
    return str(account.id)


def test_a_rep_asks_whom_to_visit_next(app: Flask, company: Company):
    account_id = overdue(company)
    company.account(name="No reason")
    [best] = Phone.sign_in(app, company.rep).get("/next-visits?lat=47.1410&lng=9.5209").json["items"]
    assert (best["account_id"], best["name"], best["score"]) == (account_id, "Hotel Rheinblick", 3.5)
    assert [said(reason) for reason in best["reasons"]] == [
        {"kind": "overdue_plan", "days": 40, "every_days": 7},
        {"kind": "near", "metres": 0},
    ]


def said(reason: dict[str, Any]) -> dict[str, Any]:
    """What a reason says; of the other kinds' fields it has none."""
    return {name: value for name, value in reason.items() if value is not None}


def test_an_open_quote_and_an_expiring_agreement_are_reasons(app: Flask, company: Company):
    today = datetime.now(ZoneInfo("Europe/Vaduz")).date()
    account, espresso = company.account(), company.product()
    quote_id, agreement_id = new_id(), new_id()
    company.do(
        "quote.write",
        company.rep,
        occurred_at=datetime.now(ZoneInfo("Europe/Vaduz")) - timedelta(days=10),
        id=quote_id,
        account_id=account.id,
        price_list_id=company.price_list_id,
        lines=[{"id": new_id(), "product_id": espresso.id, "quantity": 2, "unit_price_minor": 2450}],
        valid_until_on=today + timedelta(days=10),
    )
    company.do(
        "agreement.create",
        company.dispatcher,
        id=agreement_id,
        account_id=account.id,
        name="Full service",
        starts_on=today - timedelta(days=335),
        ends_on=today + timedelta(days=30),
    )
    [best] = Phone.sign_in(app, company.rep).get("/next-visits").json["items"]
    assert [said(reason) for reason in best["reasons"]] == [
        {
            "kind": "open_quote",
            "quote_id": str(quote_id),
            "days": 10,
            "days_left": 10,
            "amount_minor": 4900,
            "currency": "CHF",
        },
        {"kind": "expiring_agreement", "agreement_id": str(agreement_id), "days_left": 30},
    ]
    assert best["score"] == 2.0


def test_it_is_about_the_rep_s_own_customers(app: Flask, company: Company):
    overdue(company)
    colleague = company.person(Role.REP, territory_id=company.territory_id)
    assert Phone.sign_in(app, company.rep).get("/next-visits").json["items"] == []
    assert len(Phone.sign_in(app, colleague).get("/next-visits").json["items"]) == 1
    manager = Phone.sign_in(app, company.manager)
    assert len(manager.get(f"/next-visits?rep_id={colleague.id}").json["items"]) == 1


def test_a_rep_does_not_ask_for_a_colleague(app: Flask, company: Company):
    rep = Phone.sign_in(app, company.rep)
    assert rep.get(f"/next-visits?rep_id={company.manager.id}").json["code"] == "permission.denied"


def test_a_position_is_two_numbers(app: Flask, company: Company):
    answer = Phone.sign_in(app, company.rep).get("/next-visits?lat=47")
    assert (answer.status_code, list(answer.json["fields"])) == (422, ["lng"])


def test_more_customers_cost_no_more_questions(app: Flask, company: Company):
    rep = Phone.sign_in(app, company.rep)

    def cost() -> int:
        with questions(app.extensions["fieldbook"].engine) as asked:
            rep.get("/next-visits")
        return len(asked)

    overdue(company)
    cost()
    few = cost()
    for _ in range(3):
        overdue(company)
    assert cost() == few


def test_who_is_served_too_little_and_too_much_with_the_reason(app: Flask, company: Company):
    """Under-served: 5 weeks were due and none was made; over-served: two visits in the one period that was due."""
    under = overdue(company)
    account = company.account(name="Bakery Frick")
    site = company.site(account)
    monthly = {"account_id": account.id, "every_weeks": 2, "starts_on": (LONG_AGO + timedelta(days=10)).date()}
    company.do("call_plan.create", id=new_id(), name="Fortnightly", **monthly)
    for days in range(20, 26):
        at = LONG_AGO + timedelta(days=days)
        visit_id = new_id()
        at_site = {"account_id": account.id, "site_id": site.id, "planned_start_at": at}
        company.do("visit.plan", company.rep, id=visit_id, **at_site)
        company.do("visit.check_in", company.rep, visit_id=visit_id, occurred_at=at)
        company.do("visit.complete", company.rep, visit_id=visit_id, outcome="no_order", occurred_at=at)
    manager = Phone.sign_in(app, company.manager)
    found = {row["name"]: row for row in manager.get("/call-cycle/service").json["items"]}
    assert found["Hotel Rheinblick"]["account_id"] == under
    assert found["Hotel Rheinblick"]["standing"] == "under"
    assert found["Hotel Rheinblick"]["made"] == 0
    assert found["Hotel Rheinblick"]["reasons"] == ["not_planned"]
    assert (found["Bakery Frick"]["standing"], found["Bakery Frick"]["made"]) == ("over", 6)
    assert [row["name"] for row in manager.get("/call-cycle/service?standing=under").json["items"]] == [
        "Hotel Rheinblick"
    ]


def test_how_many_customers_a_plan_counts_for(app: Flask, company: Company):
    """Two customers of the class; one of them has a plan of its own, which is narrower."""
    own = company.account()
    for account in (own, company.account(name="Bakery Frick")):
        company.do("account.update", account_id=account.id, account_class="A")
    company.account(name="Kiosk")
    narrow, wide, off = new_id(), new_id(), new_id()
    weekly = {"every_weeks": 1, "starts_on": LONG_AGO.date()}
    company.do("call_plan.create", id=narrow, name="Own", account_id=own.id, **weekly)
    company.do("call_plan.create", id=wide, name="A", account_class="A", **weekly)
    company.do("call_plan.create", id=off, name="C", account_class="C", enabled=False, **weekly)
    answer = Phone.sign_in(app, company.manager).get("/call-cycle/counts").json["items"]
    assert {row["call_plan_id"]: row["accounts"] for row in answer} == {str(narrow): 1, str(wide): 1}
    assert Phone.sign_in(app, company.rep).get("/call-cycle/counts").json["code"] == "permission.denied"
