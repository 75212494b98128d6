"""The lives of work orders and appointments."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from domain.kernel.errors import DomainError
from domain.work_orders import rules

VECTORS = Path(__file__).parents[2] / "vectors"
APPOINTMENTS = json.loads((VECTORS / "appointment_status.json").read_text())
WORK_ORDERS = json.loads((VECTORS / "work_order_status.json").read_text())
WELDING, COOLING = UUID(int=1), UUID(int=2)


def at(hour: int) -> datetime:
    return datetime(2026, 11, 23, hour, tzinfo=UTC)


@pytest.mark.parametrize("vector", APPOINTMENTS, ids=lambda vector: vector["name"])
def test_golden_vectors_of_appointments(vector: dict[str, Any]):
    status, action = vector["given"]["status"], vector["when"]
    if "error" in vector:
        with pytest.raises(DomainError) as refusal:
            rules.move_appointment(status, action)
        assert refusal.value.code == vector["error"]
    else:
        assert rules.move_appointment(status, action) == vector["expect"]["status"]


def test_the_vectors_name_every_action_from_every_status():
    actions = {"assign", "unassign", "dispatch", "cancel", "accept", "decline", "travel", "start", "pause", "resume"}
    actions |= {"complete", "complete_partially", "cannot_complete", "no_show"}
    named = {(vector["when"], vector["given"]["status"]) for vector in APPOINTMENTS}
    assert named == {(action, str(status)) for action in actions for status in rules.AppointmentStatus}


@pytest.mark.parametrize("vector", WORK_ORDERS, ids=lambda vector: vector["name"])
def test_golden_vectors_of_work_orders(vector: dict[str, Any]):
    derived = rules.derived_status(vector["given"]["status"], vector["given"]["appointments"])
    assert derived == vector["expect"]["status"]


@pytest.mark.parametrize(
    ("action", "allowed"),
    [
        ("hold", {"open": "on_hold", "scheduled": "on_hold", "in_progress": "on_hold"}),
        ("resume", {"on_hold": "open"}),
        ("close", {"completed": "closed"}),
        ("cancel", {"open": "canceled", "scheduled": "canceled", "on_hold": "canceled"}),
    ],
)
@pytest.mark.parametrize("status", list(rules.WorkOrderStatus))
def test_what_a_dispatcher_may_do_with_a_work_order(status: str, action: str, allowed: dict[str, str]):
    if status in allowed:
        assert rules.move_work_order(status, action, ["unscheduled"]) == allowed[status]
    else:
        with pytest.raises(rules.InvalidWorkOrderTransition):
            rules.move_work_order(status, action, ["unscheduled"])


def test_a_resumed_work_order_stands_where_its_appointments_stand():
    assert rules.move_work_order("on_hold", "resume", ["completed", "scheduled"]) == "scheduled"


@pytest.mark.parametrize("at_work", ["traveling", "in_progress", "paused"])
def test_a_held_work_order_is_not_canceled_while_a_technician_is_at_work(at_work: str):
    with pytest.raises(rules.InvalidWorkOrderTransition):
        rules.move_work_order("on_hold", "cancel", ["completed", at_work])


def test_a_slot_that_overlaps_another_job_is_refused_and_the_job_named():
    booking = rules.Booking(job="WO-100012 Grinder stuck", starts_at=at(9), ends_at=at(11))
    with pytest.raises(rules.AppointmentOverlap) as refusal:
        rules.check_free([booking], starts_at=at(10), ends_at=at(12))
    sentence = "The technician is on another job at that time: WO-100012 Grinder stuck."
    assert refusal.value.fields == {"starts_at": [sentence]}


@pytest.mark.parametrize(("starts", "ends"), [(7, 9), (11, 12), (13, 14)])
def test_a_slot_that_only_touches_another_job_is_free(starts: int, ends: int):
    booking = rules.Booking(job="Grinder stuck", starts_at=at(9), ends_at=at(11))
    rules.check_free([booking], starts_at=at(starts), ends_at=at(ends))


def test_skills_that_are_missing_or_too_low():
    needed = [{"skill_id": str(WELDING), "level": 2}, {"skill_id": str(COOLING), "level": 3}]
    assert rules.missing_skills(needed, {WELDING: 2, COOLING: 2}) == {COOLING: 3}
    assert rules.missing_skills(needed, {WELDING: 5}) == {COOLING: 3}
    assert rules.missing_skills(needed, {WELDING: 2, COOLING: 5}) == {}
