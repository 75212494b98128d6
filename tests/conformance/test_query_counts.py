"""Asking for more costs the database no more questions."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from api.composition import REGISTRY
from domain.kernel.ids import new_id
from domain.people.models import User
from domain.people.permissions import Role
from tests.support.company import NOW, Company
from tests.support.phone import Phone
from tests.support.questions import questions

COLLECTIONS = [
    "organisations",
    "territory-plans",
    "accounts",
    "sites",
    "contacts",
    "assets",
    "products",
    "product-categories",
    "price-lists",
    "prices",
    "territories",
    "users",
    "skills",
    "call-plans",
    "working-weeks",
    "absences",
    "visits",
    "surveys",
    "survey-answers",
    "observations",
    "quotes",
    "orders",
    "agreements",
    "work-types",
    "work-orders",
    "appointments",
    "tasks",
    "task-rules",
    "notices",
    "attachments",
    "conflicts",
]


def grow(company: Company, product_id: UUID, number: int) -> None:
    """One more of everything, with parts of its own."""
    account = company.account(name=f"Customer {number}")
    site = company.site(account)
    at_site = {"account_id": account.id, "site_id": site.id}
    company.do("contact.create", id=new_id(), account_id=account.id, name="Mira Beck")
    company.do("asset.create", id=new_id(), **at_site, name="Barista 300")
    company.do(
        "call_plan.create",
        id=new_id(),
        name=f"Plan {number}",
        account_id=account.id,
        every_weeks=2,
        starts_on=NOW.date(),
    )
    company.do("absence.add", company.rep, id=new_id(), starts_on=NOW.date(), ends_on=NOW.date())
    company.do("working_week.set", user_id=company.person(Role.REP).id, shifts=[])
    visit = company.do("visit.plan", company.rep, id=new_id(), **at_site, planned_start_at=NOW)
    survey = company.do("survey.create", id=new_id(), name=f"Survey {number}")
    question = {"id": str(new_id()), "text": "All well?", "kind": "yes_no"}
    company.do("survey.publish", survey_id=survey.id, questions=[question])
    answered = {"survey_id": survey.id, "survey_version": 1, "visit_id": visit.id, "answers": {question["id"]: True}}
    company.do("survey.answer", company.rep, id=new_id(), **answered)
    company.do("observation.add", company.rep, id=new_id(), account_id=account.id, kind="shelf", product="Tea")
    company.do("task.create", company.rep, id=new_id(), account_id=account.id, title="Call back")
    company.do("task_rule.create", id=new_id(), trigger="order_placed", outcome=None, title="Ask how it tastes")
    company.do("order.place", company.rep, **order(company, account.id, [product_id]))
    quote = {**order(company, account.id, [product_id]), "valid_until_on": NOW.date()}
    company.do("quote.write", company.rep, **quote)
    of_this_year = {"starts_on": NOW.date(), "ends_on": NOW.date() + timedelta(days=365)}
    company.do("agreement.create", id=new_id(), account_id=account.id, name="Full service", **of_this_year)
    photo = {"kind": "photo", "sha256": f"{number:064x}", "size": 1, "media_type": "image/png", "name": "Front"}
    company.do("attachment.add", company.rep, id=new_id(), entity="account", record_id=account.id, **photo)
    company.product(sku=f"SKU-{number}")
    plan = {"name": f"Plan {number}", "territory_ids": [company.territory_id]}
    company.do("territory_plan.propose", company.manager, id=new_id(), **plan)
    appointment_id = new_id()
    company.do("work_order.create", id=new_id(), appointment_id=appointment_id, site_id=site.id, title="Leaks")
    company.do(
        "appointment.assign",
        appointment_id=appointment_id,
        technician_id=company.technician.id,
        starts_at=NOW + timedelta(hours=3 * number),
    )
    company.do("appointment.dispatch", appointment_id=appointment_id)


def order(company: Company, account_id: UUID, product_ids: list[UUID]) -> dict[str, Any]:
    lines = [
        {"id": new_id(), "product_id": product_id, "quantity": 1, "unit_price_minor": 2_450}
        for product_id in product_ids
    ]
    return {"id": new_id(), "account_id": account_id, "price_list_id": company.price_list_id, "lines": lines}


@pytest.fixture
def as_user(app: Flask) -> Callable[[User], Phone]:
    return lambda user: Phone.sign_in(app, user)


def test_a_long_list_takes_as_many_queries_as_a_short_one(
    app: Flask, company: Company, as_user: Callable[[User], Phone]
) -> None:
    product = company.product()
    everything, notices = as_user(company.admin), as_user(company.technician)

    def count() -> dict[str, int]:
        counts = {}
        for collection in COLLECTIONS:
            with questions(app.extensions["fieldbook"].engine) as asked:
                answer = (notices if collection == "notices" else everything).get(f"/{collection}?limit=200")
            assert answer.status_code == 200
            counts[collection] = len(asked)
        return counts

    grow(company, product.id, 1)
    few = count()
    for number in range(2, 5):
        grow(company, product.id, number)
    assert count() == few
    assert max(few.values()) <= 9


@pytest.mark.parametrize("known", [True, False], ids=["known products", "unknown products"])
def test_an_order_of_many_lines_takes_as_many_queries_as_one_of_two(
    app: Flask, company: Company, as_user: Callable[[User], Phone], known: bool
) -> None:
    account = company.account()
    rep = as_user(company.rep)
    product_ids = [company.product(sku=f"SKU-{number}").id if known else new_id() for number in range(8)]

    def cost(lines: int) -> int:
        with questions(app.extensions["fieldbook"].engine) as asked:
            answer = rep.post("/orders", order(company, account.id, product_ids[:lines]))
        assert answer.status_code == (201 if known else 422), answer.text
        return len(asked)

    # The first one also tells the connection about the types.
    cost(2)
    assert cost(8) == cost(2)


def test_a_batch_looks_each_kind_of_record_up_once(
    app: Flask, company: Company, as_user: Callable[[User], Phone]
) -> None:
    sites = [company.site(company.account(name=f"Customer {number}")) for number in range(6)]
    rep = as_user(company.rep)

    def cost(count: int) -> int:
        mutations = [
            rep.mutation("visit.plan", id=new_id(), account_id=site.account_id, site_id=site.id, planned_start_at=NOW)
            for site in sites[:count]
        ]
        with questions(app.extensions["fieldbook"].engine) as asked:
            assert {result["status"] for result in rep.push(*mutations)} == {"applied"}
        return len(asked)

    cost(2)
    assert cost(6) == cost(2)


def test_every_kind_of_record_is_listed() -> None:
    named = {collection.replace("-", "_") for collection in COLLECTIONS}
    plural = {
        entity.name[:-1] + "ies" if entity.name.endswith("y") and entity.name[-2] not in "aeiou" else entity.name + "s"
        for entity in REGISTRY.entities.values()
    }
    assert plural == named
