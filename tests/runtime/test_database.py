"""Connections that the server ends are replaced before anybody meets them."""

from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError

from api.runtime.database import make_engine
from api.settings import Settings


@pytest.fixture
def pool(settings: Settings) -> Iterator[Engine]:
    engine = make_engine(settings.database_url, role=settings.app_role_to_set, pool_size=3)
    yield engine
    engine.dispose()


def server_process(connection: Connection) -> int:
    return int(connection.scalar(text("select pg_backend_pid()")) or 0)


def use_at_once(pool: Engine, count: int) -> set[int]:
    """Have so many connections at the same time; return the server's processes behind them."""
    connections = [pool.connect() for _ in range(count)]
    processes = {server_process(connection) for connection in connections}
    for connection in connections:
        connection.close()
    return processes


def end(settings: Settings, processes: set[int]) -> None:
    """End these processes of the server, and wait until they are gone."""
    with psycopg.connect(settings.migration_database_url, autocommit=True) as operator:
        for process in processes:
            assert operator.execute("select pg_terminate_backend(%s, 10000)", [process]).fetchone() == (True,)


def test_connections_that_were_ended_while_idle_are_replaced(pool: Engine, settings: Settings):
    idle = use_at_once(pool, 3)
    end(settings, idle)
    assert not use_at_once(pool, 3) & idle


def test_an_idle_connection_that_lives_is_used_again(pool: Engine):
    assert use_at_once(pool, 1) == use_at_once(pool, 1)


def test_one_that_is_ended_while_it_is_used_is_replaced_the_next_time(pool: Engine, settings: Settings):
    with pool.connect() as connection:
        ended = {server_process(connection)}
        end(settings, ended)
        with pytest.raises(OperationalError):
            server_process(connection)
    assert not use_at_once(pool, 1) & ended
