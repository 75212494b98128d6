"""From which distance on a check-in is far away."""

import pytest
from flask import Flask

from domain.kernel.errors import PermissionDenied, ValidationFailed
from domain.people.models import Organisation
from tests.support.company import Company
from tests.support.phone import Phone


def test_a_new_organisation_flags_from_half_a_kilometre(company: Company):
    assert company.read(Organisation, company.org_id).far_away_m == 500


def test_an_admin_decides_and_every_phone_hears_of_it(app: Flask, company: Company):
    company.do("organisation.update", company.admin, organisation_id=company.org_id, far_away_m=200)
    phone = Phone.sign_in(app, company.rep)
    phone.pull()
    assert phone.document("organisation", company.org_id)["far_away_m"] == 200


def test_a_manager_does_not(company: Company):
    with pytest.raises(PermissionDenied):
        company.do("organisation.update", company.manager, organisation_id=company.org_id, far_away_m=200)


@pytest.mark.parametrize("far_away_m", [9, 100_001, "far"])
def test_a_distance_that_makes_no_sense_is_refused(company: Company, far_away_m: object):
    with pytest.raises(ValidationFailed) as refusal:
        company.do("organisation.update", company.admin, organisation_id=company.org_id, far_away_m=far_away_m)
    assert list(refusal.value.fields) == ["far_away_m"]
