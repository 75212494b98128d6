"""I4 against somebody who builds their own client: whatever cursor, repair, learn or mutation they send, nothing from
outside their scope comes back, not even once.
"""

import base64
import tracemalloc
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import orjson
import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from api.composition import REGISTRY
from domain.kernel.clock import utc_now
from domain.kernel.ids import new_id
from domain.people.models import User
from domain.people.permissions import Role
from sync.cursor import BEFORE_ALL, NOTHING_AFTER, Cursor
from tests.support.company import NOW, Company, wire
from tests.support.phone import Phone
from tests.support.scope import scope_of

PhoneOf = Callable[[User], Phone]
PAGES = 60


@dataclass
class Customer:
    """One of everything that hangs on an account."""

    ids: dict[str, UUID]

    @classmethod
    def of(cls, company: Company, territory_id: UUID, *, technician: User | None = None) -> "Customer":
        ids = {name: new_id() for name in ("account", "site", "contact", "asset", "visit", "order", "work_order")}
        ids |= {name: new_id() for name in ("appointment", "quote", "agreement")}
        product = company.product(sku=f"SKU-{new_id()}")
        place = {"account_id": ids["account"], "site_id": ids["site"]}
        line = {"id": new_id(), "product_id": product.id, "quantity": 1, "unit_price_minor": 2_450}
        job = {"site_id": ids["site"], "asset_id": ids["asset"], "appointment_id": ids["appointment"]}
        do, admin = company.do, company.admin
        do("account.create", id=ids["account"], name="Hotel", territory_id=territory_id)
        do("site.create", id=ids["site"], account_id=ids["account"], name="Main house")
        do("contact.create", id=ids["contact"], account_id=ids["account"], name="Mira Beck")
        do("asset.create", id=ids["asset"], name="Barista 300", **place)
        do("visit.plan", id=ids["visit"], rep_id=admin.id, planned_start_at=NOW + timedelta(days=1), **place)
        do("order.place", admin, id=ids["order"], price_list_id=company.price_list_id, lines=[line], **place)
        line["id"] = new_id()
        valid = {"price_list_id": company.price_list_id, "valid_until_on": NOW.date()}
        do("quote.write", admin, id=ids["quote"], lines=[line], **valid, **place)
        year = {"starts_on": NOW.date(), "ends_on": NOW.date() + timedelta(days=365)}
        do("agreement.create", id=ids["agreement"], account_id=ids["account"], name="Full service", **year)
        do("work_order.create", id=ids["work_order"], title="Leaks", **job)
        if technician:
            plan = {"technician_id": technician.id, "starts_at": NOW + timedelta(hours=1)}
            do("appointment.assign", appointment_id=ids["appointment"], **plan)
            do("appointment.dispatch", appointment_id=ids["appointment"])
        return cls(ids)


@dataclass
class World:
    """A rep who works in one territory, and what lies outside it."""

    company: Company
    person: User
    phone: Phone
    inside: Customer
    outside: Customer
    other_company: Company
    elsewhere: Customer
    own_buckets: list[str]
    other_buckets: list[str]

    def scope(self) -> set[tuple[str, str]]:
        with self.company.connection() as connection:
            return set(scope_of(connection, org_id=self.company.org_id, person_id=self.person.id, now=utc_now()))


@pytest.fixture
def world(app: Flask, company: Company, other_company: Company) -> World:
    person = company.person(Role.REP, territory_id=company.territory_id)
    inside = Customer.of(company, company.territory_id)
    outside = Customer.of(company, company.other_territory_id, technician=company.technician)
    elsewhere = Customer.of(other_company, other_company.territory_id)
    territories = (company.area_id, company.other_area_id, company.other_territory_id, other_company.territory_id)
    return World(
        company=company,
        person=person,
        phone=Phone.sign_in(app, person),
        inside=inside,
        outside=outside,
        other_company=other_company,
        elsewhere=elsewhere,
        own_buckets=["org", f"user:{person.id}", f"territory:{company.territory_id}"],
        other_buckets=[
            *(f"territory:{territory_id}" for territory_id in territories),
            *(f"user:{user.id}" for user in (company.technician, company.admin, other_company.rep)),
            *(f"dispatch:{area_id}" for area_id in (company.area_id, company.other_area_id)),
            "everything",
        ],
    )


@dataclass
class Forgery:
    """What a request says, beside the truth."""

    cursor: str | None
    repair: list[str]
    learn: list[str]
    limit: int


