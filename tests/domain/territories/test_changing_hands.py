"""Whoever comes to own customers, by whatever command, has their open visits and tasks from that day on."""

from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from api.composition import REGISTRY
from api.jobs import put_plans_into_effect
from domain.customers.commands import move_accounts
from domain.customers.models import Site
from domain.kernel.command import react
from domain.kernel.ids import new_id
from domain.people.models import User
from domain.people.permissions import Role
from domain.tasks.models import Task
from domain.territories.models import Territory
from domain.territory_plans import planning
from domain.territory_plans.models import PlannedAccount, TerritoryPlan
from domain.territory_plans.rules import PlanStatus
from domain.visits.models import Visit
from notifications.models import Notice
from tests.support.company import NOW, Company
from tests.support.questions import questions

TODAY = NOW.date()
IN_A_WEEK = TODAY + timedelta(days=7)
LATER = NOW + timedelta(hours=1)


@pytest.fixture
def owner(company: Company) -> User:
    """The rep who owns the customers of Vaduz. The other rep of the company owns those of the area above."""
    return company.person(Role.REP, territory_id=company.territory_id)


@pytest.fixture
def successor(company: Company) -> User:
    """The rep who owns the customers of Eschen."""
    return company.person(Role.REP, territory_id=company.other_territory_id)


@pytest.fixture
def customer(company: Company) -> UUID:
    account = company.account()
    company.site(account)
    return account.id


def visit(company: Company, account_id: UUID, rep: User, *, in_days: int, **given: object) -> UUID:
    visit_id = new_id()
    at = NOW + timedelta(days=in_days, hours=3)
    with company.session() as session:
        site_id = session.scalars(select(Site.id).where(Site.account_id == account_id)).one()
    place = {"account_id": account_id, "site_id": site_id, "rep_id": rep.id}
    company.do("visit.plan", id=visit_id, planned_start_at=at, **place, **given)
    return visit_id


def task(company: Company, account_id: UUID, rep: User, *, due_on: date | None = None) -> UUID:
    task_id = new_id()
    company.do("task.create", rep, id=task_id, title="Call back", account_id=account_id, due_on=due_on)
    return task_id


def rep_of(company: Company, visit_id: UUID) -> UUID:
    found: Visit = company.read(Visit, visit_id)
    return found.rep_id


def doer_of(company: Company, task_id: UUID) -> UUID:
    found: Task = company.read(Task, task_id)
    return found.assignee_id


def notices(company: Company, person: User) -> list[str]:
    with company.session() as session:
        query = select(Notice.body).where(Notice.org_id == company.org_id, Notice.user_id == person.id)
        return list(session.scalars(query))


def change_owner(company: Company, to: User, *, starts_on: date = IN_A_WEEK) -> None:
    given = {"territory_id": company.territory_id, "user_id": to.id, "starts_on": starts_on}
    company.do("territory.change_owner", company.admin, now=LATER, **given)


def test_a_new_owner_has_the_visits_and_tasks_of_their_time(
    company: Company, owner: User, successor: User, customer: UUID
):
    before, then = visit(company, customer, owner, in_days=6), visit(company, customer, owner, in_days=7)
    due, earlier = task(company, customer, owner, due_on=IN_A_WEEK), task(company, customer, owner, due_on=TODAY)
    change_owner(company, successor)
    assert [rep_of(company, each) for each in (before, then)] == [owner.id, successor.id]
    assert [doer_of(company, each) for each in (due, earlier)] == [successor.id, owner.id]
    assert notices(company, successor) == ["1 planned visit\n1 open task"]


def test_what_is_begun_or_somebody_else_s_stays(company: Company, owner: User, successor: User, customer: UUID):
    begun, helper_s = visit(company, customer, owner, in_days=0), visit(company, customer, company.rep, in_days=8)
    company.do("visit.check_in", owner, visit_id=begun)
    change_owner(company, successor, starts_on=TODAY)
    assert [rep_of(company, begun), rep_of(company, helper_s)] == [owner.id, company.rep.id]
    assert notices(company, successor) == []


def test_what_a_call_plan_wants_of_the_rep_by_name_stays(
    company: Company, owner: User, successor: User, customer: UUID
):
    plan_id = new_id()
    plan = {"name": "Weekly", "account_id": customer, "every_weeks": 1, "rep_id": owner.id, "starts_on": TODAY}
    company.do("call_plan.create", id=plan_id, **plan)
    period = {"call_plan_id": plan_id, "call_period_on": IN_A_WEEK}
    by_name = visit(company, customer, owner, in_days=8, **period)
    change_owner(company, successor)
    assert rep_of(company, by_name) == owner.id


def test_undoing_it_brings_everything_back(company: Company, owner: User, successor: User, customer: UUID):
    planned, open_task = visit(company, customer, owner, in_days=8), task(company, customer, owner)
    change_owner(company, successor)
    change_owner(company, owner)
    assert [rep_of(company, planned), doer_of(company, open_task)] == [owner.id, owner.id]


def test_a_territory_below_with_an_owner_of_its_own_keeps_its_visits(
    company: Company, owner: User, successor: User, customer: UUID
):
    planned = visit(company, customer, owner, in_days=8)
    given = {"territory_id": company.area_id, "user_id": successor.id, "starts_on": IN_A_WEEK}
    company.do("territory.change_owner", now=LATER, **given)
    assert rep_of(company, planned) == owner.id


