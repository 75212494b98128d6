"""What the tests of the reference client share: a phone, its clock, and the loopback server."""

import random
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from mobile_client import Action, Client, HttpTransport, OrderLine, Transport
from mobile_client.actions import place_order
from tests.mobile_client.loopback import LoopbackServer, listening

START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
ESPRESSO = {"id": "00000000-0000-7000-8000-000000000002", "sku": "ESP-1", "name": "Espresso 1 kg", "unit": "pack"}


def uid(number: int) -> str:
    return f"00000000-0000-7000-8000-{number:012x}"


@pytest.fixture
def server() -> LoopbackServer:
    return LoopbackServer()


@pytest.fixture
def loopback(server: LoopbackServer) -> Iterator[str]:
    with listening(server) as address:
        yield address


@pytest.fixture
def make_server() -> Callable[[], AbstractContextManager[tuple[LoopbackServer, str]]]:
    """Start as many servers as a test needs."""

    @contextmanager
    def start() -> Iterator[tuple[LoopbackServer, str]]:
        server = LoopbackServer()
        with listening(server) as address:
            yield server, address

    return start


@pytest.fixture
def transport(loopback: str) -> HttpTransport:
    return HttpTransport(loopback, timeout_s=10)


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """Each look at the clock is a second later."""
    ticks = iter(range(1_000_000))
    return lambda: START + timedelta(seconds=next(ticks))


@pytest.fixture
def open_phone(
    transport: HttpTransport, tmp_path: Path, clock: Callable[[], datetime]
) -> Iterator[Callable[..., Client]]:
    """Open the phone's database; opening it again is what happens after a crash."""
    opened: list[Client] = []

    def open_it(*, through: Transport = transport, at: Callable[[], datetime] = clock) -> Client:
        client = Client(path=tmp_path / "phone.sqlite", transport=through, clock=at, rng=random.Random(len(opened)))
        opened.append(client)
        return client

    yield open_it
    for client in opened:
        client.close()


@pytest.fixture
def order_of_three() -> Action:
    """Three packs of espresso for one account."""
    return place_order(
        id=uid(50),
        account_id=uid(1),
        price_list={"id": uid(3), "currency": "CHF"},
        lines=[OrderLine(id=uid(51), product=ESPRESSO, quantity=3, unit_price_minor=2450)],
        placed_by_id="rep",
        at=START,
    )


@pytest.fixture
def phone(open_phone: Callable[..., Client]) -> Client:
    """A phone that is signed in and has pulled nothing yet."""
    client = open_phone()
    client.sign_in(email="rep1@demo.example", password="right")
    return client
