"""A server for the tests of a module: it may be killed, cut off and restored, and belongs to nobody else."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from api.runtime.postgres import EmbeddedPostgres
from tests.convergence.server import Server

_names = count(1)


@pytest.fixture(scope="module")
def start_server(
    postgres: EmbeddedPostgres,
    make_database: Callable[[str], str],
    tmp_path_factory: pytest.TempPathFactory,
    worker_id: str,
) -> Iterator[Callable[..., Server]]:
    """Start servers, each with a database of its own."""
    started: list[Server] = []

    def start(*, bug: str = "none") -> Server:
        database = make_database(f"convergence_{worker_id}_{next(_names)}")
        folder: Path = tmp_path_factory.mktemp("server")
        started.append(Server(postgres=postgres, database=database, folder=folder, bug=bug))
        started[-1].start()
        return started[-1]

    yield start
    for server in started:
        server.close()


@pytest.fixture(scope="module")
def server(start_server: Callable[..., Server]) -> Server:
    return start_server()
