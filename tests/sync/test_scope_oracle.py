"""I3, I4: through everything that moves a scope, a device holds what an SQL query of the business tables says."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy.orm import Session, sessionmaker

from api.settings import Settings
from api.upkeep import periodic_jobs
from domain.kernel.ids import new_id
from domain.people.models import User
from domain.people.permissions import Role
from mobile_client import Client, HttpTransport, SignInNeeded
from tests.support.company import NOW, PASSWORD, Company
from tests.support.scope import Key, scope_of


@dataclass
class ServerClock:
    """The server's time, which a test moves."""

    now: datetime = NOW

    def __call__(self) -> datetime:
        return self.now

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> ServerClock:
    clock = ServerClock()
    for door in ("api.doors", "api.auth", "api.sync_door"):
        monkeypatch.setattr(f"{door}.utc_now", clock)
    return clock


@pytest.fixture
def open_phone(
    address: str, company: Company, tmp_path: Path, clock: ServerClock
) -> Iterator[Callable[[User], Client]]:
    """Sign somebody in on a new device and sync it."""
    opened: list[Client] = []

    def open_it(person: User) -> Client:
        phone = Client(path=tmp_path / f"{len(opened)}.sqlite", transport=HttpTransport(address))
        opened.append(phone)
        phone.sign_in(email=person.email, password=PASSWORD, organisation=company.slug)
        phone.sync()
        return phone

    yield open_it
    for phone in opened:
        phone.close()


@dataclass
class Customer:
    """An account with one of everything on it."""

    account_id: UUID
    site_id: UUID
    visit_id: UUID
    order_id: UUID
    quote_id: UUID
    agreement_id: UUID
    work_order_id: UUID
    appointment_id: UUID


@pytest.fixture
def product_id(company: Company) -> UUID:
    return company.product().id


@pytest.fixture
def make_customer(company: Company, clock: ServerClock, product_id: UUID) -> Callable[..., Customer]:
    """Make a customer in a territory with a site, a contact, a machine, a planned visit with answers, a quote, an
    order, an agreement, an open job, something seen and something to do.
    """

    def make(*, territory_id: UUID | None = None, rep: User | None = None) -> Customer:
        def do(command: str, by: User | None = None, /, **args: Any) -> Any:
            return company.do(command, by, now=clock.now, id=new_id(), **args)

        rep = rep or company.admin
        account = do("account.create", name="Hotel Adler", territory_id=territory_id or company.territory_id)
        place = {"account_id": account.id}
        site = do("site.create", name="Main house", **place)
        place["site_id"] = site.id
        do("contact.create", name="Mira Beck", account_id=account.id)
        asset = do("asset.create", name="Barista 300", **place)
        visit = do("visit.plan", rep_id=rep.id, planned_start_at=clock.now + timedelta(hours=1), **place)
        lines = [{"id": new_id(), "product_id": product_id, "quantity": 3, "unit_price_minor": 2_450}]
        order = do("order.place", company.admin, price_list_id=company.price_list_id, lines=lines, **place)
        lines[0]["id"] = new_id()
        valid = {"valid_until_on": clock.now.date()}
        quote = do("quote.write", rep, price_list_id=company.price_list_id, lines=lines, **valid, **place)
        until = {"starts_on": clock.now.date() - timedelta(days=300), "ends_on": clock.now.date()}
        agreement = do("agreement.create", name="Full service", account_id=account.id, **until)
        appointment_id = new_id()
        job = {"site_id": site.id, "asset_id": asset.id, "appointment_id": appointment_id}
        work_order = do("work_order.create", title="Leaks", **job)
        survey = do("survey.create", name="Fridge check")
        question = {"id": str(new_id()), "text": "All well?", "kind": "yes_no"}
        company.do("survey.publish", now=clock.now, survey_id=survey.id, questions=[question])
        answered = {"survey_id": survey.id, "survey_version": 1, "visit_id": visit.id}
        do("survey.answer", company.admin, answers={question["id"]: True}, **answered)
        do("observation.add", company.admin, account_id=account.id, visit_id=visit.id, kind="shelf", product="Tea")
        do("task.create", company.admin, title="Call back", source="visit", source_id=visit.id)
        return Customer(account.id, site.id, visit.id, order.id, quote.id, agreement.id, work_order.id, appointment_id)

    return make


