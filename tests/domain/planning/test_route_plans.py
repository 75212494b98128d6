"""Plans of a rep's days through REST and a worker: proposed, taken over, taken back, refused when the days change."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from api.composition import REGISTRY, configure_notifications
from api.jobs import contexts, record_jobs
from api.settings import Settings
from domain.customers.models import Account
from domain.geo.distances import StraightLines
from domain.kernel.ids import new_id
from domain.kernel.receipts import Receipt
from domain.people.models import Organisation
from domain.people.permissions import Role
from domain.planning.cycle import run_cycle
from domain.planning.models import RoutePlan
from domain.planning.rep_days import read_days
from domain.visits.models import Visit
from notifications.queue import run_worker
from tests.support.company import Company
from tests.support.phone import Phone
from tests.support.questions import questions

VADUZ = ZoneInfo("Europe/Vaduz")
TODAY = datetime.now(VADUZ).date()
MONDAY = TODAY - timedelta(days=TODAY.weekday()) + timedelta(weeks=2)
LONG_AGO = TODAY - timedelta(days=60)
NEAR, FAR = (47.14, 9.52), (47.21, 9.55)


class Week:
    """A rep's week: customers in two places, whom the call cycle has placed, and what is asked over REST."""

    def __init__(self, app: Flask, company: Company, settings: Settings, sessions: sessionmaker[Session]) -> None:
        self.company, self.rep = company, Phone.sign_in(app, company.rep)
        self.manager = Phone.sign_in(app, company.manager)
        configure_notifications(settings, sessions)
        self.work = partial(
            run_worker,
            database_url=settings.database_url,
            until_idle=True,
            record_jobs=record_jobs(settings, sessions, REGISTRY),
        )
        company.do("user.update", user_id=company.rep.id, home={"lat": 47.14, "lng": 9.52})

    def customer(self, place: tuple[float, float] = NEAR, *, name: str = "Hotel Rheinblick", **site: Any) -> Account:
        account = self.company.account(name=name)
        position = {"lat": place[0], "lng": place[1]}
        self.company.do("site.create", id=new_id(), account_id=account.id, name="House", position=position, **site)
        return account

    def cycle(self, *accounts: Account, **changes: Any) -> list[Visit]:
        """Have the call cycle plan one visit of each in the week, and return them."""
        for account in accounts:
            args = {"name": "Calls", "account_id": account.id, "every_weeks": 9, "starts_on": MONDAY, **changes}
            self.company.do(
                "call_plan.create", id=new_id(), **args, ends_on=MONDAY + timedelta(days=6), duration_min=60
            )
        run_cycle(
            contexts(self.company.sessions, REGISTRY, org_id=self.company.org_id),
            lambda profile: StraightLines(profile=profile),
        )
        return self.visits()

    def visits(self) -> list[Visit]:
        with self.company.session() as session:
            query = select(Visit).where(Visit.org_id == self.company.org_id).order_by(Visit.planned_start_at)
            return list(session.scalars(query))

    def overdue(self, place: tuple[float, float] = NEAR, **site: Any) -> Account:
        """A customer who orders every ten days, and has not for weeks."""
        account = self.customer(place, name="Bakery Frick", **site)
        product = self.company.product(sku=f"P{new_id().hex}")
        for days in (0, 10, 20):
            line = {"id": new_id(), "product_id": product.id, "quantity": 1, "unit_price_minor": 2_450}
            at = datetime.combine(LONG_AGO + timedelta(days=days), datetime.min.time(), VADUZ)
            order = {"account_id": account.id, "price_list_id": self.company.price_list_id, "lines": [line]}
            self.company.do("order.place", self.company.rep, id=new_id(), now=at, occurred_at=at, **order)
        return account

    def propose(self, phone: Phone | None = None, *, days: int = 7, **args: Any) -> Any:
        body = {"starts_on": MONDAY.isoformat(), "ends_on": (MONDAY + timedelta(days=days - 1)).isoformat(), **args}
        phone = phone or self.rep
        asked = phone.post("/route-plans", body)
        assert asked.status_code == 202, asked.json
        self.work()
        return phone.get(f"/route-plans/{asked.json['id']}").json


