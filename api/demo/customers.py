"""Customers of one branch: accounts, sites, contacts and what stands there."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from api.demo import catalogue, words
from api.demo.places import MUNICIPALITIES, Municipality
from api.demo.rows import COUNTRY, Maker, Numbers, Offer, Row
from api.demo.words import TRADE_HOUSEHOLD, Trade

ACCOUNTS = 400
SITES = 600
ASSETS = 900
WARRANTY_DAYS = 730
_ASCII = {ord("ä"): "ae", ord("ö"): "oe", ord("ü"): "ue", ord("é"): "e"}


class Place(NamedTuple):
    """A site with its account, and where and what it is."""

    site: Row
    account: Row
    trade: Trade
    municipality: Municipality


class Machine(NamedTuple):
    """An asset, where it stands, and its family."""

    asset: Row
    place: Place
    family: str


@dataclass(frozen=True, kw_only=True)
class Customers:
    """All customers of a branch."""

    accounts: list[Row]
    places: list[Place]
    contacts: list[Row]
    machines: list[Machine]

    @property
    def assets(self) -> list[Row]:
        """The rows of the machines."""
        return [machine.asset for machine in self.machines]


def make_customers(
    maker: Maker, *, territories: dict[str, Row], offer: Offer, numbers: Numbers, founded_at: datetime
) -> Customers:
    """Return 400 accounts with 600 sites and 900 machines."""
    trades = [trade for trade in words.TRADES_OF_CUSTOMERS for _ in range(trade.share)]
    homes = [place for place in MUNICIPALITIES for _ in range(place.accounts)]
    maker.chance.shuffle(homes)
    taken: set[str] = set()
    places: list[Place] = []
    contacts: list[Row] = []
    for trade, municipality in zip(trades, homes, strict=True):
        since = founded_at + timedelta(minutes=maker.chance.randint(0, 2 * 365 * 24 * 60))
        street = maker.chance.choice(municipality.streets)
        name = _name(maker, trade, municipality, street, taken)
        account = _account(maker, since, trade, name, territories[municipality.name]["id"])
        places.append(
            _place(
                maker,
                since,
                account,
                trade,
                municipality,
                street,
                "Home" if trade.industry == TRADE_HOUSEHOLD else "Main site",
            )
        )
        contacts += _contacts(maker, since, places[-1])
    places += _branches(maker, places)
    accounts = sorted(
        {place.account["id"]: place.account for place in places}.values(), key=lambda account: account["created_at"]
    )
    for account in accounts:
        account["number"] = numbers.take("AC")
    return Customers(accounts=accounts, places=places, contacts=contacts, machines=_machines(maker, places, offer))


def _name(maker: Maker, trade: Trade, municipality: Municipality, street: str, taken: set[str]) -> str:
    chance = maker.chance
    while True:
        name = chance.choice(trade.names).format(
            sign=chance.choice(words.SIGNS),
            first=chance.choice(words.FIRST_NAMES),
            surname=chance.choice(words.SURNAMES),
            surname2=chance.choice(words.SURNAMES),
            trade=chance.choice(words.TRADES),
            subject=chance.choice(words.SUBJECTS),
            street=street,
        )
        # Two restaurants of the same name are in different villages, as in life.
        for candidate in (name, f"{name} {municipality.name}"):
            if candidate not in taken:
                taken.add(candidate)
                return candidate
        street = chance.choice(municipality.streets)


def _account(maker: Maker, since: datetime, trade: Trade, name: str, territory_id: UUID) -> Row:
    domain = "".join(letter for letter in _ascii(name) if letter.isalnum())
    return maker.record(
        since,
        number=None,
        name=name,
        kind=trade.kind,
        account_class=maker.chance.choice(trade.classes),
        industry=trade.industry,
        phone=_phone(maker),
        email=None if trade.industry == TRADE_HOUSEHOLD else f"info@{domain}.example",
        territory_id=territory_id,
        status="active",
        notes=maker.chance.choice(words.ACCOUNT_NOTES) if maker.likely(0.2) else None,
        external_id=None,
    )


def _place(
    maker: Maker, since: datetime, account: Row, trade: Trade, municipality: Municipality, street: str, name: str
) -> Place:
    # The first spot is the village itself.
    spot = municipality.spots[0] if maker.likely(0.5) else maker.chance.choice(municipality.spots)
    latitude, longitude = maker.near(spot)
    site = maker.record(
        since,
        account_id=account["id"],
        name=name,
        address={
            "street": street,
            "house_number": f"{maker.chance.randint(1, 96)}{maker.chance.choice(('', '', '', '', 'a', 'b'))}",
            "postcode": municipality.postcode,
            "city": municipality.name,
            "country": COUNTRY,
        },
        latitude=latitude,
        longitude=longitude,
        opening_hours=maker.chance.choice(trade.hours) if trade.hours else None,
        access_notes=maker.chance.choice(words.ACCESS_NOTES) if maker.likely(0.3) else None,
        external_id=None,
    )
    return Place(site, account, trade, municipality)


def _branches(maker: Maker, places: list[Place]) -> list[Place]:
    """Return further sites of the larger customers, in the same municipality."""
    chance = maker.chance
    able = [place for place in places if place.trade.branches]
    weights = [place.trade.equipment for place in able]
    names: dict[UUID, set[str]] = {}
    branches: list[Place] = []
    while len(places) + len(branches) < SITES:
        [place] = chance.choices(able, weights)
        used = names.setdefault(place.account["id"], set())
        free = [name for name in place.trade.branches if name not in used]
        if free:
            name = chance.choice(free)
            used.add(name)
            street = chance.choice(place.municipality.streets)
            branches.append(
                _place(maker, place.account["created_at"], place.account, place.trade, place.municipality, street, name)
            )
    return branches


def _contacts(maker: Maker, since: datetime, place: Place) -> list[Row]:
    titles = place.trade.contact if maker.likely(0.4) else place.trade.contact[:1]
    domain = (place.account["email"] or "").partition("@")[2]
    contacts = []
    for title in titles:
        first, last = maker.chance.choice(words.FIRST_NAMES), maker.chance.choice(words.SURNAMES)
        private = place.trade.industry == TRADE_HOUSEHOLD
        contacts.append(
            maker.record(
                since,
                account_id=place.account["id"],
                site_id=place.site["id"],
                name=place.account["name"] if private else f"{first} {last}",
                job_title=None if private else title,
                phone=_phone(maker),
                email=None if private else f"{_ascii(first)}.{_ascii(last)}@{domain}",
            )
        )
    return contacts


def _machines(maker: Maker, places: list[Place], offer: Offer) -> list[Machine]:
    """Every site has one machine; the rest stands where there is most to do."""
    chance = maker.chance
    weights = [place.trade.equipment for place in places]
    homes = [*places, *chance.choices(places, weights, k=ASSETS - len(places))]
    machines = []
    for serial, place in enumerate(homes, start=1):
        category = chance.choice(place.trade.machines)
        product = chance.choice(offer.products[category])
        installed_on = maker.today - timedelta(days=chance.randint(20, 8 * 365))
        asset = maker.record(
            max(place.site["created_at"], maker.now - timedelta(days=(maker.today - installed_on).days)),
            account_id=place.account["id"],
            site_id=place.site["id"],
            product_id=product["id"],
            name=product["name"],
            serial_number=f"{product['sku'][:2]}{installed_on:%y%m}-{serial:05d}",
            installed_on=installed_on,
            warranty_ends_on=installed_on + timedelta(days=WARRANTY_DAYS),
            status="active",
            notes=None,
        )
        machines.append(Machine(asset, place, catalogue.FAMILY_OF[category]))
    return machines


def _phone(maker: Maker) -> str:
    return f"+423 555 {maker.chance.randint(10, 99)} {maker.chance.randint(10, 99)}"


def _ascii(text: str) -> str:
    return text.lower().translate(_ASCII)
