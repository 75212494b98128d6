"""What an order may be and what it costs."""

import json
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.kernel.errors import DomainError
from domain.orders import rules

VECTORS = json.loads((Path(__file__).parents[2] / "vectors/order_totals.json").read_text())
BEANS, GRINDER, FILTER = UUID(int=1), UUID(int=2), UUID(int=3)


def line(product_id: UUID, unit_price_minor: int) -> dict[str, Any]:
    return {"product_id": product_id, "unit_price_minor": unit_price_minor}


def offer(name: str, price_minor: int | None, *, withdrawn: bool = False) -> rules.Offer:
    return rules.Offer(name=name, withdrawn=withdrawn, price_minor=price_minor)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_golden_vectors_of_totals(vector: dict[str, Any]):
    def totals() -> dict[str, Any]:
        line_totals = [rules.line_total(**line) for line in vector["given"]["lines"]]
        return {"line_totals": line_totals, "total_minor": rules.order_total(line_totals)}

    if "error" in vector:
        with pytest.raises(DomainError) as refusal:
            totals()
        assert refusal.value.code == vector["error"]
    else:
        assert totals() == vector["expect"]


@pytest.mark.parametrize("status", ["placed", "held", "confirmed"])
def test_an_order_that_did_not_leave_can_be_canceled(status: str):
    assert rules.cancel(status) == "canceled"


@pytest.mark.parametrize("status", ["partly_shipped", "shipped", "invoiced", "canceled", "rejected"])
def test_an_order_that_left_or_is_closed_cannot_be_canceled(status: str):
    with pytest.raises(rules.InvalidOrderTransition):
        rules.cancel(status)


def test_lines_that_agree_with_the_catalogue_are_accepted():
    rules.check_offers([line(BEANS, 1890)], {BEANS: offer("Beans", 1890)}, currency="CHF")


def test_a_withdrawn_product_is_refused_at_its_line():
    offers = {BEANS: offer("Beans", 1890), GRINDER: offer("Grinder", 24900, withdrawn=True)}
    with pytest.raises(rules.ProductWithdrawn) as refusal:
        rules.check_offers([line(BEANS, 1890), line(GRINDER, 24900)], offers, currency="CHF")
    assert refusal.value.detail == "Grinder was withdrawn from the catalogue."
    assert refusal.value.fields == {"lines": {"1": {"product_id": ["Grinder was withdrawn from the catalogue."]}}}


def test_a_product_without_price_is_refused_at_its_line():
    with pytest.raises(rules.ProductWithoutPrice) as refusal:
        rules.check_offers([line(BEANS, 0)], {BEANS: offer("Beans", None)}, currency="CHF")
    assert refusal.value.fields == {"lines": {"0": {"product_id": ["Beans has no price in this price list."]}}}


def test_another_price_is_refused_with_the_old_and_the_new_one():
    with pytest.raises(rules.PriceChanged) as refusal:
        rules.check_offers([line(BEANS, 1750)], {BEANS: offer("Beans", 1890)}, currency="CHF")
    sentence = "Beans costs 18.90 CHF now, not 17.50 CHF."
    assert refusal.value.detail == sentence
    assert refusal.value.fields == {"lines": {"0": {"unit_price_minor": [sentence]}}}


def test_the_gravest_problem_gives_the_code_and_all_lines_are_marked():
    offers = {BEANS: offer("Beans", 1890), GRINDER: offer("Grinder", None), FILTER: offer("Filter", 5, withdrawn=True)}
    with pytest.raises(rules.ProductWithdrawn) as refusal:
        rules.check_offers([line(BEANS, 1), line(GRINDER, 1), line(FILTER, 5)], offers, currency="CHF")
    assert refusal.value.fields is not None
    assert set(refusal.value.fields["lines"]) == {"0", "1", "2"}


@pytest.mark.parametrize(
    ("amount_minor", "currency", "text"),
    [(1890, "CHF", "18.90 CHF"), (5, "EUR", "0.05 EUR"), (1890, "JPY", "1890 JPY"), (1890, "KWD", "1.890 KWD")],
)
def test_amounts_are_written_with_the_decimals_of_their_currency(amount_minor: int, currency: str, text: str):
    assert rules.amount_text(amount_minor, currency) == text
