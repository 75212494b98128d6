"""*Alpenfrost AG*: sells and services coffee machines, refrigerators and dishwashers in Liechtenstein.

A pure function of its arguments: the same seed and moment give the same company.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from api.demo import catalogue, jobs, words
from api.demo.customers import make_customers
from api.demo.findings import make_findings
from api.demo.places import MUNICIPALITIES, OBERLAND, REGIONS, UNTERLAND, polygon_around
from api.demo.programme import Programme, make_own_plans, make_programme
from api.demo.promises import make_promises
from api.demo.rows import COUNTRY, CURRENCY, LANGUAGE, TIME_ZONE, Batch, Maker, Numbers, Offer, Person, Row
from api.demo.sales import make_sales
from api.demo.service import make_service
from api.demo.working_time import WorkingTime
from domain.call_plans.models import CallPlan
from domain.people.permissions import Role

NAME = "Alpenfrost AG"
SLUG = "alpenfrost"
EMAIL_DOMAIN = "demo.example"

# Who works where. Triesen has two reps; the others together cover every municipality once.
REP_TERRITORIES = (
    ("Vaduz",),
    ("Schaan", "Planken"),
    ("Triesen", "Triesenberg"),
    ("Balzers", "Triesen"),
    ("Eschen", "Gamprin"),
    ("Mauren", "Ruggell", "Schellenberg"),
)
TECHNICIAN_REGIONS = (OBERLAND,) * 5 + (UNTERLAND,) * 3
DISPATCHER_REGIONS = (REGIONS, (UNTERLAND,))


def generate(*, scale: int, seed: int, now: datetime, password_hash: str) -> Iterator[Batch]:
    """Yield the company in batches: what is common, then one per branch of 400 accounts, then the number series.

    `scale` is the number of branches: each has the eleven municipalities, people, customers and history of its own.
    Everything is relative to `now`.
    """
    numbers = Numbers()
    founded_at = now - timedelta(days=3 * 365)
    # Chance must repeat here, so it is no secret.
    common = random.Random(f"{seed}:common")  # noqa: S311
    org_id = Maker(org_id=UUID(int=0), now=now, chance=common).new_id(founded_at)
    maker = Maker(org_id=org_id, now=now, chance=common)
    batch, offer = _common(maker, founded_at, password_hash)
    programme, its_rows = make_programme(maker, founded_at)
    yield batch | its_rows
    for branch in range(scale):
        maker = Maker(org_id=org_id, now=now, chance=random.Random(f"{seed}:{branch}"))  # noqa: S311
        yield _branch(maker, founded_at, branch, programme, offer, numbers, password_hash)
    yield {
        "number_series": [
            {"org_id": org_id, "name": name, "next_value": last + 1} for name, last in numbers.last.items()
        ]
    }


def _common(maker: Maker, founded_at: datetime, password_hash: str) -> tuple[Batch, Offer]:
    organisation = maker.record(
        founded_at,
        name=NAME,
        slug=SLUG,
        currency=CURRENCY,
        country=COUNTRY,
        time_zone=TIME_ZONE.key,
        language=LANGUAGE,
        is_demo=True,
    )
    organisation["id"] = maker.org_id
    skills = [maker.record(founded_at, name=name) for name in jobs.SKILLS]
    categories = [
        maker.record(founded_at, name=name, sort_order=order) for order, name in enumerate(catalogue.CATEGORIES)
    ]
    price_list = maker.record(founded_at, name="Standard", currency=CURRENCY, is_default=True)
    offer = Offer(
        products={name: [] for name in catalogue.CATEGORIES},
        parts={},
        price_of={},
        price_list_id=price_list["id"],
        work_types=[],
        skill_ids=[skill["id"] for skill in skills],
    )
    category_ids = {category["name"]: category["id"] for category in categories}
    prices = []
    for item in catalogue.items():
        product = maker.record(
            founded_at,
            sku=item.sku,
            name=item.name,
            description=item.description,
            category_id=category_ids[item.category],
            unit=item.unit,
            kind=item.kind,
            status="active",
        )
        price = maker.record(
            founded_at, price_list_id=price_list["id"], product_id=product["id"], amount_minor=round(item.price * 100)
        )
        prices.append(price)
        offer.products[item.category].append(product)
        offer.price_of[product["id"]] = price["amount_minor"]
        if item.category == catalogue.SPARE_PARTS:
            offer.parts[item.name] = product
    for job in jobs.JOBS:
        needs = [{"skill_id": str(skills[skill]["id"]), "level": level} for skill, level in job.skills]
        offer.work_types.append(maker.record(founded_at, name=job.name, duration_min=job.duration_min, skills=needs))
    admin = _user(maker, founded_at, "admin1", Role.ADMIN, password_hash)
    return {
        "organisations": [organisation],
        "skills": skills,
        "users": [admin],
        "product_categories": categories,
        "products": [product for products in offer.products.values() for product in products],
        "price_lists": [price_list],
        "prices": prices,
        "work_types": offer.work_types,
    }, offer


def _branch(
    maker: Maker,
    founded_at: datetime,
    branch: int,
    programme: Programme,
    offer: Offer,
    numbers: Numbers,
    password_hash: str,
) -> Batch:
    territories = _territories(maker, founded_at, branch)
    staff = _staff(maker, founded_at, branch, password_hash)
    customers = make_customers(maker, territories=territories, offer=offer, numbers=numbers, founded_at=founded_at)
    people = [person for group in staff.values() for person in group]
    time = WorkingTime(maker, staff)
    # Of two reps of a territory the first one owns its customers.
    owners = {name: person for person in reversed(staff[Role.REP]) for name in person.territories}
    owner_of = {territories[name]["id"]: owner.id for name, owner in owners.items()}
    batch: Batch = {
        "territories": list(territories.values()),
        "users": [person.user for person in people],
        "user_skills": [
            maker.row(founded_at, user_id=technician.id, skill_id=offer.skill_ids[skill], level=level)
            for technician, skills in zip(staff[Role.TECHNICIAN], jobs.TECHNICIAN_SKILLS, strict=True)
            for skill, level in skills
        ],
        "memberships": [
            maker.row(
                founded_at,
                territory_id=territories[name]["id"],
                user_id=person.id,
                role=role,
                starts_on=founded_at.date(),
                ends_on=None,
                owner=owners.get(name) is person,
            )
            for role, group in staff.items()
            for person in group
            for name in person.territories
        ],
        "accounts": customers.accounts,
        "sites": [place.site for place in customers.places],
        "contacts": customers.contacts,
        "assets": customers.assets,
        "call_plans": make_own_plans(maker, reps=staff[Role.REP], customers=customers),
    }
    batch |= time.rows()
    plan_of = {account["id"]: programme.plan_of_class[account["account_class"]] for account in customers.accounts}
    batch |= make_sales(
        maker,
        reps=staff[Role.REP],
        customers=customers,
        owner_of=owner_of,
        plan_of=plan_of | {plan["account_id"]: CallPlan(**plan) for plan in batch["call_plans"]},
        time=time,
        offer=offer,
        numbers=numbers,
    )
    batch |= make_promises(
        maker,
        reps=staff[Role.REP],
        owner_of=owner_of,
        customers=customers,
        orders=batch["orders"],
        order_lines=batch["order_lines"],
        offer=offer,
        numbers=numbers,
    )
    batch |= make_findings(
        maker,
        reps=staff[Role.REP],
        manager=staff[Role.MANAGER][0],
        visits=batch["visits"],
        accounts=customers.accounts,
        programme=programme,
        offer=offer,
    )
    batch |= make_service(
        maker,
        technicians=staff[Role.TECHNICIAN],
        dispatcher=staff[Role.DISPATCHER][0],
        territories=territories,
        customers=customers,
        offer=offer,
        numbers=numbers,
    )
    return batch


def _territories(maker: Maker, founded_at: datetime, branch: int) -> dict[str, Row]:
    suffix = f" {branch + 1}" if branch else ""
    roots = {
        region: maker.record(
            founded_at,
            name=f"{region}{suffix}",
            parent_id=None,
            area_id=None,
            polygon=polygon_around(place for place in MUNICIPALITIES if place.region == region),
        )
        for region in REGIONS
    }
    for root in roots.values():
        root["area_id"] = root["id"]
    children = {
        place.name: maker.record(
            founded_at,
            name=f"{place.name}{suffix}",
            parent_id=roots[place.region]["id"],
            area_id=roots[place.region]["id"],
            polygon=polygon_around([place]),
        )
        for place in MUNICIPALITIES
    }
    return roots | children


def _staff(maker: Maker, founded_at: datetime, branch: int, password_hash: str) -> dict[Role, list[Person]]:
    plan: dict[Role, tuple[str, tuple[tuple[str, ...], ...]]] = {
        Role.REP: ("rep", REP_TERRITORIES),
        Role.TECHNICIAN: ("tech", tuple((region,) for region in TECHNICIAN_REGIONS)),
        Role.DISPATCHER: ("dispatch", DISPATCHER_REGIONS),
        Role.MANAGER: ("manager", (REGIONS,)),
    }
    return {
        role: [
            Person(
                user=_user(maker, founded_at, f"{login}{branch * len(areas) + number}", role, password_hash),
                territories=names,
            )
            for number, names in enumerate(areas, start=1)
        ]
        for role, (login, areas) in plan.items()
    }


def _user(maker: Maker, founded_at: datetime, login: str, role: Role, password_hash: str) -> Row:
    latitude, longitude = maker.near(maker.chance.choice(MUNICIPALITIES).spots[0])
    values: dict[str, Any] = {
        "name": f"{maker.chance.choice(words.FIRST_NAMES)} {maker.chance.choice(words.SURNAMES)}",
        "email": f"{login}@{EMAIL_DOMAIN}",
        "phone": f"+423 555 {maker.chance.randint(10, 99)} {maker.chance.randint(10, 99)}",
        "roles": [str(role)],
        "language": LANGUAGE,
        "active": True,
        "password_hash": password_hash,
        "home_latitude": latitude,
        "home_longitude": longitude,
    }
    return maker.record(founded_at, **values)