@pytest.fixture
def assert_holds_its_scope(company: Company, clock: ServerClock, open_phone: Callable[[User], Client]) -> Any:
    """Sync a device and compare it with the SQL query and with a fresh first sync; return what it holds."""

    def check(phone: Client, person: User) -> set[Key]:
        phone.pull(verify=True)
        held = phone.pulled_documents()
        with company.connection() as connection:
            expected = scope_of(connection, org_id=company.org_id, person_id=person.id, now=clock.now)
        assert {key: document["version"] for key, document in held.items()} == expected
        assert held == open_phone(person).pulled_documents()
        assert phone.store.setting("repair") == []
        return set(held)

    return check


@pytest.fixture
def send(company: Company, clock: ServerClock) -> Callable[[UUID, User], None]:
    """Give a job to a technician and tell them."""

    def assign_and_dispatch(appointment_id: UUID, technician: User) -> None:
        slot = {"technician_id": technician.id, "starts_at": clock.now + timedelta(hours=2)}
        company.do("appointment.assign", now=clock.now, appointment_id=appointment_id, **slot)
        company.do("appointment.dispatch", now=clock.now, appointment_id=appointment_id)

    return assign_and_dispatch


def key(entity: str, record_id: UUID) -> Key:
    return entity, str(record_id)


def test_a_new_role_brings_what_it_may_see_and_takes_it_away_again(
    company: Company, open_phone: Any, make_customer: Any, assert_holds_its_scope: Any
) -> None:
    customer = make_customer()
    phone = open_phone(company.rep)
    assert key("appointment", customer.appointment_id) not in assert_holds_its_scope(phone, company.rep)

    company.do("user.update", user_id=company.rep.id, roles=["rep", "dispatcher"])
    assert key("appointment", customer.appointment_id) in assert_holds_its_scope(phone, company.rep)

    far = make_customer(territory_id=company.other_territory_id)
    company.do("user.update", user_id=company.rep.id, roles=["admin"])
    assert key("account", far.account_id) in assert_holds_its_scope(phone, company.rep)

    company.do("user.update", user_id=company.rep.id, roles=["rep"])
    held = assert_holds_its_scope(phone, company.rep)
    assert held.isdisjoint({key("appointment", customer.appointment_id), key("account", far.account_id)})


def test_a_membership_counts_from_its_first_day_to_its_last(
    company: Company, clock: ServerClock, open_phone: Any, make_customer: Any, assert_holds_its_scope: Any
) -> None:
    customer = make_customer(territory_id=company.other_territory_id)
    company.do(
        "membership.add",
        id=new_id(),
        territory_id=company.other_area_id,
        user_id=company.rep.id,
        role="rep",
        starts_on=date(2026, 11, 25),
        ends_on=date(2026, 11, 26),
    )
    phone = open_phone(company.rep)
    seen = {}
    for day in (23, 24, 25, 26, 27):
        # Half past midnight in Vaduz is the day before in UTC.
        clock.now = datetime(2026, 11, day, 0, 30, tzinfo=NOW.tzinfo) - timedelta(hours=1)
        seen[day] = key("account", customer.account_id) in assert_holds_its_scope(phone, company.rep)
    assert seen == {23: False, 24: False, 25: True, 26: True, 27: False}


