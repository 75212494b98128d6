"""Work types and work orders, from the call to the close."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from domain.kernel.errors import (
    DomainError,
    PermissionDenied,
    RecordNotFound,
    ReferenceNotFound,
    ValidationFailed,
)
from domain.kernel.ids import new_id
from domain.work_orders.models import Appointment, WorkOrder, WorkType
from domain.work_orders.rules import InvalidWorkOrderTransition
from tests.support.company import NOW, Company

MakeJob = Callable[..., Any]


def work_type(company: Company) -> WorkType:
    made: WorkType = company.do(
        "work_type.create",
        id=new_id(),
        name="Cooling repair",
        duration_min=90,
        skills=[{"skill_id": company.skill_id, "level": 2}],
    )
    return made


def test_a_work_type_is_a_template(company: Company):
    document = company.document("work_type", work_type(company).id)
    assert (document["name"], document["duration_min"]) == ("Cooling repair", 90)
    assert document["skills"] == [{"skill_id": str(company.skill_id), "level": 2}]


def test_a_work_type_with_an_unknown_skill_is_refused(company: Company):
    skills = [{"skill_id": new_id(), "level": 1}]
    with pytest.raises(ReferenceNotFound):
        company.do("work_type.create", id=new_id(), name="Magic", duration_min=30, skills=skills)


def test_a_job_is_numbered_and_has_an_appointment_to_schedule(company: Company, make_job: MakeJob):
    job = make_job(description="It smells", priority="urgent", due_at=NOW + timedelta(hours=4))
    work_order = company.document("work_order", job.work_order_id)
    assert work_order["number"] == "WO-100001"
    assert (work_order["status"], work_order["priority"], work_order["duration_min"]) == ("open", "urgent", 60)
    assert (work_order["due_at"], work_order["skills"]) == ("2026-11-23T12:00:00Z", [])
    assert work_order["created_by_id"] == str(company.dispatcher.id)
    assert work_order["account_id"] == str(job.site.account_id)
    document = job.document
    assert (document["status"], document["technician_id"], document["parts"]) == ("unscheduled", None, [])
    assert [(step["from"], step["to"]) for step in document["transitions"]] == [(None, "unscheduled")]
    assert job.appointment.area_id == company.area_id


def test_duration_and_skills_come_from_the_work_type(company: Company, make_job: MakeJob):
    job = make_job(work_type_id=work_type(company).id)
    assert (job.work_order.duration_min, job.appointment.duration_min) == (90, 90)
    assert job.work_order.skills == [{"skill_id": str(company.skill_id), "level": 2}]


def test_what_is_given_outweighs_the_work_type(company: Company, make_job: MakeJob):
    job = make_job(work_type_id=work_type(company).id, duration_min=20, skills=[])
    assert (job.appointment.duration_min, job.work_order.skills) == (20, [])


def test_a_machine_of_the_site_can_be_named_and_another_cannot(company: Company, make_job: MakeJob):
    job = make_job()
    account = {"account_id": job.site.account_id}
    asset = company.do("asset.create", id=new_id(), site_id=job.site.id, name="Grinder", **account)
    given = {"title": "Noise", "asset_id": asset.id}
    ids = {"id": new_id(), "appointment_id": new_id()}
    assert company.do("work_order.create", company.rep, site_id=job.site.id, **ids, **given).asset_id == asset.id
    elsewhere = make_job().site.id
    with pytest.raises(ReferenceNotFound) as refusal:
        company.do("work_order.create", company.rep, id=new_id(), appointment_id=new_id(), site_id=elsewhere, **given)
    assert refusal.value.fields == {"asset_id": ["This machine is at another site."]}


@pytest.mark.parametrize("argument", ["site_id", "asset_id", "work_type_id"])
def test_a_record_that_does_not_exist_is_refused_by_name(company: Company, argument: str):
    given = {"site_id": company.site(company.account()).id, argument: new_id()}
    with pytest.raises(ReferenceNotFound) as refusal:
        company.do("work_order.create", company.rep, id=new_id(), appointment_id=new_id(), title="Noise", **given)
    assert refusal.value.fields is not None
    assert set(refusal.value.fields) == {argument}
    with company.session() as session:
        assert session.scalar(select(func.count(WorkOrder.id)).where(WorkOrder.org_id == company.org_id)) == 0


def test_a_job_at_a_site_out_of_ones_area_is_refused(company: Company):
    site = company.site(company.account(territory_id=company.other_territory_id))
    ids = {"id": new_id(), "appointment_id": new_id()}
    with pytest.raises(ReferenceNotFound):
        company.do("work_order.create", company.rep, site_id=site.id, title="Noise", **ids)


def test_the_description_of_a_job_changes(company: Company, make_job: MakeJob):
    job = make_job()
    company.do("work_order.update", company.technician, work_order_id=job.work_order_id, title="Pump", priority="low")
    assert (job.work_order.title, job.work_order.priority, job.work_order.due_at) == ("Pump", "low", None)


def test_hold_and_resume(company: Company, make_job: MakeJob):
    job = make_job()
    job.assign()
    assert job.work_order.status == "scheduled"
    held = {"work_order_id": job.work_order_id}
    assert company.do("work_order.hold", company.dispatcher, **held, reason="Waits for a part").status == "on_hold"
    assert company.do("work_order.resume", company.dispatcher, **held).status == "scheduled"


def test_a_completed_job_is_closed(company: Company, make_job: MakeJob):
    job = make_job().put("in_progress")
    job.work("complete")
    closed = company.do("work_order.close", company.dispatcher, work_order_id=job.work_order_id)
    assert (closed.status, closed.closed_at) == ("closed", NOW)


def test_a_canceled_job_takes_its_appointments_along(company: Company, make_job: MakeJob):
    job = make_job()
    job.assign()
    what = {"work_order_id": job.work_order_id, "reason": "Sold the machine"}
    canceled = company.do("work_order.cancel", company.dispatcher, **what)
    assert (canceled.status, canceled.canceled_at, canceled.cancel_reason) == ("canceled", NOW, "Sold the machine")
    assert (job.appointment.status, job.appointment.reason) == ("canceled", "Sold the machine")
    assert [step["to"] for step in job.document["transitions"]] == ["unscheduled", "scheduled", "canceled"]


def test_a_canceled_job_leaves_what_was_done_as_it_is(company: Company, make_job: MakeJob):
    job = make_job().put("in_progress")
    rest = new_id()
    job.work("complete_partially", next_appointment_id=rest, reason="Seal the pipe")
    company.do("work_order.cancel", company.dispatcher, work_order_id=job.work_order_id, reason="Sold")
    assert job.appointment.status == "partially_completed"
    assert company.read(Appointment, rest).status == "canceled"


def test_a_job_is_not_canceled_while_a_technician_is_at_work(company: Company, make_job: MakeJob):
    job = make_job().put("accepted")
    job.work("travel")
    with pytest.raises(InvalidWorkOrderTransition):
        company.do("work_order.cancel", company.dispatcher, work_order_id=job.work_order_id, reason="Sold")
    assert job.appointment.status == "traveling"


@pytest.mark.parametrize("action", ["resume", "close"])
def test_what_the_status_does_not_allow_is_refused(company: Company, make_job: MakeJob, action: str):
    job = make_job()
    with pytest.raises(InvalidWorkOrderTransition):
        company.do(f"work_order.{action}", company.dispatcher, work_order_id=job.work_order_id)
    assert job.work_order.status == "open"


def refusal_of(company: Company, name: str, by: str, /, **args: Any) -> type[DomainError]:
    with pytest.raises(DomainError) as refusal:
        company.do(name, getattr(company, by), **args)
    return type(refusal.value)


def test_who_may_do_what_with_a_job(company: Company, make_job: MakeJob):
    job = make_job()
    held: dict[str, UUID] = {"work_order_id": job.work_order_id}
    assert refusal_of(company, "work_order.hold", "rep", **held, reason="Later") is PermissionDenied
    assert refusal_of(company, "work_order.resume", "technician", **held) is PermissionDenied
    assert refusal_of(company, "work_order.close", "technician", **held) is PermissionDenied
    assert refusal_of(company, "work_order.cancel", "rep", **held, reason="Later") is PermissionDenied
    skills: dict[str, Any] = {"id": new_id(), "name": "Magic", "duration_min": 30}
    assert refusal_of(company, "work_type.create", "dispatcher", **skills) is PermissionDenied


def test_holding_and_canceling_need_a_reason(company: Company, make_job: MakeJob):
    held = {"work_order_id": make_job().work_order_id}
    assert refusal_of(company, "work_order.hold", "dispatcher", **held) is ValidationFailed
    assert refusal_of(company, "work_order.cancel", "dispatcher", **held, reason=" ") is ValidationFailed


def test_a_job_that_does_not_exist(company: Company):
    assert refusal_of(company, "work_order.close", "dispatcher", work_order_id=new_id()) is RecordNotFound
