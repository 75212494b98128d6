"""What an admin decides for the whole organisation."""

from collections.abc import Sequence
from typing import Any

import pytest
from flask import Flask

from domain.kernel.errors import PermissionDenied, ValidationFailed
from domain.people.models import Organisation
from tests.support.company import Company
from tests.support.phone import Phone

CITY = [{"up_to_km": 5, "km_per_h": 18}, {"up_to_km": None, "km_per_h": 50}]


def test_a_new_organisation_travels_as_most_do(company: Company):
    found = company.read(Organisation, company.org_id)
    assert found.detour_factor == 1.3
    assert [band["km_per_h"] for band in found.speeds] == [25, 45, 75]


def test_an_admin_says_how_people_travel_and_every_phone_hears_of_it(app: Flask, company: Company):
    company.do("organisation.update", company.admin, organisation_id=company.org_id, detour_factor=1.45, speeds=CITY)
    phone = Phone.sign_in(app, company.rep)
    phone.pull()
    document = phone.document("organisation", company.org_id)
    assert (document["detour_factor"], document["speeds"]) == (1.45, CITY)


def test_it_is_reached_by_rest(app: Flask, company: Company):
    admin = Phone.sign_in(app, company.admin)
    path = f"/api/v1/organisations/{company.org_id}"
    answer = app.test_client().patch(path, json={"detour_factor": 1.2}, headers=admin.headers)
    assert (answer.status_code, answer.json["detour_factor"]) == (200, 1.2)


def test_a_manager_does_not_decide_for_the_organisation(company: Company):
    with pytest.raises(PermissionDenied):
        company.do("organisation.update", company.manager, organisation_id=company.org_id, detour_factor=1.2)


@pytest.mark.parametrize(
    "speeds",
    [
        [],
        [{"up_to_km": 5, "km_per_h": 30}],
        [{"up_to_km": None, "km_per_h": 30}, {"up_to_km": None, "km_per_h": 50}],
        [{"up_to_km": 5, "km_per_h": 30}, {"up_to_km": 5, "km_per_h": 40}, {"up_to_km": None, "km_per_h": 50}],
        [{"up_to_km": 5, "km_per_h": 50}, {"up_to_km": None, "km_per_h": 30}],
        [{"up_to_km": None, "km_per_h": 0}],
    ],
)
def test_a_profile_that_makes_no_sense_is_refused(company: Company, speeds: Sequence[dict[str, Any]]):
    with pytest.raises(ValidationFailed) as refusal:
        company.do("organisation.update", company.admin, organisation_id=company.org_id, speeds=list(speeds))
    assert list(refusal.value.fields) == ["speeds"]