@pytest.fixture
def week(app: Flask, company: Company, settings: Settings, sessions: sessionmaker[Session]) -> Week:
    return Week(app, company, settings, sessions)


def stops(plan: Any) -> list[dict[str, Any]]:
    return [stop for day in plan["proposal"]["days"] for stop in day["stops"]]


def metres(plan: Any, division: str) -> int:
    return sum(day[division]["metres"] for day in plan["proposal"]["days"])


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=VADUZ)


def starts(visits: list[Visit]) -> list[datetime]:
    return [visit.planned_start_at for visit in visits]


def scattered(week: Week) -> list[Visit]:
    """Two customers here and two far away, each day one of both."""
    for index, place in enumerate((NEAR, FAR, NEAR, FAR)):
        week.cycle(week.customer(place), weekdays=[], time_from=None if index % 2 else "08:00")
    visits = week.visits()
    with week.company.context() as ctx:
        for index, visit in enumerate(visits):
            found = ctx.get(Visit, visit.id)
            found.planned_start_at = at(MONDAY + timedelta(days=index % 2), 9 + index)
        ctx.session.commit()
    return week.visits()


def test_a_week_is_planned_taken_over_and_taken_back(week: Week):
    before = scattered(week)
    waits = week.overdue()
    plan = week.propose()
    assert (plan["status"], plan["progress_pct"]) == ("proposed", 100)
    assert plan["proposal"]["source"] == "straight_lines"
    [new] = [stop for stop in stops(plan) if stop["change"] == "new"]
    assert (new["account_id"], new["account_name"]) == (str(waits.id), "Bakery Frick")
    assert new["reasons"][0]["kind"] == "overdue_rhythm"
    assert new["adds"] == {"seconds": 0, "metres": 0}
    assert metres(plan, "after") <= metres(plan, "before")
    assert starts(week.visits()) == starts(before)

    accepted = week.rep.post(f"/route-plans/{plan['id']}/accept", {})
    assert (accepted.status_code, accepted.json["status"]) == (200, "accepted")
    after = {str(visit.id): visit for visit in week.visits()}
    for stop in stops(plan):
        if stop["id"]:
            assert after[stop["id"]].planned_start_at == datetime.fromisoformat(stop["starts_at"])
            assert after[stop["id"]].generated == (stop["change"] == "stays")
    [planned] = [visit for visit in after.values() if visit.account_id == waits.id]
    assert planned.planned_start_at == datetime.fromisoformat(new["starts_at"])
    assert (planned.rep_id, planned.status) == (week.company.rep.id, "planned")
    # Said twice it is done once.
    assert week.rep.post(f"/route-plans/{plan['id']}/accept", {}).json["status"] == "accepted"
    assert len(week.visits()) == len(before) + 1

    taken_back = week.rep.post(f"/route-plans/{plan['id']}/take-back", {})
    assert taken_back.json["status"] == "taken_back"
    back = {visit.id: (visit.planned_start_at, visit.generated, visit.status) for visit in week.visits()}
    assert back.pop(planned.id)[2] == "canceled"
    assert back == {visit.id: (visit.planned_start_at, True, "planned") for visit in before}


def test_all_that_is_done_has_a_receipt_of_the_person(week: Week):
    week.overdue()
    plan = week.propose()
    week.rep.post(f"/route-plans/{plan['id']}/accept", {})
    with week.company.session() as session:
        query = select(Receipt).where(Receipt.org_id == week.company.org_id, Receipt.name == "visit.plan")
        [receipt] = session.scalars(query)
    assert (receipt.actor_id, receipt.door) == (week.company.rep.id, "rest")


def test_a_suggestion_can_be_left_out(week: Week):
    waits, also = week.overdue(), week.overdue()
    plan = week.propose()
    week.rep.post(f"/route-plans/{plan['id']}/accept", {"without": [str(waits.id)]})
    assert [visit.account_id for visit in week.visits()] == [also.id]


