"""What people do with tasks."""

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from domain.kernel.errors import PermissionDenied, RecordNotFound, ReferenceNotFound, ValidationFailed
from domain.kernel.ids import new_id
from domain.people.permissions import Role
from domain.tasks.models import Task
from tests.support.company import NOW, Company
from tests.support.phone import Phone


def create(company: Company, by: Any = None, **values: Any) -> Task:
    return company.do("task.create", by or company.rep, id=new_id(), **{"title": "Send the offer", **values})


def test_a_task_is_one_s_own_unless_said_otherwise(company: Company):
    account = company.account()
    task = create(company, account_id=account.id, due_on=date(2026, 12, 1))
    assert company.document("task", task.id) == {
        "id": str(task.id),
        "version": 1,
        "created_at": "2026-11-23T08:00:00Z",
        "updated_at": "2026-11-23T08:00:00Z",
        "title": "Send the offer",
        "notes": None,
        "due_on": "2026-12-01",
        "assignee_id": str(company.rep.id),
        "account_id": str(account.id),
        "source": None,
        "source_id": None,
        "rule_id": None,
        "created_by_id": str(company.rep.id),
        "done_at": None,
        "done_by_id": None,
    }


def test_a_task_that_came_out_of_a_visit_is_about_its_account(company: Company):
    account = company.account()
    place = {"account_id": account.id, "site_id": company.site(account).id}
    visit = company.do("visit.plan", company.rep, id=new_id(), **place, planned_start_at=NOW)
    assert create(company, source="visit", source_id=visit.id).account_id == account.id
    with pytest.raises(ReferenceNotFound) as refusal:
        create(company, source="visit", source_id=visit.id, account_id=company.account().id)
    assert list(refusal.value.fields) == ["account_id"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"account_id": new_id()}, "account_id"),
        ({"assignee_id": new_id()}, "assignee_id"),
        ({"source": "visit", "source_id": new_id()}, "source_id"),
        ({"source": "visit"}, "source_id"),
        ({"source_id": new_id()}, "source_id"),
    ],
)
def test_what_does_not_exist_is_named(company: Company, values: dict[str, Any], field: str):
    with pytest.raises(ReferenceNotFound) as refusal:
        create(company, **values)
    assert list(refusal.value.fields) == [field]


def test_nobody_gets_a_task_who_has_left(company: Company):
    gone = company.person(Role.REP)
    company.do("user.update", user_id=gone.id, active=False)
    with pytest.raises(ReferenceNotFound) as refusal:
        create(company, assignee_id=gone.id)
    assert refusal.value.fields == {"assignee_id": ["This person does not work here any more."]}


def test_a_task_needs_a_title(company: Company):
    with pytest.raises(ValidationFailed) as refusal:
        create(company, title=" ")
    assert list(refusal.value.fields) == ["title"]


def test_the_first_who_ticks_it_off_has_done_it(company: Company):
    task = create(company, company.manager, assignee_id=company.rep.id)
    company.do("task.complete", company.rep, task_id=task.id)
    again = company.do("task.complete", company.manager, task_id=task.id, occurred_at=NOW + timedelta(hours=1))
    assert (again.done_at, again.done_by_id) == (NOW, company.rep.id)


def test_a_tick_can_be_taken_back(company: Company):
    task = create(company)
    company.do("task.complete", company.rep, task_id=task.id)
    reopened = company.do("task.reopen", company.rep, task_id=task.id)
    assert (reopened.done_at, reopened.done_by_id) == (None, None)


def test_a_task_can_be_changed_and_given_away(company: Company):
    task, colleague = create(company), company.person(Role.REP)
    assert company.do("task.update", company.rep, task_id=task.id, due_on=date(2026, 12, 2)).due_on == date(2026, 12, 2)
    assert company.do("task.reassign", company.rep, task_id=task.id, assignee_id=colleague.id).assignee_id == (
        colleague.id
    )


@pytest.mark.parametrize("name", ["task.update", "task.complete", "task.reopen", "task.reassign"])
def test_a_colleague_s_task_is_left_alone_by_all_but_managers(company: Company, name: str):
    task = create(company, account_id=company.account().id)
    args = {"task_id": task.id}
    args |= {"task.update": {"title": "Mine"}, "task.reassign": {"assignee_id": company.manager.id}}.get(name, {})
    with pytest.raises(PermissionDenied):
        company.do(name, company.person(Role.REP), **args)
    company.do(name, company.manager, **args)


def test_a_task_without_an_account_is_only_there_for_the_two_whom_it_concerns(app: Flask, company: Company):
    task = create(company, company.manager, assignee_id=company.rep.id)
    held = []
    for person in (company.rep, company.manager, company.dispatcher):
        phone = Phone.sign_in(app, person)
        phone.pull()
        held.append(task.id in phone.ids("task"))
    assert held == [True, True, False]
    with pytest.raises(RecordNotFound):
        company.do("task.complete", company.dispatcher, task_id=task.id)


def test_a_task_brings_its_customer_along_until_it_is_done(app: Flask, company: Company):
    account = company.account(territory_id=company.other_territory_id)
    task = create(company, company.admin, assignee_id=company.rep.id, account_id=account.id)
    phone = Phone.sign_in(app, company.rep)
    phone.pull()
    assert phone.ids("account") == {account.id}
    phone.do("task.complete", task_id=task.id)
    phone.pull()
    assert (phone.ids("account"), phone.ids("task")) == (set(), {task.id})
