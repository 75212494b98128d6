"""I1, I2, I7: every mutation gets an answer, none is applied twice, none stops the others."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from domain.catalog.models import Product
from domain.customers.models import Account, Site
from domain.kernel.ids import new_id
from domain.kernel.receipts import Receipt
from domain.orders.models import Order
from domain.people.models import User
from domain.people.permissions import Role
from domain.visits.models import Visit
from tests.support.company import NOW, Company
from tests.support.phone import Phone

PhoneOf = Callable[[User], Phone]


@pytest.fixture
def account(company: Company) -> Account:
    return company.account()


@pytest.fixture
def site(company: Company, account: Account) -> Site:
    return company.site(account)


@pytest.fixture
def product(company: Company) -> Product:
    return company.product()


@pytest.fixture
def phone(company: Company, phone_of: PhoneOf) -> Phone:
    return phone_of(company.rep)


def order_of(company: Company, account: Account, product: Product, *, order_id: UUID | None = None) -> dict[str, Any]:
    line = {"id": new_id(), "product_id": product.id, "quantity": 3, "unit_price_minor": 2_450}
    return {
        "id": order_id or new_id(),
        "account_id": account.id,
        "price_list_id": company.price_list_id,
        "lines": [line],
    }


def count(company: Company, model: type[Any]) -> int:
    with company.session() as session:
        return session.execute(
            select(func.count()).select_from(model).where(model.org_id == company.org_id)
        ).scalar_one()


def statuses(results: list[dict[str, Any]]) -> list[str]:
    return [result["status"] for result in results]


def test_a_day_in_one_batch_is_applied_in_order(
    company: Company, phone: Phone, account: Account, site: Site, product: Product
) -> None:
    visit_id = new_id()
    order = order_of(company, account, product)
    results = phone.push(
        phone.mutation(
            "visit.plan", id=visit_id, account_id=account.id, site_id=site.id, planned_start_at=NOW, unplanned=True
        ),
        phone.mutation("visit.check_in", visit_id=visit_id),
        phone.mutation("order.place", **order, visit_id=visit_id),
        phone.mutation("visit.complete", visit_id=visit_id, outcome="order"),
    )
    assert statuses(results) == ["applied"] * 4
    assert results[2]["refs"]["order"]["number"] == company.read(Order, order["id"]).number
    assert company.read(Visit, visit_id).status == "completed"


def test_an_order_pushed_twice_exists_once(company: Company, phone: Phone, account: Account, product: Product) -> None:
    mutation = phone.mutation("order.place", **order_of(company, account, product))
    first, second = phone.push(mutation), phone.push(mutation)
    assert statuses(first) == ["applied"]
    assert statuses(second) == ["duplicate"]
    assert second[0]["original_status"] == "applied"
    assert second[0]["refs"] == first[0]["refs"]
    assert count(company, Order) == 1


def test_the_same_push_in_flight_twice_is_applied_once(
    company: Company, phone: Phone, account: Account, product: Product
) -> None:
    mutations = [phone.mutation("order.place", **order_of(company, account, product)) for _ in range(5)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: phone.push(*mutations), range(4)))
    assert count(company, Order) == 5
    assert sorted(statuses(answer)[0] for answer in answers) == ["applied", "duplicate", "duplicate", "duplicate"]


def test_a_refused_mutation_neither_undoes_nor_blocks_its_neighbours(
    company: Company, phone: Phone, account: Account, product: Product
) -> None:
    withdrawn = company.product(sku="OLD-1", name="Old grinder")
    company.do("product.withdraw", product_id=withdrawn.id)
    results = phone.push(
        phone.mutation("order.place", **order_of(company, account, product)),
        phone.mutation("order.place", **order_of(company, account, withdrawn)),
        phone.mutation("order.place", **order_of(company, account, product)),
    )
    assert statuses(results) == ["applied", "rejected", "applied"]
    assert results[1]["code"] == "order.product_withdrawn"
    assert count(company, Order) == 2


def test_a_refusal_is_kept_with_its_reason_and_repeated(company: Company, phone: Phone, account: Account) -> None:
    withdrawn = company.product(sku="OLD-1")
    company.do("product.withdraw", product_id=withdrawn.id)
    mutation = phone.mutation("order.place", **order_of(company, account, withdrawn))
    first = phone.push(mutation)[0]
    again = phone.push(mutation)[0]
    assert (again["status"], again["original_status"]) == ("duplicate", "rejected")
    assert (again["code"], again["message"]) == (first["code"], first["message"])
    with company.session() as session:
        receipt = session.get_one(Receipt, (company.org_id, UUID(mutation["id"])))
    assert (receipt.status, receipt.actor_id, receipt.device_id, receipt.door) == (
        "rejected",
        company.rep.id,
        phone.device_id,
        "push",
    )
    assert receipt.args == mutation["args"]


def test_what_hangs_on_a_refused_create_says_so(company: Company, phone: Phone, account: Account, site: Site) -> None:
    visit_id = new_id()
    results = phone.push(
        phone.mutation("visit.plan", id=visit_id, account_id=new_id(), site_id=site.id, planned_start_at=NOW),
        phone.mutation("visit.check_in", visit_id=visit_id),
    )
    assert [result["code"] for result in results] == ["record.reference_not_found", "sync.depends_on_rejected"]


def test_the_same_id_with_another_body_is_an_error_and_has_no_effect(
    company: Company, phone: Phone, account: Account, product: Product
) -> None:
    mutation = phone.mutation("order.place", **order_of(company, account, product))
    phone.push(mutation)
    other = {**phone.mutation("order.place", **order_of(company, account, product)), "id": mutation["id"]}
    result = phone.push(other)[0]
    assert (result["status"], result["code"]) == ("rejected", "sync.id_reused")
    assert count(company, Order) == 1
    assert phone.do("order.place", **order_of(company, account, product))["status"] == "applied"


def test_a_gap_applies_nothing_and_names_the_number_to_go_on_from(
    company: Company, phone: Phone, account: Account, product: Product
) -> None:
    phone.do("order.place", **order_of(company, account, product))
    phone.mutation("visit.confirm", visit_id=new_id())
    late = phone.mutation("order.place", **order_of(company, account, product))
    answer = phone.post("/sync/push", {"mutations": [late]})
    assert (answer.status_code, answer.json["code"], answer.json["next_seq"]) == (409, "sync.sequence_gap", 2)
    assert count(company, Order) == 1


def test_a_server_restored_from_a_backup_does_not_wait_for_what_the_device_no_longer_holds(
    company: Company, phone: Phone, account: Account, product: Product
) -> None:
    phone.next_seq = 40
    mutation = phone.mutation("order.place", **order_of(company, account, product))
    answer = phone.post("/sync/push", {"mutations": [mutation], "oldest_seq": 40})
    assert statuses(answer.json["results"]) == ["applied"]
    assert answer.json["next_seq"] == 41


def test_an_unknown_mutation_is_refused_kept_and_passed_over(
    company: Company, phone: Phone, account: Account, product: Product
) -> None:
    results = phone.push(
        phone.mutation("espresso.brew", strength=5),
        phone.mutation("order.place", **order_of(company, account, product)),
    )
    assert [result["code"] for result in results] == ["sync.unknown_mutation", None]


@pytest.mark.parametrize("poison", ["\x00", "a\x00b", "\\u0000", "🧊" * 20_000])
def test_a_poisoned_mutation_is_answered_and_does_not_stop_the_queue(
    company: Company, phone: Phone, account: Account, site: Site, poison: str
) -> None:
    planned = {"account_id": account.id, "site_id": site.id, "planned_start_at": NOW}
    visit_id = new_id()
    results = phone.push(
        phone.mutation("visit.plan", id=new_id(), **planned, purpose=poison, **{poison: poison}),
        phone.mutation("visit.plan", id=visit_id, **planned),
    )
    assert statuses(results) == ["rejected", "applied"]
    assert results[0]["code"] == "validation.failed"


def test_a_write_that_the_person_may_no_longer_do_is_refused_and_kept(company: Company, phone_of: PhoneOf) -> None:
    far = company.account(territory_id=company.other_territory_id)
    site = company.site(far)
    phone = phone_of(company.rep)
    result = phone.do("visit.plan", id=new_id(), account_id=far.id, site_id=site.id, planned_start_at=NOW)
    assert (result["status"], result["code"]) == ("rejected", "record.reference_not_found")
    technicians = phone_of(company.person(Role.TECHNICIAN))
    result = technicians.do("order.place", **order_of(company, company.account(), company.product()))
    assert (result["status"], result["code"]) == ("rejected", "permission.denied")


def test_a_refusal_carries_the_record_as_the_server_has_it(
    company: Company, phone: Phone, account: Account, site: Site
) -> None:
    visit_id = new_id()
    phone.do("visit.plan", id=visit_id, account_id=account.id, site_id=site.id, planned_start_at=NOW)
    result = phone.do("visit.complete", visit_id=visit_id, outcome="order")
    assert result["code"] == "visit.invalid_transition"
    assert result["current"]["status"] == "planned"


def test_a_lost_answer_is_learned_from_the_next_pull(
    company: Company, phone: Phone, account: Account, product: Product
) -> None:
    phone.pull()
    mutation = phone.mutation("order.place", **order_of(company, account, product))
    phone.push(mutation)
    phone.pull()
    [receipt] = phone.answers[-1]["receipts"]
    assert (receipt["id"], receipt["status"]) == (mutation["id"], "applied")


def test_too_many_mutations_are_refused_as_a_whole(phone: Phone) -> None:
    answer = phone.post(
        "/sync/push", {"mutations": [phone.mutation("notice.read", notice_id=new_id()) for _ in range(201)]}
    )
    assert (answer.status_code, answer.json["code"]) == (422, "validation.failed")
