"""A technician's and a dispatcher's phone: the day off line, handed in at once."""

import pytest
from flask import Flask

from domain.kernel.ids import new_id
from domain.people.models import User
from domain.people.permissions import Role
from tests.support.company import Company
from tests.support.job import Job
from tests.support.phone import Phone


@pytest.fixture
def visitor(company: Company) -> User:
    """A technician who works in the other area, and helps out here."""
    return company.person(Role.TECHNICIAN, territory_id=company.other_area_id)


def test_a_day_without_signal_is_handed_in_at_once(app: Flask, company: Company, job: Job, visitor: User):
    gasket = company.product(sku="GSK-1", name="Gasket", price_minor=450, kind="part")
    job.assign(visitor)
    job.plan("dispatch")
    phone, desk = Phone.sign_in(app, visitor), Phone.sign_in(app, company.dispatcher)
    phone.pull()
    desk.pull()
    assert phone.document("appointment", job.appointment_id)["status"] == "dispatched"
    assert phone.document("work_order", job.work_order_id)["title"] == "Grinder stuck"
    assert phone.document("site", job.site.id)["name"] == "Main house"

    this = {"appointment_id": job.appointment_id}
    part = {"id": new_id(), "product_id": gasket.id, "quantity": 2}
    results = phone.push(
        phone.mutation("appointment.accept", **this),
        phone.mutation("appointment.travel", **this, position={"lat": 47.1, "lng": 9.5, "accuracy_m": 20}),
        phone.mutation("appointment.start", **this, position=None),
        phone.mutation("appointment.update", **this, notes="Pump leaks"),
        phone.mutation("appointment.complete", **this, notes="Sealed", parts=[part], position=None),
    )
    assert [result["status"] for result in results] == ["applied"] * 5

    desk.pull()
    done = desk.document("appointment", job.appointment_id)
    assert (done["status"], done["notes"], [used["name"] for used in done["parts"]]) == (
        "completed",
        "Sealed",
        ["Gasket"],
    )
    assert desk.document("work_order", job.work_order_id)["status"] == "completed"
    phone.pull()
    assert phone.ids("appointment") == {job.appointment_id}
    assert phone.ids("account") == set()


def test_a_job_that_was_taken_back_meanwhile_is_rejected(app: Flask, company: Company, job: Job):
    job.put("dispatched")
    phone = Phone.sign_in(app, company.technician)
    job.plan("unassign")
    result = phone.do("appointment.accept", appointment_id=job.appointment_id)
    assert (result["status"], result["code"]) == ("rejected", "record.not_found")


def test_a_step_that_came_too_late_is_rejected_with_the_record_as_it_is(app: Flask, company: Company, job: Job):
    job.put("dispatched")
    phone = Phone.sign_in(app, company.technician)
    job.plan("cancel", reason="Customer is away")
    result = phone.do("appointment.accept", appointment_id=job.appointment_id)
    assert (result["status"], result["code"]) == ("rejected", "appointment.invalid_transition")
    assert result["current"]["reason"] == "Customer is away"


def test_a_job_found_in_the_field_is_noted_and_split_without_signal(app: Flask, company: Company, job: Job):
    """The follow-up is on the dispatcher's board, the new job has its number."""
    job.put("in_progress")
    phone, desk = Phone.sign_in(app, company.technician), Phone.sign_in(app, company.dispatcher)
    new_job, its_appointment, rest = new_id(), new_id(), new_id()
    created, split = phone.push(
        phone.mutation(
            "work_order.create", id=new_job, appointment_id=its_appointment, site_id=job.site.id, title="Boiler scales"
        ),
        phone.mutation(
            "appointment.complete_partially",
            appointment_id=job.appointment_id,
            next_appointment_id=rest,
            reason="Seal the pipe",
        ),
    )
    assert created["refs"]["work_order"] == {"id": str(new_job), "number": "WO-100002"}
    assert split["status"] == "applied"
    desk.pull()
    assert desk.ids("appointment") == {job.appointment_id, its_appointment, rest}
    assert desk.document("appointment", rest)["notes"] == "Seal the pipe"