def test_an_account_that_changes_territory_takes_all_that_hangs_on_it_to_the_people_there(
    company: Company, open_phone: Any, make_customer: Any, send: Any, assert_holds_its_scope: Any
) -> None:
    customer = make_customer(rep=company.rep)
    send(customer.appointment_id, company.technician)
    there = company.other_area_id
    people = [
        company.rep,
        company.technician,
        company.dispatcher,
        company.person(Role.REP, territory_id=there),
        company.person(Role.DISPATCHER, territory_id=there),
        company.admin,
    ]
    phones = [open_phone(person) for person in people]

    company.do("account.move", account_id=customer.account_id, territory_id=company.other_territory_id)

    rep, technician, dispatcher, rep_there, dispatcher_there, _ = (
        assert_holds_its_scope(phone, person) for phone, person in zip(phones, people, strict=True)
    )
    hanging_on = {"site": 1, "contact": 1, "asset": 1, "visit": 1, "order": 1, "quote": 1, "agreement": 1}
    hanging_on |= {"work_order": 1, "survey_answer": 1, "observation": 1, "task": 1}
    assert {entity: count(rep_there, entity) for entity in hanging_on} == hanging_on
    # Whoever still has work there keeps the customer; the dispatchers of the old area do not.
    assert key("account", customer.account_id) in rep & technician
    assert key("account", customer.account_id) not in dispatcher
    assert key("appointment", customer.appointment_id) in dispatcher_there - dispatcher

    company.do("visit.cancel", visit_id=customer.visit_id, reason="Not ours any more")
    assert key("account", customer.account_id) not in assert_holds_its_scope(phones[0], company.rep)


def test_a_book_that_is_handed_over_is_on_the_successors_phone_and_off_the_others(
    company: Company, clock: ServerClock, open_phone: Any, make_customer: Any, assert_holds_its_scope: Any
) -> None:
    visited, other = make_customer(rep=company.rep), make_customer()
    successor = company.person(Role.REP, territory_id=company.other_territory_id)
    phones = [(open_phone(person), person) for person in (company.rep, successor)]
    tomorrow = clock.now + timedelta(days=1)
    company.do("visit.reschedule", visit_id=visited.visit_id, planned_start_at=tomorrow + timedelta(hours=1))

    company.do("user.hand_over", user_id=company.rep.id, to_id=successor.id, starts_on=tomorrow.date())

    rep, theirs = (assert_holds_its_scope(phone, person) for phone, person in phones)
    # The visit is the successor's at once, with all that it needs; the other customers follow on the day.
    assert {key("visit", visited.visit_id), key("order", visited.order_id)} <= rep & theirs
    assert key("quote", visited.quote_id) in rep & theirs
    assert key("account", other.account_id) in rep - theirs
    clock.move(days=1)
    rep, theirs = (assert_holds_its_scope(phone, person) for phone, person in phones)
    assert {key("account", each.account_id) for each in (visited, other)} <= theirs - rep


def test_every_device_knows_who_owns_customers_from_when_on(
    company: Company, clock: ServerClock, open_phone: Any, make_customer: Any, assert_holds_its_scope: Any
) -> None:
    customer = make_customer(territory_id=company.other_territory_id)
    owner = company.person(Role.REP, territory_id=company.other_territory_id)
    people = [owner, company.rep, company.admin]
    phones = [open_phone(person) for person in people]
    tomorrow = (clock.now + timedelta(days=1)).date()

    company.do(
        "territory.change_owner",
        now=clock.now,
        territory_id=company.other_territory_id,
        user_id=company.rep.id,
        starts_on=tomorrow,
    )

    for day in (0, 1):
        clock.move(days=day)
        of_owner, of_successor, _ = (
            assert_holds_its_scope(phone, person) for phone, person in zip(phones, people, strict=True)
        )
        # The former owner stays a member; the new one has the customers from the day on.
        assert key("account", customer.account_id) in of_owner
        assert (key("account", customer.account_id) in of_successor) is bool(day)
        owners = [
            (member["user_id"], member["starts_on"])
            for phone in phones
            for member in phone.pulled_documents()["territory", str(company.other_territory_id)]["members"]
            if member["owner"]
        ]
        assert owners == [(str(owner.id), "2026-01-01"), (str(company.rep.id), tomorrow.isoformat())] * 3


def count(held: set[Key], entity: str) -> int:
    return len([name for name, _ in held if name == entity])


def test_a_job_given_to_somebody_else_leaves_one_phone_and_reaches_the_other(
    company: Company, open_phone: Any, make_customer: Any, send: Any, assert_holds_its_scope: Any
) -> None:
    customer = make_customer(territory_id=company.other_territory_id)
    colleague = company.person(Role.TECHNICIAN, territory_id=company.area_id)
    phone, colleagues = open_phone(company.technician), open_phone(colleague)

    send(customer.appointment_id, company.technician)
    assert key("appointment", customer.appointment_id) in assert_holds_its_scope(phone, company.technician)
    assert key("appointment", customer.appointment_id) not in assert_holds_its_scope(colleagues, colleague)

    company.do("appointment.unassign", appointment_id=customer.appointment_id)
    send(customer.appointment_id, colleague)
    job = {key("appointment", customer.appointment_id), key("account", customer.account_id)}
    assert job.isdisjoint(assert_holds_its_scope(phone, company.technician))
    assert job <= assert_holds_its_scope(colleagues, colleague)


