"""Capturing: off line, at once, whole or not at all; and what a crash leaves behind (I1, I2)."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copy

import pytest

from mobile_client import Action, Client, HttpTransport, MutationTooLarge
from mobile_client.actions import check_in
from mobile_client.faults import LoseRequest
from mobile_client.store import Store
from tests.mobile_client.loopback import LoopbackServer

ESPRESSO = "00000000-0000-7000-8000-000000000002"
VISIT = "00000000-0000-7000-8000-000000000010"


@contextmanager
def photographs_of_the_disk(phone: Client, folder: Path) -> Iterator[list[Path]]:
    """Keep, before each statement, the database that a process leaves behind that dies there."""
    taken: list[Path] = []

    def photograph(_statement: str) -> None:
        left = folder / f"crash-{len(taken)}"
        left.mkdir()
        for file in folder.glob("phone.sqlite*"):
            if not file.name.endswith("-shm"):
                copy(file, left)
        taken.append(left / "phone.sqlite")

    phone.store._db.set_trace_callback(photograph)
    yield taken
    phone.store._db.set_trace_callback(None)


@pytest.fixture
def offline(
    phone: Client, server: LoopbackServer, open_phone: Callable[..., Client], transport: HttpTransport
) -> Client:
    """A phone that has pulled a planned visit and lost its signal."""
    server.put("visit", VISIT, status="planned", notes=None)
    phone.pull()
    phone.close()
    return open_phone(through=LoseRequest(transport))


def test_what_a_person_does_off_line_shows_at_once(offline: Client):
    offline.do(check_in(visit_id=VISIT, at=offline.now()))

    assert offline.find_document(entity="visit", id=VISIT)["status"] == "in_progress"
    assert offline.status().unsent == 1


def test_what_a_person_did_off_line_is_there_after_the_app_was_killed(
    offline: Client, open_phone: Callable[..., Client], order_of_three: Action
):
    offline.do(order_of_three)

    reopened = open_phone()

    assert reopened.find_document(entity="order", id=order_of_three.args["id"])["total_minor"] == 7350
    assert reopened.status().unsent == 1


def test_a_crash_at_any_statement_keeps_the_mutation_with_its_overlay_or_neither(offline: Client, tmp_path: Path):
    with photographs_of_the_disk(offline, tmp_path) as crashes:
        offline.do(check_in(visit_id=VISIT, at=offline.now()))
        offline.status()

    states = []
    for path in crashes:
        phone = Client(path=path, transport=HttpTransport("http://127.0.0.1:9"))
        states.append((phone.status().unsent, phone.find_document(entity="visit", id=VISIT)["status"]))
        phone.close()
    assert len(states) > 10
    assert set(states) == {(0, "planned"), (1, "in_progress")}


def test_a_full_disk_loses_the_tap_with_an_error_and_nothing_else(offline: Client):
    pages = offline.store.rows("pragma page_count")[0][0]
    offline.store.rows(f"pragma max_page_count = {pages}")

    with pytest.raises(sqlite3.OperationalError, match="full"):
        offline.capture(name="visit.update", args={"visit_id": VISIT, "notes": "x" * 100_000})

    assert offline.status().unsent == 0
    assert offline.find_document(entity="visit", id=VISIT)["status"] == "planned"


def test_mutations_are_numbered_from_one_without_gaps(offline: Client):
    for _ in range(3):
        offline.capture(name="visit.confirm", args={"visit_id": VISIT})

    sequence = offline.store.rows("select seq from mutation order by position")
    assert sequence == [(1,), (2,), (3,)]


def test_a_mutation_names_the_revision_that_the_person_saw(phone: Client, server: LoopbackServer):
    server.put("visit", VISIT, status="planned")
    phone.pull()
    server.put("visit", VISIT, notes="seen by nobody yet")

    phone.do(check_in(visit_id=VISIT, at=phone.now()))
    phone.push()

    [push] = server.sent("/sync/push")
    assert push["mutations"][0]["base_rev"] == 1


def test_what_could_never_be_pushed_is_not_captured(offline: Client):
    with pytest.raises(MutationTooLarge):
        offline.capture(name="visit.update", args={"visit_id": VISIT, "notes": "x" * 1024 * 1024})

    assert offline.status().unsent == 0


def test_a_reader_in_another_thread_never_sees_half_a_transaction(tmp_path: Path):
    from concurrent.futures import ThreadPoolExecutor

    store = Store(tmp_path / "shared.sqlite")

    def write(number: int) -> None:
        with store.transaction():
            store.save(left=number)
            store.save(right=number)

    def read(_: int) -> bool:
        with store.transaction():
            return store.setting("left") == store.setting("right")

    with ThreadPoolExecutor(4) as threads:
        writing = threads.map(write, range(50))
        assert all(threads.map(read, range(50)))
        assert len(list(writing)) == 50
    store.close()


def test_a_crash_at_any_statement_of_a_sync_loses_nothing_and_doubles_nothing(
    phone: Client, transport: HttpTransport, server: LoopbackServer, order_of_three: Action, tmp_path: Path
):
    server.put("product", ESPRESSO, bucket="org", status="active")
    phone.pull()
    phone.do(order_of_three)
    phone.capture(name="visit.check_in", args={"visit_id": VISIT})

    with photographs_of_the_disk(phone, tmp_path) as crashes:
        phone.sync()

    assert len(crashes) > 50
    for path in crashes:
        reopened = Client(path=path, transport=transport)
        reopened.sync()
        assert reopened.status().unsent == 0
        assert reopened.find_document(entity="order", id=order_of_three.args["id"])["number"] == "SO-100001"
        reopened.close()
    assert len(server.of("order")) == 1
