"""What a plan can be, and what may be done with it."""

from collections.abc import Collection, Sequence
from datetime import date
from enum import StrEnum

from domain.kernel.errors import DomainError


class PlanMethod(StrEnum):
    """How the accounts are divided anew."""

    DESIGN = "design"
    """As evenly and compactly as can be, into any number of territories."""
    REBALANCE = "rebalance"
    """Today's territories, with as few accounts changing hands as possible."""


class WorkloadUnit(StrEnum):
    """What workloads are reckoned in."""

    POINTS = "points"
    """By account class, in whatever unit was given."""
    HOURS_A_YEAR = "hours_a_year"
    """With customers, as call plans ask for."""


class PlanStatus(StrEnum):
    """How far a plan is."""

    REQUESTED = "requested"
    PROPOSED = "proposed"
    FAILED = "failed"
    PUBLISHED = "published"
    IN_EFFECT = "in_effect"
    DISCARDED = "discarded"


CLOSED = frozenset({PlanStatus.FAILED, PlanStatus.IN_EFFECT, PlanStatus.DISCARDED})


class PlanNotProposed(DomainError):
    """Only a plan that is proposed can be published. Propose it anew, or wait until it is worked out."""

    code, status, retryable = "territory_plan.not_proposed", 409, False


class PlanClosed(DomainError):
    """This plan is in effect, or was discarded before."""

    code, status, retryable = "territory_plan.closed", 409, False


class PlanStartsInThePast(DomainError):
    """A plan takes effect today or later."""

    code, status, retryable = "territory_plan.starts_in_the_past", 422, False


class TerritoriesOfDifferentAreas(DomainError):
    """The territories of a plan belong to one area."""

    code, status, retryable = "territory_plan.different_areas", 422, False


class TerritoriesOfOthers(DomainError):
    """You do not work in all of these territories. Ask somebody who does."""

    code, status, retryable = "territory_plan.territories_of_others", 403, False


class TerritoriesToRebalance(DomainError):
    """To rebalance means to keep the territories, at least two of them. To have more or fewer, let them be designed."""

    code, status, retryable = "territory_plan.territories_to_rebalance", 422, False


def check_areas(area_ids: Collection[object]) -> None:
    """Check that the territories are of one area.

    Raises:
        TerritoriesOfDifferentAreas: they are not.
    """
    if len(set(area_ids)) != 1:
        raise TerritoriesOfDifferentAreas(fields={"territory_ids": [TerritoriesOfDifferentAreas.sentence()]})


def number_of_territories(method: str, *, today: int, wanted: int | None) -> int:
    """Return how many territories there are to be.

    Raises:
        TerritoriesToRebalance: rebalancing cannot give that many.
    """
    if method == PlanMethod.REBALANCE and (today < 2 or wanted not in {None, today}):
        raise TerritoriesToRebalance(fields={"territories": [TerritoriesToRebalance.sentence()]})
    return wanted or today


def publish(status: str, *, starts_on: date, today: date) -> PlanStatus:
    """Return the status after publishing.

    Raises:
        PlanNotProposed: there is nothing to publish, or not any more.
        PlanStartsInThePast: accounts changed hands already on that day, or did not.
    """
    if status != PlanStatus.PROPOSED:
        raise PlanNotProposed
    if starts_on < today:
        raise PlanStartsInThePast(fields={"starts_on": [PlanStartsInThePast.sentence()]})
    return PlanStatus.PUBLISHED


def discard(status: str) -> PlanStatus:
    """Return the status after discarding. A published plan can be called off until it takes effect.

    Raises:
        PlanClosed: it is too late.
    """
    if status in CLOSED - {PlanStatus.FAILED}:
        raise PlanClosed
    return PlanStatus.DISCARDED


def workloads(points: Sequence[float], hours: Sequence[float | None]) -> tuple[WorkloadUnit, list[float]]:
    """Return the work of each account: the hours a year that its call plan asks for.

    Where there is none, as many as its class is worth beside the accounts that have one; without any, its points.
    """
    known = [(point, hour) for point, hour in zip(points, hours, strict=True) if hour is not None and point > 0]
    if not known:
        return WorkloadUnit.POINTS, list(points)
    of_a_point = sum(hour for _, hour in known) / sum(point for point, _ in known)
    return WorkloadUnit.HOURS_A_YEAR, [
        point * of_a_point if hour is None or point == 0 else hour for point, hour in zip(points, hours, strict=True)
    ]