def test_when_a_membership_ends_the_owner_above_follows(company: Company, owner: User, customer: UUID):
    before, then = visit(company, customer, owner, in_days=6), visit(company, customer, owner, in_days=7)
    [membership] = company.read(Territory, company.territory_id).members
    last_day = IN_A_WEEK - timedelta(days=1)
    company.do("membership.end", company.admin, now=LATER, membership_id=membership.id, ends_on=last_day)
    assert [rep_of(company, before), rep_of(company, then)] == [owner.id, company.rep.id]


def test_where_nobody_follows_it_waits_for_the_next_owner(company: Company, successor: User):
    territory_id = company.other_territory_id
    account = company.account(territory_id=territory_id)
    company.site(account)
    planned, open_task = visit(company, account.id, successor, in_days=8), task(company, account.id, successor)
    [membership] = company.read(Territory, territory_id).members
    company.do("membership.end", now=LATER, membership_id=membership.id, ends_on=TODAY)
    assert rep_of(company, planned) == successor.id
    given = {"territory_id": territory_id, "user_id": company.rep.id, "role": "rep", "starts_on": IN_A_WEEK}
    company.do("membership.add", now=LATER, id=new_id(), **given)
    assert [rep_of(company, planned), doer_of(company, open_task)] == [company.rep.id, company.rep.id]


def test_what_somebody_who_has_left_had_goes_to_the_next_owner(
    company: Company, owner: User, successor: User, customer: UUID
):
    planned = visit(company, customer, owner, in_days=8)
    company.do("user.update", company.admin, user_id=owner.id, active=False)
    change_owner(company, successor)
    assert rep_of(company, planned) == successor.id


def test_an_account_that_moves_takes_along_what_is_planned_from_now_on(
    company: Company, owner: User, successor: User, customer: UUID
):
    planned, open_task = visit(company, customer, owner, in_days=1), task(company, customer, owner)
    company.do("account.move", now=LATER, account_id=customer, territory_id=company.other_territory_id)
    assert [rep_of(company, planned), doer_of(company, open_task)] == [successor.id, successor.id]
    assert notices(company, successor) == ["1 planned visit\n1 open task"]


def test_an_account_goes_to_its_new_territory_s_owner_of_the_day(
    company: Company, owner: User, successor: User, customer: UUID
):
    change_owner(company, company.rep)
    given = {"territory_id": company.other_territory_id, "user_id": company.rep.id, "starts_on": IN_A_WEEK}
    company.do("territory.change_owner", **given)
    planned = [visit(company, customer, owner, in_days=1), visit(company, customer, company.rep, in_days=8)]
    company.do("account.move", now=LATER, account_id=customer, territory_id=company.other_territory_id)
    assert [rep_of(company, each) for each in planned] == [successor.id, company.rep.id]


@pytest.fixture
def come_the_day(sessions: sessionmaker[Session], company: Company) -> Callable[..., None]:
    return partial(put_plans_into_effect, sessions, REGISTRY, org_id=company.org_id)


def publish(company: Company, account_ids: list[UUID]) -> UUID:
    """Leave a published plan by which these accounts go from Vaduz to Eschen today."""
    plan = TerritoryPlan(
        id=new_id(),
        name="Autumn",
        area_id=company.area_id,
        method="rebalance",
        territory_ids=[],
        territories=2,
        workload={},
        tolerance_pct=5,
        seed=1,
        status=PlanStatus.PUBLISHED,
        starts_on=TODAY,
    )
    with company.context() as ctx:
        ctx.add(plan)
        ctx.session.flush()
        ctx.session.add_all(
            PlannedAccount(
                org_id=company.org_id,
                id=new_id(),
                plan_id=plan.id,
                account_id=account_id,
                from_territory_id=company.territory_id,
                to_territory_id=company.other_territory_id,
                latitude=47.1,
                longitude=9.5,
                workload=1,
            )
            for account_id in account_ids
        )
        ctx.session.commit()
    return plan.id


def test_a_plan_takes_the_visits_along_and_tells_both_once_also_when_it_is_interrupted(
    company: Company,
    owner: User,
    successor: User,
    come_the_day: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
):
    accounts = [company.account() for _ in range(3)]
    for account in accounts:
        company.site(account)
    planned = [visit(company, account.id, owner, in_days=1) for account in accounts]
    publish(company, [account.id for account in accounts])
    monkeypatch.setattr(planning, "BATCH", 1)
    with monkeypatch.context() as interrupted:
        tries, original = iter([None]), planning._note_move

        def once(*args: object) -> None:
            next(tries)
            original(*args)  # type: ignore[arg-type]

        interrupted.setattr(planning, "_note_move", once)
        with pytest.raises(StopIteration):
            come_the_day(now=LATER)
    assert sorted(rep_of(company, each) == successor.id for each in planned) == [False, False, True]
    assert (notices(company, owner), notices(company, successor)) == ([], [])

    come_the_day(now=LATER)
    come_the_day(now=LATER)

    assert {rep_of(company, each) for each in planned} == {successor.id}
    assert notices(company, owner) == ["3 customers go to others"]
    assert notices(company, successor) == ["3 customers come to you"]


@pytest.mark.parametrize("number", [1, 20])
def test_visits_and_tasks_of_many_accounts_are_looked_for_at_once(
    company: Company, owner: User, successor: User, number: int
):
    accounts = [company.account().id for _ in range(number)]
    with company.context() as ctx, questions(ctx.session.get_bind().engine) as asked:
        move_accounts(ctx, dict.fromkeys(accounts, company.other_territory_id))
        react(ctx)
    assert len([each for each in asked if "FROM visits" in each or "FROM tasks" in each]) == 2
