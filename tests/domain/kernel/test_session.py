"""No change passes the change log by, and no row leaves its organisation."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError

from domain.customers.models import Account
from domain.kernel.ids import new_id
from domain.kernel.session import BulkWriteBypassesChangeLog
from domain.people.models import Device, Skill
from sync.pull import current_revision
from tests.support.company import NOW, Company


def test_a_bulk_update_raises(company: Company):
    with company.session() as session, pytest.raises(BulkWriteBypassesChangeLog, match="Account"):
        session.execute(update(Account).values(name="Everybody"))


def test_a_bulk_delete_raises(company: Company):
    with company.session() as session, pytest.raises(BulkWriteBypassesChangeLog, match="Account"):
        session.execute(delete(Account))


def test_a_bulk_update_of_what_no_phone_holds_may_say_so(company: Company):
    with company.session() as session:
        session.execute(update(Device).values(name="Phone").execution_options(reaches_no_phone=True))


def test_each_commit_that_changes_something_takes_the_next_revision(company: Company):
    with company.session() as session:
        before = current_revision(session)
    account = company.account()
    company.do("account.update", account_id=account.id, name="Inn")
    with company.session() as session:
        assert current_revision(session) == before + 2


def test_a_write_raises_the_version_and_the_time(company: Company):
    account = company.account()
    later = NOW + timedelta(hours=1)
    with company.session(now=later) as session:
        stored = session.get_one(Account, (company.org_id, account.id))
        stored.name = "Inn"
        session.commit()
        assert (stored.version, stored.updated_at, stored.created_at) == (2, later, NOW)


def test_what_is_rolled_back_is_forgotten(company: Company):
    with company.session() as session:
        before = current_revision(session)
        session.add(Skill(id=new_id(), name="gas", created_at=NOW))
        session.flush()
        session.rollback()
        session.commit()
        assert current_revision(session) == before


def test_a_raw_query_sees_one_organisation(company: Company, other_company: Company):
    company.account()
    other_company.account()
    with company.session() as session:
        assert session.execute(text("select distinct org_id from accounts")).scalars().all() == [company.org_id]


def test_a_raw_update_does_not_reach_another_organisation(company: Company, other_company: Company):
    account = other_company.account(name="Theirs")
    with company.session() as session:
        session.execute(text("update accounts set name = 'ours'"))
        session.commit()
    assert other_company.read(Account, account.id).name == "Theirs"


def test_a_row_cannot_be_put_into_another_organisation(company: Company, other_company: Company):
    row = {"org_id": other_company.org_id, "id": new_id(), "name": "gas", "version": 1}
    with company.session() as session, pytest.raises(DBAPIError, match="row-level security"):
        session.execute(insert(Skill.__table__).values(created_at=NOW, updated_at=NOW, **row))


def test_without_an_organisation_nothing_is_seen(company: Company):
    with company.sessions() as session:
        assert session.scalar(select(func.count()).select_from(Skill)) == 0