def test_what_a_person_has_confirmed_moved_or_planned_stays(week: Week):
    visits = scattered(week)
    rep = week.company.rep
    week.company.do("visit.confirm", rep, visit_id=visits[0].id)
    week.company.do("visit.reschedule", rep, visit_id=visits[1].id, planned_start_at=at(MONDAY, 15, 5))
    plan = week.propose()
    fixed = {stop["id"]: stop["change"] for stop in stops(plan) if stop["fixed"]}
    assert fixed == {str(visit.id): "stays" for visit in visits[:2]}


def test_when_the_days_have_changed_it_is_refused_and_nothing_is_done(week: Week):
    visits = scattered(week)
    week.overdue()
    plan = week.propose()
    week.company.do("visit.confirm", week.company.rep, visit_id=visits[0].id)
    before = [(visit.id, visit.version) for visit in week.visits()]
    refused = week.rep.post(f"/route-plans/{plan['id']}/accept", {})
    assert (refused.status_code, refused.json["code"]) == (409, "route_plan.days_changed")
    assert [(visit.id, visit.version) for visit in week.visits()] == before


def test_an_absence_changes_the_days_too(week: Week):
    week.overdue()
    plan = week.propose()
    week.company.do("absence.add", week.company.rep, id=new_id(), starts_on=MONDAY, ends_on=MONDAY)
    assert week.rep.post(f"/route-plans/{plan['id']}/accept", {}).json["code"] == "route_plan.days_changed"


def test_a_customer_who_got_a_visit_meanwhile_gets_no_second_one(week: Week):
    waits = week.overdue()
    plan = week.propose()
    with week.company.session() as session:
        site_id = session.scalar(
            select(REGISTRY.entities["site"].model.id).where(REGISTRY.entities["site"].model.account_id == waits.id)
        )
    later = {"site_id": site_id, "planned_start_at": at(MONDAY + timedelta(weeks=1), 9)}
    now = datetime.now(VADUZ)
    week.company.do("visit.plan", week.company.rep, id=new_id(), account_id=waits.id, now=now, **later)
    assert week.rep.post(f"/route-plans/{plan['id']}/accept", {}).json["code"] == "route_plan.days_changed"


def test_what_somebody_has_touched_since_is_not_taken_back(week: Week):
    week.overdue()
    plan = week.propose()
    assert week.rep.post(f"/route-plans/{plan['id']}/take-back", {}).json["code"] == "route_plan.not_accepted"
    week.rep.post(f"/route-plans/{plan['id']}/accept", {})
    week.company.do("visit.confirm", week.company.rep, visit_id=week.visits()[0].id)
    refused = week.rep.post(f"/route-plans/{plan['id']}/take-back", {})
    assert (refused.status_code, refused.json["code"]) == (409, "route_plan.visits_changed")
    assert week.visits()[0].status == "confirmed"


def test_who_finds_no_place_is_told_with_the_reason(week: Week):
    week.overdue(opening_hours="Su 02:00-03:00")
    week.overdue((45.0, 7.0))
    left_out = {one["reason"]: one for one in week.propose()["proposal"]["left_out"]}
    assert set(left_out) == {"closed", "detour"}
    assert left_out["detour"]["detour_s"] > 3_600
    assert left_out["detour"]["account_name"] == "Bakery Frick"


def test_whom_the_call_cycle_could_not_place_is_suggested(week: Week):
    blocker = [week.customer() for _ in range(2)]
    rep = week.company.rep
    week.company.do("absence.add", rep, id=new_id(), starts_on=MONDAY, ends_on=MONDAY + timedelta(days=6))
    week.cycle(*blocker)
    assert week.visits() == []
    [absence] = [document for (entity, _), document in pulled(week.rep).items() if entity == "absence"]
    week.company.do("absence.withdraw", rep, absence_id=absence["id"])
    plan = week.propose()
    assert {stop["account_id"] for stop in stops(plan)} == {str(one.id) for one in blocker}
    [reason] = stops(plan)[0]["reasons"]
    week_ends_on = MONDAY + timedelta(days=6)
    assert (reason["kind"], reason["first"], reason["last"]) == ("due", MONDAY.isoformat(), week_ends_on.isoformat())
    # Once it is taken over the cycle has nothing more to do.
    week.rep.post(f"/route-plans/{plan['id']}/accept", {})
    week.cycle()
    assert len(week.visits()) == 2


