"""What a dispatcher does with appointments."""

from collections.abc import Callable
from datetime import timedelta
from threading import Thread
from typing import Any

import pytest

from domain.kernel.errors import DomainError, PermissionDenied, RecordNotFound, ReferenceNotFound, ValidationFailed
from domain.kernel.events import Event
from domain.kernel.ids import new_id
from domain.people.models import User
from domain.people.permissions import Role
from domain.work_orders import rules
from domain.work_orders.events import AppointmentDispatched, AppointmentWithdrawn
from tests.support.company import NOW, Company
from tests.support.job import TOMORROW, Job

MakeJob = Callable[..., Job]
STATUSES = [str(status) for status in rules.AppointmentStatus]


def refusal_of(expected: type[DomainError], do: Callable[..., Any], *args: Any, **kwargs: Any) -> DomainError:
    with pytest.raises(expected) as refusal:
        do(*args, **kwargs)
    return refusal.value


def test_assigning_plans_who_goes_when(company: Company, job: Job):
    job.assign(duration_min=90)
    document = job.document
    assert (document["status"], document["technician_id"]) == ("scheduled", str(company.technician.id))
    assert (document["starts_at"], document["ends_at"]) == ("2026-11-24T08:00:00Z", "2026-11-24T09:30:00Z")
    assert (document["duration_min"], document["dispatched_at"]) == (90, None)
    assert job.work_order.status == "scheduled"


def test_every_step_keeps_who_took_it_and_both_clocks(company: Company, job: Job):
    then = NOW - timedelta(minutes=30)
    company.do(
        "appointment.assign",
        company.dispatcher,
        occurred_at=then,
        appointment_id=job.appointment_id,
        technician_id=company.technician.id,
        starts_at=TOMORROW,
    )
    assert job.document["transitions"][-1] == {
        "from": "unscheduled",
        "to": "scheduled",
        "occurred_at": "2026-11-23T07:30:00Z",
        "recorded_at": "2026-11-23T08:00:00Z",
        "actor_id": str(company.dispatcher.id),
        "position": None,
    }


def test_a_scheduled_job_is_moved_to_somebody_else(company: Company, job: Job, noted: list[Event]):
    job.assign()
    colleague = company.person(Role.TECHNICIAN)
    job.assign(colleague, starts_at=TOMORROW + timedelta(hours=3))
    assert (job.appointment.technician_id, job.appointment.duration_min) == (colleague.id, 60)
    assert noted == []


def test_a_declined_job_is_assigned_anew(company: Company, job: Job):
    job.put("dispatched").work("decline", reason="Ill")
    colleague = company.person(Role.TECHNICIAN)
    job.assign(colleague)
    document = job.document
    assert (document["status"], document["technician_id"]) == ("scheduled", str(colleague.id))
    assert (document["dispatched_at"], document["reason"]) == (None, None)


def test_slots_of_one_technician_may_touch_but_not_overlap(company: Company, make_job: MakeJob):
    first, second = make_job(), make_job()
    first.assign()
    start = TOMORROW + timedelta(minutes=59)
    error = refusal_of(rules.AppointmentOverlap, second.assign, starts_at=start)
    assert error.code == "appointment.overlap"
    assert error.detail == "The technician is on another job at that time: WO-100001 Grinder stuck."
    assert (second.appointment.status, second.appointment.technician_id) == ("unscheduled", None)
    second.assign(starts_at=TOMORROW + timedelta(minutes=60))
    assert second.appointment.status == "scheduled"


def test_a_job_does_not_overlap_itself(job: Job):
    job.assign()
    job.assign(starts_at=TOMORROW + timedelta(minutes=15))
    assert job.appointment.starts_at == TOMORROW + timedelta(minutes=15)


def test_a_job_that_is_over_takes_no_time(make_job: MakeJob):
    for status in ("declined", "completed", "partially_completed", "cannot_complete", "no_show", "canceled"):
        make_job().put(status)
    job = make_job()
    job.assign()
    assert job.appointment.status == "scheduled"


