"""What a technician does with an appointment, on line or off."""

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any
from uuid import UUID

import pytest

from domain.kernel.command import Actor
from domain.kernel.errors import DomainError, PermissionDenied, RecordNotFound, ReferenceNotFound, ValidationFailed
from domain.kernel.events import Event
from domain.kernel.ids import new_id
from domain.people.permissions import Role
from domain.work_orders import rules
from domain.work_orders.events import AppointmentDeclined
from domain.work_orders.models import Appointment
from tests.support.company import NOW, Company
from tests.support.job import TOMORROW, Job

MakeJob = Callable[..., Job]
POSITION = {"lat": 47.141, "lng": 9.521, "accuracy_m": 12.0}
STATUSES = [str(status) for status in rules.AppointmentStatus]
WORKING = {"in_progress", "paused"}


def part(product_id: UUID, quantity: Any = 1) -> dict[str, Any]:
    return {"id": new_id(), "product_id": product_id, "quantity": quantity}


def refusal_of(expected: type[DomainError], do: Callable[..., Any], *args: Any, **kwargs: Any) -> DomainError:
    with pytest.raises(expected) as refusal:
        do(*args, **kwargs)
    return refusal.value


def test_a_job_from_accept_to_complete(company: Company, job: Job):
    gasket = company.product(sku="GSK-1", name="Gasket", price_minor=450, kind="part")
    job.assign()
    job.plan("dispatch")
    job.work("accept")
    job.work("travel", position=POSITION)
    assert job.work_order.status == "in_progress"
    job.work("start", position=POSITION)
    job.work("pause", reason="Fetch a part")
    assert job.appointment.reason == "Fetch a part"
    job.work("resume")
    job.work("update", notes="Pump leaks")
    job.work("complete", notes="Pump sealed", parts=[part(gasket.id, 2)], position=POSITION)
    document = job.document
    assert (document["status"], document["notes"], document["reason"]) == ("completed", "Pump sealed", None)
    assert document["finished_at"] == "2026-11-23T08:00:00Z"
    assert None not in (document["accepted_at"], document["travel_started_at"], document["started_at"])
    assert [(used["sku"], used["name"], used["quantity"]) for used in document["parts"]] == [("GSK-1", "Gasket", 2)]
    assert [step["to"] for step in document["transitions"]] == [
        "unscheduled",
        "scheduled",
        "dispatched",
        "accepted",
        "traveling",
        "in_progress",
        "paused",
        "in_progress",
        "completed",
    ]
    assert document["transitions"][-1]["position"] == POSITION
    assert job.work_order.status == "completed"


def test_without_signal_accepting_and_traveling_may_be_skipped(job: Job):
    job.put("dispatched").work("start")
    assert (job.appointment.status, job.appointment.accepted_at) == ("in_progress", None)


def test_the_times_are_the_devices(company: Company, job: Job):
    job.put("dispatched")
    then = NOW - timedelta(hours=2)
    company.do("appointment.start", company.technician, occurred_at=then, appointment_id=job.appointment_id)
    assert job.document["started_at"] == "2026-11-23T06:00:00Z"
    step = job.document["transitions"][-1]
    assert (step["occurred_at"], step["recorded_at"]) == ("2026-11-23T06:00:00Z", "2026-11-23T08:00:00Z")


def test_declining_tells_the_dispatchers(company: Company, job: Job, noted: list[Event]):
    job.put("dispatched").work("decline", reason="Ill")
    assert (job.appointment.status, job.appointment.reason) == ("declined", "Ill")
    assert job.work_order.status == "open"
    assert noted == [AppointmentDeclined(appointment_id=job.appointment_id, technician_id=company.technician.id)]


def test_a_part_that_was_withdrawn_may_still_be_on_the_van(company: Company, job: Job):
    gasket = company.product(sku="GSK-1", name="Gasket", price_minor=None, kind="part")
    company.do("product.withdraw", product_id=gasket.id)
    job.put("in_progress").work("complete", parts=[part(gasket.id)])
    assert [used["name"] for used in job.document["parts"]] == ["Gasket"]


def test_goods_are_built_in_and_services_are_not(company: Company, job: Job):
    beans, travel = company.product(), company.product(sku="SRV-1", name="Travel", kind="service")
    error = refusal_of(rules.NotAPart, job.put("in_progress").work, "complete", parts=[part(beans.id), part(travel.id)])
    assert error.code == "appointment.not_a_part"
    assert error.fields == {"parts": {"1": {"product_id": ["Travel is a service: it cannot be built in."]}}}
    assert (job.document["status"], job.document["parts"]) == ("in_progress", [])


def test_a_part_that_does_not_exist_is_refused_at_its_place(job: Job):
    error = refusal_of(ReferenceNotFound, job.put("in_progress").work, "complete", parts=[part(new_id())])
    assert error.fields == {"parts": {"0": {"product_id": ["There is no such product."]}}}


def test_a_quantity_that_cannot_be_is_refused(company: Company, job: Job):
    beans = company.product()
    job.put("in_progress")
    for quantity in (0, -2, 100_000, 0.5):
        parts = [part(beans.id, quantity)]
        refusal_of(ValidationFailed, job.work, "complete", parts=parts)


def test_two_parts_with_one_id_are_refused(company: Company, job: Job):
    same = part(company.product().id)
    refusal_of(ValidationFailed, job.put("in_progress").work, "complete", parts=[same, same])


