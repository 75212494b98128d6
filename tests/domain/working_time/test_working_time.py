"""When people work: shifts, absences and holidays."""

from datetime import date
from typing import Any

import pytest
from flask import Flask

from domain.kernel.errors import PermissionDenied, ReferenceNotFound, ValidationFailed
from domain.kernel.ids import new_id
from domain.people.models import Organisation
from domain.people.permissions import Role
from domain.working_time.queries import WorkingDays, load_working_days
from domain.working_time.rules import (
    AbsenceEndsBeforeStart,
    ShiftsOverlap,
    SubdivisionUnknown,
    is_holiday,
    list_holidays,
    subdivisions_of,
)
from tests.support.company import Company
from tests.support.phone import Phone

MONDAY = date(2026, 11, 23)
CHRISTMAS = date(2026, 12, 25)
MORNING = {"weekday": "mo", "starts": "07:00", "ends": "11:30"}
AFTERNOON = {"weekday": "mo", "starts": "12:30", "ends": "16:00"}


def working_days(company: Company) -> WorkingDays:
    with company.session() as session:
        organisation = session.get_one(Organisation, (company.org_id, company.org_id))
        return load_working_days(
            session, organisation=organisation, user_ids=[company.rep.id], starts_on=MONDAY, ends_on=CHRISTMAS
        )


def test_who_says_nothing_else_works_the_usual_week(company: Company):
    days = working_days(company)
    assert days.on(company.rep.id, MONDAY) == [(480, 720), (780, 1020)]
    assert days.on(company.rep.id, date(2026, 11, 28)) == []


def test_a_week_of_one_s_own(company: Company):
    week = company.do("working_week.set", company.manager, user_id=company.rep.id, shifts=[AFTERNOON, MORNING])
    assert week.shifts == [MORNING, AFTERNOON]
    days = working_days(company)
    assert days.on(company.rep.id, MONDAY) == [(420, 690), (750, 960)]
    assert days.on(company.rep.id, date(2026, 11, 24)) == []


def test_a_week_is_replaced_as_a_whole(company: Company):
    first = company.do("working_week.set", user_id=company.rep.id, shifts=[MORNING, AFTERNOON])
    second = company.do("working_week.set", user_id=company.rep.id, shifts=[MORNING])
    assert (second.id, second.shifts) == (first.id, [MORNING])


@pytest.mark.parametrize(
    "shifts",
    [[MORNING, {**AFTERNOON, "starts": "11:00"}], [{**MORNING, "ends": "07:00"}]],
    ids=["overlapping", "without a minute"],
)
def test_shifts_of_a_day_follow_one_another(company: Company, shifts: list[dict[str, Any]]):
    with pytest.raises(ShiftsOverlap) as refusal:
        company.do("working_week.set", user_id=company.rep.id, shifts=shifts)
    assert list(refusal.value.fields) == ["shifts"]


@pytest.mark.parametrize("time", ["7:00", "24:01", "noon", "07:00\n"])
def test_a_time_is_written_with_four_digits(company: Company, time: str):
    with pytest.raises(ValidationFailed) as refusal:
        company.do("working_week.set", user_id=company.rep.id, shifts=[{**MORNING, "starts": time}])
    assert list(refusal.value.fields) == ["shifts"]


def test_a_rep_does_not_set_working_hours(company: Company):
    with pytest.raises(PermissionDenied):
        company.do("working_week.set", company.rep, user_id=company.rep.id, shifts=[])


def test_nobody_works_while_absent_until_the_absence_is_withdrawn(company: Company):
    absence = company.do("absence.add", company.rep, id=new_id(), starts_on="2026-11-20", ends_on="2026-11-23")
    assert working_days(company).on(company.rep.id, MONDAY) == []
    company.do("absence.update", company.rep, absence_id=absence.id, ends_on="2026-11-22")
    assert working_days(company).on(company.rep.id, MONDAY) != []
    company.do("absence.update", company.rep, absence_id=absence.id, ends_on="2026-12-01")
    company.do("absence.withdraw", company.rep, absence_id=absence.id)
    assert working_days(company).on(company.rep.id, MONDAY) != []


