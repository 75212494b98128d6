"""From when to when somebody works in a territory, to whom their customers may go, and in which one a place lies."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from domain.geo.polygons import contains, size_of
from domain.geo.rules import Position
from domain.kernel.errors import DomainError
from domain.people.permissions import Role


class MembershipEndsBeforeStart(DomainError):
    """A membership cannot end before it starts."""

    code, status, retryable = "membership.ends_before_start", 422, False


def check_period(*, starts_on: date, ends_on: date | None) -> None:
    """Check the dates of a membership. Both are included, so one day is the shortest.

    Raises:
        MembershipEndsBeforeStart: the end is before the start.
    """
    if ends_on is not None and ends_on < starts_on:
        raise MembershipEndsBeforeStart(fields={"ends_on": [MembershipEndsBeforeStart.sentence()]})


class HandOverRefused(DomainError):
    """Customers are handed over to another active rep, from today or a later day on."""

    code, status, retryable = "territory.hand_over_refused", 422, False


def check_hand_over(*, to_another: bool, active: bool, roles: Collection[str], starts_on: date, today: date) -> None:
    """Check to whom, and from when on, a rep's customers are handed over.

    Raises:
        HandOverRefused: names each field that does not fit.
    """
    refused = {}
    if not to_another:
        refused["to_id"] = ["This is the same person."]
    elif not active or Role.REP not in roles:
        refused["to_id"] = ["This person is no active rep."]
    if starts_on < today:
        refused["starts_on"] = ["This day is over."]
    if refused:
        raise HandOverRefused(fields=refused)


@dataclass(frozen=True, kw_only=True)
class Land:
    """A territory with a polygon. `depth` is how far below others it stands."""

    territory_id: UUID
    depth: int
    polygon: Mapping[str, Any]


def in_order_of_claim(lands: Iterable[Land]) -> list[Land]:
    """Return the lands in the order in which they may claim a place: the deepest first, of those the smallest."""
    return sorted(lands, key=lambda land: (-land.depth, size_of(land.polygon), land.territory_id))


def territory_at(position: Position, lands: Iterable[Land]) -> UUID | None:
    """Return the territory in which a place lies: the first whose polygon contains it."""
    return next((land.territory_id for land in lands if contains(land.polygon, position)), None)
