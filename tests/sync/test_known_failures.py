"""What is known to go wrong in other systems and has no better place here. `docs/testing.md` lists them all."""

from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from domain.kernel.conflicts import Conflict
from domain.kernel.ids import new_id
from domain.orders.models import Order
from domain.people.models import User
from domain.visits.models import Visit
from tests.support.company import NOW, Company
from tests.support.phone import Phone

PhoneOf = Callable[[User], Phone]


@pytest.mark.parametrize("size", [1, 2, 5])
def test_orders_that_come_again_in_other_batches_under_other_numbers_exist_once(
    company: Company, phone_of: PhoneOf, size: int
):
    account, product, phone = company.account(), company.product(), phone_of(company.rep)
    lines = [{"product_id": product.id, "quantity": 3, "unit_price_minor": 2_450}]
    orders = [
        phone.mutation(
            "order.place",
            id=new_id(),
            account_id=account.id,
            price_list_id=company.price_list_id,
            lines=[{"id": new_id(), **line} for line in lines],
        )
        for _ in range(5)
    ]
    phone.push(*orders[:3])
    again = [order | {"seq": order["seq"] + 3} for order in orders]

    results = [result for at in range(0, 5, size) for result in phone.push(*again[at : at + size])]

    assert [result["status"] for result in results] == ["duplicate"] * 3 + ["applied"] * 2
    with company.session() as session:
        query = select(func.count()).select_from(Order).where(Order.org_id == company.org_id)
        assert session.execute(query).scalar_one() == 5


def test_what_the_server_set_itself_makes_ones_next_edit_no_conflict(company: Company, phone_of: PhoneOf):
    account = company.account()
    site = company.site(account)
    phone, tablet = phone_of(company.rep), phone_of(company.rep)
    visit_id = new_id()
    phone.do("visit.plan", id=visit_id, account_id=account.id, site_id=site.id, planned_start_at=NOW)
    tablet.pull()
    phone.do("visit.check_in", visit_id=visit_id, position={"lat": 47.1411, "lng": 9.5208})

    answer = tablet.do("visit.update", visit_id=visit_id, notes="Wants a grinder")

    assert answer["status"] == "applied"
    assert company.read(Visit, visit_id).notes == "Wants a grinder"
    with company.session() as session:
        assert session.scalars(select(Conflict).where(Conflict.org_id == company.org_id)).all() == []
