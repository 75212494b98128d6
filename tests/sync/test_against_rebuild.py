"""I3 and I5: whatever people do, and whoever writes at the same time, the log holds what a rebuild would write."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from threading import Event, Thread
from typing import Any
from uuid import UUID

import orjson
import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, InvalidRequestError, OperationalError
from sqlalchemy.orm import Session, sessionmaker
from sqlalchemy.orm.exc import StaleDataError

from api.composition import REGISTRY
from domain.customers.models import Account, Contact
from domain.kernel.command import Context, execute
from domain.kernel.errors import DomainError
from domain.kernel.ids import new_id
from domain.people.models import User
from domain.people.permissions import Role
from domain.visits.models import Visit
from sync import change_log
from sync.rebuild import rebuild
from tests.support.company import NOW, Company, wire
from tests.support.phone import Phone

Act = Callable[["Story", Context, int], None]
"""Something that happens. The number picks among the records that there are."""


@dataclass(kw_only=True)
class Story:
    """A company, and what has been made in it so far."""

    company: Company
    technicians: list[User]
    reps: list[User]
    sites: list[tuple[UUID, UUID]] = field(default_factory=list)
    """Account and site."""
    contacts: list[UUID] = field(default_factory=list)
    visits: list[UUID] = field(default_factory=list)
    jobs: list[tuple[UUID, UUID]] = field(default_factory=list)
    """Work order and appointment."""

    @property
    def territories(self) -> list[UUID]:
        return [self.company.territory_id, self.company.other_territory_id, self.company.area_id]


def do(ctx: Context, name: str, /, **args: Any) -> None:
    ctx.command_id = new_id()
    execute(REGISTRY.commands[name], wire(args), ctx)


def new_customer(story: Story, ctx: Context, n: int) -> None:
    account_id, site_id = new_id(), new_id()
    territory_id = story.territories[n % len(story.territories)]
    do(ctx, "account.create", id=account_id, name=f"Customer {n}", territory_id=territory_id)
    do(ctx, "site.create", id=site_id, account_id=account_id, name="Main house")
    story.sites.append((account_id, site_id))


def move_customer(story: Story, ctx: Context, n: int) -> None:
    account_id, _ = story.sites[n % len(story.sites)]
    do(ctx, "account.move", account_id=account_id, territory_id=story.territories[n // 3 % len(story.territories)])


def edit_customer(story: Story, ctx: Context, n: int) -> None:
    account_id, site_id = story.sites[n % len(story.sites)]
    do(ctx, "account.update", account_id=account_id, notes=f"Note {n}")
    do(ctx, "site.update", site_id=site_id, name=f"House {n}")


def new_contact(story: Story, ctx: Context, n: int) -> None:
    account_id, _ = story.sites[n % len(story.sites)]
    contact_id = new_id()
    do(ctx, "contact.create", id=contact_id, account_id=account_id, name="Mira Beck")
    story.contacts.append(contact_id)


def delete_contact(story: Story, ctx: Context, n: int) -> None:
    ctx.session.delete(ctx.get(Contact, story.contacts[n % len(story.contacts)]))


def plan_visit(story: Story, ctx: Context, n: int) -> None:
    account_id, site_id = story.sites[n % len(story.sites)]
    visit_id, rep = new_id(), story.reps[n % len(story.reps)]
    planned = {"account_id": account_id, "site_id": site_id, "planned_start_at": NOW + timedelta(hours=n)}
    do(ctx, "visit.plan", id=visit_id, rep_id=rep.id, **planned)
    story.visits.append(visit_id)


def end_visit(story: Story, ctx: Context, n: int) -> None:
    do(ctx, "visit.cancel", visit_id=story.visits[n % len(story.visits)], reason="Rain")


def delete_visit(story: Story, ctx: Context, n: int) -> None:
    ctx.session.delete(ctx.get(Visit, story.visits[n % len(story.visits)]))


def delete_customer(story: Story, ctx: Context, n: int) -> None:
    # Refused at the commit, if anything refers to it.
    ctx.session.delete(ctx.get(Account, story.sites[n % len(story.sites)][0]))


def new_job(story: Story, ctx: Context, n: int) -> None:
    _, site_id = story.sites[n % len(story.sites)]
    job = (new_id(), new_id())
    do(ctx, "work_order.create", id=job[0], appointment_id=job[1], site_id=site_id, title="Leaks")
    story.jobs.append(job)


def send(story: Story, ctx: Context, n: int) -> None:
    _, appointment_id = story.jobs[n % len(story.jobs)]
    technician = story.technicians[n // 5 % len(story.technicians)]
    starts_at = NOW + timedelta(hours=2 * (n % 37))
    do(ctx, "appointment.assign", appointment_id=appointment_id, technician_id=technician.id, starts_at=starts_at)
    do(ctx, "appointment.dispatch", appointment_id=appointment_id)


def send_somebody_else(story: Story, ctx: Context, n: int) -> None:
    _, appointment_id = story.jobs[n % len(story.jobs)]
    do(ctx, "appointment.unassign", appointment_id=appointment_id)
    send(story, ctx, n)


def finish_in_part(story: Story, ctx: Context, n: int) -> None:
    work_order_id, appointment_id = story.jobs[n % len(story.jobs)]
    following = new_id()
    do(ctx, "appointment.start", appointment_id=appointment_id)
    reason = {"next_appointment_id": following, "reason": "A part is missing"}
    do(ctx, "appointment.complete_partially", appointment_id=appointment_id, **reason)
    story.jobs.append((work_order_id, following))


def decline(story: Story, ctx: Context, n: int) -> None:
    do(ctx, "appointment.decline", appointment_id=story.jobs[n % len(story.jobs)][1], reason="Ill")


def cancel_job(story: Story, ctx: Context, n: int) -> None:
    do(ctx, "work_order.cancel", work_order_id=story.jobs[n % len(story.jobs)][0], reason="Sold")


ACTS: tuple[Act, ...] = (
    new_customer,
    new_job,
    send,
    plan_visit,
    move_customer,
    new_contact,
    send_somebody_else,
    edit_customer,
    end_visit,
    finish_in_part,
    decline,
    delete_contact,
    delete_visit,
    cancel_job,
    delete_customer,
)

TRANSACTION = st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 1_000)), min_size=1, max_size=3)
"""What is done in one transaction."""
MOMENT = st.lists(TRANSACTION, min_size=1, max_size=3)
"""Transactions that run at the same time."""


def run(story: Story, acts: list[tuple[Act, int]]) -> None:
    """Do it all in one transaction, or nothing."""
    with story.company.context() as ctx:
        try:
            for act, n in acts:
                act(story, ctx, n)
            ctx.session.commit()
        except (DomainError, IntegrityError, InvalidRequestError, StaleDataError, OperationalError):
            ctx.session.rollback()


@settings(max_examples=4, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(moments=st.lists(MOMENT, min_size=3, max_size=6))
def test_the_log_holds_what_a_rebuild_writes_and_phones_hold_what_the_log_says(
    app: Flask, sessions: sessionmaker[Session], moments: list[list[list[tuple[Act, int]]]]
) -> None:
    company = Company.found(sessions)
    story = Story(
        company=company,
        technicians=[company.technician, company.person(Role.TECHNICIAN, territory_id=company.other_area_id)],
        reps=[company.rep, company.person(Role.REP, territory_id=company.other_area_id)],
    )
    run(story, [(act, n) for n in range(3) for act in (new_customer, new_contact, plan_visit, new_job)])
    phones = [Phone.sign_in(app, person) for person in (story.technicians[0], story.reps[0], company.dispatcher)]
    with ThreadPoolExecutor(3) as pool:
        for moment in moments:
            list(pool.map(lambda acts: run(story, acts), moment))
            for phone in phones:
                phone.pull(limit=7)
    for phone, person in zip(phones, (story.technicians[0], story.reps[0], company.dispatcher), strict=True):
        fresh = Phone.sign_in(app, person)
        fresh.pull()
        assert phone.documents == fresh.documents
    held = state(company)
    with company.session() as session:
        rebuild(session, REGISTRY, org_id=company.org_id, now=NOW)
        session.commit()
    assert held == state(company)


def state(company: Company) -> dict[str, Any]:
    """Everything in the log but the revisions. Checks that counts and hashes are those of the entries."""
    with company.session() as session:
        documents = session.execute(text("select id, entity, doc, own_buckets, follows_id from sync_documents"))
        shares = session.execute(text("select id, bucket, source_id from sync_shares"))
        entries = session.execute(text("select bucket, id, entity from sync_entries where present"))
        sums = session.execute(
            text("""
                select bucket, count(*), mod(sum(sync_hash(id, rev)), 4294967296)::bigint
                  from sync_entries where present group by bucket
            """)
        )
        kept = session.execute(text("select bucket, count, hash from sync_buckets where count <> 0 or hash <> 0"))
        assert sorted(map(tuple, kept)) == sorted(map(tuple, sums))
        return {
            "documents": {
                row.id: (row.entity, orjson.loads(row.doc), sorted(row.own_buckets), row.follows_id)
                for row in documents
            },
            "shares": set(map(tuple, shares)),
            "entries": set(map(tuple, entries)),
        }


@pytest.fixture
def waiting_for_a_lock(company: Company) -> Callable[[], bool]:
    def is_anybody() -> bool:
        with company.session() as session:
            waiting = text("select count(*) from pg_stat_activity where wait_event_type = 'Lock'")
            return bool(session.execute(waiting).scalar_one())

    return is_anybody


def test_a_rebuild_waits_for_who_is_writing_the_log(company: Company, waiting_for_a_lock: Callable[[], bool]) -> None:
    account_id = new_id()
    done = Event()

    def rebuild_now() -> None:
        with company.session() as session:
            rebuild(session, REGISTRY, org_id=company.org_id, now=NOW)
            session.commit()
            done.set()

    with company.context() as ctx:
        do(ctx, "account.create", id=account_id, name="Hotel Rheinblick", territory_id=company.territory_id)
        for step in ctx.unit.before_commit:
            step(ctx.session)
        ctx.unit.before_commit.clear()
        ctx.session.flush()
        change_log.write(ctx.session, REGISTRY)
        for noted in (ctx.unit.changed, ctx.unit.receipts):
            noted.clear()
        rebuilding = Thread(target=rebuild_now)
        rebuilding.start()
        while not waiting_for_a_lock():
            pass
        ctx.session.commit()
    rebuilding.join()
    assert done.is_set()
    assert account_id in state(company)["documents"]