def test_what_is_left_becomes_an_appointment_to_schedule(company: Company, job: Job):
    gasket = company.product(sku="GSK-1", name="Gasket", price_minor=450, kind="part")
    rest = new_id()
    said = {"reason": "Seal the pipe", "notes": "Pump is new", "parts": [part(gasket.id)]}
    job.put("in_progress").work("complete_partially", next_appointment_id=rest, **said)
    document, following = job.document, company.document("appointment", rest)
    assert (document["status"], document["reason"]) == ("partially_completed", "Seal the pipe")
    assert (document["notes"], len(document["parts"])) == ("Pump is new", 1)
    assert (following["status"], following["technician_id"], following["notes"]) == (
        "unscheduled",
        None,
        "Seal the pipe",
    )
    assert (following["work_order_id"], following["duration_min"]) == (str(job.work_order_id), 60)
    assert (job.work_order.status, company.read(Appointment, rest).area_id) == ("open", company.area_id)


def test_a_job_is_completed_when_its_last_appointment_is(company: Company, job: Job):
    rest = new_id()
    job.put("in_progress").work("complete_partially", next_appointment_id=rest, reason="Seal the pipe")
    following = Job(company=company, site=job.site, work_order_id=job.work_order_id, appointment_id=rest)
    following.put("in_progress").work("complete")
    assert job.work_order.status == "completed"


def test_what_cannot_be_done_leaves_the_job_open(job: Job):
    job.put("in_progress").work("cannot_complete", reason="No key", notes="Nobody answers")
    assert (job.document["status"], job.document["reason"]) == ("cannot_complete", "No key")
    assert job.document["notes"] == "Nobody answers"
    assert job.work_order.status == "open"


@pytest.mark.parametrize("status", ["traveling", "in_progress"])
def test_an_absent_customer_leaves_the_job_open(job: Job, status: str):
    job.put(status).work("no_show", position=POSITION)
    assert (job.document["status"], job.document["reason"]) == ("no_show", None)
    assert job.document["finished_at"] == "2026-11-23T08:00:00Z"
    assert job.work_order.status == "open"


@pytest.mark.parametrize(
    ("action", "allowed", "args"),
    [
        ("accept", {"dispatched"}, {}),
        ("decline", {"dispatched"}, {"reason": "Ill"}),
        ("travel", {"dispatched", "accepted"}, {}),
        ("start", {"dispatched", "accepted", "traveling"}, {}),
        ("pause", {"in_progress"}, {"reason": "Lunch"}),
        ("resume", {"paused"}, {}),
        ("complete", WORKING, {}),
        ("complete_partially", WORKING, {"reason": "Seal the pipe", "next_appointment_id": str(new_id())}),
        ("cannot_complete", WORKING, {"reason": "No key"}),
        ("no_show", {"traveling", "in_progress"}, {}),
    ],
)
def test_every_other_status_refuses_and_nothing_changes(
    company: Company, job: Job, action: str, allowed: set[str], args: dict[str, Any]
):
    for status in STATUSES:
        if status in allowed:
            continue
        job.put(status)
        # A manager: a technician does not see what was never dispatched.
        refusal_of(rules.InvalidAppointmentTransition, job.work, action, company.manager, **args)
        assert job.appointment.status == status
    assert len(job.appointment.transitions) == 1


def test_some_steps_need_a_reason(job: Job):
    job.put("dispatched")
    for action in ("decline", "pause", "complete_partially", "cannot_complete"):
        args = {"next_appointment_id": new_id()} if action == "complete_partially" else {}
        error = refusal_of(ValidationFailed, job.work, action, **args)
        assert error.fields is not None
        assert set(error.fields) == {"reason"}


def test_a_technician_does_not_see_the_jobs_of_others(company: Company, job: Job):
    colleague = company.person(Role.TECHNICIAN)
    refusal_of(RecordNotFound, job.put("dispatched").work, "accept", colleague)


def test_somebody_who_sees_it_but_is_not_the_technician_needs_the_dispatchers_permission(company: Company, job: Job):
    job.put("dispatched")
    stranger = company.person(Role.TECHNICIAN)
    with company.context(company.technician) as ctx:
        ctx.actor = Actor(user_id=stranger.id, permissions=ctx.actor.permissions)
        accept = ctx.registry.commands["appointment.accept"].handle
        refusal_of(PermissionDenied, accept, ctx, appointment_id=job.appointment_id)
    assert job.work("accept", company.manager).status == "accepted"


def test_a_rep_does_no_technicians_work(company: Company, job: Job):
    refusal_of(PermissionDenied, job.put("dispatched").work, "accept", company.rep)


def test_two_technicians_who_finish_at_the_same_moment_complete_the_job(company: Company, job: Job):
    """Each would see the other still at work, if the work order's row did not make one wait."""
    rest = new_id()
    job.put("in_progress").work("complete_partially", next_appointment_id=rest, reason="Seal the pipe")
    following = Job(company=company, site=job.site, work_order_id=job.work_order_id, appointment_id=rest)
    job.put("in_progress")
    following.put("in_progress")
    together = Barrier(2)

    def complete(one: Job) -> None:
        together.wait()
        one.work("complete")

    threads = [Thread(target=complete, args=[one]) for one in (job, following)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert job.work_order.status == "completed"


def test_a_whole_day_in_one_transaction_is_written_once(company: Company, job: Job):
    """As a phone sends it after a day without signal."""
    job.assign(starts_at=TOMORROW)
    job.plan("dispatch")
    before = job.appointment.version
    with company.context(company.technician) as ctx:
        steps = ctx.registry.commands
        for action in ("accept", "travel", "start", "complete"):
            command = steps[f"appointment.{action}"]
            command.handle(ctx, **command.schema().load({"appointment_id": str(job.appointment_id)}))
        ctx.session.commit()
    assert (job.appointment.status, job.work_order.status) == ("completed", "completed")
    assert job.appointment.version == before + 1
    assert len(job.appointment.transitions) == 7
