"""Plans of territories: asked for, worked out by a worker, looked at, published or discarded."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from api.composition import REGISTRY, configure_notifications
from api.jobs import contexts, put_plans_into_effect, record_jobs
from api.settings import Settings
from domain.customers.models import Account
from domain.kernel.clock import utc_now
from domain.kernel.errors import PermissionDenied, ReferenceNotFound
from domain.kernel.ids import new_id
from domain.people.permissions import Role
from domain.people.rules import local_date
from domain.planning.customers import hours_a_year
from domain.territories.models import Territory
from domain.territory_plans import planning
from domain.territory_plans.models import TerritoryPlan
from domain.territory_plans.rules import (
    PlanClosed,
    PlanNotProposed,
    PlanStartsInThePast,
    TerritoriesOfDifferentAreas,
    TerritoriesOfOthers,
    TerritoriesToRebalance,
)
from notifications.queue import run_worker
from tests.support.company import NOW, Company
from tests.support.phone import Phone

MONDAY = date(2026, 11, 23)
Book = dict[UUID, list[UUID]]


@pytest.fixture
def neighbour(company: Company) -> UUID:
    """A second territory in Oberland, east of Vaduz."""
    territory = company.do("territory.create", id=new_id(), name="Malbun", parent_id=company.area_id)
    return territory.id


@pytest.fixture
def book(company: Company, neighbour: UUID) -> Book:
    """Ten customers from west to east: eight of them in Vaduz, the last two in Malbun."""
    owned: Book = {company.territory_id: [], neighbour: []}
    for number in range(10):
        territory_id = company.territory_id if number < 8 else neighbour
        account = company.account(name=f"Customer {number}", territory_id=territory_id)
        company.site(account, lat=47.14, lng=9.50 + number / 100)
        owned[territory_id].append(account.id)
    return owned


@pytest.fixture
def work_out(sessions: sessionmaker[Session], company: Company) -> Callable[[TerritoryPlan], TerritoryPlan]:
    """Do what a worker does, and return the plan as it is then."""

    def work(plan: TerritoryPlan) -> TerritoryPlan:
        opened = contexts(sessions, REGISTRY, org_id=company.org_id)
        planning.work_out(opened, plan_id=plan.id, hours_a_year=hours_a_year)
        found: TerritoryPlan = company.read(TerritoryPlan, plan.id)
        return found

    return work


@pytest.fixture
def come_the_day(sessions: sessionmaker[Session], company: Company) -> Callable[..., None]:
    """Do what a worker does every hour."""
    return partial(put_plans_into_effect, sessions, REGISTRY, org_id=company.org_id)


WorkOut = Callable[[TerritoryPlan], TerritoryPlan]


def ask(company: Company, *territory_ids: UUID, **changes: object) -> TerritoryPlan:
    given = {
        "name": "Autumn",
        "territory_ids": list(territory_ids),
        "method": "rebalance",
        "tolerance_pct": 5,
        **changes,
    }
    plan: TerritoryPlan = company.do("territory_plan.propose", company.manager, id=new_id(), **given)
    return plan


def owners_of(company: Company) -> dict[UUID, list[str]]:
    with company.session() as session:
        query = (
            select(Account.territory_id, Account.name).where(Account.org_id == company.org_id).order_by(Account.name)
        )
        owned: dict[UUID, list[str]] = {}
        for territory_id, name in session.execute(query):
            owned.setdefault(territory_id, []).append(name)
        return owned


def test_a_proposal_shows_what_is_and_what_would_be(company: Company, neighbour: UUID, book: Book, work_out: WorkOut):
    plan = work_out(ask(company, company.territory_id, neighbour))
    assert (plan.status, plan.progress_pct, plan.shortcoming) == ("proposed", 100, None)
    assert plan.before is not None
    assert plan.after is not None
    assert [each["workload"] for each in plan.before["territories"]] == [8, 2]
    assert [each["workload"] for each in plan.after["territories"]] == [5, 5]
    assert (plan.before["imbalance_pct"], plan.after["imbalance_pct"]) == (60, 0)
    assert plan.after["changing_hands"] == 3
    assert [owner["name"] for owner in plan.owners] == ["Vaduz", "Malbun"]


def test_nobody_is_moved_by_a_proposal(company: Company, neighbour: UUID, book: Book, work_out: WorkOut):
    work_out(ask(company, company.territory_id, neighbour))
    assert owners_of(company)[neighbour] == ["Customer 8", "Customer 9"]


def test_published_it_takes_effect_and_every_phone_hears_of_it(
    app: Flask, company: Company, neighbour: UUID, book: Book, work_out: WorkOut, come_the_day: Callable[..., None]
):
    in_malbun = Phone.sign_in(app, company.person(Role.REP, territory_id=neighbour))
    in_vaduz = Phone.sign_in(app, company.person(Role.REP, territory_id=company.territory_id))
    in_malbun.pull()
    in_vaduz.pull()
    plan = work_out(ask(company, company.territory_id, neighbour))

    company.do("territory_plan.publish", company.manager, territory_plan_id=plan.id, starts_on=MONDAY)
    come_the_day(now=NOW)

    in_malbun.pull()
    in_vaduz.pull()
    assert sorted(in_malbun.document("account", each)["name"] for each in in_malbun.ids("account")) == [
        f"Customer {number}" for number in range(5, 10)
    ]
    assert len(in_malbun.ids("site")) == len(in_vaduz.ids("site")) == len(in_vaduz.ids("account")) == 5
    done = company.read(TerritoryPlan, plan.id)
    assert (done.status, done.moved, done.progress_pct) == ("in_effect", 3, 100)


def test_until_its_day_everything_stays(
    company: Company, neighbour: UUID, book: Book, work_out: WorkOut, come_the_day: Callable[..., None]
):
    plan = work_out(ask(company, company.territory_id, neighbour))
    company.do("territory_plan.publish", territory_plan_id=plan.id, starts_on=MONDAY + timedelta(days=2))

    come_the_day(now=NOW)
    assert len(owners_of(company)[neighbour]) == 2

    # 23:30 in UTC on Tuesday is Wednesday in Vaduz.
    come_the_day(now=NOW.replace(hour=23, minute=30) + timedelta(days=1))
    assert len(owners_of(company)[neighbour]) == 5


def test_an_account_that_somebody_moved_since_stays_where_they_put_it(
    company: Company, neighbour: UUID, book: Book, work_out: WorkOut, come_the_day: Callable[..., None]
):
    plan = work_out(ask(company, company.territory_id, neighbour))
    company.do("territory_plan.publish", territory_plan_id=plan.id, starts_on=MONDAY)
    company.do("account.move", account_id=book[company.territory_id][7], territory_id=company.other_territory_id)

    come_the_day(now=NOW)

    assert owners_of(company)[company.other_territory_id] == ["Customer 7"]
    assert company.read(TerritoryPlan, plan.id).moved == 2


def test_what_was_interrupted_goes_on_where_it_stopped(
    company: Company,
    neighbour: UUID,
    book: Book,
    work_out: WorkOut,
    come_the_day: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
):
    plan = work_out(ask(company, company.territory_id, neighbour))
    company.do("territory_plan.publish", territory_plan_id=plan.id, starts_on=MONDAY)
    monkeypatch.setattr(planning, "BATCH", 1)
    with monkeypatch.context() as interrupted:
        tries = iter([None])

        def once(*args: object) -> None:
            next(tries)
            original(*args)  # type: ignore[arg-type]

        original = planning._move
        interrupted.setattr(planning, "_move", once)
        with pytest.raises(StopIteration):
            come_the_day(now=NOW)
    assert (len(owners_of(company)[neighbour]), company.read(TerritoryPlan, plan.id).moved) == (3, 1)

    come_the_day(now=NOW)

    assert len(owners_of(company)[neighbour]) == 5
    assert company.read(TerritoryPlan, plan.id).moved == 3


def test_more_territories_than_today_are_made_when_the_plan_is_published(
    company: Company, neighbour: UUID, book: Book, work_out: WorkOut, come_the_day: Callable[..., None]
):
    plan = work_out(ask(company, company.territory_id, neighbour, method="design", territories=3, tolerance_pct=25))
    [new] = [owner for owner in plan.owners if owner["is_new"]]
    assert new["name"] == "Autumn 3"

    company.do("territory_plan.publish", company.manager, territory_plan_id=plan.id, starts_on=MONDAY)
    made = company.read(Territory, UUID(new["id"]))
    assert (made.name, made.parent_id, made.area_id) == ("Autumn 3", company.area_id, company.area_id)
    come_the_day(now=NOW)
    assert sorted(len(names) for names in owners_of(company).values()) == [3, 3, 4]


def test_fewer_territories_than_today_leave_one_without_accounts(
    company: Company, neighbour: UUID, book: Book, work_out: WorkOut, come_the_day: Callable[..., None]
):
    plan = work_out(ask(company, company.territory_id, neighbour, method="design", territories=1))
    assert [owner["name"] for owner in plan.owners] == ["Vaduz"]
    company.do("territory_plan.publish", company.manager, territory_plan_id=plan.id, starts_on=MONDAY)
    come_the_day(now=NOW)
    assert list(owners_of(company)) == [company.territory_id]


def test_accounts_without_a_place_stay_and_are_counted(
    company: Company, neighbour: UUID, book: Book, work_out: WorkOut
):
    company.account(name="Nowhere")
    plan = work_out(ask(company, company.territory_id, neighbour))
    assert plan.without_position == 1
    assert plan.after is not None
    assert sum(each["accounts"] for each in plan.after["territories"]) == 10


def test_work_goes_by_the_class_of_an_account_and_inactive_ones_make_none(
    company: Company, neighbour: UUID, book: Book, work_out: WorkOut
):
    first, second, *_ = book[company.territory_id]
    company.do("account.update", account_id=first, account_class="A")
    company.do("account.update", account_id=second, status="inactive")
    plan = work_out(ask(company, company.territory_id, neighbour, workload={"A": 6, "B": 2, "C": 1}))
    assert plan.before is not None
    assert [each["workload"] for each in plan.before["territories"]] == [12, 2]


def test_work_is_the_hours_that_call_plans_ask_for(company: Company, neighbour: UUID, book: Book, work_out: WorkOut):
    often, monthly = book[company.territory_id][0], book[neighbour][0]
    company.do("account.update", account_id=often, account_class="A")
    call_plan = {"name": "Calls", "starts_on": date(2026, 1, 1), "duration_min": 30}
    company.do("call_plan.create", id=new_id(), account_id=often, every_weeks=1, **call_plan)
    company.do("call_plan.create", id=new_id(), account_id=monthly, per_month=1, **call_plan)
    plan = work_out(ask(company, company.territory_id, neighbour, workload={"A": 3, "B": 2, "C": 1}))
    assert plan.workload_in == "hours_a_year"
    assert plan.before is not None
    # 26 and 6 hours with 4 points between them: 8 hours for each of the others, which have one point.
    assert [each["workload"] for each in plan.before["territories"]] == [26 + 7 * 8, 6 + 8]


def test_call_plans_can_be_left_aside(company: Company, neighbour: UUID, book: Book, work_out: WorkOut):
    call_plan = {"name": "Calls", "starts_on": date(2026, 1, 1), "duration_min": 30, "every_weeks": 1}
    company.do("call_plan.create", id=new_id(), account_class="C", **call_plan)
    plan = work_out(ask(company, company.territory_id, neighbour, by_call_plans=False))
    assert plan.workload_in == "points"
    assert plan.before is not None
    assert [each["workload"] for each in plan.before["territories"]] == [8, 2]


def test_it_is_said_when_workloads_cannot_be_so_even(company: Company, neighbour: UUID, book: Book, work_out: WorkOut):
    company.do("account.update", account_id=book[neighbour][0], account_class="A")
    plan = work_out(ask(company, company.territory_id, neighbour, workload={"A": 30, "B": 2, "C": 1}))
    assert plan.shortcoming is not None
    assert plan.shortcoming["code"] == "territories.account_too_heavy"


def test_the_map_shows_each_account_with_both_owners(
    app: Flask, company: Company, neighbour: UUID, book: Book, work_out: WorkOut
):
    company.site(company.account(name="North"), lat=47.2, lng=9.5)
    plan = work_out(ask(company, company.territory_id, neighbour))
    manager = Phone.sign_in(app, company.manager)

    answer = manager.get(f"/territory-plans/{plan.id}/map")

    assert answer.mimetype == "application/geo+json"
    features = answer.json["features"]
    assert [each["properties"]["kind"] for each in features if each["geometry"]["type"] == "Polygon"] == [
        "before",
        "after",
    ]
    accounts = [each for each in features if each["properties"]["kind"] == "account"]
    assert len(accounts) == 11
    last = next(each for each in accounts if each["properties"]["name"] == "Customer 7")
    assert last["geometry"] == {"type": "Point", "coordinates": [9.57, 47.14]}
    assert last["properties"]["from_territory_id"] == str(company.territory_id)
    assert last["properties"]["to_territory_id"] == str(neighbour)


def test_whoever_plans_in_the_area_has_the_plan_on_their_device_and_nobody_else(
    app: Flask, company: Company, neighbour: UUID, book: Book, work_out: WorkOut
):
    plan = work_out(ask(company, company.territory_id, neighbour))
    manager, rep = Phone.sign_in(app, company.manager), Phone.sign_in(app, company.rep)
    manager.pull()
    rep.pull()
    assert manager.document("territory_plan", plan.id)["after"]["imbalance_pct"] == 0
    assert rep.ids("territory_plan") == set()
    assert rep.get(f"/territory-plans/{plan.id}/map").status_code == 404


def test_a_rep_proposes_nothing(company: Company):
    with pytest.raises(PermissionDenied):
        company.do(
            "territory_plan.propose", company.rep, id=new_id(), name="Mine", territory_ids=[company.territory_id]
        )


def test_a_plan_is_about_one_area(company: Company):
    propose = partial(company.do, "territory_plan.propose", company.admin)
    with pytest.raises(TerritoriesOfDifferentAreas):
        propose(id=new_id(), name="All", territory_ids=[company.territory_id, company.other_territory_id])
    with pytest.raises(ReferenceNotFound):
        propose(id=new_id(), name="All", territory_ids=[new_id()])


def test_nobody_plans_for_customers_whom_they_do_not_see(
    company: Company, neighbour: UUID, book: Book, work_out: WorkOut
):
    of_malbun = company.person(Role.MANAGER, territory_id=neighbour)
    with pytest.raises(TerritoriesOfOthers):
        company.do(
            "territory_plan.propose",
            of_malbun,
            id=new_id(),
            name="Mine",
            territory_ids=[company.territory_id, neighbour],
        )
    plan = work_out(ask(company, company.territory_id, neighbour))
    with pytest.raises(TerritoriesOfOthers):
        company.do("territory_plan.publish", of_malbun, territory_plan_id=plan.id, starts_on=MONDAY)


def test_a_plan_that_cannot_be_worked_out_says_so(company: Company, neighbour: UUID, book: Book, work_out: WorkOut):
    plan = ask(company, company.territory_id, neighbour)
    with company.session() as session:
        session.get_one(TerritoryPlan, (company.org_id, plan.id)).workload = {"A": 1}
        session.commit()
    with pytest.raises(KeyError):
        work_out(plan)
    failed = company.read(TerritoryPlan, plan.id)
    assert (failed.status, failed.shortcoming["code"]) == ("failed", "territory_plan.failed")


@pytest.mark.parametrize("changes", [{"territories": 3}, {}])
def test_rebalancing_keeps_the_territories(company: Company, neighbour: UUID, changes: dict[str, int]):
    territories = [company.territory_id, neighbour] if changes else [neighbour]
    with pytest.raises(TerritoriesToRebalance):
        ask(company, *territories, **changes)


def test_only_what_is_proposed_is_published_and_not_for_yesterday(
    company: Company, neighbour: UUID, book: Book, work_out: WorkOut
):
    plan = ask(company, company.territory_id, neighbour)
    publish = partial(company.do, "territory_plan.publish", company.manager, territory_plan_id=plan.id)
    with pytest.raises(PlanNotProposed):
        publish(starts_on=MONDAY)
    work_out(plan)
    with pytest.raises(PlanStartsInThePast):
        publish(starts_on=MONDAY - timedelta(days=1))
    publish(starts_on=MONDAY)
    with pytest.raises(PlanNotProposed):
        publish(starts_on=MONDAY)


def test_a_published_plan_can_be_called_off_until_its_day(
    company: Company, neighbour: UUID, book: Book, work_out: WorkOut, come_the_day: Callable[..., None]
):
    plan = work_out(ask(company, company.territory_id, neighbour))
    company.do("territory_plan.publish", territory_plan_id=plan.id, starts_on=MONDAY)
    company.do("territory_plan.discard", company.manager, territory_plan_id=plan.id)
    come_the_day(now=NOW)
    assert len(owners_of(company)[neighbour]) == 2
    with pytest.raises(PlanClosed):
        company.do("territory_plan.discard", company.manager, territory_plan_id=plan.id)


def test_a_plan_that_was_discarded_meanwhile_is_not_worked_out(
    company: Company, neighbour: UUID, book: Book, work_out: WorkOut
):
    plan = ask(company, company.territory_id, neighbour)
    company.do("territory_plan.discard", company.manager, territory_plan_id=plan.id)
    assert work_out(plan).status == "discarded"


def test_a_worker_works_plans_out_and_puts_them_into_effect(
    app: Flask, settings: Settings, sessions: sessionmaker[Session], company: Company, neighbour: UUID, book: Book
):
    configure_notifications(settings, sessions)
    work = partial(
        run_worker,
        database_url=settings.database_url,
        until_idle=True,
        record_jobs=record_jobs(settings, sessions, REGISTRY),
    )
    manager = Phone.sign_in(app, company.manager)
    asked = manager.post(
        "/territory-plans",
        {"name": "Autumn", "territory_ids": [company.territory_id, neighbour], "method": "rebalance"},
    )
    assert (asked.status_code, asked.json["status"]) == (201, "requested")

    work()
    plan = manager.get(f"/territory-plans/{asked.json['id']}").json
    assert (plan["status"], plan["after"]["changing_hands"]) == ("proposed", 3)

    today = local_date(utc_now(), time_zone="Europe/Vaduz")
    published = manager.post(f"/territory-plans/{plan['id']}/publish", {"starts_on": today})
    assert published.status_code == 200, published.text
    work()
    assert manager.get(f"/territory-plans/{plan['id']}").json["status"] == "in_effect"
    assert len(owners_of(company)[neighbour]) == 5
