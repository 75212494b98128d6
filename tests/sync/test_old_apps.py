"""I9: every mutation name and shape ever released is accepted for ever. What is here is never changed or taken out."""

from typing import Any

import pytest
from flask import Flask

from domain.kernel.ids import new_id
from domain.visits.models import Visit
from tests.support.company import NOW, Company
from tests.support.phone import Phone


@pytest.fixture
def phone(app: Flask, company: Company) -> Phone:
    return Phone.sign_in(app, company.rep)


@pytest.fixture
def visit(company: Company, phone: Phone) -> Visit:
    site = company.site(company.account())
    plan = {"account_id": site.account_id, "site_id": site.id, "rep_id": company.rep.id, "planned_start_at": NOW}
    visit: Visit = company.do("visit.plan", id=new_id(), **plan)
    phone.pull()
    return visit


def of_0_1_0(phone: Phone, name: str, args: dict[str, Any]) -> dict[str, Any]:
    """A mutation exactly as the app 0.1.0 wrote it."""
    return {**phone.mutation(name, **args), "app_version": "0.1.0"}


def test_the_app_0_1_0_moved_a_visit_by_an_update(phone: Phone, visit: Visit):
    moved = of_0_1_0(phone, "visit.update", {"visit_id": visit.id, "planned_start_at": "2026-11-25T09:00:00Z"})

    (result,) = phone.push(moved)
    (again,) = phone.push(moved)

    assert (result["status"], again["status"]) == ("applied", "duplicate")
    phone.pull()
    assert phone.document("visit", visit.id)["planned_start_at"] == "2026-11-25T09:00:00Z"


def test_the_app_0_1_0_moved_a_visit_and_wrote_its_notes_at_once(phone: Phone, visit: Visit):
    args = {"visit_id": visit.id, "duration_min": 45, "notes": "Ring twice."}

    (result,) = phone.push(of_0_1_0(phone, "visit.update", args))

    assert result["status"] == "applied"
    phone.pull()
    shown = phone.document("visit", visit.id)
    assert (shown["duration_min"], shown["notes"]) == (45, "Ring twice.")


def test_what_an_old_app_may_no_longer_do_is_refused_like_anything_else(phone: Phone, visit: Visit):
    phone.do("visit.check_in", visit_id=visit.id)

    (result,) = phone.push(of_0_1_0(phone, "visit.update", {"visit_id": visit.id, "duration_min": 45}))

    assert (result["status"], result["code"]) == ("rejected", "visit.invalid_transition")
