"""From when to when somebody works in a territory, to whom their customers may go, and in which one a place lies."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from domain.geo.polygons import contains, distance_to, size_of
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


class OwnersOverlap(DomainError):
    """Somebody else owns these customers in that time: change the owner from a day on instead."""

    code, status, retryable = "membership.owners_overlap", 422, False


class OwnerRefused(DomainError):
    """Customers are owned by an active rep, from today or a later day on."""

    code, status, retryable = "territory.owner_refused", 422, False


class Period(Protocol):
    """From a day to a day, both included."""

    @property
    def starts_on(self) -> date:
        """The first day."""

    @property
    def ends_on(self) -> date | None:
        """The last day, if there is one."""


def overlap(one: Period, other: Period) -> bool:
    """Tell whether two periods have a day in common."""
    return _begins_in_time(one, other) and _begins_in_time(other, one)


def _begins_in_time(one: Period, other: Period) -> bool:
    return other.ends_on is None or one.starts_on <= other.ends_on


class Member(Period, Protocol):
    """Somebody who works in a territory in a period."""

    @property
    def role(self) -> str:
        """What they work as."""

    @property
    def owner(self) -> bool:
        """Whether they own the accounts."""


def owns(member: Member, *, wanted: bool | None, others: Iterable[Member]) -> bool:
    """Return whether a new member owns the accounts: as wanted, or else a rep if nobody else does in that time.

    Raises:
        OwnerRefused: a member who is no rep is to own them.
        OwnersOverlap: somebody else does.
    """
    if wanted and member.role != Role.REP:
        raise OwnerRefused(fields={"owner": ["Only a rep owns customers."]})
    taken = any(other.owner and overlap(other, member) for other in others)
    if wanted and taken:
        raise OwnersOverlap(fields={"owner": [OwnersOverlap.sentence()]})
    return wanted if wanted is not None else member.role == Role.REP and not taken


def check_owner(*, active: bool, roles: Collection[str], starts_on: date, today: date) -> None:
    """Check who owns customers, and from when on.

    Raises:
        OwnerRefused: names each field that does not fit.
    """
    refused = {}
    if not active or Role.REP not in roles:
        refused["user_id"] = ["This person is no active rep."]
    if starts_on < today:
        refused["starts_on"] = ["This day is over."]
    if refused:
        raise OwnerRefused(fields=refused)


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


class Placing(StrEnum):
    """What becomes of accounts that are put into a territory which has others below it."""

    BY_HAND = "by_hand"
    """They wait there until a manager assigns them."""
    POLYGON = "polygon"
    """Each goes to the territory in whose polygon it stands. Those in none wait."""
    NEAREST = "nearest"
    """As before; those in no polygon go to the territory whose polygon is the nearest."""


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


def nearest_territory(position: Position, lands: Iterable[Land]) -> UUID | None:
    """Return the territory whose polygon is the nearest to a place outside of all of them."""
    near = min(lands, key=lambda land: distance_to(land.polygon, position), default=None)
    return near.territory_id if near else None


def inherited(owners: Mapping[UUID, UUID], parents: Mapping[UUID, UUID | None]) -> Mapping[UUID, UUID]:
    """Return the owner of each territory: its own, or that of the nearest territory above it that has one.

    `parents` is the tree, with every territory in it.
    """
    found = {}
    for territory_id in parents:
        above: UUID | None = territory_id
        while above is not None and above not in owners:
            above = parents[above]
        if above is not None:
            found[territory_id] = owners[above]
    return found
