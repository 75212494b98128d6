"""Who is given a task is told of it: real transaction, real queue and worker, real sockets."""

from datetime import date
from typing import Any
from uuid import UUID

from domain.kernel.clock import utc_now
from domain.kernel.ids import new_id
from domain.people.models import User
from domain.people.permissions import Role
from tests.notifications.conftest import Workshop
from tests.support.push_service import PushService


def give(workshop: Workshop, by: User | None, to: User, **changes: Any) -> UUID:
    """Give a person something to do."""
    task_id = new_id()
    args = {"title": "Bring samples", "assignee_id": to.id, "due_on": date(2026, 11, 27), **changes}
    workshop.company.do("task.create", by, now=utc_now(), id=task_id, **args)
    return task_id


def test_who_is_given_a_task_is_told(workshop: Workshop, push_service: PushService):
    company = workshop.company
    workshop.phone(company.rep, push_service.subscribe())
    task_id = give(workshop, company.manager, company.rep, account_id=company.account(name="Hotel Adler").id)
    workshop.work()
    [received] = push_service.received
    assert received.message.pop("rev") > 0
    assert received.message == {
        "kind": "task.given",
        "title": f"New task from {company.manager.name}",
        "body": "Bring samples\nHotel Adler\nDue Fri 27 Nov",
        "link": "/",
        "tag": f"task:{task_id}",
    }


def test_the_notice_of_a_task_is_in_the_persons_language(workshop: Workshop):
    german = workshop.company.person(Role.REP, language="de")
    give(workshop, workshop.company.manager, german)
    [notice] = workshop.notices(german)
    assert notice.title == f"Neue Aufgabe von {workshop.company.manager.name}"
    assert notice.body == "Bring samples\nFällig Fr 27. Nov."


def test_nobody_is_told_of_a_task_of_their_own(workshop: Workshop):
    give(workshop, workshop.company.rep, workshop.company.rep)
    assert workshop.notices(workshop.company.rep) == []


def test_who_gets_a_task_of_somebody_else_is_told(workshop: Workshop):
    company = workshop.company
    task_id = give(workshop, company.rep, company.rep, account_id=company.account().id)
    colleague = company.person(Role.REP)
    company.do("task.reassign", company.manager, now=utc_now(), task_id=task_id, assignee_id=colleague.id)
    company.do("task.reassign", company.manager, now=utc_now(), task_id=task_id, assignee_id=colleague.id)
    assert [notice.kind for notice in workshop.notices(colleague)] == ["task.given"]


def test_the_owner_is_told_of_a_task_that_came_about_by_rule(workshop: Workshop):
    company = workshop.company
    rule = {"trigger": "visit_completed", "title": "Send the offer", "due_in_days": 2, "assign_to": "account_rep"}
    company.do("task_rule.create", id=new_id(), **rule)
    account = company.account(name="Hotel Adler")
    visit_id, deputy = new_id(), company.person(Role.REP)
    company.do(
        "visit.plan",
        id=visit_id,
        rep_id=deputy.id,
        account_id=account.id,
        site_id=company.site(account).id,
        planned_start_at=utc_now(),
    )
    company.do("visit.check_in", deputy, visit_id=visit_id)
    company.do("visit.complete", deputy, visit_id=visit_id, outcome="no_order")
    [notice] = workshop.notices(company.rep)
    assert notice.title == "New task"
    assert notice.body.startswith("Send the offer\nHotel Adler\nDue ")
    assert workshop.notices(deputy) == []
