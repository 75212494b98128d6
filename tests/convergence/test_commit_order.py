"""I5: one writer with long transactions, several with short ones, a reader that polls: it never misses a commit."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from time import sleep
from uuid import UUID

import pytest

from api.composition import REGISTRY
from domain.kernel.command import execute
from domain.kernel.ids import new_id
from mobile_client import HttpTransport
from tests.convergence import planted
from tests.convergence.server import Server
from tests.support.company import PASSWORD, Company, wire

LONG = 60
"""Records in the slow writer's transaction."""
SHORT = 12
"""Transactions of each fast writer."""
FAST_WRITERS = 3


class Reader:
    """A device that does nothing but pull. It repairs nothing."""

    def __init__(self, server: Server, company: Company) -> None:
        self._transport = HttpTransport(server.address)
        credentials = {"email": company.rep.email, "password": PASSWORD, "organisation": company.slug}
        device = {"name": "Reader", "platform": "python"}
        answer = self._transport.request("POST", "/auth/login", {**credentials, "device": device})
        self._token, self._cursor = answer.body["access_token"], None
        self.seen: set[UUID] = set()

    def pull(self) -> None:
        more = True
        while more:
            body = {"schema_version": 1, "cursor": self._cursor, "limit": 20}
            page = self._transport.request("POST", "/sync/pull", body, token=self._token).body
            self.seen |= {UUID(change["id"]) for change in page["changes"] if change["entity"] == "contact"}
            self._cursor, more = page["cursor"], page["more"]


def write_contacts(company: Company, account_id: UUID, count: int, *, pause_s: float) -> set[UUID]:
    """Write so many in one transaction."""
    written = {new_id() for _ in range(count)}
    with company.context() as ctx:
        for contact_id in written:
            ctx.command_id = new_id()
            execute(
                REGISTRY.commands["contact.create"],
                wire({"id": contact_id, "account_id": account_id, "name": "Jo"}),
                ctx,
            )
            ctx.session.flush()
            sleep(pause_s)
        ctx.session.commit()
    return written


def write_one_after_the_other(company: Company, account_id: UUID) -> set[UUID]:
    return set().union(*(write_contacts(company, account_id, 1, pause_s=0.001) for _ in range(SHORT)))


def missed(server: Server, company: Company, reader: Reader) -> set[UUID]:
    """Write from all sides while the reader polls; return what it has not seen when all is written."""
    account_id = company.account().id
    with ThreadPoolExecutor(FAST_WRITERS + 1) as pool:
        writers: list[Future[set[UUID]]] = [
            pool.submit(write_contacts, company, account_id, LONG, pause_s=0.002),
            *(pool.submit(write_one_after_the_other, company, account_id) for _ in range(FAST_WRITERS)),
        ]
        while not all(writer.done() for writer in writers):
            reader.pull()
        written: set[UUID] = set().union(*(writer.result() for writer in writers))
    reader.pull()
    assert len(written) == LONG + FAST_WRITERS * SHORT
    return written - reader.seen


@pytest.fixture(scope="module")
def company(server: Server) -> Company:
    return Company.found(server.sessions)


@pytest.fixture(scope="module")
def reader(server: Server, company: Company) -> Reader:
    return Reader(server, company)


@pytest.mark.parametrize("run", range(20))
def test_a_reader_that_polls_misses_nothing(server: Server, company: Company, reader: Reader, run: int):
    assert missed(server, company, reader) == set()


def test_a_revision_that_is_taken_early_is_caught(start_server: Callable[..., Server]):
    server = start_server()
    planted.revision_taken_early(server)
    company = Company.found(server.sessions)
    assert missed(server, company, Reader(server, company)) != set()
