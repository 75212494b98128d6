"""The lives of work orders and appointments: no database, no clock."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.kernel.errors import DomainError

DEFAULT_DURATION_MIN = 60
"""How long a job is thought to take when nobody says, in minutes."""


class Priority(StrEnum):
    """How urgent a work order is."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class WorkOrderStatus(StrEnum):
    """Where a work order stands."""

    OPEN = "open"
    SCHEDULED = "scheduled"
    IN_PROGRESS = "in_progress"
    ON_HOLD = "on_hold"
    COMPLETED = "completed"
    CLOSED = "closed"
    CANCELED = "canceled"


class AppointmentStatus(StrEnum):
    """Where an appointment stands."""

    UNSCHEDULED = "unscheduled"
    SCHEDULED = "scheduled"
    DISPATCHED = "dispatched"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TRAVELING = "traveling"
    IN_PROGRESS = "in_progress"
    PAUSED = "paused"
    COMPLETED = "completed"
    PARTIALLY_COMPLETED = "partially_completed"
    CANNOT_COMPLETE = "cannot_complete"
    CANCELED = "canceled"
    NO_SHOW = "no_show"


_A = AppointmentStatus
BEFORE_TRAVEL = frozenset({_A.UNSCHEDULED, _A.SCHEDULED, _A.DISPATCHED, _A.ACCEPTED, _A.DECLINED})
AT_WORK = frozenset({_A.TRAVELING, _A.IN_PROGRESS, _A.PAUSED})
EXPECTED = frozenset({_A.DISPATCHED, _A.ACCEPTED})
"""The technician was told and counts on it."""
PLANNED = EXPECTED | {_A.SCHEDULED}
TAKES_TIME = PLANNED | AT_WORK
"""Fills the technician's day: nothing else can be planned at the same time."""
OPEN_FOR_TECHNICIAN = EXPECTED | AT_WORK
WITHDRAWN = frozenset({_A.UNSCHEDULED, _A.CANCELED})
"""What becomes of a job that is taken back from a technician who was told of it."""


class InvalidAppointmentTransition(DomainError):
    """The appointment is in a status that does not allow this."""

    code, status, retryable = "appointment.invalid_transition", 409, False


class InvalidWorkOrderTransition(DomainError):
    """The work order is in a status that does not allow this."""

    code, status, retryable = "work_order.invalid_transition", 409, False


class WorkOrderOnHold(DomainError):
    """The work order is on hold. Resume it before you dispatch."""

    code, status, retryable = "appointment.work_order_on_hold", 409, False


class NotATechnician(DomainError):
    """This person is not an active technician."""

    code, status, retryable = "appointment.not_a_technician", 409, False


class SkillMissing(DomainError):
    """The technician lacks a skill that the job needs."""

    code, status, retryable = "appointment.skill_missing", 409, False


class AppointmentOverlap(DomainError):
    """The technician has another job at that time."""

    code, status, retryable = "appointment.overlap", 409, False


class NotAPart(DomainError):
    """Only parts and goods can be built in, not services."""

    code, status, retryable = "appointment.not_a_part", 422, False


_APPOINTMENT_MOVES: dict[str, tuple[frozenset[AppointmentStatus], AppointmentStatus]] = {
    "assign": (frozenset({_A.UNSCHEDULED, _A.SCHEDULED, _A.DECLINED}), _A.SCHEDULED),
    "unassign": (PLANNED | {_A.DECLINED}, _A.UNSCHEDULED),
    "dispatch": (frozenset({_A.SCHEDULED}), _A.DISPATCHED),
    "accept": (frozenset({_A.DISPATCHED}), _A.ACCEPTED),
    "decline": (frozenset({_A.DISPATCHED}), _A.DECLINED),
    # Without signal a technician may skip accepting and traveling.
    "travel": (EXPECTED, _A.TRAVELING),
    "start": (EXPECTED | {_A.TRAVELING}, _A.IN_PROGRESS),
    "pause": (frozenset({_A.IN_PROGRESS}), _A.PAUSED),
    "resume": (frozenset({_A.PAUSED}), _A.IN_PROGRESS),
    "complete": (frozenset({_A.IN_PROGRESS, _A.PAUSED}), _A.COMPLETED),
    "complete_partially": (frozenset({_A.IN_PROGRESS, _A.PAUSED}), _A.PARTIALLY_COMPLETED),
    "cannot_complete": (frozenset({_A.IN_PROGRESS, _A.PAUSED}), _A.CANNOT_COMPLETE),
    "no_show": (frozenset({_A.TRAVELING, _A.IN_PROGRESS}), _A.NO_SHOW),
    "cancel": (BEFORE_TRAVEL, _A.CANCELED),
}

