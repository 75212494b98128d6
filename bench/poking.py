"""From a commit to the poke of an idle device."""

import http.client
from collections.abc import Iterator
from contextlib import closing, contextmanager
from time import perf_counter, sleep
from uuid import UUID

import orjson
from sqlalchemy import event
from sqlalchemy.orm import Session, sessionmaker

from api.composition import make_sessions
from api.runtime.database import make_engine
from bench.device import Device
from bench.figures import Samples
from bench.installation import Server
from bench.organisation import Organisation
from domain.kernel.clock import utc_now
from domain.kernel.session import open_session, unit_of
from domain.visits.models import Visit

COMMITS = 40
"""In one run."""
BETWEEN_COMMITS_S = 0.03
PATIENCE_S = 10


def pokes(server: Server, organisation: Organisation, *, runs: int) -> Samples:
    """Measure how many milliseconds after a commit the poke for it has arrived at an idle device: each run's mean.

    The time begins when PostgreSQL is told to commit, and so includes the commit itself.

    Raises:
        TimeoutError: a poke did not come.
    """
    visit_id = organisation.reps[1].visits[-1]
    means = []
    with closing(Device(server, email=organisation.reps[0].email)) as device, _live_stream(server, device) as stream:
        engine = make_engine(server.database_url, role=None)
        told_to_commit: list[float] = []
        event.listen(engine, "commit", lambda _connection: told_to_commit.append(perf_counter()))
        sessions = make_sessions(engine)
        for _ in range(runs):
            delays = []
            for _ in range(COMMITS):
                revision = _change(sessions, organisation.id, visit_id)
                _wait_for_poke(stream, revision)
                delays.append(perf_counter() - told_to_commit[-1])
                sleep(BETWEEN_COMMITS_S)
            means.append(1000 * sum(delays) / len(delays))
        engine.dispose()
    return {"poke_ms": means}


def _change(sessions: sessionmaker[Session], org_id: UUID, visit_id: UUID) -> int:
    """Change a visit and return the revision that this has."""
    with open_session(sessions, org_id=org_id, now=utc_now()) as session:
        visit = session.get_one(Visit, (org_id, visit_id))
        visit.duration_min += 1
        session.commit()
        revision = unit_of(session).revision
    if revision is None:
        raise RuntimeError("the change took no revision")
    return revision


@contextmanager
def _live_stream(server: Server, device: Device) -> Iterator[http.client.HTTPResponse]:
    with closing(http.client.HTTPConnection(server.host, server.port, timeout=PATIENCE_S)) as connection:
        connection.request("GET", "/api/v1/sync/live", headers={"Authorization": device.authorization})
        stream = connection.getresponse()
        if stream.status != 200:
            raise RuntimeError(f"{stream.status} for the live stream")
        stream.readline()  # the welcome: from now on the device is listened for
        yield stream


def _wait_for_poke(stream: http.client.HTTPResponse, revision: int) -> None:
    """Return when the poke for that revision, or a later one, has been received."""
    while line := stream.readline():
        if line.startswith(b"data:") and orjson.loads(line[5:]).get("rev", 0) >= revision:
            return
    raise RuntimeError("the live stream ended")
