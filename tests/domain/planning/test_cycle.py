"""The call cycle on a real calendar: what it plans, what it leaves alone, and by which doors it is started."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from api.composition import REGISTRY, configure_notifications
from api.jobs import contexts, record_jobs
from api.settings import Settings
from domain.customers.models import Account
from domain.geo.distances import StraightLines
from domain.kernel.command import Context
from domain.kernel.ids import new_id
from domain.kernel.receipts import Receipt
from domain.people.permissions import Role
from domain.planning.cycle import NO_LONGER_DUE, run_cycle
from domain.planning.models import CycleRun
from domain.visits.models import Visit
from notifications.queue import run_worker
from tests.support.company import NOW, Company
from tests.support.phone import Phone
from tests.support.questions import questions

MONDAY = date(2026, 11, 23)


class Planning:
    """A company that plans calls, on a clock of its own."""

    def __init__(self, company: Company) -> None:
        self.company, self.now = company, NOW

    def contexts(self) -> Callable[[], AbstractContextManager[Context]]:
        return contexts(self.company.sessions, REGISTRY, org_id=self.company.org_id, clock=lambda: self.now)

    def run(self) -> CycleRun:
        return run_cycle(self.contexts(), lambda profile: StraightLines(profile=profile))

    def customer(self, **site: Any) -> Account:
        account = self.company.account()
        position = {"lat": 47.14, "lng": 9.52}
        args = {"id": new_id(), "account_id": account.id, "name": "Main house", "position": position, **site}
        self.company.do("site.create", **args)
        return account

    def plan(self, account: Account | None = None, **changes: Any) -> Any:
        target = {"account_id": account.id} if account else {"sales_from_minor": 0}
        args = {"name": "Calls", "every_weeks": 2, "starts_on": MONDAY, **target, **changes}
        return self.company.do("call_plan.create", self.company.manager, id=new_id(), **args)

    def visits(self, account: Account | None = None) -> list[Visit]:
        with self.company.session() as session:
            query = select(Visit).where(Visit.org_id == self.company.org_id)
            if account:
                query = query.where(Visit.account_id == account.id)
            return list(session.scalars(query.order_by(Visit.planned_start_at)))


@pytest.fixture
def planning(company: Company) -> Planning:
    return Planning(company)


def test_visits_are_planned_for_the_account_s_owner_from_tomorrow_on(planning: Planning):
    account = planning.customer(opening_hours="Mo-Fr 09:00-12:00")
    plan = planning.plan(account, duration_min=45, purpose="Regular call")
    run = planning.run()
    visits = planning.visits()
    assert (run.status, run.planned, run.moved, run.withdrawn, run.unplaced) == ("done", 4, 0, 0, [])
    assert visits[0].planned_start_at == datetime.fromisoformat("2026-11-24T09:00+01:00")
    assert [visit.call_period_on for visit in visits] == [MONDAY + timedelta(weeks=2 * number) for number in range(4)]
    assert {
        (visit.rep_id, visit.call_plan_id, visit.generated, visit.duration_min, visit.purpose) for visit in visits
    } == {(planning.company.rep.id, plan.id, True, 45, "Regular call")}


def test_a_second_run_changes_nothing(planning: Planning):
    for _ in range(3):
        planning.customer()
    planning.plan()
    planning.run()
    before = [(visit.id, visit.version) for visit in planning.visits()]
    run = planning.run()
    assert (run.total, run.status) == (0, "done")
    assert [(visit.id, visit.version) for visit in planning.visits()] == before


def test_what_a_rep_has_moved_confirmed_or_called_off_stays(planning: Planning):
    rep = planning.company.rep
    planning.plan(planning.customer(), every_weeks=1)
    planning.run()
    moved, confirmed, canceled, untouched = planning.visits()[:4]
    planning.company.do("visit.reschedule", rep, visit_id=moved.id, planned_start_at="2026-12-24T15:00:00Z")
    planning.company.do("visit.confirm", rep, visit_id=confirmed.id)
    planning.company.do("visit.cancel", rep, visit_id=canceled.id, reason="Inventory")
    assert planning.run().total == 0
    assert [
        visit.generated for visit in (planning.company.read(Visit, one.id) for one in (moved, confirmed, canceled))
    ] == [
        False,
        False,
        False,
    ]
    assert planning.company.read(Visit, untouched.id).generated


def test_when_a_plan_ends_its_visits_are_called_off_and_those_of_a_person_stay(planning: Planning):
    plan = planning.plan(planning.customer(), every_weeks=2)
    planning.run()
    kept = planning.visits()[1]
    planning.company.do("visit.confirm", planning.company.rep, visit_id=kept.id)
    planning.company.do("call_plan.end", planning.company.manager, call_plan_id=plan.id, ends_on=MONDAY)
    assert planning.run().withdrawn == 3
    states = {(visit.status, visit.cancel_reason) for visit in planning.visits() if visit.id != kept.id}
    assert states == {("canceled", NO_LONGER_DUE)}
    assert planning.company.read(Visit, kept.id).status == "confirmed"


def test_what_falls_into_an_absence_moves_and_keeps_its_identity(planning: Planning):
    planning.plan(planning.customer(), every_weeks=2)
    planning.run()
    first = planning.visits()[0]
    planning.company.do("absence.add", planning.company.rep, id=new_id(), starts_on=MONDAY, ends_on="2026-12-01")
    assert planning.run().moved == 1
    assert planning.company.read(Visit, first.id).planned_start_at >= datetime.fromisoformat("2026-12-02T00:00+01:00")


def test_a_plan_by_sales_counts_the_orders_of_twelve_months(planning: Planning):
    company, buyer, looker = planning.company, planning.customer(), planning.customer()
    product = company.product()
    line = {"id": new_id(), "product_id": product.id, "quantity": 4, "unit_price_minor": 2_450}
    order = {"id": new_id(), "account_id": buyer.id, "price_list_id": company.price_list_id, "lines": [line]}
    company.do("order.place", company.rep, **order)
    planning.plan(sales_from_minor=9_800)
    planning.run()
    assert planning.visits(buyer)
    assert planning.visits(looker) == []


def test_an_inactive_account_is_not_visited(planning: Planning):
    account = planning.customer()
    planning.plan(account)
    planning.run()
    planning.company.do("account.update", account_id=account.id, status="inactive")
    planning.run()
    assert {visit.status for visit in planning.visits()} == {"canceled"}


def test_every_visit_of_the_cycle_has_a_receipt_of_the_system(planning: Planning):
    planning.plan(planning.customer())
    planning.run()
    with planning.company.session() as session:
        receipts = session.scalars(
            select(Receipt).where(Receipt.org_id == planning.company.org_id, Receipt.name == "visit.plan")
        ).all()
    assert {(receipt.actor_id, receipt.door, receipt.status) for receipt in receipts} == {(None, "job", "applied")}
    assert len(receipts) == 4


def test_the_rep_s_phone_gets_the_visits(app: Flask, planning: Planning):
    planning.plan(planning.customer())
    planning.run()
    phone = Phone.sign_in(app, planning.company.rep)
    phone.pull()
    documents = [document for (entity, _), document in phone.documents.items() if entity == "visit"]
    assert {document["generated"] for document in documents} == {True}


def test_what_cannot_be_placed_is_told_with_the_run(planning: Planning):
    account = planning.company.account()
    plan = planning.plan(account, every_weeks=8)
    run = planning.run()
    assert run.unplaced == [
        {
            "call_plan_id": str(plan.id),
            "account_id": str(account.id),
            "rep_id": str(planning.company.rep.id),
            "first": "2026-11-23",
            "last": "2027-01-17",
            "reason": "no_site",
        },
    ]


def test_more_customers_cost_no_more_questions_to_find_out_what_is_due(planning: Planning, app: Flask):
    planning.plan(every_weeks=52)

    def cost() -> int:
        with questions(planning.company.sessions.kw["bind"]) as asked:
            planning.run()
        return len(asked)

    planning.customer()
    cost()
    planning.customer()
    one = cost()
    for _ in range(5):
        planning.customer()
    assert cost() == one


def test_a_manager_has_it_run_by_a_worker_and_sees_how_far_it_is(
    app: Flask, planning: Planning, settings: Settings, sessions: sessionmaker[Session]
):
    planning.plan(planning.customer(), starts_on="2026-01-05", every_weeks=4)
    manager = Phone.sign_in(app, planning.company.manager)
    asked = manager.post("/call-cycle/runs", {})
    assert (asked.status_code, asked.json["status"]) == (202, "queued")
    configure_notifications(settings, sessions)
    run_worker(
        database_url=settings.database_url, until_idle=True, record_jobs=record_jobs(settings, sessions, REGISTRY)
    )
    run = manager.get(f"/call-cycle/runs/{asked.json['id']}").json
    assert (run["status"], run["done"], run["unplaced"]) == ("done", run["total"], [])
    assert run["planned"] > 0
    assert run["requested_by_id"] == str(planning.company.manager.id)
    assert [one["id"] for one in manager.get("/call-cycle/runs").json["items"]] == [run["id"]]


def test_a_rep_starts_no_runs(app: Flask, planning: Planning):
    rep = Phone.sign_in(app, planning.company.rep)
    assert rep.post("/call-cycle/runs", {}).json["code"] == "permission.denied"
    assert rep.get("/call-cycle/runs").json["code"] == "permission.denied"
    assert rep.get(f"/call-cycle/runs/{UUID(int=1)}").json["code"] == "permission.denied"


def test_a_run_of_another_company_does_not_exist(app: Flask, planning: Planning, other_company: Company):
    run = planning.run()
    stranger = Phone.sign_in(app, other_company.manager)
    assert stranger.get(f"/call-cycle/runs/{run.id}").status_code == 404


def test_the_customer_goes_to_the_rep_who_owns_them_now(planning: Planning):
    company = planning.company
    planning.plan(planning.customer())
    planning.run()
    nearer = company.person(Role.REP, territory_id=company.territory_id)
    run = planning.run()
    assert (run.planned, run.withdrawn) == (4, 4)
    assert {visit.rep_id for visit in planning.visits() if visit.status == "planned"} == {nearer.id}


def test_a_hand_over_and_the_cycle_agree(planning: Planning):
    company = planning.company
    successor = company.person(Role.REP, territory_id=company.other_area_id)
    planning.plan(planning.customer(), every_weeks=1)
    planning.run()
    company.do("user.hand_over", user_id=company.rep.id, to_id=successor.id, starts_on=MONDAY + timedelta(weeks=3))
    before = [(visit.id, visit.rep_id) for visit in planning.visits()]
    assert {rep_id for _, rep_id in before} == {company.rep.id, successor.id}
    assert planning.run().total == 0
    assert [(visit.id, visit.rep_id) for visit in planning.visits()] == before
