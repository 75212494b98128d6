"""Noting what was seen at a customer's."""

from typing import Any

import pytest
from flask import Flask

from domain.customers.models import Account
from domain.kernel.errors import PermissionDenied, RecordNotFound, ReferenceNotFound, ValidationFailed
from domain.kernel.ids import new_id
from domain.observations.models import Observation
from domain.observations.rules import ObservationEmpty
from domain.people.permissions import Role
from domain.visits.models import Visit
from tests.support.company import NOW, Company
from tests.support.phone import Phone


def visit(company: Company, account: Account) -> Visit:
    place = {"account_id": account.id, "site_id": company.site(account).id}
    return company.do("visit.plan", company.rep, id=new_id(), **place, planned_start_at=NOW)


def add(company: Company, by: Any = None, **seen: Any) -> Observation:
    seen = {"kind": "competitor", "competitor": "Bergbohne", "price_minor": 1_990, **seen}
    seen.setdefault("account_id", company.account().id)
    return company.do("observation.add", by or company.rep, id=new_id(), **seen)


def test_a_competitor_s_price_is_noted_at_a_visit(company: Company):
    account = company.account()
    at = visit(company, account)
    seen = add(company, account_id=account.id, visit_id=at.id, product="House blend 1 kg")
    assert company.document("observation", seen.id) == {
        "id": str(seen.id),
        "version": 1,
        "created_at": "2026-11-23T08:00:00Z",
        "updated_at": "2026-11-23T08:00:00Z",
        "account_id": str(account.id),
        "visit_id": str(at.id),
        "kind": "competitor",
        "product_id": None,
        "product": "House blend 1 kg",
        "competitor": "Bergbohne",
        "price_minor": 1990,
        "currency": "CHF",
        "facings": None,
        "out_of_stock": False,
        "note": None,
        "observed_by_id": str(company.rep.id),
        "occurred_at": "2026-11-23T08:00:00Z",
    }


def test_an_own_product_is_missing_on_the_shelf(company: Company):
    product = company.product()
    seen = add(company, kind="shelf", competitor=None, product_id=product.id, facings=0, out_of_stock=True)
    assert (seen.product_id, seen.facings, seen.out_of_stock) == (product.id, 0, True)


@pytest.mark.parametrize(
    "said", [{"kind": "shelf", "competitor": "Bergbohne"}, {"kind": "competitor", "competitor": None}]
)
def test_something_must_be_said(company: Company, said: dict[str, Any]):
    with pytest.raises(ObservationEmpty):
        add(company, **said)


def test_it_cannot_be_emptied_later(company: Company):
    seen = add(company)
    with pytest.raises(ObservationEmpty):
        company.do("observation.update", company.rep, observation_id=seen.id, competitor=None)


@pytest.mark.parametrize(
    ("field", "value"), [("price_minor", -1), ("facings", -1), ("facings", 10_001), ("kind", "weather")]
)
def test_a_value_out_of_bounds_is_refused_by_name(company: Company, field: str, value: object):
    with pytest.raises(ValidationFailed) as refusal:
        add(company, **{field: value})
    assert list(refusal.value.fields) == [field]


@pytest.mark.parametrize("field", ["account_id", "visit_id", "product_id"])
def test_what_does_not_exist_is_named(company: Company, field: str):
    with pytest.raises(ReferenceNotFound) as refusal:
        add(company, **{field: new_id()})
    assert list(refusal.value.fields) == [field]


def test_the_visit_was_to_the_same_account(company: Company):
    with pytest.raises(ReferenceNotFound) as refusal:
        add(company, visit_id=visit(company, company.account()).id)
    assert refusal.value.fields == {"visit_id": ["This visit was to another account."]}


def test_it_is_corrected_and_taken_away_by_who_noted_it_or_a_manager(company: Company):
    seen, colleague = add(company), company.person(Role.REP)
    for name, args in (("observation.update", {"note": "Mine now."}), ("observation.remove", {})):
        with pytest.raises(PermissionDenied):
            company.do(name, colleague, observation_id=seen.id, **args)
    assert company.do("observation.update", company.rep, observation_id=seen.id, facings=3).facings == 3
    company.do("observation.remove", company.manager, observation_id=seen.id)
    with pytest.raises(RecordNotFound):
        company.do("observation.remove", company.rep, observation_id=seen.id)


def test_a_technician_observes_no_shelves_and_the_system_nothing(company: Company):
    with pytest.raises(PermissionDenied):
        add(company, company.technician)
    with pytest.raises(PermissionDenied):
        company.do("observation.add", id=new_id(), account_id=company.account().id, kind="shelf", product="Tea")


def test_it_can_be_added_and_removed_in_one_batch_and_leaves_every_phone(app: Flask, company: Company):
    account = company.account()
    phone, colleague = Phone.sign_in(app, company.rep), Phone.sign_in(app, company.person(Role.REP))
    seen, gone = new_id(), new_id()
    said = {"account_id": account.id, "kind": "shelf", "product": "Tea"}
    phone.push(
        phone.mutation("observation.add", id=seen, **said),
        phone.mutation("observation.add", id=gone, **said),
        phone.mutation("observation.remove", observation_id=gone),
    )
    colleague.pull()
    assert colleague.ids("observation") == {seen}
    phone.do("observation.remove", observation_id=seen)
    colleague.pull()
    assert colleague.ids("observation") == set()


def test_a_photo_can_be_attached_to_it(company: Company):
    seen = add(company)
    photo = {"kind": "photo", "sha256": "0" * 64, "size": 1, "media_type": "image/jpeg", "name": "Shelf"}
    company.do("attachment.add", company.rep, id=new_id(), entity="observation", record_id=seen.id, **photo)
