"""What leaves after its time, in bounded parts: documents, tombstones with the cursors that need them, receipts."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from api.settings import Settings
from domain.kernel.ids import new_id
from domain.kernel.session import open_session
from domain.people.models import User
from sync import retention
from tests.support.company import NOW, Company
from tests.support.phone import Phone

PhoneOf = Callable[[User], Phone]
LATER = NOW + timedelta(days=91)
MUCH_LATER = NOW + retention.KEEP_LOG + timedelta(days=1)


def all_of(company: Company, query: str) -> list[tuple]:
    with company.session() as session:
        return [tuple(row) for row in session.execute(text(query))]


def carry_out(company: Company, step: retention.Step, *, now: datetime) -> bool:
    with company.session(now=now) as session:
        more = step(session, org_id=company.org_id, now=now)
        session.commit()
        return more


@pytest.fixture
def canceled_visits(company: Company) -> list[UUID]:
    account = company.account()
    site = company.site(account)
    visits = []
    for _ in range(5):
        place = {"account_id": account.id, "site_id": site.id, "rep_id": company.rep.id}
        visit = company.do("visit.plan", id=new_id(), planned_start_at=NOW, **place)
        company.do("visit.cancel", visit_id=visit.id, reason="Rain")
        visits.append(visit.id)
    return visits


def test_documents_leave_in_parts_that_are_a_commit_each(
    company: Company, phone_of: PhoneOf, canceled_visits: list[UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "EXPIRE_AT_ONCE", 2)
    phone = phone_of(company.rep)
    phone.pull()
    held = []
    more = True
    while more:
        more = carry_out(company, retention.expire_documents, now=LATER)
        before = phone.checkpoint
        phone.pull()
        assert phone.checkpoint == before + 1
        held.append(len(phone.ids("visit")))
    assert held == [3, 1, 0]
    assert all_of(company, "select count(*) from visits") == [(5,)]


def test_where_nothing_is_due_no_revision_is_taken(
    company: Company, phone_of: PhoneOf, canceled_visits: list[UUID]
) -> None:
    before = all_of(company, "select rev from sync_counters")
    assert not carry_out(company, retention.expire_documents, now=NOW + timedelta(days=89))
    assert all_of(company, "select rev from sync_counters") == before


def test_devices_are_poked_when_something_leaves(
    company: Company, settings: Settings, canceled_visits: list[UUID]
) -> None:
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        connection.execute("listen fieldbook_revision")
        carry_out(company, retention.expire_documents, now=LATER)
        (said,) = (
            notice.payload
            for notice in connection.notifies(timeout=30, stop_after=1)
            if notice.payload.startswith(str(company.org_id))
        )
    assert f"user:{company.rep.id}" in said


def count_tombstones(company: Company) -> int:
    ((count,),) = all_of(company, "select count(*) from sync_entries where not present")
    return count


def age_log(company: Company, *, now: datetime) -> None:
    carry_out(company, retention.raise_floor, now=now)
    while carry_out(company, retention.remove_tombstones, now=now):
        pass


def test_a_tombstone_is_kept_for_180_days_and_who_was_away_for_longer_starts_anew(
    company: Company, phone_of: PhoneOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "REMOVE_AT_ONCE", 2)
    moving = [company.account() for _ in range(5)]
    away, back_in_time = phone_of(company.rep), phone_of(company.rep)
    for phone in (away, back_in_time):
        phone.pull()
    for account in moving:
        company.do("account.move", account_id=account.id, territory_id=company.other_territory_id)
    back_in_time.pull()
    age_log(company, now=NOW)
    age_log(company, now=NOW + timedelta(days=180))
    assert count_tombstones(company) == 5

    company.account(name="New since")
    age_log(company, now=MUCH_LATER)
    assert count_tombstones(company) == 0

    back_in_time.pull()
    assert back_in_time.answers[0]["reset"] == []
    away.pull()
    assert away.answers[0]["reset"] != []
    fresh = phone_of(company.rep)
    fresh.pull()
    assert away.documents == fresh.documents == back_in_time.documents


def test_days_on_which_nobody_looked_make_the_log_longer_never_shorter(company: Company) -> None:
    account = company.account()
    age_log(company, now=NOW)
    company.do("account.move", account_id=account.id, territory_id=company.other_territory_id)
    # The worker was down until here: how old the move is nobody can tell, so that it counts from now on.
    age_log(company, now=MUCH_LATER)
    assert count_tombstones(company) == 1
    age_log(company, now=MUCH_LATER + timedelta(days=181))
    assert count_tombstones(company) == 0


def test_a_floor_never_sinks(company: Company) -> None:
    age_log(company, now=NOW)
    age_log(company, now=MUCH_LATER)
    floor = all_of(company, "select floor from sync_counters")
    assert floor > [(0,)]
    age_log(company, now=NOW + timedelta(days=1))
    assert all_of(company, "select floor from sync_counters") == floor


@pytest.fixture
def old_receipts(company: Company, phone_of: PhoneOf) -> dict[str, str]:
    """What became of mutations of 181 days ago: their ids by what became of them."""
    phone = phone_of(company.rep)
    ids = {}
    for outcome in ("applied", "refused", "mended", "failed"):
        name = "account.create" if outcome == "applied" else "account.nonsense"
        args = {"id": new_id(), "name": "Hotel Adler", "territory_id": company.territory_id}
        ids[outcome] = phone.do(name, **args)["id"]
    with company.session() as session:
        for statement in (
            "update receipts set recorded_at = now() - interval '181 days'",
            f"update receipts set settled_at = now() where id = '{ids['mended']}'",
            f"update receipts set status = 'failed' where id = '{ids['failed']}'",
        ):
            session.execute(text(statement))
        session.commit()
    return ids


def receipts(company: Company) -> set[str]:
    return {str(record_id) for (record_id,) in all_of(company, "select id from receipts where seq is not null")}


def test_receipts_leave_after_180_days_but_none_that_somebody_has_to_see_to(
    company: Company, phone_of: PhoneOf, old_receipts: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "REMOVE_AT_ONCE", 1)
    recent = phone_of(company.rep).do("account.nonsense")["id"]
    while carry_out(company, retention.forget_receipts, now=datetime.now(NOW.tzinfo)):
        pass
    assert receipts(company) == {old_receipts["refused"], old_receipts["failed"], recent}


def test_no_caller_can_have_younger_receipts_removed(company: Company, phone_of: PhoneOf) -> None:
    phone_of(company.rep).do("account.nonsense")
    before = all_of(company, "select id from receipts order by id")
    carry_out(company, retention.forget_receipts, now=datetime.now(NOW.tzinfo) + timedelta(days=3650))
    assert all_of(company, "select id from receipts order by id") == before


def test_an_organisation_that_is_locked_does_not_keep_another_from_its_turn(
    company: Company, other_company: Company, sessions: sessionmaker[Session], canceled_visits: list[UUID]
) -> None:
    @contextmanager
    def impatient(org_id: UUID) -> Iterator[Session]:
        with open_session(sessions, org_id=org_id, now=LATER) as session:
            session.execute(text("set local lock_timeout = '50ms'"))
            yield session

    orgs = [other_company.org_id, company.org_id]
    with other_company.session() as busy:
        busy.execute(text("select 1 from sync_counters for update"))
        with pytest.raises(retention.RetentionIncomplete):
            retention.carry_out(org_ids=orgs, open_session=impatient, now=LATER)
    assert all_of(company, "select count(*) from sync_documents where entity = 'visit'") == [(0,)]
    retention.carry_out(org_ids=orgs, open_session=impatient, now=LATER)
