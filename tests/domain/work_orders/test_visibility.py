"""Who has a job on the phone, and until when."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from domain.customers.models import Account, Site
from domain.kernel.ids import new_id
from domain.kernel.model import Record
from domain.people.models import User
from domain.people.permissions import Role
from domain.work_orders.models import Appointment, WorkOrder
from tests.support.company import Company
from tests.support.job import Job

MakeJob = Callable[..., Job]


@pytest.fixture
def visitor(company: Company) -> User:
    """A technician who works in the other area, and helps out here."""
    return company.person(Role.TECHNICIAN, territory_id=company.other_area_id)


def sees(company: Company, person: User, model: type[Record], record_id: UUID) -> bool:
    with company.context(person) as ctx:
        return ctx.find(model, record_id) is not None


def test_a_technician_sees_a_job_once_it_is_dispatched(company: Company, job: Job, visitor: User):
    job.assign(visitor)
    assert not sees(company, visitor, Appointment, job.appointment_id)
    job.plan("dispatch")
    assert sees(company, visitor, Appointment, job.appointment_id)
    job.plan("unassign")
    assert not sees(company, visitor, Appointment, job.appointment_id)


@pytest.mark.parametrize(("model", "name"), [(Account, "account_id"), (Site, "id")])
def test_an_open_job_brings_the_customer_along(
    company: Company, job: Job, visitor: User, model: type[Record], name: str
):
    record_id = getattr(job.site, name)
    job.assign(visitor)
    assert not sees(company, visitor, model, record_id)
    job.plan("dispatch")
    assert sees(company, visitor, model, record_id)
    assert sees(company, visitor, WorkOrder, job.work_order_id)
    job.work("start", visitor)
    job.work("complete", visitor)
    assert not sees(company, visitor, model, record_id)


def test_a_finished_job_stays_on_the_technicians_phone(company: Company, job: Job, visitor: User):
    job.assign(visitor)
    job.plan("dispatch")
    job.work("start", visitor)
    job.work("complete", visitor)
    assert sees(company, visitor, Appointment, job.appointment_id)
    assert job.work("update", visitor, notes="Sealed").notes == "Sealed"


def test_dispatchers_see_the_jobs_of_their_area(company: Company, job: Job):
    beside = company.person(Role.DISPATCHER, territory_id=company.territory_id)
    elsewhere = company.person(Role.DISPATCHER, territory_id=company.other_area_id)
    assert sees(company, company.dispatcher, Appointment, job.appointment_id)
    assert sees(company, beside, Appointment, job.appointment_id)
    assert not sees(company, elsewhere, Appointment, job.appointment_id)


def test_a_dispatcher_of_one_territory_plans_in_the_whole_area(company: Company, make_job: MakeJob):
    """The appointment is theirs to plan even where the work order itself is not on their phone."""
    balzers: dict[str, Any] = {"id": new_id(), "name": "Balzers", "parent_id": company.area_id}
    company.do("territory.create", **balzers)
    job = make_job(company.account(territory_id=balzers["id"]))
    dispatcher = company.person(Role.DISPATCHER, territory_id=company.territory_id)
    assert not sees(company, dispatcher, WorkOrder, job.work_order_id)
    job.plan("assign", dispatcher, technician_id=company.technician.id, starts_at="2026-11-24T08:00:00Z")
    assert (job.appointment.status, job.work_order.status) == ("scheduled", "scheduled")


def test_appointments_follow_an_account_to_another_area(company: Company, job: Job):
    elsewhere = company.person(Role.DISPATCHER, territory_id=company.other_area_id)
    company.do("account.move", account_id=job.site.account_id, territory_id=company.other_territory_id)
    assert job.appointment.area_id == company.other_area_id
    assert sees(company, elsewhere, Appointment, job.appointment_id)
    assert not sees(company, company.dispatcher, Appointment, job.appointment_id)


def test_a_move_within_the_area_changes_no_appointment(company: Company, job: Job):
    before = job.appointment.version
    company.do("account.move", account_id=job.site.account_id, territory_id=company.area_id)
    assert job.appointment.version == before
