"""Whatever the network does: what was captured happens once, in order, and the phone ends as the server is (I1-I3)."""

import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mobile_client import Client, HttpTransport, Patch, Temporary
from mobile_client.faults import Duplicate, DuplicateLate, LoseAnswer, LoseRequest, chance
from tests.mobile_client.loopback import LoopbackServer

VISIT = "00000000-0000-7000-8000-000000000010"
STEPS = st.lists(st.sampled_from(["write", "write elsewhere", "push", "pull", "crash"]), min_size=5, max_size=30)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), steps=STEPS)
def test_every_mutation_is_applied_once_and_in_order(
    tmp_path_factory: pytest.TempPathFactory,
    make_server: Callable[[], AbstractContextManager[tuple[LoopbackServer, str]]],
    seed: int,
    steps: list[str],
):
    with make_server() as (server, address):
        written: list[int] = []
        server.rules["visit.note"] = lambda args: server.put("visit", VISIT, notes=append(args["number"])) and None

        def append(number: int) -> list[int]:
            return [*server.docs["visit", VISIT]["notes"], number]

        server.put("visit", VISIT, notes=[])
        server.page_size = 2
        path = tmp_path_factory.mktemp("phone") / "phone.sqlite"
        rng = random.Random(seed)
        network = HttpTransport(address)
        for fault in (LoseRequest, LoseAnswer, Duplicate, DuplicateLate):
            network = fault(network, hits=chance(0.15, rng=rng))
        phone = Client(path=path, transport=HttpTransport(address), rng=rng)
        phone.sign_in(email="rep1@demo.example", password="right")
        phone.close()
        phone = Client(path=path, transport=network, rng=rng)
        numbers = count(1)

        for step in steps:
            try:
                match step:
                    case "write":
                        number = next(numbers)
                        effect = Patch(entity="visit", id=VISIT, fields={"notes": [*written, number]})
                        phone.capture(name="visit.note", args={"number": number}, effects=[effect])
                        written.append(number)
                    case "write elsewhere":
                        server.put("account", f"00000000-0000-7000-8000-{server.rev:012x}", name="Gasthof")
                    case "push":
                        phone.push()
                    case "pull":
                        phone.pull()
                    case "crash":
                        phone.close()
                        phone = Client(path=path, transport=network, rng=rng)
            except Temporary:
                pass
            shown = phone.find_document(entity="visit", id=VISIT)
            assert shown is None or shown["notes"] == written
        phone.close()

        quiet = Client(path=path, transport=HttpTransport(address), rng=rng)
        quiet.sync()
        fresh = Client(path=":memory:", transport=HttpTransport(address), rng=rng)
        fresh.sign_in(email="rep1@demo.example", password="right")
        fresh.sync()
        assert server.docs["visit", VISIT]["notes"] == written
        assert quiet.status().unsent == 0
        assert quiet.find_document(entity="visit", id=VISIT)["notes"] == written
        assert quiet.pulled_documents() == fresh.pulled_documents()
        quiet.close()
        fresh.close()
