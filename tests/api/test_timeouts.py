"""The database gives up what takes too long, and the caller is told to come again: nothing hangs, nothing is lost."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionInTime

from api.app import create_app
from api.runtime.database import make_engine
from api.runtime.timeouts import NO_STATEMENT_TIMEOUT, Timeouts
from api.settings import Settings
from domain.kernel.ids import new_id
from domain.kernel.integrity import is_transient
from tests.support.company import Company
from tests.support.phone import Phone


@pytest.fixture
def impatient(settings: Settings) -> Iterator[Flask]:
    app = create_app(replace(settings, database_timeouts=Timeouts(lock_s=1)))
    yield app
    app.extensions["fieldbook"].close()


def test_whoever_waits_too_long_for_a_lock_is_told_to_come_again(impatient: Flask, company: Company) -> None:
    phone = Phone.sign_in(impatient, company.rep)
    account = {"id": new_id(), "name": "Hotel Adler", "territory_id": company.territory_id}
    mutation = phone.mutation("account.create", **account)
    with company.session() as session:
        session.execute(text("select 1 from sync_counters for update"))
        answer = phone.post("/accounts", account)
        assert (answer.status_code, answer.json["code"]) == (503, "server.busy")
        assert int(answer.headers["Retry-After"]) > 0
        assert [result["status"] for result in phone.push(mutation)] == ["retry"]
    assert [result["status"] for result in phone.push(mutation)] == ["applied"]


def engine_with(settings: Settings, timeouts: Timeouts) -> Engine:
    return make_engine(settings.database_url, role=settings.app_role_to_set, timeouts=timeouts)


def test_a_statement_that_takes_too_long_may_be_tried_again(settings: Settings) -> None:
    engine = engine_with(settings, Timeouts(statement_s=1))
    with engine.connect() as connection, pytest.raises(DBAPIError) as given_up:
        connection.execute(text("select pg_sleep(30)"))
    assert is_transient(given_up.value)
    engine.dispose()


def test_a_transaction_that_was_left_open_may_be_tried_again(settings: Settings, engine: Engine) -> None:
    forgetful = engine_with(settings, Timeouts(idle_transaction_s=1))
    with forgetful.connect() as connection:
        connection.execute(text("select 1"))
        with engine.connect() as clock:
            clock.execute(text("select pg_sleep(2)"))
        with pytest.raises(DBAPIError) as given_up:
            connection.execute(text("select 1"))
    assert is_transient(given_up.value)
    forgetful.dispose()


def test_a_request_without_a_connection_may_be_tried_again() -> None:
    assert is_transient(NoConnectionInTime())


def test_an_operators_command_may_take_as_long_as_it_takes(settings: Settings) -> None:
    engine = engine_with(settings, NO_STATEMENT_TIMEOUT)
    with engine.connect() as connection:
        assert connection.execute(text("show statement_timeout")).scalar_one() == "0"
        assert connection.execute(text("show lock_timeout")).scalar_one() == "10s"
    engine.dispose()
