"""Who is served too little or too much: the periods of the call cycle that are over, and what became of them. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from uuid import UUID

from domain.call_plans.rules import Terms
from domain.planning.generate import Customer, KnownVisit, due_periods
from domain.visits.rules import VisitStatus


class Standing(StrEnum):
    """Whether a customer gets what the call plan says."""

    UNDER = "under"
    OVER = "over"


class ServiceReason(StrEnum):
    """Why a customer got too little or too much."""

    MISSED = "missed"
    CALLED_OFF = "called_off"
    NOT_PLANNED = "not_planned"
    MORE_THAN_PLANNED = "more_than_planned"


@dataclass(frozen=True, kw_only=True)
class Service:
    """What a customer was to get and got in the periods that are over, and why they differ."""

    account_id: UUID
    rep_id: UUID | None
    standing: Standing
    due: int
    """Periods in which one visit was due."""
    made: int
    missed: int
    called_off: int
    last_made_on: date | None
    reasons: list[str]
    """Those of `ServiceReason`; and, where the last run could not place a visit, those of `UnplacedReason`."""


def find_badly_served(
    *,
    plans: Sequence[Terms],
    customers: Sequence[Customer],
    visits: Sequence[KnownVisit],
    unplaced: Mapping[UUID, Sequence[str]],
    since: date,
    today: date,
) -> Iterator[Service]:
    """Yield the customers who got fewer or more visits than were due, in periods that lie between `since` and today.

    `unplaced` are the reasons of the last run by account.
    """
    visits_of: dict[UUID, list[KnownVisit]] = {}
    for visit in visits:
        visits_of.setdefault(visit.account_id, []).append(visit)
    for customer in customers:
        # What is over was due by the plan that counted then.
        over = [
            (plan, period)
            for plan, period in due_periods(plans, customer, first=since, last=today)
            if since <= period.begins_on and period.last < today
        ]
        if not over:
            continue
        begin, end = min(period.first for _, period in over), max(period.last for _, period in over)
        within = [visit for visit in visits_of.get(customer.account_id, ()) if begin <= visit.day <= end]
        made = [visit for visit in within if visit.status == VisitStatus.COMPLETED]
        missed = sum(visit.status == VisitStatus.MISSED for visit in within)
        # What the cycle itself has withdrawn nobody has called off.
        called_off = sum(visit.status == VisitStatus.CANCELED and not visit.generated for visit in within)
        if len(made) == len(over):
            continue
        standing = Standing.UNDER if len(made) < len(over) else Standing.OVER
        if standing is Standing.OVER:
            reasons = [str(ServiceReason.MORE_THAN_PLANNED)]
        else:
            unmade = {
                ServiceReason.MISSED: missed > 0,
                ServiceReason.CALLED_OFF: called_off > 0,
                ServiceReason.NOT_PLANNED: len(made) + missed + called_off < len(over),
            }
            reasons = [str(reason) for reason, is_one in unmade.items() if is_one]
            reasons += sorted(set(unplaced.get(customer.account_id, ())))
        yield Service(
            account_id=customer.account_id,
            rep_id=over[-1][0].rep_id or customer.owner_on(today),
            standing=standing,
            due=len(over),
            made=len(made),
            missed=missed,
            called_off=called_off,
            last_made_on=max((visit.day for visit in made), default=None),
            reasons=reasons,
        )
