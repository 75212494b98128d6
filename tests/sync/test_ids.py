"""An id names one record of the organisation, whatever its kind: documents are told apart by nothing else."""

from collections.abc import Callable

import pytest

from domain.kernel.ids import new_id
from domain.people.models import User
from tests.support.company import Company
from tests.support.phone import Phone

PhoneOf = Callable[[User], Phone]


@pytest.mark.parametrize("door", ["push", "rest"])
def test_a_new_record_cannot_take_the_place_of_one_of_another_kind(
    company: Company, phone_of: PhoneOf, door: str
) -> None:
    account, product = company.account(), company.product()
    phone = phone_of(company.rep)
    args = {"id": product.id, "account_id": account.id, "name": "Mira Beck"}
    code = phone.do("contact.create", **args)["code"] if door == "push" else phone.post("/contacts", args).json["code"]
    assert code == "record.exists"
    phone.pull()
    assert phone.document("product", product.id)["sku"] == product.sku
    assert phone.ids("contact") == set()


def test_two_records_that_are_made_together_cannot_share_an_id(company: Company, phone_of: PhoneOf) -> None:
    site, same = company.site(company.account()), new_id()
    phone = phone_of(company.rep)
    result = phone.do("work_order.create", id=same, appointment_id=same, site_id=site.id, title="Leaks")
    assert (result["status"], result["code"]) == ("rejected", "record.exists")


def test_a_batch_with_one_id_for_two_records_keeps_the_first(company: Company, phone_of: PhoneOf) -> None:
    same = new_id()
    phone = phone_of(company.rep)
    results = phone.push(
        phone.mutation("account.create", id=same, name="Hotel Rheinblick", territory_id=company.territory_id),
        phone.mutation("contact.create", id=same, account_id=same, name="Mira Beck"),
    )
    assert [result["status"] for result in results] == ["applied", "rejected"]
    phone.pull()
    assert (phone.ids("account"), phone.ids("contact")) == ({same}, set())
