"""Which call plan counts for an account, and in which periods a visit is due: no database, no clock."""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import Protocol, TypeVar
from uuid import UUID

from domain.kernel.errors import DomainError
from domain.working_time.rules import minutes


class CallPlanTargetUnclear(DomainError):
    """A call plan is for one account, for an account class, or for a range of sales: give exactly one of these."""

    code, status, retryable = "call_plan.target_unclear", 422, False


class CallPlanFrequencyUnclear(DomainError):
    """A call plan has a visit every so many weeks, or so many visits a month: give exactly one of these."""

    code, status, retryable = "call_plan.frequency_unclear", 422, False


class CallPlanSalesEmpty(DomainError):
    """No sales lie in this range: the upper bound must be above the lower one."""

    code, status, retryable = "call_plan.sales_empty", 422, False


class CallPlanTimesTooShort(DomainError):
    """The visit does not fit between these times. Choose a longer span, or a shorter visit."""

    code, status, retryable = "call_plan.times_too_short", 422, False


class CallPlanEndsBeforeStart(DomainError):
    """A call plan cannot end before it starts. Choose a later last day."""

    code, status, retryable = "call_plan.ends_before_start", 422, False


class Terms(Protocol):
    """What the rules need to know of a call plan."""

    id: UUID
    account_id: UUID | None
    site_id: UUID | None
    account_class: str | None
    sales_from_minor: int | None
    sales_below_minor: int | None
    every_weeks: int | None
    per_month: int | None
    weekdays: list[str]
    time_from: str | None
    time_to: str | None
    duration_min: int
    purpose: str | None
    rep_id: UUID | None
    starts_on: date
    ends_on: date | None
    enabled: bool


P = TypeVar("P", bound=Terms)


def check(plan: Terms) -> None:
    """Check that a call plan makes sense as a whole.

    Raises:
        DomainError: it does not. Names the field to change.
    """
    by_sales = plan.sales_from_minor is not None or plan.sales_below_minor is not None
    if (plan.account_id is not None) + (plan.account_class is not None) + by_sales != 1:
        raise CallPlanTargetUnclear(fields={"account_id": [CallPlanTargetUnclear.sentence()]})
    if (plan.every_weeks is None) == (plan.per_month is None):
        raise CallPlanFrequencyUnclear(fields={"every_weeks": [CallPlanFrequencyUnclear.sentence()]})
    if plan.sales_below_minor is not None and plan.sales_below_minor <= (plan.sales_from_minor or 0):
        raise CallPlanSalesEmpty(fields={"sales_below_minor": [CallPlanSalesEmpty.sentence()]})
    if minutes(plan.time_to or "24:00") - minutes(plan.time_from or "00:00") < plan.duration_min:
        raise CallPlanTimesTooShort(fields={"time_to": [CallPlanTimesTooShort.sentence()]})
    check_dates(starts_on=plan.starts_on, ends_on=plan.ends_on)


def check_dates(*, starts_on: date, ends_on: date | None) -> None:
    """Check the first and the last day of a call plan, both included.

    Raises:
        CallPlanEndsBeforeStart: the end is before the start.
    """
    if ends_on is not None and ends_on < starts_on:
        raise CallPlanEndsBeforeStart(fields={"ends_on": [CallPlanEndsBeforeStart.sentence()]})


def minutes_a_year(plan: Terms) -> float:
    """Return how long a customer is visited in a year of 52 weeks or twelve months."""
    visits = 12 * plan.per_month if plan.per_month is not None else 52 / (plan.every_weeks or 1)
    return visits * plan.duration_min


def plan_for(plans: Iterable[P], *, account_id: UUID, account_class: str, sales_minor: int, on: date) -> P | None:
    """Return the call plan that counts for an account on a day, or None.

    One for the account alone comes before one for its class, and that before one by sales (`sales_minor`: the value of
    the orders of twelve months); of two of a kind the one that started later counts.
    """
    fitting = [
        plan
        for plan in plans
        if plan.enabled
        and plan.starts_on <= on
        and (plan.ends_on is None or on <= plan.ends_on)
        and (plan.account_id in (None, account_id))
        and (plan.account_class in (None, account_class))
        and (plan.sales_from_minor is None or sales_minor >= plan.sales_from_minor)
        and (plan.sales_below_minor is None or sales_minor < plan.sales_below_minor)
    ]
    return max(
        fitting,
        key=lambda plan: (plan.account_id is not None, plan.account_class is not None, plan.starts_on, plan.id),
        default=None,
    )


@dataclass(frozen=True, order=True)
class Period:
    """Days, both included, in which one visit is due. `begins_on` names it, `first` is the first day that is open."""

    begins_on: date
    first: date
    last: date


def periods(plan: Terms, *, first: date, last: date) -> Iterator[Period]:
    """Yield the periods of a call plan that begin no later than `last` and end no earlier than `first`.

    Every n weeks: blocks of n weeks from the Monday of the week in which the plan starts. n a month: a month in n parts
    of the same length, give or take a day.
    """
    for begins_on, ends_on in _blocks(plan, first=max(first, plan.starts_on)):
        if begins_on > last or (plan.ends_on is not None and begins_on > plan.ends_on):
            return
        if ends_on >= plan.starts_on:
            yield Period(begins_on, max(begins_on, plan.starts_on), min(ends_on, plan.ends_on or ends_on))


def _blocks(plan: Terms, *, first: date) -> Iterator[tuple[date, date]]:
    if plan.every_weeks is not None:
        length = timedelta(weeks=plan.every_weeks)
        anchor = plan.starts_on - timedelta(days=plan.starts_on.weekday())
        begins_on = anchor + (first - anchor) // length * length
        while True:
            yield begins_on, begins_on + length - timedelta(days=1)
            begins_on += length
    parts, year, month = plan.per_month or 1, first.year, first.month
    while True:
        days = monthrange(year, month)[1]
        edges = [date(year, month, 1) + timedelta(days=number * days // parts) for number in range(parts + 1)]
        for begins_on, following in pairwise(edges):
            if following > first:
                yield begins_on, following - timedelta(days=1)
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)


def interval_days(plan: Terms) -> float:
    """Return how many days lie between two visits."""
    return plan.every_weeks * 7.0 if plan.every_weeks is not None else 30.4 / (plan.per_month or 1)
