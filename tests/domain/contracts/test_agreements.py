"""Agreements: with whom, what they promise, how they end and are renewed."""

from datetime import date
from typing import Any

import pytest
from flask import Flask

from domain.contracts import rules
from domain.contracts.models import Agreement
from domain.customers.models import Account
from domain.kernel.errors import DomainError, PermissionDenied, ReferenceNotFound, ValidationFailed
from domain.kernel.ids import new_id
from tests.support.company import Company
from tests.support.phone import Phone

YEAR = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 12, 31)}


@pytest.fixture
def hotel(company: Company) -> Account:
    return company.account(name="Hotel Rheinblick")


def agree(company: Company, account: Account, **changes: Any) -> Agreement:
    """Full service for a year, unless said otherwise."""
    args = {"id": new_id(), "account_id": account.id, "name": "Full service", **YEAR, **changes}
    made: Agreement = company.do("agreement.create", company.dispatcher, **args)
    return made


def test_an_agreement_as_a_phone_sees_it(company: Company, hotel: Account):
    site = company.site(hotel)
    asset = company.do("asset.create", id=new_id(), account_id=hotel.id, site_id=site.id, name="Barista 300")
    agreement = agree(
        company,
        hotel,
        coverage="Parts and labour",
        site_ids=[site.id],
        asset_ids=[asset.id],
        response_hours=4,
        fix_hours=24,
        visits_per_year=2,
    )
    assert company.document("agreement", agreement.id) == {
        "id": str(agreement.id),
        "version": 1,
        "created_at": "2026-11-23T08:00:00Z",
        "updated_at": "2026-11-23T08:00:00Z",
        "number": "AG-100001",
        "account_id": str(hotel.id),
        "name": "Full service",
        "coverage": "Parts and labour",
        "site_ids": [str(site.id)],
        "asset_ids": [str(asset.id)],
        "response_hours": 4,
        "fix_hours": 24,
        "visits_per_year": 2,
        "starts_on": "2026-01-01",
        "ends_on": "2026-12-31",
        "end_reason": None,
        "renewed_by_id": None,
    }


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"ends_on": "2025-12-31"}, rules.AgreementEndsBeforeStart, "ends_on"),
        ({"response_hours": 8, "fix_hours": 4}, rules.AgreementFixBeforeResponse, "fix_hours"),
        ({"site_ids": [new_id()]}, ReferenceNotFound, "site_ids"),
        ({"asset_ids": [new_id()]}, ReferenceNotFound, "asset_ids"),
        ({"renews_id": new_id()}, ReferenceNotFound, "renews_id"),
        ({"account_id": new_id()}, ReferenceNotFound, "account_id"),
        ({"name": ""}, ValidationFailed, "name"),
        ({"response_hours": 0}, ValidationFailed, "response_hours"),
        ({"visits_per_year": 400}, ValidationFailed, "visits_per_year"),
    ],
)
def test_what_cannot_be_agreed_on_is_refused_with_the_field(
    company: Company, hotel: Account, changes: dict[str, Any], error: type[DomainError], field: str
):
    with pytest.raises(error) as refusal:
        agree(company, hotel, **changes)
    assert refusal.value.fields is not None
    assert list(refusal.value.fields) == [field]


def test_it_covers_what_its_own_account_has(company: Company, hotel: Account):
    elsewhere = company.site(company.account(name="Bakery Frick"))
    with pytest.raises(rules.AgreementOfOtherAccount):
        agree(company, hotel, site_ids=[elsewhere.id])
    agreement = agree(company, hotel)
    with pytest.raises(rules.AgreementOfOtherAccount):
        company.do("agreement.update", company.dispatcher, agreement_id=agreement.id, site_ids=[elsewhere.id])


def test_a_change_is_checked_against_what_stays(company: Company, hotel: Account):
    agreement = agree(company, hotel, response_hours=8)
    with pytest.raises(rules.AgreementFixBeforeResponse):
        company.do("agreement.update", company.dispatcher, agreement_id=agreement.id, fix_hours=4)
    company.do("agreement.update", company.dispatcher, agreement_id=agreement.id, fix_hours=12)
    assert company.read(Agreement, agreement.id).fix_hours == 12


def test_an_agreement_is_ended_before_its_time_with_the_reason(company: Company, hotel: Account):
    agreement = agree(company, hotel)
    args = {"agreement_id": agreement.id, "reason": "The hotel closes"}
    with pytest.raises(rules.AgreementEndsLater):
        company.do("agreement.end", company.dispatcher, ends_on="2027-01-01", **args)
    with pytest.raises(rules.AgreementEndsBeforeStart):
        company.do("agreement.end", company.dispatcher, ends_on="2025-12-31", **args)
    company.do("agreement.end", company.dispatcher, ends_on="2026-11-30", **args)
    ended = company.read(Agreement, agreement.id)
    assert (ended.ends_on, ended.end_reason) == (date(2026, 11, 30), "The hotel closes")


def test_an_agreement_is_renewed_once_by_one_of_the_same_account(company: Company, hotel: Account):
    former = agree(company, hotel)
    other = company.account(name="Bakery Frick")
    with pytest.raises(rules.AgreementOfOtherAccount):
        agree(company, other, renews_id=former.id)
    following = agree(company, hotel, renews_id=former.id, starts_on="2027-01-01", ends_on="2027-12-31")
    assert company.read(Agreement, former.id).renewed_by_id == following.id
    with pytest.raises(rules.AgreementRenewedAlready):
        agree(company, hotel, renews_id=former.id)


def test_reps_and_technicians_read_agreements_and_change_none(app: Flask, company: Company, hotel: Account):
    agreement = agree(company, hotel)
    for person in (company.rep, company.technician):
        with pytest.raises(PermissionDenied):
            company.do("agreement.update", person, agreement_id=agreement.id, name="Mine")
        [listed] = Phone.sign_in(app, person).get(f"/agreements?account_id={hotel.id}").json["items"]
        assert listed["number"] == "AG-100001"


def test_the_desk_finds_what_ends_when(app: Flask, company: Company, hotel: Account):
    agree(company, hotel, name="Long", ends_on="2028-12-31")
    agree(company, hotel, name="Short")
    desk = Phone.sign_in(app, company.dispatcher)
    assert [one["name"] for one in desk.get("/agreements").json["items"]] == ["Short", "Long"]
    assert [one["name"] for one in desk.get("/agreements?ends_before=2027-01-01").json["items"]] == ["Short"]
