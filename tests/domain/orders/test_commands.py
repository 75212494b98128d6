"""Taking an order and calling it off, with every refusal."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from domain.catalog.models import Product
from domain.kernel.errors import DomainError, PermissionDenied, RecordExists, ReferenceNotFound, ValidationFailed
from domain.kernel.ids import new_id
from domain.orders import rules
from domain.orders.models import Order
from domain.people.models import User
from domain.people.permissions import Role
from tests.support.company import NOW, Company

Refused = Callable[..., DomainError]


def line(product: Product, *, quantity: Any = 1, price: int = 2450) -> dict[str, Any]:
    return {"id": new_id(), "product_id": product.id, "quantity": quantity, "unit_price_minor": price}


@pytest.fixture
def espresso(company: Company) -> Product:
    return company.product(name="Espresso 1 kg", price_minor=2450)


@pytest.fixture
def order_args(company: Company, espresso: Product) -> dict[str, Any]:
    """The arguments of an order that nothing is wrong with."""
    return {
        "id": new_id(),
        "account_id": company.account(name="Hotel Rheinblick").id,
        "price_list_id": company.price_list_id,
        "lines": [line(espresso)],
    }


@pytest.fixture
def order(company: Company, order_args: dict[str, Any]) -> Order:
    placed: Order = company.do("order.place", company.rep, **order_args)
    return placed


@pytest.fixture
def refused(company: Company, order_args: dict[str, Any]) -> Refused:
    """Return how to place an order that must be refused, with nothing written."""

    def place(expected: type[DomainError], **changes: Any) -> DomainError:
        with pytest.raises(expected) as refusal:
            company.do("order.place", company.rep, **{**order_args, **changes})
        with company.session() as session:
            assert session.scalar(select(func.count(Order.id)).where(Order.org_id == company.org_id)) == 0
        return refusal.value

    return place


def test_an_order_is_priced_and_keeps_what_was_sold(company: Company, espresso: Product, order_args: dict[str, Any]):
    gasket = company.product(sku="GSK-1", name="Gasket", price_minor=450, kind="part")
    lines = [line(espresso, quantity=3), line(gasket, quantity=2, price=450)]
    company.do("order.place", company.rep, **{**order_args, "lines": lines, "notes": "Ring twice"})
    stored = company.document("order", order_args["id"])
    assert (stored["status"], stored["currency"], stored["total_minor"]) == ("placed", "CHF", 8250)
    assert (stored["placed_by_id"], stored["notes"]) == (str(company.rep.id), "Ring twice")
    assert [(line["sku"], line["name"], line["quantity"], line["total_minor"]) for line in stored["lines"]] == [
        ("ESP-1", "Espresso 1 kg", 3, 7350),
        ("GSK-1", "Gasket", 2, 900),
    ]


def test_orders_are_numbered_one_after_the_other(company: Company, espresso: Product, order_args: dict[str, Any]):
    numbers = [
        company.do("order.place", company.rep, **{**order_args, "id": new_id(), "lines": [line(espresso)]}).number
        for _ in range(3)
    ]
    assert numbers == ["SO-100001", "SO-100002", "SO-100003"]


def test_what_is_sold_later_under_another_name_stays_as_it_was_ordered(
    company: Company, espresso: Product, order: Order
):
    company.do("product.update", product_id=espresso.id, name="Espresso forte 1 kg")
    company.do("price.set", price_list_id=company.price_list_id, product_id=espresso.id, amount_minor=9900)
    stored = company.document("order", order.id)["lines"][0]
    assert (stored["name"], stored["unit_price_minor"]) == ("Espresso 1 kg", 2450)


def test_the_time_of_the_order_is_the_devices(company: Company, order_args: dict[str, Any]):
    then = datetime(2026, 11, 20, 16, 5, tzinfo=UTC)
    company.do("order.place", company.rep, occurred_at=then, **order_args)
    assert company.document("order", order_args["id"])["placed_at"] == "2026-11-20T16:05:00Z"


def test_an_order_belongs_to_a_visit_and_a_site(company: Company, order_args: dict[str, Any]):
    account_id = order_args["account_id"]
    site = company.do("site.create", id=new_id(), account_id=account_id, name="Main house")
    plan = {"account_id": account_id, "site_id": site.id, "planned_start_at": NOW}
    visit = company.do("visit.plan", company.rep, id=new_id(), **plan)
    order = company.do("order.place", company.rep, **order_args, visit_id=visit.id, site_id=site.id)
    assert (order.visit_id, order.site_id) == (visit.id, site.id)


def test_the_largest_order_has_500_lines(company: Company, espresso: Product, order_args: dict[str, Any]):
    order_args["lines"] = [line(espresso) for _ in range(500)]
    assert company.do("order.place", company.rep, **order_args).total_minor == 1_225_000


def test_a_withdrawn_product_is_refused(company: Company, espresso: Product, refused: Refused):
    old = company.product(sku="OLD-1", name="Old blend", price_minor=1200)
    company.do("product.withdraw", product_id=old.id)
    error = refused(rules.ProductWithdrawn, lines=[line(espresso), line(old, price=1200)])
    assert error.code == "order.product_withdrawn"
    assert error.fields == {"lines": {"1": {"product_id": ["Old blend was withdrawn from the catalogue."]}}}


def test_another_price_is_refused_with_the_old_and_the_new_one(espresso: Product, refused: Refused):
    error = refused(rules.PriceChanged, lines=[line(espresso, price=2300)])
    sentence = "Espresso 1 kg costs 24.50 CHF now, not 23.00 CHF."
    assert (error.code, error.detail) == ("order.price_changed", sentence)
    assert error.fields == {"lines": {"0": {"unit_price_minor": [sentence]}}}


def test_a_product_without_price_is_refused(company: Company, refused: Refused):
    sample = company.product(sku="SMP-1", name="Sample", price_minor=None)
    assert refused(rules.ProductWithoutPrice, lines=[line(sample)]).code == "order.product_without_price"


def test_a_product_that_does_not_exist_is_refused_at_its_line(espresso: Product, refused: Refused):
    error = refused(ReferenceNotFound, lines=[line(espresso), {**line(espresso), "product_id": new_id()}])
    assert error.fields == {"lines": {"1": {"product_id": ["There is no such product."]}}}


def test_an_order_without_lines_is_refused(refused: Refused):
    assert refused(rules.OrderWithoutLines, lines=[]).code == "order.without_lines"


def test_an_order_with_too_many_lines_is_refused(espresso: Product, refused: Refused):
    refused(ValidationFailed, lines=[line(espresso) for _ in range(501)])


def test_a_quantity_that_cannot_be_is_refused(espresso: Product, refused: Refused):
    for quantity in (0, -1, 100_000, 1.5, "three", None):
        error = refused(ValidationFailed, lines=[line(espresso, quantity=quantity)])
        assert error.fields is not None
        assert set(error.fields["lines"]["0"]) == {"quantity"}


def test_two_lines_with_one_id_are_refused(espresso: Product, refused: Refused):
    same = line(espresso)
    refused(ValidationFailed, lines=[same, same])


def test_a_total_that_nobody_can_mean_is_refused(company: Company, refused: Refused):
    palace = company.product(sku="PAL-1", name="Palace", price_minor=10**12)
    assert refused(rules.TotalTooLarge, lines=[line(palace, quantity=11, price=10**12)]).code == "order.total_too_large"


def test_an_inactive_account_is_refused(company: Company, order_args: dict[str, Any], refused: Refused):
    company.do("account.update", account_id=order_args["account_id"], status="inactive")
    error = refused(rules.AccountInactive)
    assert error.code == "order.account_inactive"
    assert error.detail == "Hotel Rheinblick is inactive: nothing can be ordered for it."


def test_a_visit_to_another_account_is_refused(company: Company, refused: Refused):
    other = company.account(name="Other Inn")
    plan = {"account_id": other.id, "site_id": company.site(other).id, "planned_start_at": NOW}
    visit = company.do("visit.plan", company.rep, id=new_id(), **plan)
    assert refused(rules.VisitOfOtherAccount, visit_id=visit.id).code == "order.visit_of_other_account"


def test_a_site_of_another_account_is_refused(company: Company, refused: Refused):
    refused(ReferenceNotFound, site_id=company.site(company.account(name="Other Inn")).id)


def test_a_record_that_does_not_exist_is_refused_by_name(refused: Refused):
    for argument in ("account_id", "site_id", "visit_id", "price_list_id"):
        error = refused(ReferenceNotFound, **{argument: new_id()})
        assert error.fields is not None
        assert set(error.fields) == {argument}


def test_an_account_out_of_ones_area_is_refused(company: Company, refused: Refused):
    refused(ReferenceNotFound, account_id=company.account(territory_id=company.other_territory_id).id)


def test_a_technician_may_not_place_orders(company: Company, order_args: dict[str, Any]):
    with pytest.raises(PermissionDenied):
        company.do("order.place", company.technician, **order_args)


def test_the_system_places_no_orders(company: Company, order_args: dict[str, Any]):
    with pytest.raises(PermissionDenied):
        company.do("order.place", **order_args)


def test_one_transaction_cannot_place_one_order_twice(company: Company, order_args: dict[str, Any]):
    with company.context(company.rep) as ctx:
        place = ctx.registry.commands["order.place"].handle
        given = {"site_id": None, "visit_id": None, "notes": None, "quote_id": None, **order_args}
        place(ctx, **given)
        with pytest.raises(RecordExists):
            place(ctx, **given)
        ctx.session.rollback()


def test_a_rep_cancels_an_own_order(company: Company, order: Order):
    company.do("order.cancel", company.rep, order_id=order.id, reason="Ordered by mistake")
    canceled = company.document("order", order.id)
    assert (canceled["status"], canceled["cancel_reason"]) == ("canceled", "Ordered by mistake")
    assert (canceled["canceled_at"], canceled["number"]) == ("2026-11-23T08:00:00Z", "SO-100001")


def test_an_order_that_left_or_is_closed_is_not_canceled(company: Company, order: Order):
    for status in ("partly_shipped", "shipped", "invoiced", "canceled", "rejected"):
        with company.session() as session:
            session.get_one(Order, (company.org_id, order.id)).status = status
            session.commit()
        with pytest.raises(rules.InvalidOrderTransition):
            company.do("order.cancel", company.rep, order_id=order.id, reason="Too late")
        assert company.read(Order, order.id).status == status


def test_canceling_needs_a_reason(company: Company, order: Order):
    with pytest.raises(ValidationFailed):
        company.do("order.cancel", company.rep, order_id=order.id, reason="  ")


def test_a_colleague_may_not_cancel_an_order_but_a_manager_may(company: Company, order: Order):
    colleague = company.person(Role.REP)
    with pytest.raises(PermissionDenied):
        company.do("order.cancel", colleague, order_id=order.id, reason="Not mine")
    company.do("order.cancel", company.manager, order_id=order.id, reason="Agreed")
    assert company.read(Order, order.id).status == "canceled"


def test_who_takes_customers_over_may_cancel_what_is_open_there_from_that_day_on(company: Company, order: Order):
    successor = company.person(Role.REP)
    tomorrow = NOW + timedelta(days=1)
    company.do("user.hand_over", company.manager, user_id=company.rep.id, to_id=successor.id, starts_on=tomorrow.date())
    with pytest.raises(PermissionDenied):
        company.do("order.cancel", successor, order_id=order.id, reason="Too early")
    company.do("order.cancel", successor, now=tomorrow, order_id=order.id, reason="They close")
    assert company.read(Order, order.id).status == "canceled"


def test_who_sees_an_order(company: Company, order: Order):
    def sees(person: User) -> bool:
        with company.context(person) as ctx:
            return ctx.find(Order, order.id) is not None

    assert sees(company.rep)
    assert sees(company.person(Role.REP, territory_id=company.territory_id))
    assert not sees(company.person(Role.REP, territory_id=company.other_territory_id))


def test_a_rep_keeps_an_own_order_when_the_account_moves_away(company: Company, order: Order):
    company.do("account.move", account_id=order.account_id, territory_id=company.other_territory_id)
    with company.context(company.rep) as ctx:
        assert ctx.find(Order, order.id) is not None


def test_the_number_of_queries_does_not_grow_with_the_lines(
    company: Company, espresso: Product, order_args: dict[str, Any], count_queries: Callable[[], Any]
):
    def queries_for(count: int) -> int:
        with count_queries() as counted:
            lines = [line(espresso) for _ in range(count)]
            company.do("order.place", company.rep, **{**order_args, "id": new_id(), "lines": lines})
        return len(counted)

    queries_for(1)
    assert queries_for(3) == queries_for(50)
