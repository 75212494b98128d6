"""Many rows written in one statement are what the ORM would have written one by one."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import Engine, MetaData, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, Session, mapped_column

from domain.kernel.ids import new_id
from domain.kernel.model import Record, Row
from domain.kernel.writes_at_once import WORTHWHILE
from domain.people.models import User, UserSkill
from domain.visits.models import Visit
from domain.work_orders.models import WorkOrder
from tests.support.company import NOW, Company
from tests.support.questions import questions

GAS = [{"skill_id": "00000000-0000-7000-8000-000000000001", "level": 3}, {"skill_id": "two", "level": 1}]

OWN = {"id", "email", "account_id", "site_id", "rep_id"}
"""Columns in which no two records are the same."""


class Gauge(Row):
    """A table whose columns are filled in every way that there is; none of the product's is."""

    metadata = MetaData()
    __tablename__ = "gauges"
    __table_args__ = ({"prefixes": ["TEMPORARY"]},)

    unit: Mapped[str] = mapped_column(default="bar")
    label: Mapped[str | None] = mapped_column(default=lambda: "made")
    status: Mapped[str | None] = mapped_column(server_default="new")
    notes: Mapped[str | None]


def user(**fields: Any) -> User:
    email = f"{new_id().hex}@a.example"
    return User(**{"name": "Ada", "email": email, "roles": [], "password_hash": "", "created_at": NOW} | fields)


def visit(**fields: Any) -> Visit:
    at = {"account_id": new_id(), "site_id": new_id(), "rep_id": new_id()}
    return Visit(**at, status="planned", planned_start_at=NOW, duration_min=30, created_at=NOW, **fields)


def work_order(**fields: Any) -> WorkOrder:
    at = {"account_id": new_id(), "site_id": new_id(), "title": "Leaks", "priority": "normal"}
    return WorkOrder(status="open", duration_min=60, created_at=NOW, **at | fields)


KINDS: list[tuple[Callable[..., Record], list[dict[str, Any]]]] = [
    (
        user,
        [
            {"roles": ["rep", "technician"], "phone": None},
            {"roles": [], "language": "de"},
            {"roles": ['"', "{a,b}", "NULL"], "active": False, "language": None},
            {"roles": ["rep"], "phone": "+423 1", "home_latitude": 47.1, "home_longitude": None},
        ],
    ),
    (
        visit,
        [
            {"checked_in_position": {"lat": 47.1, "lng": 9.5, "accuracy_m": None}},
            {"checked_in_position": None, "unplanned": True},
            {"checked_in_position": {}, "notes": None},
            {"notes": "NULL"},
        ],
    ),
    (
        work_order,
        [{"skills": GAS}, {"skills": []}, {"skills": GAS[:1], "description": "NULL"}, {"skills": GAS, "due_at": NOW}],
    ),
]
"""Makes a record → what is said of each: more or less of it, lists and objects, and no value."""


def stored(session: Session, records: Sequence[Record]) -> list[Any]:
    """What the database has of each, as it writes it: it tells the JSON value null from none."""
    table = type(records[0]).__table__
    columns = ", ".join(column.name for column in table.columns if column.name not in OWN)
    read = text(f"select (row({columns}))::text from {table.name} where id = :id")
    return [session.scalar(read, {"id": record.id}) for record in records]


def values(record: Record) -> dict[str, Any]:
    """What the record says in memory."""
    return {column.name: getattr(record, column.name) for column in record.__table__.columns if column.name not in OWN}


@pytest.mark.parametrize(("make", "said"), KINDS)
def test_new_rows_are_what_the_orm_would_have_written(
    make: Callable[..., Record], said: list[dict[str, Any]], company: Company, engine: Engine
):
    # Not committed: what they refer to is not there.
    with company.session() as session:
        one_by_one = [make(id=new_id(), **fields) for fields in said]
        for record in one_by_one:
            session.add(record)
            session.flush()

        at_once = [make(id=new_id(), **fields) for fields in said]
        session.add_all(at_once)
        with questions(engine) as asked:
            session.flush()

        assert ["recordset" in statement for statement in asked] == [True]
        assert stored(session, at_once) == stored(session, one_by_one)
        # In memory, too, and without asking again.
        with questions(engine) as asked:
            assert [values(record) for record in at_once] == [values(record) for record in one_by_one]
        assert asked == []
        session.expire_all()
        assert [values(record) for record in at_once] == [values(record) for record in one_by_one]