def forgeries(world: World) -> st.SearchStrategy[Forgery]:
    with world.company.session() as session:
        query = text("select rev from sync_counters where org_id = :org")
        rev = session.execute(query, {"org": world.company.org_id}).scalar_one()
    server_id = world.phone.app.extensions["fieldbook"].server_id
    bucket = st.sampled_from([*world.own_buckets, *world.other_buckets])
    revs = st.sampled_from([0, 1, rev // 2, rev - 1, rev, rev + 1, 2**62])
    record = st.sampled_from([BEFORE_ALL, NOTHING_AFTER, world.inside.ids["visit"], world.outside.ids["visit"]])
    positions = st.dictionaries(bucket, st.tuples(revs, record), max_size=12)
    entities = st.sampled_from([*REGISTRY.entities, "espresso"])
    cursor = st.builds(
        Cursor,
        server_id=st.sampled_from([server_id, server_id, server_id, "another"]),
        base=revs,
        buckets=st.frozensets(bucket),
        partial=positions,
        checkpoint=st.none() | revs,
        sent=st.sampled_from([0, 5, 2**62]),
        learn=st.frozensets(entities),
        learning=positions,
    )
    return st.builds(
        Forgery,
        cursor=st.none() | cursor.map(Cursor.encode),
        repair=st.lists(bucket, max_size=5),
        learn=st.lists(entities, max_size=5),
        limit=st.sampled_from([3, 20, 1_000]),
    )


def pull(phone: Phone, forgery: Forgery) -> list[dict[str, Any]]:
    """Pull until nothing is left, repeating the forgery with each honest cursor that comes back."""
    pages: list[dict[str, Any]] = []
    body = {"schema_version": 1, "limit": forgery.limit, "repair": forgery.repair, "learn": forgery.learn}
    cursor = forgery.cursor
    while not pages or (pages[-1]["more"] and len(pages) < PAGES):
        answer = phone.post("/sync/pull?verify=1", {**body, "cursor": cursor})
        assert answer.status_code == 200, answer.text
        pages.append(answer.json)
        cursor = pages[-1]["cursor"]
    return pages


def assert_nothing_from_outside(world: World, pages: list[dict[str, Any]]) -> None:
    sent = {(change["entity"], change["id"]) for page in pages for change in page["changes"]}
    assert sent <= world.scope()
    named = {item["bucket"] for page in pages for item in (*page["changes"], *page["checksums"])}
    assert named <= set(world.own_buckets)
    told = orjson.dumps([{**page, "forget": None, "cursor": None} for page in pages]).decode()
    assert [secret for secret in secrets_of(world) if secret in told] == []


def secrets_of(world: World) -> list[str]:
    return [str(record_id) for customer in (world.outside, world.elsewhere) for record_id in customer.ids.values()]


def test_no_forged_request_brings_anything_from_outside(world: World) -> None:
    @settings(
        max_examples=60,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(forgery=forgeries(world))
    def attempt(forgery: Forgery) -> None:
        assert_nothing_from_outside(world, pull(world.phone, forgery))

    attempt()


def test_the_same_question_does_bring_it_to_whoever_may_see_it(world: World, phone_of: PhoneOf) -> None:
    told = orjson.dumps(pull(phone_of(world.company.admin), Forgery(None, [], [], 1_000))).decode()
    outside = {str(record_id) for record_id in world.outside.ids.values()}
    assert {record_id for record_id in outside if record_id in told} == outside
    assert str(world.elsewhere.ids["account"]) not in told


def test_a_device_that_was_lied_to_by_its_cursor_ends_with_its_scope(world: World) -> None:
    phone = world.phone
    phone.pull()
    phone.cursor = Cursor(
        server_id=phone.app.extensions["fieldbook"].server_id,
        base=phone.checkpoint,
        buckets=frozenset(world.own_buckets + world.other_buckets),
        partial=dict.fromkeys(world.other_buckets, (0, BEFORE_ALL)),
    ).encode()
    phone.pull()
    assert set(phone.answers[0]["forget"]) == set(world.other_buckets)
    assert set(phone.documents) == world.scope()


def test_another_persons_cursor_is_worth_nothing(world: World, phone_of: PhoneOf) -> None:
    admin = phone_of(world.company.admin)
    page = admin.post("/sync/pull", {"schema_version": 1, "limit": 5, "cursor": None}).json
    for cursor in (page["cursor"], pull(admin, Forgery(None, [], [], 1_000))[-1]["cursor"]):
        assert_nothing_from_outside(world, pull(world.phone, Forgery(cursor, [], [], 20)))


def test_another_organisations_cursor_is_worth_nothing(world: World, phone_of: PhoneOf) -> None:
    stranger = phone_of(world.other_company.admin)
    cursor = pull(stranger, Forgery(None, [], [], 1_000))[-1]["cursor"]
    assert_nothing_from_outside(world, pull(world.phone, Forgery(cursor, world.other_buckets, [], 1_000)))


def test_a_cursor_that_unpacks_to_very_much_starts_anew_and_fills_no_memory(world: World) -> None:
    bomb = base64.urlsafe_b64encode(zlib.compress(b"[" + b" " * 60_000_000, 9)).decode()
    assert len(bomb) < 100_000
    tracemalloc.start()
    assert Cursor.decode(bomb) is None
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000
    pages = pull(world.phone, Forgery(bomb, [], [], 1_000))
    assert set(pages[0]["reset"]) == set(world.own_buckets)
    assert_nothing_from_outside(world, pages)


# What a person might try with a record: the command, and its arguments around the id.
ATTEMPTS: list[tuple[str, str, dict[str, Any]]] = [
    ("account", "account.update", {"account_id": ..., "phone": "+423 1"}),
    ("account", "site.create", {"id": "new", "account_id": ..., "name": "Mine"}),
    ("account", "contact.create", {"id": "new", "account_id": ..., "name": "Mine"}),
    ("site", "site.update", {"site_id": ..., "name": "Mine"}),
    ("site", "work_order.create", {"id": "new", "site_id": ..., "title": "Mine", "appointment_id": "new"}),
    ("contact", "contact.update", {"contact_id": ..., "name": "Mine"}),
    ("asset", "asset.update", {"asset_id": ..., "name": "Mine"}),
    ("visit", "visit.check_in", {"visit_id": ...}),
    ("visit", "visit.cancel", {"visit_id": ..., "reason": "Mine"}),
    ("visit", "visit.update", {"visit_id": ..., "notes": "Mine"}),
    ("order", "order.cancel", {"order_id": ..., "reason": "Mine"}),
    ("quote", "quote.decline", {"quote_id": ..., "reason": "Mine"}),
    ("quote", "quote.withdraw", {"quote_id": ...}),
    ("agreement", "agreement.update", {"agreement_id": ..., "name": "Mine"}),
    ("agreement", "agreement.end", {"agreement_id": ..., "ends_on": "2026-12-01", "reason": "Mine"}),
    ("appointment", "appointment.accept", {"appointment_id": ...}),
    ("appointment", "appointment.start", {"appointment_id": ...}),
    ("notice", "notice.read", {"notice_id": ...}),
    (
        "account",
        "attachment.add",
        {
            "id": "new",
            "entity": "account",
            "record_id": ...,
            "kind": "photo",
            "sha256": "0" * 64,
            "size": 100,
            "media_type": "image/jpeg",
            "name": "door.jpg",
        },
    ),
]


@pytest.fixture
def everything_may_be_tried(world: World) -> World:
    """The person holds each role that has no wider scope of its own: only the scope stands in the way."""
    roles = [Role.REP, Role.TECHNICIAN, Role.MANAGER]
    world.company.do("user.update", user_id=world.person.id, roles=roles)
    return world


@pytest.mark.parametrize(("kind", "name", "args"), ATTEMPTS, ids=lambda value: value if isinstance(value, str) else "")
def test_a_mutation_about_a_record_outside_is_answered_as_if_there_were_none(
    everything_may_be_tried: World, kind: str, name: str, args: dict[str, Any]
) -> None:
    world = everything_may_be_tried
    record_id = notice_of(world.company, world.company.technician) if kind == "notice" else world.outside.ids[kind]
    before = world.company.document(kind, record_id)

    def attempt(target: UUID) -> dict[str, Any]:
        given = {key: new_id() if value == "new" else target if value is ... else value for key, value in args.items()}
        result = world.phone.do(name, **wire(given))
        told = {key: value for key, value in result.items() if key not in {"id", "seq", "rev"}}
        answer: dict[str, Any] = orjson.loads(orjson.dumps(told).decode().replace(str(target), "the id"))
        return answer

    told = attempt(record_id)
    assert told == attempt(new_id())
    assert (told["status"], told["current"]) == ("rejected", None)
    assert told["code"] in {"record.not_found", "record.reference_not_found"}
    assert world.company.document(kind, record_id) == before
    world.phone.pull()
    assert world.scope() == set(world.phone.documents)


def notice_of(company: Company, user: User) -> UUID:
    with company.session() as session:
        query = text("select id from notices where org_id = :org and user_id = :user limit 1")
        notice_id: UUID = session.execute(query, {"org": company.org_id, "user": user.id}).scalar_one()
        return notice_id
