"""Organisations to measure: people, customers and planned visits, written by COPY, and the change log made from them.

A document has about 600 bytes in the mean: a customer's or a site's about 500, a visit's 775.
"""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Connection, Integer, Text, bindparam, create_engine, text
from sqlalchemy.orm import Session

from api.composition import REGISTRY
from api.runtime.database import sqlalchemy_url
from domain.kernel.bulk import copy_records
from domain.kernel.ids import new_id
from domain.kernel.model import Model
from domain.people.passwords import hash_password
from sync.rebuild import rebuild

PASSWORD = "bench-fieldbook"  # noqa: S105 - of invented people in databases of the benchmark
PRODUCTS = 30
_WORDS = re.findall(
    r"\w+",
    "asked about the new grinder wants espresso beans every second week delivery before nine entrance at the back"
    " talk to the owner not the manager decides in spring machine leaks a little call again after the holidays"
    " two more sites planned in Buchs price too high compared with last year likes the decaf sample discount for"
    " larger orders terrace opens in May bring the catalogue invoice by post staff training needed",
)

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class District:
    """A territory. `visits` says how many are planned for each of its reps, who visit accounts of their own.

    `copies` is how many more documents its bucket holds: those have no records, they only lie in the change log.
    """

    accounts: int
    visits: Sequence[int]
    copies: int = 0


@dataclass(frozen=True, kw_only=True)
class Rep:
    """Somebody to sign in as, and what they can work with."""

    user_id: UUID
    email: str
    territory_id: UUID
    accounts: list[UUID] = field(default_factory=list)
    visits: list[UUID] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Organisation:
    """What was loaded."""

    id: UUID
    slug: str
    price_list_id: UUID
    products: list[tuple[UUID, int]]
    """Product and its price in minor units."""
    reps: list[Rep]


_FILLED = text("""
    select oid::regclass::text from pg_class
     where relkind = 'r' and relnamespace = 'public'::regnamespace and pg_relation_size(oid) > 0
""")


def load(owner_url: str, *, slug: str, districts: Sequence[District]) -> Organisation:
    """Load an organisation into the database and return it."""
    made = _Maker(slug=slug)
    for number, district in enumerate(districts):
        made.add_district(number, district)
    engine = create_engine(sqlalchemy_url(owner_url))
    try:
        with engine.begin() as connection:
            connection.execute(text("select set_config('app.org_id', :org, true)"), {"org": str(made.organisation.id)})
            driver: Any = connection.connection.driver_connection
            for table, rows in made.tables.items():
                copy_records(driver, Model.metadata.tables[table], rows)
            connection.execute(text(f"analyze {', '.join(made.tables)}"))
            with Session(connection) as session:
                rebuild(session, REGISTRY, org_id=made.organisation.id, now=made.now)
            copies = {made.territories[number]: district.copies for number, district in enumerate(districts)}
            _copy_documents(connection, made.organisation.id, copies)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            # Not what is empty: PostgreSQL would take it to stay so, and look through all of it for each foreign key.
            filled = ", ".join(connection.scalars(_FILLED))
            connection.execute(text(f"vacuum (freeze, analyze) {filled}"))
    finally:
        engine.dispose()
    return made.organisation


def words(chance: random.Random, count: int) -> str:
    """Return that many words of a rep's notes."""
    return " ".join(chance.choices(_WORDS, k=count))