def test_what_was_closed_long_ago_leaves_the_phones_and_what_is_open_stays(
    company: Company,
    settings: Settings,
    sessions: sessionmaker[Session],
    clock: ServerClock,
    open_phone: Any,
    make_customer: Any,
    send: Any,
    assert_holds_its_scope: Any,
) -> None:
    (age,) = [job for job in periodic_jobs(settings, sessions) if job.name == "sync.retention"]
    done, open_still, later = make_customer(), make_customer(), make_customer()
    far = make_customer(territory_id=company.other_territory_id, rep=company.rep)
    people = [company.rep, company.technician, company.dispatcher, company.admin]
    for customer in (done, far):
        send(customer.appointment_id, company.technician)
        clock.move(hours=4)
        work(company, customer, now=clock.now)
    company.do("visit.cancel", now=clock.now, visit_id=done.visit_id, reason="Rain")
    company.do("quote.withdraw", now=clock.now, quote_id=done.quote_id)
    company.do("visit.cancel", now=clock.now, visit_id=far.visit_id, reason="Rain")
    phones = [open_phone(person) for person in people]
    clock.move(days=30)
    company.do("visit.cancel", now=clock.now, visit_id=later.visit_id, reason="Snow")
    clock.move(days=61)
    age.run(clock.now)

    for phone, person in zip(phones, people, strict=True):
        held = assert_holds_its_scope(phone, person)
        gone = {("visit", done.visit_id), ("order", done.order_id), ("work_order", done.work_order_id)}
        gone |= {("quote", done.quote_id), ("agreement", done.agreement_id)}
        gone |= {("appointment", done.appointment_id), ("appointment", far.appointment_id), ("visit", far.visit_id)}
        assert held.isdisjoint({key(*one) for one in gone})
    rep = assert_holds_its_scope(phones[0], company.rep)
    assert {key("visit", later.visit_id), key("work_order", open_still.work_order_id)} <= rep
    assert key("quote", open_still.quote_id) in rep
    assert key("account", done.account_id) in rep

    # A late change brings nothing back, and what hangs on it moves on.
    company.do("account.move", now=clock.now, account_id=done.account_id, territory_id=company.other_territory_id)
    company.do("account.move", now=clock.now, account_id=far.account_id, territory_id=company.territory_id)
    for phone, person in zip(phones, people, strict=True):
        assert_holds_its_scope(phone, person)


def work(company: Company, customer: Customer, *, now: datetime) -> None:
    """Carry the job out, as the technician."""
    for step in ("accept", "start", "complete"):
        company.do(f"appointment.{step}", company.technician, now=now, appointment_id=customer.appointment_id)


def test_somebody_who_left_gets_nothing_and_somebody_who_comes_back_gets_all(
    company: Company, open_phone: Any, make_customer: Any, assert_holds_its_scope: Any, app: Flask
) -> None:
    phone = open_phone(company.rep)
    token = phone.store.setting("access_token")
    company.do("user.update", user_id=company.rep.id, active=False)
    customer = make_customer()

    with pytest.raises(SignInNeeded):
        phone.pull()
    answer = app.test_client().post(
        "/api/v1/sync/pull", json={"schema_version": 1}, headers={"Authorization": f"Bearer {token}"}
    )
    assert answer.status_code in (401, 403)
    assert "changes" not in answer.json
    with company.connection() as connection:
        assert scope_of(connection, org_id=company.org_id, person_id=company.rep.id, now=NOW) == {}

    company.do("user.update", user_id=company.rep.id, active=True)
    phone.sign_in(email=company.rep.email, password=PASSWORD, organisation=company.slug)
    assert key("account", customer.account_id) in assert_holds_its_scope(phone, company.rep)