def test_of_two_dispatchers_who_plan_at_once_one_is_refused(company: Company, make_job: MakeJob):
    jobs = [make_job(), make_job()]
    refusals: list[rules.AppointmentOverlap] = []

    def assign(job: Job) -> None:
        try:
            job.assign()
        except rules.AppointmentOverlap as refusal:
            refusals.append(refusal)

    threads = [Thread(target=assign, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(job.appointment.status for job in jobs) == ["scheduled", "unscheduled"]
    assert len(refusals) == 1


def test_a_missing_skill_is_refused_and_named(company: Company, make_job: MakeJob):
    job = make_job(skills=[{"skill_id": company.skill_id, "level": 3}])
    error = refusal_of(rules.SkillMissing, job.assign)
    assert error.code == "appointment.skill_missing"
    assert error.detail.endswith("lacks a skill that the job needs: refrigeration (level 3).")
    expert = company.person(Role.TECHNICIAN, skills={company.skill_id: 3})
    job.assign(expert)
    assert job.appointment.technician_id == expert.id


def test_only_active_technicians_are_assigned(company: Company, job: Job):
    error = refusal_of(rules.NotATechnician, job.assign, company.rep)
    assert error.code == "appointment.not_a_technician"
    company.do("user.update", user_id=company.technician.id, active=False)
    refusal_of(rules.NotATechnician, job.assign)


def test_somebody_who_does_not_exist_is_not_assigned(job: Job):
    stranger = User(id=new_id())
    assert refusal_of(ReferenceNotFound, job.assign, stranger).fields is not None


def test_a_start_that_no_calendar_has_is_refused(job: Job):
    refusal_of(ValidationFailed, job.assign, starts_at=TOMORROW.replace(year=9999))


def test_dispatching_tells_the_technician(company: Company, job: Job, noted: list[Event]):
    job.assign()
    job.plan("dispatch")
    assert (job.appointment.status, job.appointment.dispatched_at) == ("dispatched", NOW)
    told = AppointmentDispatched(appointment_id=job.appointment_id, technician_id=company.technician.id)
    assert noted == [told]


def test_a_job_that_nobody_is_assigned_to_is_not_dispatched(job: Job, noted: list[Event]):
    refusal_of(rules.InvalidAppointmentTransition, job.plan, "dispatch")
    assert noted == []


def test_a_job_on_hold_is_planned_but_not_dispatched(company: Company, job: Job):
    company.do("work_order.hold", company.dispatcher, work_order_id=job.work_order_id, reason="Waits for a part")
    job.assign()
    error = refusal_of(rules.WorkOrderOnHold, job.plan, "dispatch")
    assert error.code == "appointment.work_order_on_hold"
    assert (job.appointment.status, job.work_order.status) == ("scheduled", "on_hold")


@pytest.mark.parametrize("status", ["dispatched", "accepted"])
def test_unassigning_a_dispatched_job_tells_the_technician(company: Company, job: Job, noted: list[Event], status: str):
    job.put(status).plan("unassign")
    document = job.document
    assert (document["status"], document["technician_id"], document["starts_at"]) == ("unscheduled", None, None)
    assert document["dispatched_at"] is None
    assert job.work_order.status == "open"
    assert noted == [AppointmentWithdrawn(appointment_id=job.appointment_id, technician_id=company.technician.id)]


@pytest.mark.parametrize("status", ["scheduled", "declined"])
def test_unassigning_a_job_that_nobody_counts_on_tells_nobody(job: Job, noted: list[Event], status: str):
    job.put(status).plan("unassign")
    assert (job.appointment.status, noted) == ("unscheduled", [])


def test_canceling_a_dispatched_appointment_tells_the_technician(company: Company, job: Job, noted: list[Event]):
    job.put("accepted").plan("cancel", reason="Customer is away")
    assert (job.appointment.status, job.appointment.reason) == ("canceled", "Customer is away")
    assert job.work_order.status == "open"
    assert noted == [AppointmentWithdrawn(appointment_id=job.appointment_id, technician_id=company.technician.id)]


def test_canceling_a_job_tells_its_technician(company: Company, job: Job, noted: list[Event]):
    job.put("dispatched")
    company.do("work_order.cancel", company.dispatcher, work_order_id=job.work_order_id, reason="Sold")
    assert noted == [AppointmentWithdrawn(appointment_id=job.appointment_id, technician_id=company.technician.id)]


@pytest.mark.parametrize(
    ("action", "allowed", "args"),
    [
        ("unassign", {"scheduled", "dispatched", "accepted", "declined"}, {}),
        ("dispatch", {"scheduled"}, {}),
        ("cancel", {"unscheduled", "scheduled", "dispatched", "accepted", "declined"}, {"reason": "Away"}),
    ],
)
def test_every_other_status_refuses_and_nothing_changes(job: Job, action: str, allowed: set[str], args: dict[str, Any]):
    for status in STATUSES:
        if status in allowed:
            continue
        job.put(status)
        refusal_of(rules.InvalidAppointmentTransition, job.plan, action, **args)
        assert job.appointment.status == status


def test_a_job_that_is_told_or_over_is_not_assigned(job: Job):
    for status in STATUSES:
        if status in {"unscheduled", "scheduled", "declined"}:
            continue
        job.put(status)
        refusal_of(rules.InvalidAppointmentTransition, job.assign)


def test_only_dispatchers_plan(company: Company, job: Job):
    job.put("scheduled")
    for person in (company.rep, company.technician):
        refusal_of(PermissionDenied, job.plan, "unassign", person)
        refusal_of(PermissionDenied, job.plan, "dispatch", person)
        refusal_of(PermissionDenied, job.plan, "cancel", person, reason="Away")


def test_a_dispatcher_of_another_area_does_not_see_the_job(company: Company, job: Job):
    stranger = company.person(Role.DISPATCHER, territory_id=company.other_area_id)
    refusal_of(RecordNotFound, job.plan, "unassign", stranger)