@pytest.mark.parametrize(
    ("make", "name", "old", "new"),
    [
        (user, "roles", ["manager"], [["rep"], [], ["admin", "rep"], ['"', "NULL"]]),
        (visit, "checked_in_position", {"lat": 0}, [{"lat": 1}, None, {}, {"lat": 2}]),
        (work_order, "skills", [{"skill_id": "one", "level": 5}], [GAS, [], GAS[:1], GAS[1:]]),
    ],
)
def test_the_same_change_of_many_records_is_written_as_it_is(
    make: Callable[..., Record], name: str, old: Any, new: list[Any], company: Company, engine: Engine
):
    with company.session() as session:
        records = [make(id=new_id(), **{name: old}) for _ in new]
        session.add_all(records)
        session.flush()

        for record, value in zip(records, new, strict=True):
            setattr(record, name, value)
        with questions(engine) as asked:
            session.flush()

        assert ["recordset" in statement for statement in asked] == [True]
        read = text(f"select {name}, {name} is null, version from {records[0].__table__.name} where id = :id")
        assert [tuple(session.execute(read, {"id": record.id}).one()) for record in records] == [
            (value, value is None, 2) for value in new
        ]


def test_what_a_function_or_the_database_fills_in_is_left_to_the_orm(company: Company):
    with company.session() as session:
        Gauge.__table__.create(session.connection())
        gauges = [Gauge(id=new_id()) for _ in range(WORTHWHILE)]
        session.add_all(gauges)
        session.flush()
        assert session.execute(text("select unit, label, status, notes from gauges")).all() == (
            WORTHWHILE * [("bar", "made", "new", None)]
        )


def test_where_all_is_given_a_default_is_in_nobodys_way(company: Company, engine: Engine):
    with company.session() as session:
        Gauge.__table__.create(session.connection())
        session.add_all([Gauge(id=new_id(), label=str(n), status="old") for n in range(WORTHWHILE)])
        with questions(engine) as asked:
            session.flush()
        assert ["recordset" in statement for statement in asked] == [True]
        assert session.execute(text("select unit, label, status, notes from gauges order by label")).all() == [
            ("bar", str(n), "old", None) for n in range(WORTHWHILE)
        ]


def test_rows_that_learn_at_the_flush_what_they_belong_to_are_left_to_the_orm(company: Company):
    with company.session() as session:
        person = user(id=new_id())
        person.skills = [UserSkill(id=new_id(), skill_id=new_id(), level=level) for level in range(1, 1 + WORTHWHILE)]
        session.add(person)
        session.flush()
        owners = session.execute(text("select user_id, level from user_skills order by level")).all()
        assert owners == [(person.id, level) for level in range(1, 1 + WORTHWHILE)]


def test_a_value_that_nobody_gave_is_refused_by_the_database(company: Company):
    with company.session() as session:
        session.add_all([user(id=new_id(), name=None) for _ in range(WORTHWHILE)])
        with pytest.raises(IntegrityError, match='"name"'):
            session.flush()


@pytest.mark.parametrize("rows", [WORTHWHILE, 10 * WORTHWHILE])
def test_more_rows_are_no_more_statements(rows: int, company: Company, engine: Engine):
    with company.session() as session:
        records = [work_order(id=new_id(), skills=GAS) for _ in range(rows)]
        session.add_all(records)
        with questions(engine) as asked:
            session.flush()
            for record in records:
                record.skills = []
            session.flush()
        assert [statement.split()[0] for statement in asked] == ["insert", "update"]
