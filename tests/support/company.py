"""A small company for tests, made through the same commands as in production."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy.orm import Session, sessionmaker

from api.composition import REGISTRY
from domain.catalog.models import PriceList, Product, ProductCategory
from domain.customers.models import Account, Site
from domain.kernel.command import Actor, Context, Door, execute
from domain.kernel.ids import new_id
from domain.kernel.model import Record
from domain.kernel.session import open_session
from domain.people.models import Skill, User
from domain.people.organisations import found_organisation
from domain.people.passwords import hash_password
from domain.people.permissions import Role, permissions_of
from domain.territories.models import Membership, Territory
from domain.territories.scope import granted_buckets, granted_territories
from sync.scope import BucketScope, Everything

PASSWORD = "correct horse battery"
NOW = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
"""A Monday morning; also the default of `now`."""


@cache
def password_hash() -> str:
    return hash_password(PASSWORD)


@dataclass(kw_only=True)
class Company:
    """An organisation, its people by role, and what a test needs to make more."""

    sessions: sessionmaker[Session]
    org_id: UUID
    slug: str
    people: dict[Role, User] = field(default_factory=dict)
    area_id: UUID = field(default_factory=new_id)
    territory_id: UUID = field(default_factory=new_id)
    other_area_id: UUID = field(default_factory=new_id)
    other_territory_id: UUID = field(default_factory=new_id)
    category_id: UUID = field(default_factory=new_id)
    price_list_id: UUID = field(default_factory=new_id)
    skill_id: UUID = field(default_factory=new_id)

    @classmethod
    def found(cls, sessions: sessionmaker[Session]) -> "Company":
        slug = f"company-{new_id().hex}"
        org_id = found_organisation(
            sessions,
            name="Alpenfrost AG",
            slug=slug,
            currency="CHF",
            country="LI",
            time_zone="Europe/Vaduz",
            language="en",
            now=NOW,
        )
        company = cls(sessions=sessions, org_id=org_id, slug=slug)
        # In one transaction, because nearly every test founds one.
        with company.session() as session:
            oberland = _territory(company.area_id, "Oberland", area_id=company.area_id)
            unterland = _territory(company.other_area_id, "Unterland", area_id=company.other_area_id)
            people = {role: _person(role) for role in Role}
            for role, user in people.items():
                oberland.members.append(_membership(user, role))
            session.add_all(
                [
                    *people.values(),
                    oberland,
                    unterland,
                    _territory(company.territory_id, "Vaduz", area_id=oberland.id, parent_id=oberland.id),
                    _territory(company.other_territory_id, "Eschen", area_id=unterland.id, parent_id=unterland.id),
                    Skill(id=company.skill_id, name="refrigeration", created_at=NOW),
                    ProductCategory(id=company.category_id, name="Coffee", sort_order=1, created_at=NOW),
                    PriceList(
                        id=company.price_list_id, name="Standard", currency="CHF", is_default=True, created_at=NOW
                    ),
                ]
            )
            session.commit()
        company.people = people
        return company

    @property
    def rep(self) -> User:
        return self.people[Role.REP]

    @property
    def technician(self) -> User:
        return self.people[Role.TECHNICIAN]

    @property
    def dispatcher(self) -> User:
        return self.people[Role.DISPATCHER]

    @property
    def manager(self) -> User:
        return self.people[Role.MANAGER]

    @property
    def admin(self) -> User:
        return self.people[Role.ADMIN]

    @contextmanager
    def session(self, *, now: datetime = NOW) -> Iterator[Session]:
        """A session of this organisation, for looking and for what no command makes."""
        with open_session(self.sessions, org_id=self.org_id, now=now) as session:
            yield session

    @contextmanager
    def connection(self) -> Iterator[psycopg.Connection[Any]]:
        """The same without the ORM."""
        with self.session() as session:
            connection: Any = session.connection().connection.driver_connection
            yield connection

    @contextmanager
    def context(
        self,
        by: User | None = None,
        *,
        now: datetime = NOW,
        occurred_at: datetime | None = None,
        command_id: UUID | None = None,
        door: Door = Door.REST,
        expected_version: int | None = None,
    ) -> Iterator[Context]:
        """A context in a transaction of its own, for `by` or, without, for the system itself. The test commits."""
        with self.session(now=now) as session:
            actor, scope = Actor(user_id=None), Everything()
            if by is not None:
                actor = Actor(user_id=by.id, permissions=permissions_of(by.roles))
                territories = granted_territories(session, org_id=self.org_id, user_id=by.id, today=now.date())
                buckets = granted_buckets(user_id=by.id, roles=by.roles, territories=territories)
                scope = BucketScope(org_id=self.org_id, buckets=buckets)
            yield Context(
                session=session,
                registry=REGISTRY,
                org_id=self.org_id,
                actor=actor,
                scope=scope,
                now=now,
                occurred_at=occurred_at or now,
                command_id=command_id or new_id(),
                door=door,
                expected_version=expected_version,
            )

    def do(
        self,
        name: str,
        by: User | None = None,
        /,
        *,
        now: datetime = NOW,
        occurred_at: datetime | None = None,
        **args: Any,
    ) -> Any:
        """Carry out a command and commit; return the record. Values go through the wire's form."""
        with self.context(by, now=now, occurred_at=occurred_at) as ctx:
            record = execute(REGISTRY.commands[name], wire(args), ctx).record
            ctx.session.commit()
            return record

    def read(self, model: type[Record], record_id: UUID) -> Any:
        """The record as it is stored, with what its document needs."""
        with self.context() as ctx:
            return ctx.get(model, record_id)

    def document(self, entity: str, record_id: UUID) -> dict[str, Any]:
        """The record as a phone sees it."""
        declared = REGISTRY.entities[entity]
        return declared.dump(self.read(declared.model, record_id))

    def person(
        self,
        *roles: Role,
        territory_id: UUID | None = None,
        skills: Mapping[UUID, int] | None = None,
        language: str = "en",
    ) -> User:
        """A new person who works in `territory_id`, by default in the whole of Oberland."""
        user = _person(*roles, language=language)
        with self.context() as ctx:
            ctx.session.add(user)
            members = ctx.get(Territory, territory_id or self.area_id).members
            members.append(_membership(user, roles[0], owner=not any(member.owner for member in members)))
            ctx.session.commit()
        if skills:
            levels = [{"skill_id": skill_id, "level": level} for skill_id, level in skills.items()]
            self.do("user.update", user_id=user.id, skills=levels)
        return user

    def account(self, *, name: str = "Hotel Rheinblick", territory_id: UUID | None = None) -> Account:
        """A new customer, in Vaduz by default."""
        return self.do("account.create", id=new_id(), name=name, territory_id=territory_id or self.territory_id)

    def site(self, account: Account, *, name: str = "Main house", lat: float = 47.1410, lng: float = 9.5209) -> Site:
        """A new place of a customer."""
        return self.do("site.create", id=new_id(), account_id=account.id, name=name, position={"lat": lat, "lng": lng})

    def product(
        self, *, sku: str = "ESP-1", name: str = "Espresso 1 kg", price_minor: int | None = 2_450, kind: str = "goods"
    ) -> Product:
        """A new product, with a price in the default list unless `price_minor` is None."""
        product = self.do("product.create", id=new_id(), sku=sku, name=name, category_id=self.category_id, kind=kind)
        if price_minor is not None:
            self.do("price.set", price_list_id=self.price_list_id, product_id=product.id, amount_minor=price_minor)
        return product


def _territory(territory_id: UUID, name: str, *, area_id: UUID, parent_id: UUID | None = None) -> Territory:
    return Territory(id=territory_id, name=name, area_id=area_id, parent_id=parent_id, members=[], created_at=NOW)


def _person(*roles: Role, language: str = "en") -> User:
    user_id = new_id()
    return User(
        id=user_id,
        name=f"{roles[0].title()} {user_id.hex[-4:]}",
        email=f"{roles[0]}-{user_id.hex}@test.example",
        roles=[str(role) for role in roles],
        language=language,
        active=True,
        password_hash=password_hash(),
        created_at=NOW,
        skills=[],
    )


def _membership(user: User, role: Role, *, owner: bool = True) -> Membership:
    owns = owner and role is Role.REP
    return Membership(id=new_id(), user_id=user.id, role=str(role), starts_on=date(2026, 1, 1), owner=owns)


def wire(value: Any) -> Any:
    """Return a value as it would come over the wire."""
    if isinstance(value, Mapping):
        return {name: wire(part) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return [wire(part) for part in value]
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value
