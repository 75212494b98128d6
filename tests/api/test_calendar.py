"""The iCalendar feed, read back as a calendar program would."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from icalendar import Calendar

from domain.kernel.clock import utc_now
from domain.kernel.ids import new_id
from domain.visits.models import Visit
from tests.support.company import Company
from tests.support.phone import Phone

TOMORROW = utc_now().replace(microsecond=0) + timedelta(days=1)


def read(app: Flask, path: str, **headers: str) -> Any:
    return app.test_client().get(path, headers=headers)


def events(app: Flask, path: str) -> dict[str, Any]:
    answer = read(app, path)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    return {str(event["uid"]): event for event in Calendar.from_ical(answer.data).walk("VEVENT")}


def plan(company: Company, at: datetime = TOMORROW, **changes: Any) -> Visit:
    account = company.account()
    site = company.do(
        "site.create",
        id=new_id(),
        account_id=account.id,
        name="Main house",
        address={"street": "Dorfstrasse", "house_number": "3", "postcode": "9495", "city": "Triesen"},
        position={"lat": 47.1, "lng": 9.5},
    )
    args = {"account_id": account.id, "site_id": site.id, "planned_start_at": at, **changes}
    return company.do("visit.plan", company.rep, id=new_id(), **args)


@pytest.fixture
def phone(app: Flask, company: Company) -> Phone:
    return Phone.sign_in(app, company.rep)


def new_address(phone: Phone) -> str:
    answer = phone.app.test_client().put("/api/v1/calendar-feed", headers=phone.headers)
    assert answer.status_code == 200, answer.text
    return answer.json["path"]


def test_a_visit_stands_in_the_calendar(app: Flask, company: Company, phone: Phone):
    visit = plan(company, purpose="Autumn range", duration_min=45)
    event = events(app, new_address(phone))[f"visit-{visit.id}@fieldbook"]
    assert (event["dtstart"].dt, event["dtend"].dt) == (TOMORROW, TOMORROW + timedelta(minutes=45))
    assert event["dtstart"].dt.utcoffset() == timedelta(0)
    assert (event["summary"], event["location"]) == ("Hotel Rheinblick", "Dorfstrasse 3, 9495 Triesen")
    assert (event["description"], event["status"], event["sequence"]) == ("Autumn range", "TENTATIVE", 1)
    assert (event["geo"].latitude, event["geo"].longitude) == (47.1, 9.5)


def test_a_change_keeps_the_uid_and_raises_the_sequence(app: Flask, company: Company, phone: Phone):
    visit = plan(company)
    path = new_address(phone)
    company.do("visit.reschedule", company.rep, visit_id=visit.id, planned_start_at=TOMORROW + timedelta(hours=2))
    company.do("visit.confirm", company.rep, visit_id=visit.id)
    [(uid, event)] = events(app, path).items()
    assert uid == f"visit-{visit.id}@fieldbook"
    assert (event["dtstart"].dt, event["sequence"], event["status"]) == (TOMORROW + timedelta(hours=2), 3, "CONFIRMED")


def test_what_is_called_off_is_shown_as_canceled(app: Flask, company: Company, phone: Phone):
    visit = plan(company)
    company.do("visit.cancel", company.rep, visit_id=visit.id, reason="Ill")
    assert events(app, new_address(phone))[f"visit-{visit.id}@fieldbook"]["status"] == "CANCELLED"


def test_an_appointment_that_the_technician_was_told_of(app: Flask, company: Company):
    site = company.site(company.account())
    appointment_id = new_id()
    company.do("work_order.create", id=new_id(), appointment_id=appointment_id, site_id=site.id, title="Leaks")
    company.do(
        "appointment.assign", appointment_id=appointment_id, technician_id=company.technician.id, starts_at=TOMORROW
    )
    path = new_address(Phone.sign_in(app, company.technician))
    assert events(app, path) == {}
    company.do("appointment.dispatch", appointment_id=appointment_id)
    event = events(app, path)[f"appointment-{appointment_id}@fieldbook"]
    assert (event["dtstart"].dt, event["description"], event["status"]) == (TOMORROW, "Leaks", "CONFIRMED")
    company.do("appointment.cancel", appointment_id=appointment_id, reason="Repaired")
    assert events(app, path)[f"appointment-{appointment_id}@fieldbook"]["status"] == "CANCELLED"


def test_nobody_else_s_visits_are_in_it(app: Flask, company: Company):
    plan(company)
    assert events(app, new_address(Phone.sign_in(app, company.manager))) == {}


def test_nothing_new_is_not_sent_again(app: Flask, company: Company, phone: Phone):
    visit = plan(company)
    path = new_address(phone)
    tag = read(app, path).headers["ETag"]
    assert read(app, path, **{"If-None-Match": tag}).status_code == 304
    company.do("visit.confirm", company.rep, visit_id=visit.id)
    assert read(app, path, **{"If-None-Match": tag}).status_code == 200


def test_a_new_address_ends_the_old_one_and_it_can_be_taken_back(app: Flask, phone: Phone):
    assert phone.get("/calendar-feed").json == {"created_at": None}
    old, new = new_address(phone), new_address(phone)
    assert read(app, old).json["code"] == "calendar.feed_unknown"
    assert read(app, new).status_code == 200
    assert phone.get("/calendar-feed").json["created_at"]
    assert app.test_client().delete("/api/v1/calendar-feed", headers=phone.headers).status_code == 204
    assert read(app, new).status_code == 404


def test_who_has_left_has_no_calendar(app: Flask, company: Company, phone: Phone):
    path = new_address(phone)
    company.do("user.update", user_id=company.rep.id, active=False)
    assert read(app, path).status_code == 404


@pytest.mark.parametrize("token", ["x", "ä", "A" * 86, "-" * 200])
def test_a_token_that_is_none_is_refused(app: Flask, token: str):
    assert read(app, f"/api/v1/calendar/{token}.ics").json["code"] == "calendar.feed_unknown"


def test_only_the_digest_is_stored_and_the_log_has_no_token(
    app: Flask, company: Company, phone: Phone, capsys: pytest.CaptureFixture[str]
):
    path = new_address(phone)
    token = path.rpartition("/")[2].removesuffix(".ics")
    with company.connection() as connection:
        [row] = connection.execute("select row_to_json(f)::text from calendar_feeds f").fetchall()
    assert token not in row[0]
    capsys.readouterr()
    read(app, path)
    assert token not in capsys.readouterr().out
