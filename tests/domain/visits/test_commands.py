"""What a rep does with a visit."""

from datetime import timedelta
from typing import Any

import pytest

from domain.kernel.errors import (
    PermissionDenied,
    RecordExists,
    RecordNotFound,
    ReferenceNotFound,
    ValidationFailed,
)
from domain.kernel.ids import new_id
from domain.people.permissions import Role
from domain.visits.models import Visit
from domain.visits.rules import InvalidVisitTransition
from tests.support.company import NOW, Company

AT_THE_DOOR = {"lat": 47.1410, "lng": 9.5209}
"""Where `Company.site` puts a site."""
SCHAAN = {"lat": 47.1686, "lng": 9.5086, "accuracy_m": 20}


def plan(company: Company, by: Any = None, **changes: Any) -> Visit:
    """Plan a visit of the rep, at a new customer's unless said otherwise."""
    if "account_id" not in changes:
        account = company.account()
        changes = {"account_id": account.id, "site_id": company.site(account).id, **changes}
    return company.do(
        "visit.plan", by or company.rep, **{"id": new_id(), "planned_start_at": "2026-11-24T09:00:00Z", **changes}
    )


def test_a_planned_visit_is_the_rep_s_own(company: Company):
    visit = plan(company)
    assert company.document("visit", visit.id) == {
        "id": str(visit.id),
        "version": 1,
        "created_at": "2026-11-23T08:00:00Z",
        "updated_at": "2026-11-23T08:00:00Z",
        "account_id": str(visit.account_id),
        "site_id": str(visit.site_id),
        "rep_id": str(company.rep.id),
        "kind": "in_person",
        "status": "planned",
        "unplanned": False,
        "planned_start_at": "2026-11-24T09:00:00Z",
        "duration_min": 30,
        "purpose": None,
        "notes": None,
        "outcome": None,
        "next_step": None,
        "follow_up_on": None,
        "confirmed_at": None,
        "checked_in_at": None,
        "checked_in_position": None,
        "distance_m": None,
        "far_away": False,
        "completed_at": None,
        "canceled_at": None,
        "cancel_reason": None,
        "call_plan_id": None,
        "call_period_on": None,
        "generated": False,
    }


def test_a_manager_plans_for_a_rep(company: Company):
    assert plan(company, company.manager, rep_id=company.rep.id).rep_id == company.rep.id


def test_a_rep_does_not_plan_for_another(company: Company):
    with pytest.raises(PermissionDenied):
        plan(company, rep_id=company.manager.id)


def test_a_visit_is_made_by_somebody_who_exists(company: Company):
    with pytest.raises(ReferenceNotFound) as refusal:
        plan(company, company.manager, rep_id=new_id())
    assert list(refusal.value.fields) == ["rep_id"]


def test_the_system_says_whose_visit_it_is(company: Company):
    account = company.account()
    ids = {"id": new_id(), "account_id": account.id, "site_id": company.site(account).id}
    with pytest.raises(ReferenceNotFound) as refusal:
        company.do("visit.plan", planned_start_at=NOW, **ids)
    assert list(refusal.value.fields) == ["rep_id"]


def test_a_visit_is_at_a_site_of_the_account(company: Company):
    account, elsewhere = company.account(), company.site(company.account())
    with pytest.raises(ReferenceNotFound) as refusal:
        plan(company, account_id=account.id, site_id=elsewhere.id)
    assert refusal.value.fields == {"site_id": ["This site belongs to another account."]}


def test_a_visit_is_at_an_account_of_the_area(company: Company):
    account = company.account(territory_id=company.other_territory_id)
    with pytest.raises(ReferenceNotFound) as refusal:
        plan(company, account_id=account.id, site_id=company.site(account).id)
    assert list(refusal.value.fields) == ["account_id"]


def test_a_technician_plans_no_visits(company: Company):
    with pytest.raises(PermissionDenied):
        plan(company, company.technician)


@pytest.mark.parametrize(
    ("field", "value"),
    [("duration_min", 4), ("duration_min", 1441), ("planned_start_at", "2026-11-24"), ("purpose", "x" * 501)],
)
def test_a_value_out_of_bounds_is_refused_by_name(company: Company, field: str, value: object):
    with pytest.raises(ValidationFailed) as refusal:
        company.do("visit.reschedule", company.rep, visit_id=new_id(), **{field: value})
    assert list(refusal.value.fields) == [field]


