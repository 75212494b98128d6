"""Tasks that come about by rule."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from domain.kernel.errors import PermissionDenied
from domain.kernel.ids import new_id
from domain.people.permissions import Role
from domain.tasks.models import Task, TaskRule
from tests.support.company import NOW, Company
from tests.support.phone import Phone


def rule(company: Company, trigger: str, **values: Any) -> TaskRule:
    return company.do("task_rule.create", company.manager, id=new_id(), trigger=trigger, title="Call back", **values)


def tasks(company: Company) -> list[Task]:
    with company.session() as session:
        return list(session.scalars(select(Task).order_by(Task.due_on)))


def running_visit(company: Company, *, territory_id: UUID | None = None) -> UUID:
    account = company.account(territory_id=territory_id)
    place = {"account_id": account.id, "site_id": company.site(account).id}
    visit = company.do("visit.plan", rep_id=company.rep.id, id=new_id(), **place, planned_start_at=NOW)
    company.do("visit.check_in", company.rep, visit_id=visit.id)
    return visit.id


def complete(company: Company, visit_id: UUID, outcome: str = "follow_up") -> None:
    company.do("visit.complete", company.rep, visit_id=visit_id, outcome=outcome)


def test_a_visit_with_that_outcome_makes_a_task_of_the_rep(company: Company):
    made_by = rule(company, "visit_completed", outcome="follow_up", due_in_days=3)
    visit_id = running_visit(company)
    complete(company, visit_id)
    [task] = tasks(company)
    assert (task.title, task.due_on, task.assignee_id) == ("Call back", date(2026, 11, 26), company.rep.id)
    assert (task.source, task.source_id, task.rule_id) == ("visit", visit_id, made_by.id)
    assert task.created_by_id is None


def test_another_outcome_makes_none(company: Company):
    rule(company, "visit_completed", outcome="follow_up")
    complete(company, running_visit(company), outcome="order")
    assert tasks(company) == []


def test_a_rule_without_an_outcome_follows_every_visit(company: Company):
    rule(company, "visit_completed")
    complete(company, running_visit(company), outcome="no_order")
    assert len(tasks(company)) == 1


def test_a_rule_that_is_switched_off_makes_no_more(company: Company):
    made_by = rule(company, "visit_completed")
    company.do("task_rule.update", company.manager, task_rule_id=made_by.id, active=False)
    complete(company, running_visit(company))
    assert tasks(company) == []


def test_a_day_is_one_where_the_company_is(company: Company):
    rule(company, "visit_completed", due_in_days=0)
    late_evening = NOW.replace(hour=23, minute=30)
    visit_id = running_visit(company)
    company.do("visit.complete", company.rep, visit_id=visit_id, outcome="order", occurred_at=late_evening)
    assert [task.due_on for task in tasks(company)] == [date(2026, 11, 24)]


def test_it_is_the_task_of_the_account_s_rep_where_the_rule_says_so(company: Company):
    rule(company, "visit_completed", assign_to="account_rep")
    of_vaduz = company.person(Role.REP, territory_id=company.territory_id)
    complete(company, running_visit(company))
    assert [task.assignee_id for task in tasks(company)] == [of_vaduz.id]


def test_the_rep_of_the_area_stands_in_for_a_territory_without_one(company: Company):
    rule(company, "visit_completed", assign_to="account_rep")
    complete(company, running_visit(company))
    assert [task.assignee_id for task in tasks(company)] == [company.rep.id]


def test_where_nobody_is_the_rep_it_stays_with_who_did_it(company: Company):
    rule(company, "visit_completed", assign_to="account_rep")
    complete(company, running_visit(company, territory_id=company.other_territory_id))
    assert [task.assignee_id for task in tasks(company)] == [company.rep.id]


def test_an_order_makes_a_task(company: Company):
    rule(company, "order_placed", due_in_days=14)
    line = {"id": new_id(), "product_id": company.product().id, "quantity": 1, "unit_price_minor": 2_450}
    order = {"account_id": company.account().id, "price_list_id": company.price_list_id, "lines": [line]}
    placed = company.do("order.place", company.rep, id=new_id(), **order)
    [task] = tasks(company)
    assert (task.source, task.source_id, task.due_on) == ("order", placed.id, date(2026, 12, 7))


def test_a_repair_makes_a_task_once_however_often_it_is_completed(company: Company):
    rule(company, "work_order_completed", assign_to="account_rep")
    site, job, work_order = company.site(company.account()), new_id(), new_id()
    company.do("work_order.create", id=work_order, appointment_id=job, site_id=site.id, title="Leaks")
    company.do("appointment.assign", appointment_id=job, technician_id=company.technician.id, starts_at=NOW)
    company.do("appointment.dispatch", appointment_id=job)
    company.do("appointment.start", company.technician, appointment_id=job)
    company.do("appointment.complete", company.technician, appointment_id=job)
    [task] = tasks(company)
    assert (task.source, task.source_id, task.assignee_id) == ("work_order", work_order, company.rep.id)


def test_a_completion_handed_in_twice_makes_one_task(app: Flask, company: Company):
    rule(company, "visit_completed")
    visit_id = running_visit(company)
    phone = Phone.sign_in(app, company.rep)
    done = phone.mutation("visit.complete", visit_id=visit_id, outcome="order")
    assert [phone.push(done)[0]["status"] for _ in range(3)] == ["applied", "duplicate", "duplicate"]
    phone.pull()
    assert phone.ids("task") == {task.id for task in tasks(company)}
    assert len(tasks(company)) == 1


def test_a_whole_visit_in_one_batch_makes_its_task(app: Flask, company: Company):
    rule(company, "visit_completed")
    account = company.account()
    phone, visit_id = Phone.sign_in(app, company.rep), new_id()
    place = {"account_id": account.id, "site_id": company.site(account).id}
    results = phone.push(
        phone.mutation("visit.plan", id=visit_id, **place, planned_start_at=NOW, unplanned=True),
        phone.mutation("visit.check_in", visit_id=visit_id),
        phone.mutation("visit.complete", visit_id=visit_id, outcome="order"),
    )
    assert {result["status"] for result in results} == {"applied"}
    assert [task.source_id for task in tasks(company)] == [visit_id]


@pytest.mark.parametrize("name", ["task_rule.create", "task_rule.update"])
def test_a_rep_makes_no_rules(company: Company, name: str):
    made_by = rule(company, "visit_completed")
    args = {
        "task_rule.create": {"id": new_id(), "trigger": "order_placed", "title": "Mine"},
        "task_rule.update": {"task_rule_id": made_by.id, "active": False},
    }
    with pytest.raises(PermissionDenied):
        company.do(name, company.rep, **args[name])


def test_what_is_still_to_be_done_goes_with_the_customers_that_are_handed_over(company: Company):
    successor, day = company.person(Role.REP, territory_id=company.other_territory_id), NOW.date() + timedelta(days=7)
    account_id = company.account().id

    def task(**values: Any) -> UUID:
        given = {"id": new_id(), "title": "Call back", "account_id": account_id, **values}
        return company.do("task.create", company.rep, **given).id

    before, after, undated = task(due_on=NOW.date()), task(due_on=day), task()
    done, own = task(due_on=day), task(account_id=None)
    company.do("task.complete", company.rep, task_id=done)

    company.do("user.hand_over", company.manager, user_id=company.rep.id, to_id=successor.id, starts_on=day)

    moved = {task.id for task in tasks(company) if task.assignee_id == successor.id}
    assert moved == {after, undated}
    assert moved.isdisjoint({before, done, own})
