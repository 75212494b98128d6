"""Quotes: writing, accepting, declining, withdrawing them, and what the clock does."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from domain.catalog.models import Product
from domain.kernel.errors import DomainError, PermissionDenied, ReferenceNotFound, ValidationFailed
from domain.kernel.ids import new_id
from domain.kernel.receipts import Receipt
from domain.orders import rules
from domain.orders.clock import expire_quotes
from domain.orders.models import Order, Quote
from domain.people.permissions import Role
from tests.support.company import NOW, Company
from tests.support.phone import Phone

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "quote_status.json").read_text(encoding="utf-8"))
TODAY = date(2026, 11, 23)
IN_A_WEEK = TODAY + timedelta(days=7)


def line(product: Product, *, quantity: int = 1, price: int = 2450) -> dict[str, Any]:
    return {"id": new_id(), "product_id": product.id, "quantity": quantity, "unit_price_minor": price}


@pytest.fixture
def espresso(company: Company) -> Product:
    return company.product(name="Espresso 1 kg", price_minor=2450)


@pytest.fixture
def quote_args(company: Company, espresso: Product) -> dict[str, Any]:
    """The arguments of a quote that nothing is wrong with."""
    return {
        "id": new_id(),
        "account_id": company.account(name="Hotel Rheinblick").id,
        "price_list_id": company.price_list_id,
        "lines": [line(espresso, quantity=3)],
        "valid_until_on": IN_A_WEEK,
    }


@pytest.fixture
def quote(company: Company, quote_args: dict[str, Any]) -> Quote:
    written: Quote = company.do("quote.write", company.rep, **quote_args)
    return written


def accept(company: Company, quote: Quote, lines: list[dict[str, Any]], **changes: Any) -> Order:
    """Order what was quoted, unless said otherwise."""
    args = {
        "id": new_id(),
        "account_id": quote.account_id,
        "price_list_id": quote.price_list_id,
        "quote_id": quote.id,
        "lines": lines,
    }
    when = {name: changes.pop(name) for name in ("now", "occurred_at") if name in changes}
    placed: Order = company.do("order.place", company.rep, **when, **{**args, **changes})
    return placed


def the_clock_looks(company: Company, now: datetime) -> None:
    with company.context(now=now) as ctx:
        expire_quotes(ctx)
        ctx.session.commit()


def test_a_quote_as_a_phone_sees_it(company: Company, espresso: Product, quote_args: dict[str, Any], quote: Quote):
    [wanted] = quote_args["lines"]
    assert company.document("quote", quote.id) == {
        "id": str(quote.id),
        "version": 1,
        "created_at": "2026-11-23T08:00:00Z",
        "updated_at": "2026-11-23T08:00:00Z",
        "number": "QU-100001",
        "account_id": str(quote_args["account_id"]),
        "site_id": None,
        "visit_id": None,
        "written_by_id": str(company.rep.id),
        "status": "open",
        "written_at": "2026-11-23T08:00:00Z",
        "valid_until_on": "2026-11-30",
        "price_list_id": str(company.price_list_id),
        "currency": "CHF",
        "lines": [
            {
                "id": str(wanted["id"]),
                "product_id": str(espresso.id),
                "sku": "ESP-1",
                "name": "Espresso 1 kg",
                "unit": "pcs",
                "quantity": 3,
                "unit_price_minor": 2450,
                "total_minor": 7350,
            }
        ],
        "total_minor": 7350,
        "notes": None,
        "closed_at": None,
        "close_reason": None,
    }


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"valid_until_on": TODAY - timedelta(days=1)}, rules.QuoteValidUntilPast),
        ({"lines": []}, rules.OrderWithoutLines),
        ({"account_id": new_id()}, ReferenceNotFound),
        ({"price_list_id": new_id()}, ReferenceNotFound),
        ({"valid_until_on": "soon"}, ValidationFailed),
    ],
    ids=["valid until yesterday", "no lines", "unknown account", "unknown price list", "no date"],
)
def test_what_cannot_be_quoted_is_refused_and_nothing_is_written(
    company: Company, quote_args: dict[str, Any], changes: dict[str, Any], expected: type[DomainError]
):
    with pytest.raises(expected):
        company.do("quote.write", company.rep, **{**quote_args, **changes})
    with company.session() as session:
        assert session.scalars(select(Quote.id).where(Quote.org_id == company.org_id)).all() == []


def test_it_is_priced_by_the_same_rule_as_an_order(company: Company, espresso: Product, quote_args: dict[str, Any]):
    with pytest.raises(rules.PriceChanged) as refusal:
        company.do("quote.write", company.rep, **{**quote_args, "lines": [line(espresso, price=2300)]})
    assert refusal.value.fields == {
        "lines": {"0": {"unit_price_minor": ["Espresso 1 kg costs 24.50 CHF now, not 23.00 CHF."]}}
    }


def test_a_technician_writes_no_quotes(company: Company, quote_args: dict[str, Any]):
    with pytest.raises(PermissionDenied):
        company.do("quote.write", company.technician, **quote_args)


def test_an_accepted_quote_becomes_an_order_at_its_prices(company: Company, espresso: Product, quote: Quote):
    company.do("price.set", price_list_id=company.price_list_id, product_id=espresso.id, amount_minor=2600)
    order = accept(company, quote, [line(espresso, quantity=5)])
    assert (order.quote_id, order.total_minor) == (quote.id, 12250)
    accepted = company.read(Quote, quote.id)
    assert (accepted.status, accepted.closed_at) == ("accepted", NOW)


def test_what_is_not_in_the_quote_costs_what_it_costs_today(company: Company, espresso: Product, quote: Quote):
    gasket = company.product(sku="GSK-1", name="Gasket", price_minor=450)
    with pytest.raises(rules.PriceChanged):
        accept(company, quote, [line(espresso), line(gasket, price=400)])
    assert accept(company, quote, [line(espresso), line(gasket, price=450)]).total_minor == 2900


def test_a_refused_order_leaves_its_quote_open(company: Company, espresso: Product, quote: Quote):
    company.do("product.withdraw", product_id=espresso.id)
    with pytest.raises(rules.ProductWithdrawn):
        accept(company, quote, [line(espresso)])
    assert company.read(Quote, quote.id).status == "open"


def test_a_quote_is_accepted_once(company: Company, espresso: Product, quote: Quote):
    accept(company, quote, [line(espresso)])
    with pytest.raises(rules.InvalidQuoteTransition):
        accept(company, quote, [line(espresso)])


def test_a_quote_is_for_its_account(company: Company, espresso: Product, quote: Quote):
    with pytest.raises(rules.QuoteOfOtherAccount) as refusal:
        accept(company, quote, [line(espresso)], account_id=company.account(name="Bakery Frick").id)
    assert refusal.value.fields is not None
    assert list(refusal.value.fields) == ["quote_id"]


def test_the_clock_closes_a_quote_when_its_last_day_has_ended_where_the_company_is(company: Company, quote: Quote):
    # 23:59 and 00:00 in Vaduz, in winter an hour ahead of UTC.
    the_clock_looks(company, datetime(2026, 11, 30, 22, 59, tzinfo=UTC))
    assert company.read(Quote, quote.id).status == "open"
    the_clock_looks(company, datetime(2026, 11, 30, 23, 0, tzinfo=UTC))
    assert company.read(Quote, quote.id).status == "expired"


def test_what_a_customer_accepted_in_time_counts_after_the_clock_closed_it(
    company: Company, espresso: Product, quote: Quote
):
    later = NOW + timedelta(days=9)
    the_clock_looks(company, later)
    order = accept(company, quote, [line(espresso)], now=later, occurred_at=NOW + timedelta(days=7))
    assert order.quote_id == quote.id
    assert company.read(Quote, quote.id).status == "accepted"


def test_after_its_last_day_a_quote_is_no_longer_valid(company: Company, espresso: Product, quote: Quote):
    with pytest.raises(rules.QuoteNoLongerValid):
        accept(company, quote, [line(espresso)], now=NOW + timedelta(days=8))


def test_a_declined_quote_keeps_the_reason(company: Company, espresso: Product, quote: Quote):
    company.do("quote.decline", company.rep, quote_id=quote.id, reason="Too dear")
    declined = company.read(Quote, quote.id)
    assert (declined.status, declined.close_reason, declined.closed_at) == ("declined", "Too dear", NOW)
    with pytest.raises(rules.InvalidQuoteTransition):
        accept(company, quote, [line(espresso)])
    with pytest.raises(ValidationFailed):
        company.do("quote.decline", company.rep, quote_id=quote.id)


def test_whoever_has_the_customer_now_closes_the_quote(company: Company, quote: Quote):
    colleague = company.person(Role.REP, territory_id=company.territory_id)
    company.do("quote.withdraw", colleague, quote_id=quote.id)
    assert company.read(Quote, quote.id).status == "withdrawn"


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_the_life_of_a_quote(vector: dict[str, Any]):
    if "expect" in vector:
        assert rules.move_quote(vector["given"]["status"], vector["when"]) == vector["expect"]["status"]
        return
    with pytest.raises(rules.InvalidQuoteTransition) as refusal:
        rules.move_quote(vector["given"]["status"], vector["when"])
    assert refusal.value.code == vector["error"]


def test_a_quote_that_is_written_and_accepted_off_line_arrives_in_one_batch(
    app: Flask, company: Company, espresso: Product, quote_args: dict[str, Any]
):
    phone = Phone.sign_in(app, company.rep)
    tomorrow = datetime.now(UTC).date() + timedelta(days=1)
    wanted = {name: quote_args[name] for name in ("account_id", "price_list_id")}
    written = phone.mutation("quote.write", **{**quote_args, "valid_until_on": tomorrow})
    placed = phone.mutation(
        "order.place", id=new_id(), quote_id=quote_args["id"], lines=[line(espresso, quantity=3)], **wanted
    )
    answers = phone.push(written, placed)
    assert [answer["status"] for answer in answers] == ["applied", "applied"]
    assert answers[0]["refs"]["quote"]["number"] == "QU-100001"
    [listed] = phone.get(f"/quotes?account_id={quote_args['account_id']}").json["items"]
    assert (listed["status"], listed["total_minor"]) == ("accepted", 7350)
    [order] = phone.get(f"/orders?quote_id={quote_args['id']}").json["items"]
    assert order["total_minor"] == 7350
    # Sent again, it is answered from the receipt.
    assert [answer["status"] for answer in phone.push(written)] == ["duplicate"]
    with company.session() as session:
        [receipt] = session.scalars(
            select(Receipt).where(Receipt.org_id == company.org_id, Receipt.name == "quote.write")
        )
        assert (receipt.status, receipt.door) == ("applied", "push")


def test_the_clock_leaves_a_receipt_for_each_quote_it_closes(company: Company, quote: Quote):
    the_clock_looks(company, NOW + timedelta(days=8))
    the_clock_looks(company, NOW + timedelta(days=8))
    with company.session() as session:
        query = select(Receipt).where(Receipt.org_id == company.org_id, Receipt.name == "quote.expire")
        assert [receipt.args for receipt in session.scalars(query)] == [{"quote_id": str(quote.id)}]