def test_an_id_is_used_once_in_a_transaction(company: Company):
    visit = plan(company)
    with company.context(company.rep) as ctx:
        ctx.get(Visit, visit.id)
        with pytest.raises(RecordExists):
            ctx.add(Visit(id=visit.id))


def test_the_plan_can_be_changed(company: Company):
    visit = plan(company)
    changed = company.do("visit.update", company.rep, visit_id=visit.id, notes="Ask Ana.")
    assert changed.notes == "Ask Ana."


def test_a_visit_that_moves_is_to_be_confirmed_anew(company: Company):
    visit = plan(company)
    company.do("visit.confirm", company.rep, visit_id=visit.id)
    longer = company.do("visit.reschedule", company.rep, visit_id=visit.id, duration_min=90)
    assert (longer.duration_min, longer.status) == (90, "confirmed")

    moved = company.do("visit.reschedule", company.rep, visit_id=visit.id, planned_start_at="2026-11-25T10:00:00+01:00")
    assert moved.planned_start_at == NOW + timedelta(days=2, hours=1)
    assert (moved.status, moved.confirmed_at) == ("planned", None)


def test_a_visit_that_has_begun_is_not_moved(company: Company):
    visit = plan(company)
    company.do("visit.check_in", company.rep, visit_id=visit.id)
    with pytest.raises(InvalidVisitTransition):
        company.do("visit.reschedule", company.rep, visit_id=visit.id, duration_min=90)


def test_a_day_of_a_visit(company: Company):
    visit_id = plan(company).id
    company.do("visit.confirm", company.rep, visit_id=visit_id, occurred_at=NOW)
    company.do(
        "visit.check_in", company.rep, visit_id=visit_id, position=AT_THE_DOOR, occurred_at=NOW + timedelta(hours=1)
    )
    company.do(
        "visit.complete",
        company.rep,
        visit_id=visit_id,
        outcome="order",
        notes="Wants a grinder.",
        occurred_at=NOW + timedelta(hours=2),
    )
    document = company.document("visit", visit_id)
    assert document["status"] == "completed"
    assert document["outcome"] == "order"
    assert document["notes"] == "Wants a grinder."
    assert document["confirmed_at"] == "2026-11-23T08:00:00Z"
    assert document["checked_in_at"] == "2026-11-23T09:00:00Z"
    assert document["completed_at"] == "2026-11-23T10:00:00Z"


def test_what_happened_in_the_field_has_the_time_of_the_field(company: Company):
    visit_id = plan(company).id
    yesterday = NOW - timedelta(days=1)
    checked_in = company.do("visit.check_in", company.rep, visit_id=visit_id, occurred_at=yesterday)
    assert (checked_in.checked_in_at, checked_in.updated_at) == (yesterday, NOW)


def test_a_check_in_at_the_door_is_no_distance_away(company: Company):
    visit = company.do("visit.check_in", company.rep, visit_id=plan(company).id, position=AT_THE_DOOR)
    assert visit.distance_m == 0
    assert visit.checked_in_position == {**AT_THE_DOOR, "accuracy_m": None}


def test_a_check_in_far_away_is_flagged_and_not_refused(company: Company):
    visit = company.do("visit.check_in", company.rep, visit_id=plan(company).id, position=SCHAAN)
    assert (visit.status, visit.distance_m, visit.far_away) == ("in_progress", 3207, True)


def test_what_is_far_away_is_for_the_organisation_to_say(company: Company):
    company.do("organisation.update", company.admin, organisation_id=company.org_id, far_away_m=5_000)
    visit = company.do("visit.check_in", company.rep, visit_id=plan(company).id, position=SCHAAN)
    assert (visit.distance_m, visit.far_away) == (3207, False)


def test_a_call_is_made_from_anywhere(company: Company):
    visit = company.do("visit.check_in", company.rep, visit_id=plan(company, kind="phone").id, position=SCHAAN)
    assert (visit.kind, visit.far_away) == ("phone", False)


def test_a_visit_becomes_a_call_without_being_confirmed_anew(company: Company):
    visit_id = plan(company).id
    company.do("visit.confirm", company.rep, visit_id=visit_id)
    visit = company.do("visit.reschedule", company.rep, visit_id=visit_id, kind="phone")
    assert (visit.kind, visit.status) == ("phone", "confirmed")


def test_the_next_step_is_said_at_the_end_and_can_be_changed_later(company: Company):
    visit_id = plan(company).id
    company.do("visit.check_in", company.rep, visit_id=visit_id)
    step = {"next_step": "Send the offer", "follow_up_on": "2026-12-01"}
    company.do("visit.complete", company.rep, visit_id=visit_id, outcome="follow_up", **step)
    company.do("visit.update", company.rep, visit_id=visit_id, follow_up_on="2026-12-04")
    document = company.document("visit", visit_id)
    assert (document["next_step"], document["follow_up_on"]) == ("Send the offer", "2026-12-04")


