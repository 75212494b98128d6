"""Every table belongs to an organisation, and the database enforces it."""

from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import Table, update

from api.composition import REGISTRY
from api.runtime import migrations
from api.settings import Settings
from domain.kernel.model import Model
from domain.kernel.session import BulkWriteBypassesChangeLog
from domain.visits.models import Visit
from tests.support.company import Company

TABLES = sorted(Model.metadata.tables.values(), key=lambda table: table.name)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_org_id_leads_every_primary_key_and_is_part_of_every_foreign_key(table: Table) -> None:
    assert next(iter(table.primary_key.columns)).name == "org_id"
    for constraint in table.foreign_key_constraints:
        assert constraint.column_keys[0] == "org_id"
        assert next(iter(constraint.elements)).column.name == "org_id"


def test_the_migrations_make_what_the_models_say(settings: Settings) -> None:
    migrations.check(settings.migration_database_url)
    assert migrations.is_current(settings.migration_database_url)


@pytest.fixture
def as_app(settings: Settings) -> Iterator[psycopg.Connection]:
    """A raw connection of the app's role."""
    with psycopg.connect(settings.database_url) as connection:
        yield connection
        connection.rollback()


def test_without_an_organisation_the_app_sees_no_row_of_any_table(as_app: psycopg.Connection, company: Company) -> None:
    seen = [table.name for table in TABLES if as_app.execute(rows_of(table)).fetchone()]
    assert seen == []


def test_an_organisation_sees_only_its_own_rows_even_by_raw_sql(
    as_app: psycopg.Connection, company: Company, other_company: Company
) -> None:
    as_app.execute("select set_config('app.org_id', %s, true)", [str(company.org_id)])
    seen = {row[0] for table in TABLES for row in as_app.execute(rows_of(table)).fetchall()}
    assert seen == {company.org_id}


def rows_of(table: Table) -> sql.Composed:
    return sql.SQL("select distinct org_id from {}").format(sql.Identifier(table.name))


def test_an_organisation_cannot_change_delete_or_add_rows_of_another_even_by_raw_sql(
    as_app: psycopg.Connection, company: Company, other_company: Company
) -> None:
    account = other_company.account()
    as_app.execute("select set_config('app.org_id', %s, true)", [str(company.org_id)])
    assert as_app.execute("update accounts set name = 'stolen' where id = %s", [account.id]).rowcount == 0
    assert as_app.execute("delete from accounts where id = %s", [account.id]).rowcount == 0
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="row-level security"):
        as_app.execute(
            "insert into number_series (org_id, name, next_value) values (%s, 'SO', 1)", [other_company.org_id]
        )


def test_the_app_cannot_take_recorded_receipts_back(as_app: psycopg.Connection, company: Company) -> None:
    as_app.execute("select set_config('app.org_id', %s, true)", [str(company.org_id)])
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_app.execute("delete from receipts")


def test_a_bulk_update_that_no_phone_would_hear_of_raises(company: Company) -> None:
    with company.session() as session, pytest.raises(BulkWriteBypassesChangeLog):
        session.execute(update(Visit).values(notes="unseen"))


def test_every_synced_model_has_a_version_and_a_declaration() -> None:
    assert {entity.model.__tablename__ for entity in REGISTRY.entities.values()} <= {table.name for table in TABLES}
    for entity in REGISTRY.entities.values():
        assert entity.model.__mapper__.version_id_col is not None