class _Maker:
    def __init__(self, *, slug: str) -> None:
        self._chance = random.Random(slug)
        self.now = datetime.now(UTC)
        self.tables: dict[str, list[Row]] = {}
        self.territories: list[UUID] = []
        self._password_hash = hash_password(PASSWORD)
        org_id = new_id()
        self.organisation = Organisation(id=org_id, slug=slug, price_list_id=new_id(), products=[], reps=[])
        self._add(
            "organisations", id=org_id, name=f"Bench {slug}", slug=slug, currency="CHF", country="LI",
            time_zone="Europe/Vaduz", language="en", is_demo=False,
        )  # fmt: skip
        self._add_catalogue()

    def add_district(self, number: int, district: District) -> None:
        territory_id = self._add("territories", name=f"District {number + 1}", id=(area := new_id()), area_id=area)
        self.territories.append(territory_id)
        reps = [self._add_rep(territory_id) for _ in district.visits]
        sites: dict[UUID, UUID] = {}
        for index in range(district.accounts):
            account_id = self._add_account(territory_id, index)
            sites[account_id] = self._add_site(account_id)
            if reps:
                reps[index % len(reps)].accounts.append(account_id)
        for rep, visits in zip(reps, district.visits, strict=True):
            for index in range(visits):
                account_id = rep.accounts[index % len(rep.accounts)]
                rep.visits.append(self._add_visit(rep, account_id, sites[account_id], index))

    def _add_catalogue(self) -> None:
        category_id = self._add("product_categories", name="Coffee", sort_order=1)
        self._add("price_lists", id=self.organisation.price_list_id, name="Standard", currency="CHF", is_default=True)
        for number in range(PRODUCTS):
            product_id = self._add(
                "products", sku=f"ESP-{number:03}", name=f"Espresso {number}", category_id=category_id, unit="pcs",
                kind="goods", status="active", description=self._words(12),
            )  # fmt: skip
            price = 500 + 10 * number
            self._add(
                "prices", price_list_id=self.organisation.price_list_id, product_id=product_id, amount_minor=price
            )
            self.organisation.products.append((product_id, price))

    def _add_rep(self, territory_id: UUID) -> Rep:
        number = len(self.organisation.reps) + 1
        email = f"rep{number}@{self.organisation.slug}.example"
        user_id = self._add(
            "users", name=f"Rep {number}", email=email, roles=["rep"], language="en", active=True,
            password_hash=self._password_hash,
        )  # fmt: skip
        self._add("memberships", territory_id=territory_id, user_id=user_id, role="rep", starts_on=date(2020, 1, 1))
        rep = Rep(user_id=user_id, email=email, territory_id=territory_id)
        self.organisation.reps.append(rep)
        return rep

    def _add_account(self, territory_id: UUID, index: int) -> UUID:
        return self._add(
            "accounts", name=f"{self._words(2).title()} {index}", kind="end_customer", account_class="B",
            industry="Gastronomy", phone=f"+423 23{self._chance.randint(0, 99999):05}",
            email=f"office{index}@customer.example", territory_id=territory_id, status="active", notes=self._words(18),
        )  # fmt: skip

    def _add_site(self, account_id: UUID) -> UUID:
        address = {
            "street": f"{self._words(1).title()}strasse", "house_number": str(self._chance.randint(1, 99)),
            "postal_code": "9490", "city": "Vaduz", "country": "LI",
        }  # fmt: skip
        return self._add(
            "sites", account_id=account_id, name="Main house", address=address, opening_hours="Mo-Fr 08:00-18:00",
            latitude=round(47.14 + self._chance.uniform(-0.05, 0.05), 6), access_notes=self._words(8),
            longitude=round(9.52 + self._chance.uniform(-0.05, 0.05), 6),
        )  # fmt: skip

    def _add_visit(self, rep: Rep, account_id: UUID, site_id: UUID, index: int) -> UUID:
        return self._add(
            "visits", account_id=account_id, site_id=site_id, rep_id=rep.user_id, status="planned", unplanned=False,
            planned_start_at=self.now + timedelta(days=1, minutes=30 * index), duration_min=30, purpose=self._words(4),
            notes=self._words(7),
        )  # fmt: skip

    def _add(self, table: str, **values: Any) -> UUID:
        """Note a row; what it does not name gets its default."""
        row = {
            "org_id": self.organisation.id, "id": new_id(), "version": 1, "created_at": self.now,
            "updated_at": self.now, **values,
        }  # fmt: skip
        self.tables.setdefault(table, []).append(row)
        id: UUID = row["id"]
        return id

    def _words(self, count: int) -> str:
        return words(self._chance, count)


def _copy_documents(connection: Connection, org_id: UUID, copies: Mapping[UUID, int]) -> None:
    """Put that many copies of the visits' documents, under ids of their own, into the buckets of the territories."""
    replaced = {
        "id": "c.id",
        "doc": "replace(d.doc, d.id::text, c.id::text)",
        "own_buckets": "array[c.bucket]",
        "follows_id": "null",
    }
    columns = Model.metadata.tables["sync_documents"].columns.keys()
    connection.execute(
        text(f"""
            with original as (
                select row_number() over () - 1 as place, d.* from sync_documents d
                 where org_id = :org and entity = 'visit'
            ),
            copy as (
                select uuidv7() as id, bucket, n % (select count(*) from original) as place
                  from unnest(:buckets, :counts) b(bucket, count) cross join generate_series(1, b.count) n
            ),
            made as (
                insert into sync_documents ({", ".join(columns)})
                select {", ".join(replaced.get(name, f"d.{name}") for name in columns)}
                  from copy c join original d using (place)
                returning id, entity, own_buckets[1] as bucket
            ),
            placed as (
                insert into sync_entries (org_id, id, bucket, rev, present, entity)
                select :org, id, bucket, (select rev from sync_counters where org_id = :org), true, entity from made
                returning id, rev, bucket
            )
            insert into sync_buckets (org_id, bucket, count, hash)
            select :org, bucket, count(*), mod(sum(sync_hash(id, rev)), 4294967296) from placed group by bucket
        """).bindparams(bindparam("buckets", type_=ARRAY(Text())), bindparam("counts", type_=ARRAY(Integer()))),
        {
            "org": org_id,
            "buckets": [f"territory:{id}" for id, count in copies.items() if count],
            "counts": [count for count in copies.values() if count],
        },
    )