def test_a_check_in_without_a_position_has_no_distance(company: Company):
    visit = company.do("visit.check_in", company.rep, visit_id=plan(company).id)
    assert (visit.status, visit.checked_in_position, visit.distance_m) == ("in_progress", None, None)
    assert visit.far_away is False


def test_a_check_in_at_a_site_without_a_position_has_no_distance(company: Company):
    account = company.account()
    site = company.do("site.create", id=new_id(), account_id=account.id, name="Somewhere")
    visit = plan(company, account_id=account.id, site_id=site.id)
    assert company.do("visit.check_in", company.rep, visit_id=visit.id, position=SCHAAN).distance_m is None


def test_notes_taken_before_stay_when_the_check_out_brings_none(company: Company):
    visit_id = plan(company).id
    company.do("visit.update", company.rep, visit_id=visit_id, notes="Ask Ana.")
    company.do("visit.check_in", company.rep, visit_id=visit_id)
    assert company.do("visit.complete", company.rep, visit_id=visit_id, outcome="no_order").notes == "Ask Ana."


def test_a_visit_is_called_off_with_a_reason(company: Company):
    visit = company.do("visit.cancel", company.rep, visit_id=plan(company).id, reason="Closed today")
    assert (visit.status, visit.cancel_reason, visit.canceled_at) == ("canceled", "Closed today", NOW)


@pytest.mark.parametrize(
    ("name", "missing"), [("visit.cancel", "reason"), ("visit.complete", "outcome"), ("visit.confirm", "visit_id")]
)
def test_what_must_be_said_is_asked_for_by_name(company: Company, name: str, missing: str):
    args = {"visit_id": new_id(), "reason": "Closed", "outcome": "order"}
    allowed = {"visit.cancel": {"visit_id"}, "visit.complete": {"visit_id"}, "visit.confirm": set()}
    with pytest.raises(ValidationFailed) as refusal:
        company.do(name, company.rep, **{key: args[key] for key in allowed[name]})
    assert list(refusal.value.fields) == [missing]


def test_each_move_follows_the_rules(company: Company):
    visit_id = plan(company).id
    with pytest.raises(InvalidVisitTransition):
        company.do("visit.complete", company.rep, visit_id=visit_id, outcome="order")
    company.do("visit.cancel", company.rep, visit_id=visit_id, reason="Closed today")
    for name in ("visit.confirm", "visit.check_in"):
        with pytest.raises(InvalidVisitTransition):
            company.do(name, company.rep, visit_id=visit_id)
    with pytest.raises(InvalidVisitTransition):
        company.do("visit.cancel", company.rep, visit_id=visit_id, reason="Again")
    assert company.read(Visit, visit_id).version == 2


def test_a_visit_that_the_clock_marked_missed_can_still_be_made(company: Company):
    visit_id = plan(company).id
    with company.session() as session:
        session.get_one(Visit, (company.org_id, visit_id)).status = "missed"
        session.commit()
    company.do("visit.check_in", company.rep, visit_id=visit_id)
    assert company.do("visit.complete", company.rep, visit_id=visit_id, outcome="order").status == "completed"


@pytest.mark.parametrize(
    ("name", "args"),
    [
        ("visit.update", {"notes": "Mine now."}),
        ("visit.confirm", {}),
        ("visit.check_in", {}),
        ("visit.complete", {"outcome": "order"}),
        ("visit.cancel", {"reason": "Mine now."}),
    ],
)
def test_a_rep_does_nothing_with_a_colleague_s_visit(company: Company, name: str, args: dict[str, Any]):
    visit_id = plan(company).id
    with pytest.raises(PermissionDenied):
        company.do(name, company.person(Role.REP), visit_id=visit_id, **args)


def test_a_manager_may_step_in(company: Company):
    visit_id = plan(company).id
    assert company.do("visit.cancel", company.manager, visit_id=visit_id, reason="Ill").status == "canceled"


def test_a_visit_outside_the_area_does_not_exist_for_a_rep(company: Company):
    visit_id = plan(company).id
    elsewhere = company.person(Role.REP, territory_id=company.other_territory_id)
    with pytest.raises(RecordNotFound):
        company.do("visit.confirm", elsewhere, visit_id=visit_id)
