"""Keeping the catalogue."""

import pytest
from sqlalchemy.exc import IntegrityError

from domain.catalog.models import Price, Product
from domain.catalog.queries import find_price
from domain.kernel.errors import PermissionDenied, RecordExists, ReferenceNotFound, ValidationFailed
from domain.kernel.ids import new_id
from domain.kernel.integrity import as_domain_error
from tests.support.company import Company


def test_a_new_product_has_defaults(company: Company):
    product = company.do(
        "product.create", company.manager, id=new_id(), sku="ESP-1", name="Espresso", category_id=company.category_id
    )
    assert company.document("product", product.id) == {
        "id": str(product.id),
        "version": 1,
        "created_at": "2026-11-23T08:00:00Z",
        "updated_at": "2026-11-23T08:00:00Z",
        "sku": "ESP-1",
        "name": "Espresso",
        "description": None,
        "category_id": str(company.category_id),
        "unit": "pcs",
        "kind": "goods",
        "status": "active",
    }


def test_a_product_stands_on_a_shelf_that_exists(company: Company):
    with pytest.raises(ReferenceNotFound) as refusal:
        company.do("product.create", id=new_id(), sku="ESP-1", name="Espresso", category_id=new_id())
    assert list(refusal.value.fields) == ["category_id"]


def test_a_product_does_not_move_to_a_shelf_that_does_not_exist(company: Company):
    product = company.product()
    with pytest.raises(ReferenceNotFound) as refusal:
        company.do("product.update", product_id=product.id, category_id=new_id())
    assert list(refusal.value.fields) == ["category_id"]


def test_an_article_number_is_given_once(company: Company):
    company.product(sku="ESP-1")
    with pytest.raises(IntegrityError) as refusal:
        company.product(sku="ESP-1")
    error = as_domain_error(refusal.value)
    assert isinstance(error, RecordExists)
    assert error.fields == {"sku": ["Exists already."]}


def test_an_update_changes_what_is_given_and_nothing_else(company: Company):
    product = company.product(sku="ESP-1", name="Espresso")
    company.do("product.update", company.manager, product_id=product.id, name="Espresso 2 kg", kind="part")
    changed = company.read(Product, product.id)
    assert (changed.sku, changed.name, changed.kind, changed.version) == ("ESP-1", "Espresso 2 kg", "part", 2)


def test_a_withdrawn_product_stays_on_record(company: Company):
    product = company.product()
    company.do("product.withdraw", company.manager, product_id=product.id)
    assert company.read(Product, product.id).status == "withdrawn"


def test_withdrawing_twice_is_withdrawing(company: Company):
    product = company.product()
    company.do("product.withdraw", company.manager, product_id=product.id)
    company.do("product.withdraw", company.manager, product_id=product.id)
    assert company.read(Product, product.id).version == 2


def test_a_first_price_is_made(company: Company):
    product = company.product(price_minor=None)
    price = company.do(
        "price.set",
        company.manager,
        price_list_id=company.price_list_id,
        product_id=product.id,
        amount_minor=2_450,
    )
    assert company.read(Price, price.id).amount_minor == 2_450


def test_a_new_price_replaces_the_old_one(company: Company):
    product = company.product(price_minor=2_450)
    again = {"price_list_id": company.price_list_id, "product_id": product.id, "amount_minor": 2_600}
    price = company.do("price.set", company.manager, **again)
    assert (price.amount_minor, price.version) == (2_600, 2)
    with company.session() as session:
        found = find_price(session, org_id=company.org_id, price_list_id=company.price_list_id, product_id=product.id)
        assert found is not None
        assert found.id == price.id


def test_a_product_without_a_price_has_none(company: Company):
    product = company.product(price_minor=None)
    with company.session() as session:
        ids = {"price_list_id": company.price_list_id, "product_id": product.id}
        assert find_price(session, org_id=company.org_id, **ids) is None


@pytest.mark.parametrize("amount_minor", [-1, 10**13 + 1, 24.5, None])
def test_an_amount_is_a_whole_number_of_minor_units(company: Company, amount_minor: object):
    ids = {"price_list_id": company.price_list_id, "product_id": new_id()}
    with pytest.raises(ValidationFailed) as refusal:
        company.do("price.set", amount_minor=amount_minor, **ids)
    assert list(refusal.value.fields) == ["amount_minor"]


@pytest.mark.parametrize("unknown", ["price_list_id", "product_id"])
def test_a_price_is_of_a_product_in_a_list(company: Company, unknown: str):
    ids = {"price_list_id": company.price_list_id, "product_id": company.product().id, unknown: new_id()}
    with pytest.raises(ReferenceNotFound) as refusal:
        company.do("price.set", amount_minor=1, **ids)
    assert list(refusal.value.fields) == [unknown]


@pytest.mark.parametrize("name", ["product.create", "product.update", "product.withdraw", "price.set"])
def test_a_rep_does_not_touch_the_catalogue(company: Company, name: str):
    ids = {
        "product.create": {"id": new_id(), "sku": "X", "name": "X", "category_id": company.category_id},
        "product.update": {"product_id": new_id()},
        "product.withdraw": {"product_id": new_id()},
        "price.set": {"price_list_id": company.price_list_id, "product_id": new_id(), "amount_minor": 1},
    }
    with pytest.raises(PermissionDenied):
        company.do(name, company.rep, **ids[name])
