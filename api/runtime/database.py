"""Connections to PostgreSQL."""

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

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
        pool_pre_ping=True,
        # Error messages go to the log, and customers' data does not.
        hide_parameters=True,
        connect_args={
            "application_name": "fieldbook",
            "options": f"{(timeouts or Timeouts()).options} -c timezone=UTC",
        },
    )
    if role is not None:

        @event.listens_for(engine, "connect")
        def take_role(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
            cursor = connection.cursor()
            cursor.execute(f'set role "{role}"')
            cursor.close()
            connection.commit()

    return engine
