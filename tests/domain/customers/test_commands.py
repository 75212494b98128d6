"""Keeping customers."""

import pytest
from sqlalchemy.exc import IntegrityError

from domain.customers.commands import move_account
from domain.customers.events import AccountMoved
from domain.customers.models import Account, Contact, Site
from domain.kernel.command import execute
from domain.kernel.errors import (
    PermissionDenied,
    RecordExists,
    RecordNotFound,
    ReferenceNotFound,
    ValidationFailed,
    VersionConflict,
)
from domain.kernel.ids import new_id
from domain.kernel.integrity import as_domain_error
from domain.registry import COMMAND
from tests.support.company import Company


def test_a_new_account_has_defaults_and_a_number(company: Company):
    account = company.do("account.create", company.rep, id=new_id(), name="Inn", territory_id=company.territory_id)
    assert company.document("account", account.id) == {
        "id": str(account.id),
        "version": 1,
        "created_at": "2026-11-23T08:00:00Z",
        "updated_at": "2026-11-23T08:00:00Z",
        "number": "AC-100001",
        "name": "Inn",
        "kind": "end_customer",
        "account_class": "C",
        "industry": None,
        "phone": None,
        "email": None,
        "territory_id": str(company.territory_id),
        "status": "active",
        "notes": None,
        "external_id": None,
    }


def test_accounts_are_numbered_one_after_the_other(company: Company):
    assert [company.account().number, company.account().number] == ["AC-100001", "AC-100002"]


def test_an_account_keeps_all_that_is_said_about_it(company: Company):
    said = {
        "name": "Café Malbun",
        "kind": "dealer",
        "account_class": "A",
        "industry": "hotel",
        "phone": "+423 000 00 00",
        "email": "office@cafe.example",
        "notes": "Ring twice.",
        "external_id": "SAP-1",
    }
    account = company.do("account.create", company.rep, id=new_id(), territory_id=company.territory_id, **said)
    document = company.document("account", account.id)
    assert {name: document[name] for name in said} == said


def test_a_rep_adds_no_account_where_they_do_not_work(company: Company):
    with pytest.raises(ReferenceNotFound) as refusal:
        company.do("account.create", company.rep, id=new_id(), name="Inn", territory_id=company.other_territory_id)
    assert refusal.value.fields == {"territory_id": ["You do not work in this territory."]}


def test_an_admin_adds_accounts_anywhere(company: Company):
    account = company.do(
        "account.create", company.admin, id=new_id(), name="Inn", territory_id=company.other_territory_id
    )
    assert account.territory_id == company.other_territory_id


def test_an_account_needs_a_territory_that_exists(company: Company):
    with pytest.raises(ReferenceNotFound) as refusal:
        company.do("account.create", company.rep, id=new_id(), name="Inn", territory_id=new_id())
    assert list(refusal.value.fields) == ["territory_id"]


def test_a_technician_adds_no_accounts(company: Company):
    with pytest.raises(PermissionDenied):
        company.do("account.create", company.technician, id=new_id(), name="Inn", territory_id=company.territory_id)


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("kind", "friend"), ("account_class", "D"), ("email", "nobody"), ("phone", "1" * 41), ("notes", 1)],
)
def test_a_value_out_of_bounds_is_refused_by_name(company: Company, field: str, value: object):
    account = company.account()
    with pytest.raises(ValidationFailed) as refusal:
        company.do("account.update", company.rep, account_id=account.id, **{field: value})
    assert list(refusal.value.fields) == [field]


def test_an_external_id_is_given_once(company: Company):
    company.do("account.create", id=new_id(), name="Inn", territory_id=company.territory_id, external_id="X-1")
    with pytest.raises(IntegrityError) as refusal:
        company.do("account.create", id=new_id(), name="Bar", territory_id=company.territory_id, external_id="X-1")
    error = as_domain_error(refusal.value)
    assert isinstance(error, RecordExists)
    assert error.fields == {"external_id": ["Exists already."]}


def test_two_companies_may_use_the_same_external_id(company: Company, other_company: Company):
    company.do("account.create", id=new_id(), name="Inn", territory_id=company.territory_id, external_id="X-1")
    other_company.do(
        "account.create", id=new_id(), name="Inn", territory_id=other_company.territory_id, external_id="X-1"
    )


def test_an_update_changes_what_is_given_and_nothing_else(company: Company):
    account = company.account(name="Inn")
    company.do("account.update", company.rep, account_id=account.id, phone="+423 1", status="inactive")
    changed = company.read(Account, account.id)
    assert (changed.name, changed.phone, changed.status, changed.version) == ("Inn", "+423 1", "inactive", 2)


def test_an_update_that_changes_nothing_leaves_the_version(company: Company):
    account = company.account(name="Inn")
    company.do("account.update", company.rep, account_id=account.id, name="Inn")
    assert company.read(Account, account.id).version == 1


def test_an_update_can_empty_a_field(company: Company):
    account = company.account()
    company.do("account.update", company.rep, account_id=account.id, notes="Ring twice.")
    company.do("account.update", company.rep, account_id=account.id, notes=None)
    assert company.read(Account, account.id).notes is None


def test_an_account_outside_the_area_does_not_exist_for_a_rep(company: Company):
    account = company.account(territory_id=company.other_territory_id)
    with pytest.raises(RecordNotFound):
        company.do("account.update", company.rep, account_id=account.id, name="Mine")


