"""Connections to PostgreSQL."""

import select
from typing import Any

import orjson
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

from api.runtime.timeouts import Timeouts

POOL_TIMEOUT_S = 10
"""How long a request waits for a connection before the caller is told to come again."""


def sqlalchemy_url(database_url: str) -> str:
    """Return a `postgresql://` address with our driver named."""
    return database_url.replace("postgresql://", "postgresql+psycopg://", 1)


def make_engine(
    database_url: str, *, role: str | None, pool_size: int = 10, timeouts: Timeouts | None = None
) -> Engine:
    """Return the engine of the app's connections. `role` is taken by each if the login is not the app's own."""
    engine = create_engine(
        sqlalchemy_url(database_url),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=POOL_TIMEOUT_S,
        # Error messages go to the log, and customers' data does not.
        hide_parameters=True,
        json_deserializer=orjson.loads,
        connect_args={
            "application_name": "fieldbook",
            "options": f"{(timeouts or Timeouts()).options} -c timezone=UTC",
        },
    )
    event.listen(engine, "checkout", _refuse_if_closed)
    if role is not None:

        @event.listens_for(engine, "connect")
        def take_role(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
            cursor = connection.cursor()
            cursor.execute(f'set role "{role}"')
            cursor.close()
            connection.commit()

    return engine


def _refuse_if_closed(connection: Any, _record: ConnectionPoolEntry, _proxy: PoolProxiedConnection) -> None:
    """Let the pool take another connection where the server ended this one while it lay idle.

    Nobody speaks on an idle connection: if there is something to read, it is the server's farewell or its end. A look
    at the socket costs nothing, where asking the server costs a round trip for every request.
    """
    idle = select.poll()
    idle.register(connection.pgconn.socket, select.POLLIN)
    if idle.poll(0):
        raise DisconnectionError("the server ended the connection")
