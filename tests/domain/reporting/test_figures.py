"""Figures: each by a day that is written out."""

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from domain.customers.models import Account
from domain.kernel.ids import new_id
from domain.people.permissions import Role
from tests.support.company import Company
from tests.support.phone import Phone
from tests.support.questions import questions

AT_NINE = datetime(2026, 3, 23, 8, 0, tzinfo=UTC)


class Story:
    """A rep's day."""

    def __init__(self, company: Company) -> None:
        self.company, self.rep = company, company.rep
        self.product = company.product()

    def plan(self, account: Account | None = None, at: datetime = AT_NINE, **changes: Any) -> Any:
        account = account or self.company.account()
        place = changes.pop("place", {"lat": 47.1410, "lng": 9.5209})
        args = {"account_id": account.id, "site_id": self.company.site(account, **place).id, "planned_start_at": at}
        return self.company.do("visit.plan", self.rep, id=new_id(), **args, **changes)

    def make(self, visit: Any, at: datetime, *, minutes: int = 30, lines: int = 0) -> None:
        company = self.company
        company.do("visit.check_in", self.rep, visit_id=visit.id, occurred_at=at)
        if lines:
            line = {"product_id": self.product.id, "quantity": 2, "unit_price_minor": 2_450}
            order = {
                "id": new_id(),
                "account_id": visit.account_id,
                "visit_id": visit.id,
                "price_list_id": company.price_list_id,
                "lines": [{"id": new_id(), **line} for _ in range(lines)],
            }
            company.do("order.place", self.rep, occurred_at=at, **order)
        outcome = "order" if lines else "no_order"
        company.do(
            "visit.complete", self.rep, visit_id=visit.id, outcome=outcome, occurred_at=at + timedelta(minutes=minutes)
        )


@pytest.fixture
def story(company: Company) -> Story:
    return Story(company)


def ask(phone: Phone, query: str = "") -> list[dict[str, Any]]:
    answer = phone.get(f"/figures?from=2026-03-01&to=2026-03-22{query}" if "from" not in query else f"/figures?{query}")
    assert answer.status_code == 200, answer.text
    items: list[dict[str, Any]] = answer.json["items"]
    return items


def a_day(story: Story, day: datetime) -> None:
    """Two planned visits made, one of them with an order of three lines, one missed, and one unplanned."""
    first, second = story.plan(at=day), story.plan(at=day + timedelta(hours=1), place={"lat": 47.1686, "lng": 9.5086})
    story.plan(at=day + timedelta(hours=2))
    unplanned = story.plan(at=day + timedelta(hours=3), unplanned=True)
    story.make(first, day, lines=3)
    story.make(second, day + timedelta(minutes=50), minutes=20)
    story.make(unplanned, day + timedelta(hours=3), minutes=10)


DAY = datetime(2026, 3, 16, 8, 0, tzinfo=UTC)


def test_the_figures_of_a_day(app: Flask, story: Story):
    a_day(story, DAY)
    canceled = story.plan(at=DAY)
    story.company.do("visit.cancel", story.rep, visit_id=canceled.id, reason="Ill")
    assert ask(Phone.sign_in(app, story.rep), "&per=day&by=rep") == [
        {
            "period_on": "2026-03-16",
            "rep_id": str(story.rep.id),
            "territory_id": None,
            "name": story.rep.name,
            "planned": 3,
            "on_their_day": 2,
            "missed": 0,
            "made": 3,
            "with_order": 1,
            "orders": 1,
            "lines": 3,
            "value_minor": 14_700,
            "accounts_visited": 3,
            "accounts_assigned": 5,
            "on_site_min": 60,
            # 20 minutes to the second customer, 110 to the third.
            "on_road_min": 130,
            # 3.207 km to Schaan and back again, by roads.
            "km": 8.3,
            "coverage": 0.6,
            "call_compliance": 0.6667,
            "strike_rate": 0.3333,
            "lines_per_call": 1.0,
            "drop_size_minor": 14_700,
        }
    ]


def test_weeks_begin_on_monday_and_months_on_the_first(app: Flask, story: Story):
    for day in (DAY - timedelta(days=12), DAY, DAY + timedelta(days=3)):
        story.make(story.plan(at=day), day)
    rep = Phone.sign_in(app, story.rep)
    assert [(row["period_on"], row["made"]) for row in ask(rep, "&per=week")] == [("2026-03-02", 1), ("2026-03-16", 2)]
    assert [(row["period_on"], row["made"]) for row in ask(rep, "&per=month")] == [("2026-03-01", 3)]
    assert [(row["period_on"], row["made"]) for row in ask(rep)] == [("2026-03-01", 3)]


def test_a_visit_late_in_the_evening_counts_on_its_local_day(app: Flask, story: Story):
    late = datetime(2026, 3, 15, 23, 30, tzinfo=UTC)
    story.make(story.plan(at=late), late)
    assert [row["period_on"] for row in ask(Phone.sign_in(app, story.rep), "&per=day")] == ["2026-03-16"]


def test_a_visit_that_was_made_a_day_later_does_not_comply(app: Flask, story: Story):
    story.make(story.plan(at=DAY), DAY + timedelta(days=1))
    [row] = ask(Phone.sign_in(app, story.rep))
    assert (row["planned"], row["made"], row["call_compliance"]) == (1, 1, 0.0)