def pulled(phone: Phone) -> dict[tuple[str, Any], Any]:
    phone.pull()
    return phone.documents


def test_a_manager_plans_for_a_rep(week: Week):
    week.overdue()
    plan = week.propose(week.manager, rep_id=str(week.company.rep.id))
    week.manager.post(f"/route-plans/{plan['id']}/accept", {})
    assert [visit.rep_id for visit in week.visits()] == [week.company.rep.id]


def test_nobody_plans_for_whom_they_have_no_say(week: Week, app: Flask, company: Company, other_company: Company):
    days = {"starts_on": MONDAY.isoformat(), "ends_on": MONDAY.isoformat()}
    asked = week.rep.post("/route-plans", {**days, "rep_id": str(company.manager.id)})
    assert (asked.status_code, asked.json["code"]) == (403, "permission.denied")
    stranger = company.person(Role.REP, territory_id=company.other_area_id)
    asked = week.manager.post("/route-plans", {**days, "rep_id": str(stranger.id)})
    assert (asked.status_code, asked.json["code"]) == (403, "route_plan.of_others")
    plan = week.propose()
    for phone in (Phone.sign_in(app, stranger), Phone.sign_in(app, company.technician)):
        assert phone.get(f"/route-plans/{plan['id']}").json["code"] == "permission.denied"
        assert phone.post(f"/route-plans/{plan['id']}/accept", {}).json["code"] == "permission.denied"
    assert Phone.sign_in(app, other_company.manager).get(f"/route-plans/{plan['id']}").status_code == 404


def test_days_that_are_over_too_far_or_too_many_are_refused(week: Week):
    def ask(starts_on: date, ends_on: date) -> Any:
        body = {"starts_on": starts_on.isoformat(), "ends_on": ends_on.isoformat()}
        return week.rep.post("/route-plans", body).json

    assert ask(TODAY - timedelta(days=3), TODAY - timedelta(days=1))["code"] == "route_plan.out_of_reach"
    assert ask(date.max, date.max)["code"] == "route_plan.out_of_reach"
    assert ask(MONDAY, MONDAY + timedelta(days=7))["code"] == "route_plan.too_long"
    assert list(ask(MONDAY, MONDAY - timedelta(days=1))["fields"]) == ["ends_on"]


def test_the_same_key_asks_once(week: Week):
    body = {"starts_on": MONDAY.isoformat(), "ends_on": MONDAY.isoformat()}
    first, second = (week.rep.post("/route-plans", body, **{"Idempotency-Key": "k1"}).json for _ in range(2))
    assert first["id"] == second["id"]
    other = {**body, "ends_on": (MONDAY + timedelta(days=1)).isoformat()}
    assert week.rep.post("/route-plans", other, **{"Idempotency-Key": "k1"}).json["code"] == "sync.id_reused"


def test_more_visits_cost_no_more_questions_to_plan(week: Week, app: Flask):
    def cost(ask: Callable[[], Any]) -> int:
        with questions(week.company.sessions.kw["bind"]) as asked:
            ask()
        return len(asked)

    def read() -> None:
        plan = RoutePlan(rep_id=week.company.rep.id, starts_on=MONDAY, ends_on=MONDAY + timedelta(days=6))
        with week.company.session() as session:
            organisation = session.get_one(Organisation, (week.company.org_id, week.company.org_id))
            read_days(session, organisation=organisation, plan=plan, now=datetime.now(VADUZ))

    scattered(week)
    week.overdue()
    few = cost(read)
    for _ in range(3):
        week.overdue()
        week.cycle(week.customer())
    assert cost(read) == few