def test_an_absence_ends_no_earlier_than_it_starts(company: Company):
    with pytest.raises(AbsenceEndsBeforeStart) as refusal:
        company.do("absence.add", company.rep, id=new_id(), starts_on="2026-11-24", ends_on="2026-11-23")
    assert list(refusal.value.fields) == ["ends_on"]


def test_a_colleague_s_absence_is_noted_by_who_manages_working_time(company: Company):
    days = {"starts_on": "2026-11-23", "ends_on": "2026-11-23"}
    with pytest.raises(PermissionDenied):
        company.do("absence.add", company.person(Role.REP), id=new_id(), user_id=company.rep.id, **days)
    noted = company.do("absence.add", company.dispatcher, id=new_id(), user_id=company.rep.id, **days)
    assert noted.user_id == company.rep.id


def test_the_system_says_who_is_absent(company: Company):
    with pytest.raises(ReferenceNotFound) as refusal:
        company.do("absence.add", id=new_id(), starts_on="2026-11-23", ends_on="2026-11-23")
    assert list(refusal.value.fields) == ["user_id"]


def test_nobody_works_on_a_public_holiday(company: Company):
    assert working_days(company).on(company.rep.id, CHRISTMAS) == []


def test_holidays_are_those_of_the_part_of_the_country():
    berchtold = date(2026, 1, 2)
    assert not is_holiday(berchtold, country="CH", subdivision=None)
    assert is_holiday(berchtold, country="CH", subdivision="BE")


def test_a_country_or_a_part_that_the_calendar_does_not_know_has_no_holidays():
    assert not is_holiday(CHRISTMAS, country="XX", subdivision=None)
    assert not is_holiday(CHRISTMAS, country="CH", subdivision="nowhere")


def test_holidays_have_names_in_one_s_language_or_in_the_country_s():
    january = {"country": "LI", "subdivision": None, "first": date(2026, 12, 31), "last": date(2027, 1, 2)}
    assert list(list_holidays(**january, language="en")) == [(date(2027, 1, 1), "New Year's Day")]
    assert list(list_holidays(**january, language="de")) == [(date(2027, 1, 1), "Neujahr")]
    assert list(list_holidays(**january, language="fr")) == [(date(2027, 1, 1), "Neujahr")]


def test_only_some_countries_have_parts_with_holidays_of_their_own():
    assert subdivisions_of("CH")["BE"] == "Bern"
    assert subdivisions_of("LI") == {}
    assert subdivisions_of("XX") == {}


def test_a_manager_chooses_the_part_of_the_country(app: Flask, company: Company):
    with company.session() as session:
        session.get_one(Organisation, (company.org_id, company.org_id)).country = "CH"
        session.commit()
    company.do("organisation.set_subdivision", company.manager, organisation_id=company.org_id, subdivision="BE")
    answer = Phone.sign_in(app, company.rep).get("/holidays?from=2026-01-02&to=2026-01-02&language=de").json
    assert (answer["country"], answer["subdivision"]) == ("CH", "BE")
    assert answer["items"] == [{"day": "2026-01-02", "name": "Berchtoldstag"}]
    assert {"code": "BE", "name": "Bern"} in answer["subdivisions"]
    company.do("organisation.set_subdivision", company.manager, organisation_id=company.org_id, subdivision=None)
    assert Phone.sign_in(app, company.rep).get("/holidays?from=2026-01-02&to=2026-01-02").json["items"] == []


def test_a_part_of_another_country_is_refused(company: Company):
    with pytest.raises(SubdivisionUnknown) as refusal:
        company.do("organisation.set_subdivision", company.manager, organisation_id=company.org_id, subdivision="BE")
    assert list(refusal.value.fields) == ["subdivision"]


def test_a_rep_does_not_choose_it(company: Company):
    with pytest.raises(PermissionDenied):
        company.do("organisation.set_subdivision", company.rep, organisation_id=company.org_id, subdivision=None)


def test_holidays_are_asked_for_from_a_day_to_a_later_one(app: Flask, company: Company):
    rep = Phone.sign_in(app, company.rep)
    for days in ("from=2026-01-02&to=2026-01-01", "from=2026-01-01&to=2036-01-01"):
        assert list(rep.get(f"/holidays?{days}").json["fields"]) == ["to"]
