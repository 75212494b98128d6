"""The life of a visit: no database, no clock."""

from enum import StrEnum

from domain.kernel.errors import DomainError


class VisitStatus(StrEnum):
    """Where a visit stands."""

    PLANNED = "planned"
    CONFIRMED = "confirmed"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    MISSED = "missed"
    CANCELED = "canceled"


class VisitKind(StrEnum):
    """How a visit is made."""

    IN_PERSON = "in_person"
    PHONE = "phone"


class VisitOutcome(StrEnum):
    """What came of a visit."""

    ORDER = "order"
    NO_ORDER = "no_order"
    FOLLOW_UP = "follow_up"
    NOT_AVAILABLE = "not_available"


OPEN = frozenset({VisitStatus.PLANNED, VisitStatus.CONFIRMED, VisitStatus.IN_PROGRESS})


class InvalidVisitTransition(DomainError):
    """The visit is in a status that does not allow this."""

    code, status, retryable = "visit.invalid_transition", 409, False


_MOVES: dict[str, tuple[frozenset[VisitStatus], VisitStatus]] = {
    "confirm": (frozenset({VisitStatus.PLANNED}), VisitStatus.CONFIRMED),
    # A visit that the clock marked missed may still be checked in: the person was there, the phone was off line.
    "check_in": (frozenset({VisitStatus.PLANNED, VisitStatus.CONFIRMED, VisitStatus.MISSED}), VisitStatus.IN_PROGRESS),
    # The customer has to expect it anew.
    "reschedule": (
        frozenset({VisitStatus.PLANNED, VisitStatus.CONFIRMED, VisitStatus.MISSED}),
        VisitStatus.PLANNED,
    ),
    "complete": (frozenset({VisitStatus.IN_PROGRESS}), VisitStatus.COMPLETED),
    "cancel": (OPEN, VisitStatus.CANCELED),
    "miss": (frozenset({VisitStatus.PLANNED, VisitStatus.CONFIRMED}), VisitStatus.MISSED),
}


def move(status: str, action: str) -> VisitStatus:
    """Return the status after `action` (confirm, reschedule, check_in, complete, cancel, miss).

    Raises:
        InvalidVisitTransition: the present status does not allow it.
    """
    sources, target = _MOVES[action]
    if status not in sources:
        raise InvalidVisitTransition(
            f"A visit that is {status.replace('_', ' ')} cannot be changed this way ({action.replace('_', ' ')})."
        )
    return target
