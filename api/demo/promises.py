"""What one branch has promised its customers: quotes, and agreements for their machines."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID

from api.demo import catalogue
from api.demo.customers import Customers, Place
from api.demo.rows import CURRENCY, HISTORY_DAYS, Batch, Maker, Numbers, Offer, Person, Row, at

_QUOTES_OF_A_REP = 14
_ACCEPTED = 0.03
"""The share of the orders that a quote came before."""
_VALID_DAYS = 30
_WITH_AGREEMENT = 0.18
"""The share of the machines' sites that have one."""
_RENEWED = 0.5
_DECLINED = ("Too expensive", "Bought elsewhere", "Not needed any more")
_AGREEMENTS = (
    ("Full service", "Parts, labour and travel; wear parts included.", 4, 24, 2),
    ("Maintenance", "Preventive visits; repairs at list prices.", None, None, 1),
    ("Standard service", "Labour and travel; parts at list prices.", 8, 48, 1),
)


def make_promises(
    maker: Maker,
    *,
    reps: Sequence[Person],
    owner_of: Mapping[UUID, UUID],
    customers: Customers,
    orders: Sequence[Row],
    order_lines: Sequence[Row],
    offer: Offer,
    numbers: Numbers,
) -> Batch:
    """Return quotes, their lines, and agreements. An order that accepts a quote is told of it."""
    quotes: list[Row] = []
    lines: list[Row] = []
    for rep in reps:
        own = [place for place in customers.places if owner_of[place.account["territory_id"]] == rep.id]
        for place in maker.chance.sample(own, min(_QUOTES_OF_A_REP, len(own))):
            _quote(maker, rep, place, offer, quotes, lines)
    lines_of: dict[UUID, list[Row]] = {}
    for line in order_lines:
        lines_of.setdefault(line["order_id"], []).append(line)
    for order in orders:
        if order["canceled_at"] is None and maker.likely(_ACCEPTED):
            _accepted(maker, order, lines_of[order["id"]], quotes, lines)
    quotes.sort(key=lambda quote: quote["written_at"])
    for quote in quotes:
        quote["number"] = numbers.take("QU")
    return {"quotes": quotes, "quote_lines": lines, "agreements": _agreements(maker, customers, numbers)}


def _quote(maker: Maker, rep: Person, place: Place, offer: Offer, quotes: list[Row], lines: list[Row]) -> None:
    """Add a quote for a machine and coffee as it stands at `now`."""
    chance = maker.chance
    written_at = at(maker.today - timedelta(days=chance.randint(1, HISTORY_DAYS - 1)), 10) + maker.minutes(0, 300)
    valid_until_on = written_at.date() + timedelta(days=_VALID_DAYS)
    status, closed_at, reason = "open", None, None
    if maker.likely(0.3):
        status, reason = "declined", chance.choice(_DECLINED)
        closed_at = min(written_at + timedelta(days=chance.randint(3, 20)), maker.now)
    elif valid_until_on < maker.today:
        status, closed_at = "expired", at(valid_until_on + timedelta(days=1), 0)
    quote = maker.record(
        written_at,
        updated_at=closed_at,
        version=2 if closed_at else 1,
        number=None,
        account_id=place.account["id"],
        site_id=place.site["id"],
        visit_id=None,
        written_by_id=rep.id,
        status=status,
        written_at=written_at,
        valid_until_on=valid_until_on,
        price_list_id=offer.price_list_id,
        currency=CURRENCY,
        total_minor=0,
        notes=None,
        closed_at=closed_at,
        close_reason=reason,
    )
    wanted = (
        (chance.choice(offer.products[chance.choice(place.trade.machines)]), 1),
        (chance.choice(offer.products[catalogue.COFFEE_BEANS]), chance.randint(2, 12)),
    )
    for line_no, (product, quantity) in enumerate(wanted, start=1):
        price = offer.price_of[product["id"]]
        kept = {name: product[name] for name in ("sku", "name", "unit")}
        amounts = {"quantity": quantity, "unit_price_minor": price, "total_minor": quantity * price}
        lines.append(
            maker.row(written_at, quote_id=quote["id"], line_no=line_no, product_id=product["id"], **kept, **amounts)
        )
        quote["total_minor"] += quantity * price
    quotes.append(quote)


def _accepted(maker: Maker, order: Row, order_lines: Sequence[Row], quotes: list[Row], lines: list[Row]) -> None:
    written_at = order["placed_at"] - timedelta(days=maker.chance.randint(2, 14))
    kept = ("account_id", "site_id", "price_list_id", "currency", "total_minor")
    quote = maker.record(
        written_at,
        updated_at=order["placed_at"],
        version=2,
        number=None,
        visit_id=None,
        written_by_id=order["placed_by_id"],
        status="accepted",
        written_at=written_at,
        valid_until_on=written_at.date() + timedelta(days=_VALID_DAYS),
        notes=None,
        closed_at=order["placed_at"],
        close_reason=None,
        **{name: order[name] for name in kept},
    )
    quotes.append(quote)
    order["quote_id"] = quote["id"]
    for line in order_lines:
        same = {name: value for name, value in line.items() if name not in {"org_id", "id", "order_id"}}
        lines.append(maker.row(written_at, quote_id=quote["id"], **same))


def _agreements(maker: Maker, customers: Customers, numbers: Numbers) -> list[Row]:
    """Return an agreement for each year until now and, where it is renewed, for the next one."""
    machines_at: dict[UUID, list[Row]] = {}
    for machine in customers.machines:
        machines_at.setdefault(machine.place.site["id"], []).append(machine.asset)
    agreements: list[Row] = []
    for place in customers.places:
        machines = machines_at.get(place.site["id"], [])
        if not machines or not maker.likely(_WITH_AGREEMENT):
            continue
        name, coverage, response_hours, fix_hours, visits = maker.chance.choice(_AGREEMENTS)
        ends_on = maker.today + timedelta(days=maker.chance.randint(3, 360))
        running = maker.record(
            at(ends_on - timedelta(days=372), 14),
            number=numbers.take("AG"),
            account_id=place.account["id"],
            name=name,
            coverage=coverage,
            site_ids=[str(place.site["id"])],
            asset_ids=[str(machine["id"]) for machine in machines],
            response_hours=response_hours,
            fix_hours=fix_hours,
            visits_per_year=visits,
            starts_on=ends_on - timedelta(days=364),
            ends_on=ends_on,
            end_reason=None,
            renewed_by_id=None,
        )
        agreements.append(running)
        if ends_on - timedelta(days=_VALID_DAYS) <= maker.today and maker.likely(_RENEWED):
            agreements.append(_renewal(maker, running, ends_on, numbers))
    return agreements


def _renewal(maker: Maker, running: Row, ends_on: date, numbers: Numbers) -> Row:
    agreed_at = maker.now - maker.minutes(600, 6000)
    days = {"starts_on": ends_on + timedelta(days=1), "ends_on": ends_on + timedelta(days=365)}
    following = {**running, **maker.record(agreed_at), **days, "number": numbers.take("AG")}
    running |= {"renewed_by_id": following["id"], "version": 2, "updated_at": agreed_at}
    return following
