"""Call plans: for whom, how often, and what is refused."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from domain.call_plans import rules
from domain.call_plans.models import CallPlan
from domain.kernel.errors import DomainError, PermissionDenied, ReferenceNotFound, ValidationFailed
from domain.kernel.ids import new_id
from tests.support.company import Company
from tests.support.phone import Phone

MONDAY = date(2026, 11, 23)


def create(company: Company, **changes: Any) -> CallPlan:
    """A plan for accounts of class A, every two weeks, unless said otherwise."""
    target: dict[str, Any] = {} if changes.keys() & {"account_id", "sales_from_minor"} else {"account_class": "A"}
    frequency: dict[str, Any] = {} if "per_month" in changes else {"every_weeks": 2}
    args = {"id": new_id(), "name": "A customers", "starts_on": MONDAY, **target, **frequency, **changes}
    return company.do("call_plan.create", company.manager, **args)


def test_a_call_plan_as_a_phone_sees_it(company: Company):
    plan = create(company, weekdays=["th", "mo", "mo"], time_from="09:00", time_to="11:00", duration_min=45)
    assert company.document("call_plan", plan.id) == {
        "id": str(plan.id),
        "version": 1,
        "created_at": "2026-11-23T08:00:00Z",
        "updated_at": "2026-11-23T08:00:00Z",
        "name": "A customers",
        "account_id": None,
        "site_id": None,
        "account_class": "A",
        "sales_from_minor": None,
        "sales_below_minor": None,
        "every_weeks": 2,
        "per_month": None,
        "weekdays": ["mo", "th"],
        "time_from": "09:00",
        "time_to": "11:00",
        "duration_min": 45,
        "purpose": None,
        "rep_id": None,
        "starts_on": "2026-11-23",
        "ends_on": None,
        "enabled": True,
    }


@pytest.mark.parametrize(
    ("changes", "error", "field"),
    [
        ({"account_class": None}, rules.CallPlanTargetUnclear, "account_id"),
        ({"sales_from_minor": 1, "account_class": "A"}, rules.CallPlanTargetUnclear, "account_id"),
        ({"every_weeks": None}, rules.CallPlanFrequencyUnclear, "every_weeks"),
        ({"every_weeks": 1, "per_month": 1}, rules.CallPlanFrequencyUnclear, "every_weeks"),
        ({"sales_from_minor": 5, "sales_below_minor": 5}, rules.CallPlanSalesEmpty, "sales_below_minor"),
        ({"time_from": "09:00", "time_to": "09:20"}, rules.CallPlanTimesTooShort, "time_to"),
        ({"ends_on": "2026-11-22"}, rules.CallPlanEndsBeforeStart, "ends_on"),
        ({"rep_id": "00000000-0000-0000-0000-000000000000"}, ReferenceNotFound, "rep_id"),
        ({"weekdays": ["monday"]}, ValidationFailed, "weekdays"),
        ({"every_weeks": 53}, ValidationFailed, "every_weeks"),
        ({"time_to": "25:00"}, ValidationFailed, "time_to"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(
    company: Company, changes: dict[str, Any], error: type[DomainError], field: str
):
    with pytest.raises(error) as refusal:
        create(company, **changes)
    assert list(refusal.value.fields) == [field]


def test_a_plan_s_site_is_one_of_its_account(company: Company):
    account, elsewhere = company.account(), company.site(company.account())
    with pytest.raises(ReferenceNotFound) as refusal:
        create(company, account_id=account.id, site_id=elsewhere.id)
    assert list(refusal.value.fields) == ["site_id"]


def test_a_rep_makes_no_call_plans(company: Company):
    with pytest.raises(PermissionDenied):
        company.do("call_plan.create", company.rep, id=new_id(), name="Mine", account_class="A", starts_on=MONDAY)


def test_the_new_frequency_takes_the_place_of_the_old(company: Company):
    plan = create(company)
    changed = company.do("call_plan.update", company.manager, call_plan_id=plan.id, per_month=3)
    assert (changed.every_weeks, changed.per_month) == (None, 3)


def test_a_change_that_makes_no_sense_is_refused(company: Company):
    plan = create(company, ends_on="2026-12-31")
    with pytest.raises(rules.CallPlanEndsBeforeStart):
        company.do("call_plan.update", company.manager, call_plan_id=plan.id, starts_on="2027-01-01")
    with pytest.raises(rules.CallPlanEndsBeforeStart):
        company.do("call_plan.end", company.manager, call_plan_id=plan.id, ends_on="2026-11-22")


def test_a_rep_holds_the_plans_of_the_accounts_they_see(app: Flask, company: Company):
    here, elsewhere = company.account(), company.account(territory_id=company.other_territory_id)
    own, of_all = create(company, account_id=here.id), create(company)
    company.do("call_plan.create", id=new_id(), name="Far", account_id=elsewhere.id, per_month=1, starts_on=MONDAY)
    phone = Phone.sign_in(app, company.rep)
    phone.pull()
    assert {id for entity, id in phone.documents if entity == "call_plan"} == {str(own.id), str(of_all.id)}


def test_plans_by_rest(app: Flask, company: Company):
    manager = Phone.sign_in(app, company.manager)
    made = manager.post("/call-plans", {"name": "B", "account_class": "B", "per_month": 2, "starts_on": MONDAY})
    assert made.status_code == 201, made.text
    changed = manager.app.test_client().patch(
        f"/api/v1/call-plans/{made.json['id']}", json={"enabled": False}, headers=manager.headers
    )
    assert changed.json["enabled"] is False
    ended = manager.post(f"/call-plans/{made.json['id']}/end", {"ends_on": "2026-12-24"})
    assert ended.json["ends_on"] == "2026-12-24"
    assert [plan["name"] for plan in manager.get("/call-plans?account_class=B").json["items"]] == ["B"]


def terms(**changes: Any) -> CallPlan:
    values: dict[str, Any] = {"id": new_id(), "starts_on": MONDAY, "enabled": True, "duration_min": 30, **changes}
    return CallPlan(**values)


def chosen(*plans: CallPlan, sales_minor: int = 0, on: date = MONDAY) -> CallPlan | None:
    return rules.plan_for(plans, account_id=UUID(int=7), account_class="A", sales_minor=sales_minor, on=on)


def test_the_narrowest_plan_counts():
    by_sales, by_class = terms(sales_from_minor=0), terms(account_class="A")
    own = terms(account_id=UUID(int=7))
    assert chosen(own, by_sales, by_class) is own
    assert chosen(by_sales, by_class) is by_class
    assert chosen(by_sales, terms(account_class="B"), terms(account_id=UUID(int=8))) is by_sales


def test_of_two_plans_of_a_kind_the_later_counts():
    earlier, later = terms(account_class="A"), terms(account_class="A", starts_on=date(2026, 12, 1))
    assert chosen(earlier, later) is earlier
    assert chosen(earlier, later, on=date(2026, 12, 1)) is later


def test_a_plan_by_sales_counts_within_its_bounds():
    plan = terms(sales_from_minor=100, sales_below_minor=200)
    assert [chosen(plan, sales_minor=sales) is plan for sales in (99, 100, 199, 200)] == [False, True, True, False]


def test_a_plan_that_is_off_or_over_does_not_count():
    assert chosen(terms(enabled=False, account_class="A")) is None
    assert chosen(terms(account_class="A", ends_on=MONDAY), on=date(2026, 11, 24)) is None


def spans(plan: CallPlan, first: date, last: date) -> list[tuple[str, str]]:
    return [
        (period.first.isoformat(), period.last.isoformat()) for period in rules.periods(plan, first=first, last=last)
    ]


def test_periods_of_weeks_begin_on_mondays():
    plan = terms(every_weeks=2, starts_on=date(2026, 11, 25))
    assert spans(plan, date(2026, 12, 1), date(2026, 12, 21)) == [
        ("2026-11-25", "2026-12-06"),
        ("2026-12-07", "2026-12-20"),
        ("2026-12-21", "2027-01-03"),
    ]


def test_a_month_is_parted_evenly_and_the_year_goes_on():
    plan = terms(per_month=2, ends_on=date(2027, 1, 20))
    assert spans(plan, date(2026, 12, 1), date(2027, 3, 1)) == [
        ("2026-12-01", "2026-12-15"),
        ("2026-12-16", "2026-12-31"),
        ("2027-01-01", "2027-01-15"),
        ("2027-01-16", "2027-01-20"),
    ]


def test_a_plan_that_ends_can_be_let_go_on(company: Company):
    plan = create(company, ends_on="2026-12-31")
    assert company.do("call_plan.end", company.manager, call_plan_id=plan.id, ends_on=None).ends_on is None
