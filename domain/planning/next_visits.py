"""Who next: a ranked list of customers with the reasons to go there. Pure, on documents as a phone holds them.

What it must say is in `tests/vectors/who_next.json`, so that a phone can be held to the same. A customer's score is the
sum of what its reasons weigh; whoever has no reason, or has a visit planned from now on, is not on the list.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from statistics import median
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from domain.call_plans.rules import Terms, interval_days, plan_for
from domain.geo.rules import Position, distance_m
from domain.orders.rules import OrderStatus, QuoteStatus
from domain.visits.rules import OPEN, VisitStatus

Document = Mapping[str, Any]

NEAR_M = 5_000
"""What is this far away or farther is not near."""
NEAR_WEIGHS = 0.5
"""What being at the door weighs; half as far as `NEAR_M`, half of it."""
MOST = 3.0
"""No single reason weighs more: a customer lost long ago does not stay in front for ever."""
LAST_DAY_WEIGHS = 2.0
"""What an open quote or an agreement weighs on its last day; on the day it becomes a reason next to nothing."""
EXPIRING_DAYS = 60
"""An agreement that ends so many days from now or later is not expiring."""
FEWEST_ORDERS = 3
"""With fewer there is no rhythm."""
SALES_OVER_DAYS = 365
RECENT_SHARE = 0.5
"""Whoever was visited less than this share of the interval ago is not worth a visit for being near."""
USUAL_INTERVAL_DAYS = 28.0
"""For customers without a call plan."""


@dataclass(kw_only=True)
class PlanDocument:
    """A call plan out of its document."""

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


def plan_of(document: Document) -> Terms:
    """Return the call plan that a document describes."""
    values = {name: document[name] for name in PlanDocument.__dataclass_fields__}
    for name in ("id", "account_id", "site_id", "rep_id"):
        values[name] = UUID(values[name]) if values[name] else None
    for name in ("starts_on", "ends_on"):
        values[name] = date.fromisoformat(values[name]) if values[name] else None
    return PlanDocument(**values)


def who_next(
    *,
    accounts: Sequence[Document],
    sites: Sequence[Document],
    visits: Sequence[Document],
    orders: Sequence[Document],
    call_plans: Sequence[Document],
    quotes: Sequence[Document],
    agreements: Sequence[Document],
    now: datetime,
    time_zone: str,
    position: Position | None = None,
) -> list[dict[str, Any]]:
    """Return whom to visit next, the best first, as `{account_id, site_id, score, reasons}`.

    A reason is `{kind: "overdue_plan" | "overdue_rhythm", days, every_days}`: so many days over the interval of the
    call plan, or over the customer's median gap between order days; `{kind: "open_quote", quote_id, days, days_left,
    amount_minor, currency}`: a quote that has been open for so many days and is valid for so many more;
    `{kind: "expiring_agreement", agreement_id, days_left}`: an agreement that nothing renews; or
    `{kind: "near", metres}`. Of several quotes, or agreements, it is the one that ends first.
    """
    zone = ZoneInfo(time_zone)
    today = now.astimezone(zone).date()
    plans = [plan_of(document) for document in call_plans]
    visits_of, orders_of, sites_of = by_account(visits), by_account(orders), by_account(sites)
    quotes_of, agreements_of = by_account(quotes), by_account(agreements)
    found = []
    for account in accounts:
        its_visits = visits_of.get(account["id"], [])
        if account["status"] != "active" or any(_is_ahead(visit, today, zone) for visit in its_visits):
            continue
        its_orders = orders_that_count(orders_of.get(account["id"], []))
        plan = plan_that_counts(plans, account, its_orders, today=today, zone=zone)
        site = _nearest(_to_visit(sites_of.get(account["id"], []), plan), position)
        reasons = [
            *_overdue_plan(plan, its_visits, today, zone),
            *_overdue_rhythm(its_orders, today, zone),
            *_open_quote(quotes_of.get(account["id"], []), today, zone),
            *_expiring_agreement(agreements_of.get(account["id"], []), today),
            *_near(plan, site, its_visits, position, today, zone),
        ]
        if reasons:
            score = round(sum(weight for _, weight in reasons), 4)
            found.append(
                {
                    "account_id": account["id"],
                    "site_id": site["id"] if site else None,
                    "score": score,
                    "reasons": [reason for reason, _ in reasons],
                }
            )
    return sorted(found, key=lambda one: (-one["score"], one["account_id"]))


def plan_that_counts(
    plans: Sequence[Terms], account: Document, orders: Sequence[Document], *, today: date, zone: ZoneInfo
) -> Terms | None:
    """Return the call plan that counts for a customer today. `orders` are those of the customer that count."""
    return plan_for(
        plans,
        account_id=UUID(account["id"]),
        account_class=account["account_class"],
        sales_minor=_sales(orders, today, zone),
        on=today,
    )


_DEAD = {OrderStatus.CANCELED, OrderStatus.REJECTED}


def orders_that_count(orders: Iterable[Document]) -> list[Document]:
    """Return the orders without those that were canceled or rejected."""
    return [order for order in orders if order["status"] not in _DEAD]


_Weighed = tuple[dict[str, Any], float]


def _overdue_plan(plan: Terms | None, visits: Sequence[Document], today: date, zone: ZoneInfo) -> Iterable[_Weighed]:
    if plan is None:
        return
    every_days = interval_days(plan)
    last = max(_made_on(visits, zone), default=None)
    days = (today - last).days - every_days if last else float((today - plan.starts_on).days)
    if days > 0:
        reason = {"kind": "overdue_plan", "days": round(days), "every_days": round(every_days)}
        yield reason, min(days / every_days, MOST)


def _overdue_rhythm(orders: Sequence[Document], today: date, zone: ZoneInfo) -> Iterable[_Weighed]:
    days = sorted({_day(order["placed_at"], zone) for order in orders})
    if len(days) < FEWEST_ORDERS:
        return
    every_days = median((later - earlier).days for earlier, later in pairwise(days))
    over = (today - days[-1]).days - every_days
    if over > 0:
        reason = {"kind": "overdue_rhythm", "days": round(over), "every_days": round(every_days)}
        yield reason, min(over / every_days, MOST)


def _open_quote(quotes: Sequence[Document], today: date, zone: ZoneInfo) -> Iterable[_Weighed]:
    waiting = [
        (days_left, quote["id"], days, quote)
        for quote in quotes
        if quote["status"] == QuoteStatus.OPEN
        and (days := (today - _day(quote["written_at"], zone)).days) > 0
        and (days_left := _days_until(quote["valid_until_on"], today)) >= 0
    ]
    if waiting:
        days_left, quote_id, days, quote = min(waiting)
        reason = {"kind": "open_quote", "quote_id": quote_id, "days": days, "days_left": days_left}
        amount = {"amount_minor": quote["total_minor"], "currency": quote["currency"]}
        yield {**reason, **amount}, LAST_DAY_WEIGHS * days / (days + days_left)


def _expiring_agreement(agreements: Sequence[Document], today: date) -> Iterable[_Weighed]:
    # One that was ended on purpose, or is renewed already, is nothing to go there for.
    expiring = [
        (days_left, agreement["id"])
        for agreement in agreements
        if agreement["renewed_by_id"] is None
        and agreement["end_reason"] is None
        and 0 <= (days_left := _days_until(agreement["ends_on"], today)) < EXPIRING_DAYS
    ]
    if expiring:
        days_left, agreement_id = min(expiring)
        reason = {"kind": "expiring_agreement", "agreement_id": agreement_id, "days_left": days_left}
        yield reason, LAST_DAY_WEIGHS * (1 - days_left / EXPIRING_DAYS)


def _near(
    plan: Terms | None,
    site: Document | None,
    visits: Sequence[Document],
    position: Position | None,
    today: date,
    zone: ZoneInfo,
) -> Iterable[_Weighed]:
    if position is None or site is None or site["position"] is None:
        return
    last = max(_made_on(visits, zone), default=None)
    interval = interval_days(plan) if plan else USUAL_INTERVAL_DAYS
    metres = distance_m(position, _position(site))
    if metres < NEAR_M and (last is None or (today - last).days >= interval * RECENT_SHARE):
        yield {"kind": "near", "metres": metres}, NEAR_WEIGHS * (1 - metres / NEAR_M)


def _to_visit(sites: Sequence[Document], plan: Terms | None) -> Sequence[Document]:
    """Return the site that the call plan is about, if it names one of these, or else all of them."""
    named = [site for site in sites if plan and plan.site_id and site["id"] == str(plan.site_id)]
    return named or sites


def _nearest(sites: Sequence[Document], position: Position | None) -> Document | None:
    """Return the nearest site, or the first made where there is no telling."""
    in_order = sorted(sites, key=lambda site: (site["created_at"], site["id"]))
    placed = [site for site in in_order if site["position"]]
    if position is None or not placed:
        return in_order[0] if in_order else None
    return min(placed, key=lambda site: distance_m(position, _position(site)))


def _is_ahead(visit: Document, today: date, zone: ZoneInfo) -> bool:
    if visit["status"] == VisitStatus.IN_PROGRESS:
        return True
    return visit["status"] in OPEN and _day(visit["planned_start_at"], zone) >= today


def _made_on(visits: Sequence[Document], zone: ZoneInfo) -> list[date]:
    made = [visit for visit in visits if visit["status"] == VisitStatus.COMPLETED]
    return [_day(visit["checked_in_at"] or visit["planned_start_at"], zone) for visit in made]


def _sales(orders: Sequence[Document], today: date, zone: ZoneInfo) -> int:
    return sum(
        order["total_minor"] for order in orders if (today - _day(order["placed_at"], zone)).days <= SALES_OVER_DAYS
    )


def _days_until(day: str, today: date) -> int:
    return (date.fromisoformat(day) - today).days


def _day(moment: str, zone: ZoneInfo) -> date:
    return datetime.fromisoformat(moment).astimezone(zone).date()


def _position(site: Document) -> Position:
    return Position(lat=site["position"]["lat"], lng=site["position"]["lng"])


def by_account(documents: Sequence[Document]) -> dict[str, list[Document]]:
    """Return the documents by their account's id."""
    found: dict[str, list[Document]] = {}
    for document in documents:
        found.setdefault(document["account_id"], []).append(document)
    return found
