"""Who gets another rep's customers is told once: real transaction, real queue and worker, real sockets."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from domain.kernel.clock import utc_now
from domain.kernel.ids import new_id
from domain.people.models import User
from domain.people.permissions import Role
from tests.notifications.conftest import Workshop
from tests.support.company import NOW, Company
from tests.support.push_service import PushService

IN_A_WEEK = NOW.date() + timedelta(days=7)


@pytest.fixture
def successor(company: Company) -> User:
    return company.person(Role.REP, territory_id=company.other_territory_id)


def visit(company: Company, account_id: UUID, site_id: UUID, *, in_days: int) -> None:
    place = {"account_id": account_id, "site_id": site_id, "rep_id": company.rep.id}
    company.do("visit.plan", id=new_id(), planned_start_at=NOW + timedelta(days=in_days), **place)


def task(company: Company, account_id: UUID, *, due_on: date | None) -> None:
    company.do("task.create", company.rep, id=new_id(), title="Call back", account_id=account_id, due_on=due_on)


def book(company: Company) -> None:
    """Give the rep two visits and three tasks that go along, and one of each that does not."""
    account = company.account(name="Hotel Adler")
    site = company.site(account)
    for in_days in (1, 7, 8):
        visit(company, account.id, site.id, in_days=in_days)
    for due_on in (NOW.date(), IN_A_WEEK, IN_A_WEEK, None):
        task(company, account.id, due_on=due_on)


def hand_over(workshop: Workshop, to: User, by: User | None = None, **changes: Any) -> None:
    company = workshop.company
    given = {"user_id": company.rep.id, "to_id": to.id, "starts_on": IN_A_WEEK, **changes}
    company.do("user.hand_over", by or company.manager, now=NOW + timedelta(hours=1), **given)


def test_the_successor_is_told_once_with_what_goes_along(
    workshop: Workshop, successor: User, push_service: PushService
):
    company = workshop.company
    book(company)
    workshop.phone(successor, push_service.subscribe())
    hand_over(workshop, successor)
    workshop.work()
    [notice] = workshop.notices(successor)
    [received] = push_service.received
    assert received.message.pop("rev") > 0
    assert received.message == {
        "kind": "book.handed_over",
        "title": f"Customers of {company.rep.name} are yours from Mon 30 Nov",
        "body": "2 planned visits\n3 open tasks",
        "link": "/accounts",
        "tag": notice.tag,
    }
    assert notice.params == {"giver": company.rep.name, "starts_on": "2026-11-30", "visits": 2, "tasks": 3}
    assert workshop.notices(company.rep) == []


def test_it_is_told_in_the_successor_s_language(workshop: Workshop):
    company = workshop.company
    german = company.person(Role.REP, territory_id=company.other_territory_id, language="de")
    book(company)
    hand_over(workshop, german)
    [notice] = workshop.notices(german)
    assert notice.title == f"Ab Mo 30. Nov. haben Sie Kunden von {company.rep.name}"
    assert notice.body == "2 geplante Besuche\n3 offene Aufgaben"


def test_a_single_task_is_told_as_one(workshop: Workshop, successor: User):
    task(workshop.company, workshop.company.account().id, due_on=None)
    hand_over(workshop, successor)
    assert [notice.body for notice in workshop.notices(successor)] == ["1 open task"]


def test_customers_with_whom_nothing_is_planned_are_told_too(workshop: Workshop, successor: User):
    hand_over(workshop, successor)
    assert [notice.body for notice in workshop.notices(successor)] == ["No planned visits, no open tasks"]


def test_only_what_is_in_the_territories_handed_over_counts(workshop: Workshop, successor: User):
    company = workshop.company
    membership = {"user_id": company.rep.id, "role": "rep", "starts_on": NOW.date()}
    company.do("membership.add", id=new_id(), territory_id=company.other_territory_id, **membership)
    book(company)
    task(company, company.account(territory_id=company.other_territory_id).id, due_on=IN_A_WEEK)
    hand_over(workshop, successor, territory_ids=[company.other_territory_id])
    assert [notice.body for notice in workshop.notices(successor)] == ["1 open task"]


def test_whoever_gets_them_back_is_told(workshop: Workshop, successor: User):
    company = workshop.company
    book(company)
    hand_over(workshop, successor)
    hand_over(workshop, company.rep, user_id=successor.id, territory_ids=[company.area_id])
    [notice] = workshop.notices(company.rep)
    assert notice.title == f"Customers of {successor.name} are yours from Mon 30 Nov"
    assert notice.body == "2 planned visits\n3 open tasks"


def test_who_takes_customers_over_themselves_is_not_told(workshop: Workshop):
    company = workshop.company
    both = company.person(Role.REP, Role.MANAGER)
    book(company)
    hand_over(workshop, both, by=both)
    assert workshop.notices(both) == []


def test_a_task_given_afterwards_is_told_by_itself(workshop: Workshop, successor: User):
    company = workshop.company
    hand_over(workshop, successor)
    given = {"title": "Bring samples", "assignee_id": successor.id}
    company.do("task.create", company.manager, now=utc_now(), id=new_id(), **given)
    assert [notice.kind for notice in workshop.notices(successor)] == ["book.handed_over", "task.given"]