_W = WorkOrderStatus
_BEGUN_OR_NOT = frozenset({_W.OPEN, _W.SCHEDULED, _W.IN_PROGRESS})
_SET_BY_HAND = frozenset({_W.ON_HOLD, _W.CLOSED, _W.CANCELED})
_WORK_ORDER_MOVES: dict[str, tuple[frozenset[WorkOrderStatus], WorkOrderStatus]] = {
    "hold": (_BEGUN_OR_NOT, _W.ON_HOLD),
    # What comes then is derived from the appointments.
    "resume": (frozenset({_W.ON_HOLD}), _W.OPEN),
    "close": (frozenset({_W.COMPLETED}), _W.CLOSED),
    "cancel": (frozenset({_W.OPEN, _W.SCHEDULED, _W.ON_HOLD}), _W.CANCELED),
}


def move_appointment(status: str, action: str) -> AppointmentStatus:
    """Return the status after `action`, the part of a command's name after `appointment.`.

    Raises:
        InvalidAppointmentTransition: the present status does not allow it.
    """
    sources, target = _APPOINTMENT_MOVES[action]
    if status not in sources:
        raise InvalidAppointmentTransition(
            f"An appointment that is {_words(status)} cannot be changed this way ({_words(action)})."
        )
    return target


def move_work_order(status: str, action: str, appointments: Iterable[str]) -> WorkOrderStatus:
    """Return the status after `action` (hold, resume, close, cancel), given the statuses of its appointments.

    Raises:
        InvalidWorkOrderTransition: the present status does not allow it, or it is to be canceled while somebody is at
            work on it.
    """
    sources, target = _WORK_ORDER_MOVES[action]
    statuses = set(appointments)
    if status not in sources:
        raise InvalidWorkOrderTransition(
            f"A work order that is {_words(status)} cannot be changed this way ({_words(action)})."
        )
    if action == "cancel" and statuses & AT_WORK:
        raise InvalidWorkOrderTransition("A technician is at work on it: it cannot be canceled now.")
    return derived_status(target, statuses)


def derived_status(present: str, appointments: Iterable[str]) -> WorkOrderStatus:
    """Return the status of a work order, given the present one and those of its appointments.

    What somebody set by hand (on hold, closed, canceled) stays. A technician at work outweighs a slot that is planned;
    that outweighs what is finished; it is completed when nothing is left to do, and open when nothing planned would
    finish it.
    """
    statuses = set(appointments)
    if present in _SET_BY_HAND:
        return WorkOrderStatus(present)
    if statuses & AT_WORK:
        return WorkOrderStatus.IN_PROGRESS
    if statuses & PLANNED:
        return WorkOrderStatus.SCHEDULED
    if AppointmentStatus.COMPLETED in statuses and not statuses & BEFORE_TRAVEL:
        return WorkOrderStatus.COMPLETED
    return WorkOrderStatus.OPEN


@dataclass(frozen=True, kw_only=True)
class Booking:
    """Time of a technician that is taken by a job."""

    job: str | None
    """Its name, or None where whoever plans may not know it."""
    starts_at: datetime
    ends_at: datetime


def check_free(bookings: Iterable[Booking], *, starts_at: datetime, ends_at: datetime) -> None:
    """Refuse a slot that overlaps a booking of the technician. Slots that only touch do not overlap.

    Raises:
        AppointmentOverlap: names the other job, if it may be known.
    """
    for booking in bookings:
        if booking.starts_at < ends_at and starts_at < booking.ends_at:
            sentence = f"The technician is on another job at that time{f': {booking.job}' if booking.job else ''}."
            raise AppointmentOverlap(sentence, fields={"starts_at": [sentence]})


def missing_skills(needed: Iterable[Mapping[str, Any]], held: Mapping[UUID, int]) -> dict[UUID, int]:
    """Return the skills and levels of `needed` (`[{skill_id, level}]`) that `held` (skill → level) does not reach."""
    wanted = {UUID(str(need["skill_id"])): int(need["level"]) for need in needed}
    return {skill_id: level for skill_id, level in wanted.items() if held.get(skill_id, 0) < level}


def _words(name: str) -> str:
    return name.replace("_", " ")