def test_an_account_of_another_company_does_not_exist(company: Company, other_company: Company):
    with pytest.raises(RecordNotFound):
        company.do("account.update", account_id=other_company.account().id, name="Mine")


def test_whoever_read_an_older_version_changes_nothing(company: Company):
    account = company.account()
    company.do("account.update", company.rep, account_id=account.id, name="Inn")
    with company.context(company.rep, expected_version=1) as ctx, pytest.raises(VersionConflict):
        execute(COMMAND["account.update"], {"account_id": str(account.id), "name": "Bar"}, ctx)


def test_a_manager_moves_an_account_to_another_territory(company: Company):
    account = company.account()
    company.do("account.move", company.manager, account_id=account.id, territory_id=company.other_territory_id)
    assert company.read(Account, account.id).territory_id == company.other_territory_id


def test_a_move_is_told_to_those_who_react(company: Company):
    account = company.account()
    with company.context(company.manager) as ctx:
        move_account(ctx, account_id=account.id, territory_id=company.other_territory_id)
        assert ctx.events == [AccountMoved(account_id=account.id, territory_id=company.other_territory_id)]


def test_a_move_to_where_it_is_tells_nobody(company: Company):
    account = company.account()
    with company.context(company.manager) as ctx:
        move_account(ctx, account_id=account.id, territory_id=company.territory_id)
        assert ctx.events == []


def test_a_rep_moves_no_accounts(company: Company):
    account = company.account()
    with pytest.raises(PermissionDenied):
        company.do("account.move", company.rep, account_id=account.id, territory_id=company.area_id)


def test_an_account_is_moved_to_a_territory_that_exists(company: Company):
    account = company.account()
    with pytest.raises(ReferenceNotFound) as refusal:
        company.do("account.move", company.manager, account_id=account.id, territory_id=new_id())
    assert list(refusal.value.fields) == ["territory_id"]


def test_a_new_site_has_an_empty_address_and_no_position(company: Company):
    account = company.account()
    site = company.do("site.create", company.rep, id=new_id(), account_id=account.id, name="Bar")
    document = company.document("site", site.id)
    assert document["address"] == {
        "street": None,
        "house_number": None,
        "postcode": None,
        "city": None,
        "country": None,
    }
    assert document["position"] is None


def test_a_site_has_an_address_and_a_position(company: Company):
    site = company.site(company.account())
    company.do(
        "site.update",
        company.rep,
        site_id=site.id,
        address={"street": "Städtle", "house_number": "1", "city": "Vaduz"},
        position={"lat": 47.14, "lng": 9.52, "accuracy_m": 8},
        opening_hours="Mo-Fr 08:00-18:00",
    )
    document = company.document("site", site.id)
    assert document["address"] == {
        "street": "Städtle",
        "house_number": "1",
        "postcode": None,
        "city": "Vaduz",
        "country": None,
    }
    # How well a phone knew where it stood says nothing about the site.
    assert document["position"] == {"lat": 47.14, "lng": 9.52, "accuracy_m": None}
    assert document["opening_hours"] == "Mo-Fr 08:00-18:00"


def test_a_position_can_be_taken_back(company: Company):
    site = company.site(company.account())
    company.do("site.update", company.rep, site_id=site.id, position=None)
    assert company.read(Site, site.id).position is None


def test_a_site_belongs_to_an_account_in_the_area(company: Company):
    outside = company.account(territory_id=company.other_territory_id)
    with pytest.raises(ReferenceNotFound) as refusal:
        company.do("site.create", company.rep, id=new_id(), account_id=outside.id, name="Bar")
    assert list(refusal.value.fields) == ["account_id"]


def test_a_contact_may_stand_for_the_whole_account(company: Company):
    account = company.account()
    contact = company.do("contact.create", company.rep, id=new_id(), account_id=account.id, name="Ana Beck")
    assert company.document("contact", contact.id)["site_id"] is None


def test_a_contact_may_be_at_one_of_the_sites(company: Company):
    account = company.account()
    site = company.site(account)
    contact = company.do(
        "contact.create", company.rep, id=new_id(), account_id=account.id, site_id=site.id, name="Ana Beck"
    )
    company.do("contact.update", company.rep, contact_id=contact.id, site_id=None, email="Ana@Example.com")
    changed = company.read(Contact, contact.id)
    assert (changed.site_id, changed.email) == (None, "ana@example.com")


def test_a_contact_is_not_at_a_site_of_another_account(company: Company):
    account, elsewhere = company.account(), company.site(company.account())
    with pytest.raises(ReferenceNotFound) as refusal:
        company.do("contact.create", id=new_id(), account_id=account.id, site_id=elsewhere.id, name="Ana")
    assert refusal.value.fields == {"site_id": ["This site belongs to another account."]}


def test_a_contact_does_not_move_to_a_site_of_another_account(company: Company):
    account, elsewhere = company.account(), company.site(company.account())
    contact = company.do("contact.create", id=new_id(), account_id=account.id, name="Ana")
    with pytest.raises(ReferenceNotFound) as refusal:
        company.do("contact.update", contact_id=contact.id, site_id=elsewhere.id)
    assert refusal.value.fields == {"site_id": ["This site belongs to another account."]}


def test_a_contact_belongs_to_an_account_that_exists(company: Company):
    with pytest.raises(ReferenceNotFound) as refusal:
        company.do("contact.create", company.rep, id=new_id(), account_id=new_id(), name="Ana")
    assert list(refusal.value.fields) == ["account_id"]