def test_what_is_planned_for_later_is_not_held_against_anybody(app: Flask, story: Story):
    story.plan(at=datetime.now(UTC) + timedelta(days=20))
    assert ask(Phone.sign_in(app, story.rep), "from=2026-03-01&to=2028-12-31") == []


def test_a_manager_sees_all_of_the_area_by_rep_or_territory(app: Flask, company: Company, story: Story):
    story.make(story.plan(at=DAY), DAY)
    story.rep = company.person(Role.REP)
    story.make(story.plan(at=DAY), DAY)
    manager = Phone.sign_in(app, company.manager)
    by_rep = {row["rep_id"]: row["made"] for row in ask(manager, "&by=rep")}
    assert by_rep == {str(company.rep.id): 1, str(story.rep.id): 1}
    assert [(row["name"], row["made"], row["coverage"]) for row in ask(manager, "&by=territory")] == [("Vaduz", 2, 1.0)]
    assert [row["made"] for row in ask(manager, f"&rep_id={story.rep.id}")] == [1]
    assert [row["made"] for row in ask(manager, f"&territory_id={company.area_id}")] == [2]
    assert ask(manager, f"&territory_id={company.other_area_id}") == []


def test_several_reps_and_territories_are_chosen_together(app: Flask, company: Company, story: Story):
    story.make(story.plan(at=DAY), DAY)
    first, story.rep = story.rep, company.person(Role.REP)
    story.make(story.plan(at=DAY), DAY)
    third, story.rep = story.rep, company.person(Role.REP)
    story.make(story.plan(at=DAY), DAY)
    manager = Phone.sign_in(app, company.manager)
    assert [row["made"] for row in ask(manager, f"&rep_id={first.id}&rep_id={third.id}")] == [2]
    both = f"&territory_id={company.territory_id}&territory_id={company.area_id}&territory_id={company.other_area_id}"
    assert [row["made"] for row in ask(manager, both)] == [3]


def test_what_a_chosen_rep_does_not_own_counts_for_no_coverage(app: Flask, company: Company, story: Story):
    helper = company.person(Role.REP)
    story.plan(at=DAY)
    story.rep = helper
    story.make(story.plan(at=DAY), DAY)
    manager = Phone.sign_in(app, company.manager)
    for query in (f"&rep_id={helper.id}", f"&rep_id={helper.id}&by=territory"):
        assert [(row["made"], row["accounts_assigned"], row["coverage"]) for row in ask(manager, query)] == [
            (1, 0, None)
        ]


def test_a_rep_covers_their_own_accounts_only(app: Flask, company: Company, story: Story):
    nearer = company.person(Role.REP, territory_id=company.territory_id)
    story.make(story.plan(at=DAY), DAY)
    rows = {row["rep_id"]: row for row in ask(Phone.sign_in(app, company.manager), "&by=rep")}
    assert (rows[str(company.rep.id)]["accounts_visited"], rows[str(company.rep.id)]["coverage"]) == (0, None)
    assert str(nearer.id) not in rows


def test_a_manager_of_another_area_sees_nothing_of_it(app: Flask, company: Company, story: Story):
    a_day(story, DAY)
    assert ask(Phone.sign_in(app, company.person(Role.MANAGER, territory_id=company.other_area_id))) == []


def test_a_rep_sees_no_colleague_and_a_technician_nothing(app: Flask, company: Company):
    rep, technician = Phone.sign_in(app, company.rep), Phone.sign_in(app, company.technician)
    dates = "from=2026-03-01&to=2026-03-22"
    assert rep.get(f"/figures?{dates}&rep_id={company.manager.id}").json["code"] == "permission.denied"
    assert technician.get(f"/figures?{dates}").json["code"] == "permission.denied"


def test_a_period_that_ends_before_it_begins_is_refused_by_name(app: Flask, company: Company):
    answer = Phone.sign_in(app, company.rep).get("/figures?from=2026-03-02&to=2026-03-01")
    assert (answer.status_code, list(answer.json["fields"])) == (422, ["to"])


def test_csv_opens_in_a_spreadsheet_and_holds_no_formula(app: Flask, company: Company, story: Story):
    company.do("user.update", user_id=company.rep.id, name="=1+1")
    a_day(story, DAY)
    answer = Phone.sign_in(app, company.manager).get("/figures?from=2026-03-01&to=2026-03-22&by=rep&format=csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="figures-2026-03-01-2026-03-22.csv"'
    [row] = csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert (row["name"], row["made"], row["km"], row["territory_id"]) == ("'=1+1", "3", "8.3", "")


def test_more_visits_cost_no_more_questions(app: Flask, company: Company, story: Story):
    manager = Phone.sign_in(app, company.manager)

    def cost() -> int:
        with questions(app.extensions["fieldbook"].engine) as asked:
            ask(manager, "&by=rep&per=day")
        return len(asked)

    story.make(story.plan(at=DAY), DAY)
    cost()
    few = cost()
    for number in range(1, 4):
        story.make(story.plan(at=DAY + timedelta(hours=number)), DAY + timedelta(hours=number))
    assert cost() == few
