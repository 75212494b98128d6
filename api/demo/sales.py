"""What the reps of one branch did in the last 90 days, and what they plan: visits and orders."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from uuid import UUID

from api.demo import catalogue, words
from api.demo.customers import Customers, Place
from api.demo.cycle import RepDays, Stop
from api.demo.rows import CURRENCY, Batch, Maker, Numbers, Offer, Person, Row, at
from api.demo.working_time import WorkingTime
from domain.call_plans.models import CallPlan
from domain.call_plans.rules import Period
from domain.geo.rules import Position, distance_m

_CONSUMABLES = (catalogue.COFFEE_BEANS, catalogue.CLEANING_AGENTS, catalogue.WATER_FILTERS)
_LARGEST_QUANTITY = {catalogue.COFFEE_BEANS: 12, catalogue.CLEANING_AGENTS: 4, catalogue.WATER_FILTERS: 2}


def make_sales(
    maker: Maker,
    *,
    reps: list[Person],
    customers: Customers,
    owner_of: Mapping[UUID, UUID],
    plan_of: Mapping[UUID, CallPlan],
    time: WorkingTime,
    offer: Offer,
    numbers: Numbers,
) -> Batch:
    """Return visits, orders and order lines.

    `owner_of` is territory → who owns its accounts, `plan_of` account → its call plan.
    """
    visits: list[Row] = []
    orders: list[Row] = []
    lines: list[Row] = []
    coming: dict[UUID, list[Period]] = {}
    planned = []
    for rep in reps:
        mine = [place for place in customers.places if place.municipality.name in rep.territories]
        by_phone = [place for place in mine if place.trade.branches]
        owned = {
            account["id"]: plan_of[account["id"]]
            for account in customers.accounts
            if owner_of[account["territory_id"]] == rep.id
        }
        planned.append((rep, by_phone, RepDays(maker, rep, places=mine, plan_of=owned, time=time, coming=coming)))
    for rep, by_phone, rep_days in planned:
        for day, stops in rep_days.days():
            for start_at, stop in stops:
                visit = _visit(maker, rep, stop, day, start_at)
                visits.append(visit)
                if visit["outcome"] == "order":
                    placed_at = visit["completed_at"] - timedelta(minutes=2)
                    _order(maker, rep, stop.place, placed_at, visit["id"], offer, orders, lines)
            if day < maker.today and maker.likely(0.5):
                placed_at = at(day, 16, 45) + maker.minutes(0, 60)
                _order(maker, rep, maker.chance.choice(by_phone), placed_at, None, offer, orders, lines)
    orders.sort(key=lambda order: order["placed_at"])
    for order in orders:
        order["number"] = numbers.take("SO")
    return {"visits": visits, "orders": orders, "order_lines": lines}


def _visit(maker: Maker, rep: Person, stop: Stop, day: date, start_at: datetime) -> Row:
    place, plan = stop.place, stop.plan
    planned_at = min(start_at - timedelta(days=maker.chance.randint(5, 12)), maker.now - maker.minutes(600, 6000))
    visit = maker.record(
        planned_at,
        account_id=place.account["id"],
        site_id=place.site["id"],
        rep_id=rep.id,
        kind="in_person",
        status="planned",
        unplanned=False,
        planned_start_at=start_at,
        duration_min=stop.duration_min,
        purpose=plan.purpose if plan else maker.chance.choice(words.PURPOSES),
        notes=None,
        outcome=None,
        next_step=None,
        follow_up_on=None,
        confirmed_at=None,
        checked_in_at=None,
        checked_in_position=None,
        distance_m=None,
        far_away=False,
        completed_at=None,
        canceled_at=None,
        cancel_reason=None,
        call_plan_id=plan.id if plan else None,
        call_period_on=stop.period_on,
        generated=plan is not None,
    )
    if day <= maker.today and maker.likely(0.5):
        confirmed_at = planned_at + maker.minutes(60, 500)
        visit |= {"status": "confirmed", "confirmed_at": confirmed_at, "updated_at": confirmed_at, "version": 2}
    if day < maker.today:
        visit |= _past(maker, place, start_at, stop.duration_min)
        visit["version"] += 2
        if plan is None and visit["status"] == "completed" and maker.likely(0.2):
            visit |= {"unplanned": True, "confirmed_at": None, "created_at": visit["checked_in_at"]}
    # What somebody has touched is not the call cycle's any more.
    visit["generated"] = (
        visit["generated"] and visit["confirmed_at"] is None and visit["status"] in {"planned", "missed"}
    )
    return visit


def _past(maker: Maker, place: Place, start_at: datetime, duration_min: int) -> Row:
    fate = maker.chance.random()
    if fate < 0.04:
        canceled_at = start_at - maker.minutes(60, 300)
        reason = maker.chance.choice(words.VISIT_CANCEL_REASONS)
        return {"status": "canceled", "canceled_at": canceled_at, "cancel_reason": reason, "updated_at": canceled_at}
    if fate < 0.08:
        return {"status": "missed", "updated_at": min(start_at + timedelta(hours=12), maker.now)}
    [outcome] = maker.chance.choices(("order", "no_order", "follow_up", "not_available"), (45, 30, 18, 7))
    checked_in_at = start_at + maker.minutes(-5, 6)
    completed_at = checked_in_at + timedelta(minutes=max(6, duration_min - maker.chance.randint(0, 12)))
    position = maker.phone_at(place.site["latitude"], place.site["longitude"])
    here = Position(lat=position["lat"], lng=position["lng"])
    there = Position(lat=place.site["latitude"], lng=place.site["longitude"])
    return {
        "status": "completed",
        "outcome": outcome,
        "notes": maker.chance.choice(words.VISIT_NOTES[outcome]),
        "checked_in_at": checked_in_at,
        "checked_in_position": position,
        "distance_m": distance_m(here, there),
        "completed_at": completed_at,
        "updated_at": completed_at,
    }


def _order(
    maker: Maker,
    rep: Person,
    place: Place,
    placed_at: datetime,
    visit_id: UUID | None,
    offer: Offer,
    orders: list[Row],
    lines: list[Row],
) -> None:
    """Add an order as it stands at `now`: shipped after some days, invoiced after two weeks."""
    chance = maker.chance
    products: dict[UUID, tuple[Row, int]] = {}
    for _ in range(chance.randint(1, 5)):
        category = chance.choice(_CONSUMABLES)
        product = chance.choice(offer.products[category])
        products.setdefault(product["id"], (product, chance.randint(1, _LARGEST_QUANTITY[category])))
    if maker.likely(0.03):
        machine = chance.choice(offer.products[chance.choice(place.trade.machines)])
        products[machine["id"]] = (machine, 1)
    age = maker.now - placed_at
    status = "placed"
    for days, later in ((2, "confirmed"), (5, "shipped"), (14, "invoiced")):
        if age > timedelta(days=days):
            status = later
    canceled_at = reason = None
    if maker.likely(0.02):
        status, canceled_at = "canceled", min(placed_at + maker.minutes(20, 300), maker.now)
        reason = chance.choice(words.ORDER_CANCEL_REASONS)
    order = maker.record(
        placed_at,
        updated_at=canceled_at,
        version=2 if canceled_at else 1,
        number=None,
        account_id=place.account["id"],
        site_id=place.site["id"],
        visit_id=visit_id,
        placed_by_id=rep.id,
        status=status,
        placed_at=placed_at,
        price_list_id=offer.price_list_id,
        currency=CURRENCY,
        total_minor=0,
        notes=chance.choice(words.ORDER_NOTES) if maker.likely(0.15) else None,
        canceled_at=canceled_at,
        cancel_reason=reason,
    )
    orders.append(order)
    for line_no, (product, quantity) in enumerate(products.values(), start=1):
        price = offer.price_of[product["id"]]
        lines.append(
            maker.row(
                placed_at,
                order_id=order["id"],
                line_no=line_no,
                product_id=product["id"],
                sku=product["sku"],
                name=product["name"],
                unit=product["unit"],
                quantity=quantity,
                unit_price_minor=price,
                total_minor=quantity * price,
            )
        )
        order["total_minor"] += quantity * price
