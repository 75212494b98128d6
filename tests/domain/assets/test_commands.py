"""Keeping the list of installed equipment."""

import pytest

from domain.kernel.errors import PermissionDenied, RecordNotFound, ReferenceNotFound, ValidationFailed
from domain.kernel.ids import new_id
from domain.people.permissions import Role
from tests.support.company import Company


def test_a_technician_notes_a_machine(company: Company):
    account = company.account()
    site, product = company.site(account), company.product()
    asset = company.do(
        "asset.create",
        company.technician,
        id=new_id(),
        account_id=account.id,
        site_id=site.id,
        product_id=product.id,
        name="Bar machine",
        serial_number="SN-1",
        installed_on="2024-02-29",
        warranty_ends_on="2027-02-28",
    )
    assert company.document("asset", asset.id) == {
        "id": str(asset.id),
        "version": 1,
        "created_at": "2026-11-23T08:00:00Z",
        "updated_at": "2026-11-23T08:00:00Z",
        "account_id": str(account.id),
        "site_id": str(site.id),
        "product_id": str(product.id),
        "name": "Bar machine",
        "serial_number": "SN-1",
        "installed_on": "2024-02-29",
        "warranty_ends_on": "2027-02-28",
        "status": "active",
        "notes": None,
    }


def test_a_machine_of_another_make_has_no_product(company: Company):
    account = company.account()
    site = company.site(account)
    asset = company.do("asset.create", id=new_id(), account_id=account.id, site_id=site.id, name="Old fridge")
    assert asset.product_id is None


def test_a_machine_stands_at_a_site_of_its_account(company: Company):
    account, elsewhere = company.account(), company.site(company.account())
    with pytest.raises(ReferenceNotFound) as refusal:
        company.do("asset.create", id=new_id(), account_id=account.id, site_id=elsewhere.id, name="Fridge")
    assert refusal.value.fields == {"site_id": ["This site belongs to another account."]}


@pytest.mark.parametrize("unknown", ["account_id", "site_id", "product_id"])
def test_what_a_machine_refers_to_must_exist(company: Company, unknown: str):
    account = company.account()
    ids = {"account_id": account.id, "site_id": company.site(account).id, unknown: new_id()}
    with pytest.raises(ReferenceNotFound) as refusal:
        company.do("asset.create", id=new_id(), name="Fridge", **ids)
    assert list(refusal.value.fields) == [unknown]


def test_a_machine_is_retired(company: Company):
    account = company.account()
    site = company.site(account)
    asset = company.do("asset.create", id=new_id(), account_id=account.id, site_id=site.id, name="Fridge")
    retired = company.do("asset.update", company.technician, asset_id=asset.id, status="retired", notes="Scrapped.")
    assert (retired.status, retired.notes, retired.name) == ("retired", "Scrapped.", "Fridge")


def test_a_machine_outside_the_area_does_not_exist_for_a_technician(company: Company):
    account = company.account(territory_id=company.other_territory_id)
    site = company.site(account)
    asset = company.do("asset.create", id=new_id(), account_id=account.id, site_id=site.id, name="Fridge")
    with pytest.raises(RecordNotFound):
        company.do("asset.update", company.technician, asset_id=asset.id, name="Mine")


@pytest.mark.parametrize(
    ("field", "value"),
    [("status", "broken"), ("installed_on", "29.2.2024"), ("installed_on", "2023-02-29"), ("name", "")],
)
def test_a_value_out_of_bounds_is_refused_by_name(company: Company, field: str, value: str):
    with pytest.raises(ValidationFailed) as refusal:
        company.do("asset.update", asset_id=new_id(), **{field: value})
    assert list(refusal.value.fields) == [field]


def test_every_role_in_the_field_may_note_machines(company: Company):
    account = company.account()
    site = company.site(account)
    for role in Role:
        company.do(
            "asset.create", company.people[role], id=new_id(), account_id=account.id, site_id=site.id, name="Fridge"
        )


def test_whoever_has_no_role_for_it_notes_none(company: Company):
    nobody = company.rep
    nobody.roles = []
    with pytest.raises(PermissionDenied):
        company.do("asset.update", nobody, asset_id=new_id(), name="Fridge")
