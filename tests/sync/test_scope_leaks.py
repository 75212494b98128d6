"""I4, beyond documents: no message, receipt or refusal tells of what the person cannot see."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask

from domain.kernel.ids import new_id
from domain.people.models import User
from domain.people.permissions import Role
from tests.support.company import NOW, Company
from tests.support.phone import Phone

PhoneOf = Callable[[User], Phone]


def test_who_takes_over_a_device_is_not_told_what_became_of_the_others_entries(
    app: Flask, company: Company, phone_of: PhoneOf
) -> None:
    before = phone_of(company.rep)
    before.pull()
    cursor = before.cursor
    before.do("account.create", id=new_id(), name="Hotel Rheinblick", territory_id=company.territory_id)
    after = Phone.sign_in(
        app, company.person(Role.TECHNICIAN, territory_id=company.other_area_id), device_id=before.device_id
    )
    after.cursor = cursor
    after.pull(verify=False)
    assert after.answers[-1]["receipts"] == []


def test_a_refused_plan_does_not_name_a_job_outside_the_dispatchers_area(company: Company, phone_of: PhoneOf) -> None:
    near, far = (
        company.site(company.account(territory_id=territory_id))
        for territory_id in (company.territory_id, company.other_territory_id)
    )
    appointments = {}
    for site, title in ((near, "Leaks"), (far, "Secret machine")):
        appointments[title] = new_id()
        company.do("work_order.create", id=new_id(), appointment_id=appointments[title], site_id=site.id, title=title)
    plan = {"technician_id": company.technician.id, "starts_at": NOW + timedelta(hours=1)}
    company.do("appointment.assign", appointment_id=appointments["Secret machine"], **plan)
    phone = phone_of(company.dispatcher)
    result = phone.do("appointment.assign", appointment_id=appointments["Leaks"], **plan)
    assert result["code"] == "appointment.overlap"
    assert "Secret machine" not in str(result)
