"""What a log must not hold: passwords, tokens, bodies, customers' names. As configured in production."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout

import pytest
import structlog
from flask import Flask
from sqlalchemy import text

from api import doors
from api.app import create_app
from api.logging import configure
from api.settings import Settings
from domain.kernel.ids import new_id
from tests.support.company import PASSWORD, Company
from tests.support.phone import Phone

CUSTOMER = "Geheimrat Huber"
NOTE = "Keeps the key under the mat"
WRONG_PASSWORD = "battery horse correct"


@pytest.fixture
def failing_app(settings: Settings, company: Company) -> Iterator[Flask]:
    """The app, with two views that fail as a programming error and as a database error do."""
    app = create_app(settings)

    def fail_in_python() -> str:
        customer = {"name": CUSTOMER, "notes": NOTE}
        return customer["Geheim"]

    def fail_in_the_database() -> str:
        with doors.org_session(company.org_id) as session:
            values = {"org": company.org_id, "id": new_id(), "name": CUSTOMER, "notes": NOTE}
            session.execute(
                text("insert into accounts (org_id, id, name, notes) values (:org, :id, :name, :notes)"), values
            )
        return ""

    app.add_url_rule("/fail/python", view_func=fail_in_python)
    app.add_url_rule("/fail/database", view_func=fail_in_the_database)
    yield app
    app.extensions["fieldbook"].close()


@contextmanager
def log_of_production() -> Iterator[io.StringIO]:
    """What goes to standard output meanwhile, as the processes of `fieldbook serve` write it."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    with redirect_stdout(io.StringIO()) as output:
        configure()
        yield output
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_the_log_of_a_bad_day_holds_no_secrets_and_nothing_of_customers(failing_app: Flask, company: Company) -> None:
    with log_of_production() as output:
        rep = Phone.sign_in(failing_app, company.rep)
        client = failing_app.test_client()
        device = {"name": "Phone", "platform": "web"}
        wrong = {"email": company.rep.email, "password": WRONG_PASSWORD, "device": device}
        statuses = [client.post("/api/v1/auth/login", json=wrong).status_code]
        account = {"id": new_id(), "name": CUSTOMER, "notes": NOTE, "territory_id": company.territory_id}
        statuses += [rep.post("/accounts", account).status_code, rep.post("/accounts", account).status_code]
        statuses.append(rep.post("/accounts", {**account, "territory_id": CUSTOMER}).status_code)
        rep.push(rep.mutation("account.create", **account), rep.mutation("espresso.brew", name=CUSTOMER, notes=NOTE))
        rep.get(f"/accounts?search={CUSTOMER}")
        statuses += [client.get(path).status_code for path in ("/fail/python", "/fail/database")]
    assert statuses == [401, 201, 409, 422, 500, 500]

    log = output.getvalue()
    lines = [json.loads(line) for line in log.splitlines()]
    assert [line["path"] for line in lines if line["event"] == "request.failed"] == ["/fail/python", "/fail/database"]
    assert [line["status"] for line in lines if line["event"] == "request"][:5] == [200, 401, 201, 409, 422]
    assert all(line["request_id"] for line in lines if line["event"] == "request")
    token = rep.headers["Authorization"].removeprefix("Bearer ")
    private = (CUSTOMER, NOTE, PASSWORD, WRONG_PASSWORD, token, company.rep.email, company.rep.name)
    assert [word for word in private if word in log] == []
