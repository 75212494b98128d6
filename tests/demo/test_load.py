"""The demo company in a real database, and what its people see of it."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session, sessionmaker

from api.app import create_app
from api.composition import REGISTRY, make_sessions
from api.demo.load import PASSWORD, DemoAlreadyLoaded, load_demo
from api.runtime.database import make_engine
from api.runtime.postgres import APP_ROLE, OWNER_ROLE, EmbeddedPostgres
from api.settings import Settings
from domain.geo.distances import StraightLines
from domain.kernel.clock import utc_now
from domain.kernel.ids import new_id
from domain.kernel.session import open_session
from domain.people.models import Organisation
from domain.people.rules import local_date
from domain.planning.customers import list_badly_served
from domain.planning.cycle import read_calendar
from domain.territories.models import Territory
from sync.models import SyncDocument

ABSENT = {"conflict", "attachment", "territory_plan"}
LOGINS = [
    *(f"rep{number}" for number in range(1, 7)),
    *(f"tech{number}" for number in range(1, 9)),
    "dispatch1",
    "dispatch2",
    "manager1",
    "admin1",
]


@dataclass(frozen=True, kw_only=True)
class Demo:
    org_id: UUID
    owner_url: str
    sessions: sessionmaker[Session]
    app: Flask

    def sign_in(self, login: str) -> str:
        """Sign in and return the access token."""
        body = {
            "email": f"{login}@demo.example",
            "password": PASSWORD,
            "device": {"name": "test", "platform": "other"},
        }
        answer = self.app.test_client().post("/api/v1/auth/login", json=body)
        assert answer.status_code == 200, answer.text
        token: str = answer.json["access_token"]
        return token

    def pull(self, login: str) -> dict[str, list[dict[str, object]]]:
        """Return the documents of a new phone by entity."""
        client, token, cursor, more = self.app.test_client(), self.sign_in(login), None, True
        held: dict[tuple[str, str], dict[str, object]] = {}
        while more:
            body = {"schema_version": 1, "cursor": cursor, "limit": 2000}
            answer = client.post("/api/v1/sync/pull", json=body, headers={"Authorization": f"Bearer {token}"}).json
            for change in answer["changes"]:
                held[change["entity"], change["id"]] = change["doc"]
            cursor, more = answer["cursor"], answer["more"]
        documents: dict[str, list[dict[str, object]]] = {}
        for (entity, _), document in held.items():
            documents.setdefault(entity, []).append(document)
        return documents


@pytest.fixture(scope="module")
def demo(
    postgres: EmbeddedPostgres, make_database: Callable[[str], str], settings: Settings, worker_id: str
) -> Iterator[Demo]:
    database = make_database(f"demo_{worker_id}")
    owner_url = postgres.url(role=OWNER_ROLE, database=database)
    org_id = load_demo(owner_url, now=datetime.now(UTC))
    its_settings = replace(
        settings, database_url=postgres.url(role=APP_ROLE, database=database), migration_database_url=owner_url
    )
    engine = make_engine(its_settings.database_url, role=its_settings.app_role_to_set)
    app = create_app(its_settings)
    yield Demo(org_id=org_id, owner_url=owner_url, sessions=make_sessions(engine), app=app)
    app.extensions["fieldbook"].close()
    engine.dispose()


@pytest.mark.parametrize("login", LOGINS)
def test_every_login_works(demo: Demo, login: str):
    demo.sign_in(login)


def test_every_record_has_its_document(demo: Demo):
    with open_session(demo.sessions, org_id=demo.org_id, now=utc_now()) as session:
        query = select(SyncDocument.entity, func.count()).group_by(SyncDocument.entity)
        documents = dict(session.execute(query.where(SyncDocument.org_id == demo.org_id)).all())
        for name, entity in REGISTRY.entities.items():
            records = session.scalar(select(func.count()).select_from(entity.model))
            # Of the oldest day some have been closed for 90 days, so that phones hold them no more.
            aged_out = 100 if entity.keep_days else 0
            assert records - aged_out <= documents.get(name, 0) <= records, name


def test_a_document_is_what_its_schema_says(demo: Demo):
    with open_session(demo.sessions, org_id=demo.org_id, now=utc_now()) as session:
        for entity in REGISTRY.entities.values():
            records = session.scalars(select(entity.model).options(*entity.options).limit(200)).all()
            assert [entity.dump(record) for record in records] == entity.document(many=True).dump(records)
            # Nobody in the demo company has fallen out, taken a photo or designed territories yet.
            assert records or entity.name in ABSENT, entity.name


def test_a_rep_holds_the_customers_of_their_territories_and_a_full_day(demo: Demo):
    held = demo.pull("rep2")
    mine = {territory["id"] for territory in held["territory"] if territory["name"] in {"Schaan", "Planken"}}
    assert {account["territory_id"] for account in held["account"]} == mine
    assert len(held["account"]) == 79
    assert len(held["product"]) == 250
    today = local_date(datetime.now(UTC), time_zone="Europe/Vaduz").isoformat()
    assert sum(visit["planned_start_at"][:10] == today for visit in held["visit"]) >= 5


def test_a_technician_holds_their_jobs_and_notices(demo: Demo):
    held = demo.pull("tech1")
    assert {appointment["status"] for appointment in held["appointment"]} >= {"accepted", "completed"}
    assert held["notice"]
    needed = {appointment["work_order_id"] for appointment in held["appointment"]}
    assert needed <= {work_order["id"] for work_order in held["work_order"]}


def test_a_dispatcher_sees_what_waits(demo: Demo):
    held = demo.pull("dispatch1")
    assert sum(appointment["status"] == "unscheduled" for appointment in held["appointment"]) == 15


def test_the_call_cycle_finds_its_visits_where_it_would_have_them(demo: Demo):
    now = utc_now()
    with open_session(demo.sessions, org_id=demo.org_id, now=now) as session:
        organisation = session.get_one(Organisation, (demo.org_id, demo.org_id))
        distances = StraightLines(profile=organisation.travel_profile)
        cycle = read_calendar(session, organisation=organisation, distances=distances, now=now)()
    assert cycle.move == []
    assert cycle.withdraw == []
    days_planned = [(placement.due.plan.name, placement.day) for placement in cycle.plan]
    assert {name for name, _ in days_planned} >= {"Class A", "Class B", "Class C"}


def test_most_customers_are_served_as_their_call_plans_say(demo: Demo):
    now = utc_now()
    today = local_date(now, time_zone="Europe/Vaduz")
    with open_session(demo.sessions, org_id=demo.org_id, now=now) as session:
        organisation = session.get_one(Organisation, (demo.org_id, demo.org_id))
        territory_ids = session.scalars(select(Territory.id)).all()
        since = today - timedelta(days=80)
        served = list_badly_served(
            session, organisation=organisation, territory_ids=territory_ids, since=since, today=today
        )
    standings = Counter(str(service.standing) for service, _ in served)
    assert standings["under"] > 10
    assert standings["over"] > 10


def test_the_next_order_continues_the_series(demo: Demo):
    held = demo.pull("rep1")
    rep = next(user for user in held["user"] if user["email"] == "rep1@demo.example")
    product = next(product for product in held["product"] if product["sku"] == "CB-100")
    price = next(price for price in held["price"] if price["product_id"] == product["id"])
    body = {
        "account_id": held["account"][0]["id"],
        "price_list_id": held["price_list"][0]["id"],
        "lines": [
            {"id": str(new_id()), "product_id": product["id"], "quantity": 2, "unit_price_minor": price["amount_minor"]}
        ],
    }
    answer = demo.app.test_client().post(
        "/api/v1/orders", json=body, headers={"Authorization": f"Bearer {demo.sign_in('rep1')}"}
    )
    assert answer.status_code == 201, answer.text
    with open_session(demo.sessions, org_id=demo.org_id, now=utc_now()) as session:
        highest = session.scalar(text("select max(number) from orders"))
    assert answer.json["number"] == highest
    assert answer.json["placed_by_id"] == rep["id"]


def test_a_second_load_changes_nothing(demo: Demo):
    with pytest.raises(DemoAlreadyLoaded):
        load_demo(demo.owner_url, seed=2, now=datetime.now(UTC))
