"""Fairness: nobody can ask so much that others wait for it, and what is too much is refused with when to come again."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from time import sleep
from uuid import UUID

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text

from api.app import create_app
from api.limits import Allowance, FairShare, OrganisationBusy
from api.problems import ServerBusy
from api.settings import Settings
from domain.kernel.ids import new_id
from tests.support.company import Company
from tests.support.phone import Phone

MINE, OTHER, THIRD = new_id(), new_id(), new_id()


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_minutes_requests_may_come_at_once_and_then_they_trickle(clock: Clock) -> None:
    allowance = Allowance(60, clock=clock)
    assert [allowance.take(MINE) for _ in range(60)] == [0] * 60
    assert allowance.take(MINE) == 1
    clock.now += 1
    assert [allowance.take(MINE), allowance.take(MINE)] == [0, 1]
    clock.now += 30
    assert [allowance.take(MINE) for _ in range(31)] == [0] * 30 + [1]


def test_what_one_uses_up_is_not_taken_from_another(clock: Clock) -> None:
    allowance = Allowance(2, clock=clock)
    assert [allowance.take(MINE) for _ in range(3)] == [0, 0, 30]
    assert allowance.take(OTHER) == 0


def test_no_limit_is_no_limit(clock: Clock) -> None:
    allowance = Allowance(0, clock=clock)
    assert {allowance.take(MINE) for _ in range(10_000)} == {0}


@pytest.fixture
def pool() -> Iterator[ThreadPoolExecutor]:
    pool = ThreadPoolExecutor(20)
    yield pool
    pool.shutdown(wait=False)  # whoever still waits for a place gives up by itself


class Asker:
    """Asks for places in threads, and says who got one."""

    def __init__(self, share: FairShare, pool: ThreadPoolExecutor) -> None:
        self._share, self._pool = share, pool
        self.started: list[UUID | None] = []

    def ask(self, organisation: UUID | None) -> None:
        """Ask, and return when the request is working or waiting."""
        before = self._in_line()
        self._pool.submit(self._wait_for, organisation)
        while self._in_line() == before:
            sleep(0.001)

    def finish_one(self, organisation: UUID | None) -> None:
        """End one of the organisation's requests, and return when whoever is next has started."""
        expected = len(self.started) + bool(self._share._waiting)
        self._share.leave(organisation)
        while len(self.started) < expected:
            sleep(0.001)

    def _wait_for(self, organisation: UUID | None) -> None:
        self._share.enter(organisation)
        self.started.append(organisation)

    def _in_line(self) -> int:
        return len(self.started) + sum(map(len, self._share._waiting.values()))


def test_who_is_alone_may_have_all_places_and_all_the_room(clock: Clock, pool: ThreadPoolExecutor) -> None:
    share = FairShare(places=2, waiting=6, clock=clock)
    asker = Asker(share, pool)
    for _ in range(12):
        asker.ask(MINE)
    assert len(asker.started) == 2
    for _ in range(12):
        asker.finish_one(MINE)
    assert len(asker.started) == 12


def test_while_others_are_there_nobody_has_more_than_a_quarter_of_the_places(
    clock: Clock, pool: ThreadPoolExecutor
) -> None:
    share = FairShare(places=8, waiting=24, clock=clock)
    asker = Asker(share, pool)
    asker.ask(OTHER)
    asker.finish_one(OTHER)
    for _ in range(4):
        asker.ask(MINE)
    assert asker.started.count(MINE) == 2
    asker.ask(OTHER)
    assert asker.started.count(OTHER) == 2
    for _ in range(2):
        asker.finish_one(MINE)
    assert asker.started.count(MINE) == 4


def test_a_free_place_goes_to_who_has_the_fewest(clock: Clock, pool: ThreadPoolExecutor) -> None:
    share = FairShare(places=8, waiting=24, clock=clock)
    asker = Asker(share, pool)
    for _ in range(10):
        asker.ask(MINE)
    for organisation in (OTHER, THIRD, OTHER):
        asker.ask(organisation)
    del asker.started[:]
    for _ in range(3):
        asker.finish_one(MINE)
    for _ in range(3):
        share.leave(MINE)  # of which there are more than its share still
    asker.finish_one(MINE)
    assert asker.started == [OTHER, THIRD, OTHER, MINE]


def test_of_the_room_for_waiting_something_is_always_left_for_one_more(clock: Clock, pool: ThreadPoolExecutor) -> None:
    share = FairShare(places=1, waiting=6, clock=clock)
    asker = Asker(share, pool)
    asker.ask(OTHER)
    for _ in range(3):
        asker.ask(MINE)
    with pytest.raises(OrganisationBusy) as refused:
        share.enter(MINE)
    assert refused.value.retry_after_s > 0
    asker.ask(THIRD)
    asker.finish_one(OTHER)
    for organisation in (MINE, THIRD, MINE):
        asker.finish_one(organisation)
    asker.finish_one(MINE)


def test_others_that_have_been_gone_for_a_while_are_left_no_room(clock: Clock, pool: ThreadPoolExecutor) -> None:
    share = FairShare(places=2, waiting=6, clock=clock)
    asker = Asker(share, pool)
    asker.ask(OTHER)
    asker.finish_one(OTHER)
    clock.now += 61
    asker.ask(MINE)
    asker.ask(MINE)
    assert asker.started == [OTHER, MINE, MINE]


def test_signing_in_is_a_matter_of_shares_only_among_several(clock: Clock, pool: ThreadPoolExecutor) -> None:
    share = FairShare(places=2, waiting=2, clock=clock)
    asker = Asker(share, pool)
    asker.ask(MINE)
    for _ in range(4):
        asker.ask(None)
    asker.finish_one(MINE)
    assert asker.started == [MINE, None, None]
    asker.ask(OTHER)
    with pytest.raises(ServerBusy):
        share.enter(None)
    for organisation in (None, None, None, OTHER, None):
        asker.finish_one(organisation)


@pytest.fixture(autouse=True)
def nobody_is_at_it(settings: Settings) -> None:
    """The places for first syncs are those of the whole server: other tests leave devices in the middle of theirs."""
    with psycopg.connect(settings.migration_database_url) as connection:
        connection.execute("truncate first_syncs")


@contextmanager
def served(settings: Settings, **given: int) -> Iterator[Flask]:
    app = create_app(replace(settings, **given))
    yield app
    app.extensions["fieldbook"].close()


def pull(phone: Phone, *, cursor: str | None = None, limit: int = 1_000) -> tuple[int, dict, str | None]:
    answer = phone.post("/sync/pull", {"schema_version": 1, "cursor": cursor, "limit": limit})
    return answer.status_code, answer.json, answer.headers.get("Retry-After")


def test_a_device_that_asks_too_often_is_told_when_to_come_again_and_others_are_not(
    settings: Settings, company: Company
) -> None:
    with served(settings, device_requests_per_minute=3) as app:
        phone, colleague = Phone.sign_in(app, company.rep), Phone.sign_in(app, company.technician)
        statuses = [pull(phone)[0] for _ in range(4)]
        status, body, retry_after = pull(phone)
        assert statuses == [200, 200, 200, 429]
        assert (status, body["code"]) == (429, "limits.device")
        assert 1 <= int(retry_after or 0) <= 20
        assert pull(colleague)[0] == 200


def test_an_organisation_that_asks_too_often_does_not_cost_another(
    settings: Settings, company: Company, other_company: Company
) -> None:
    with served(settings, organisation_requests_per_minute=3) as app:
        phones = [Phone.sign_in(app, person) for person in (company.rep, company.technician)]
        assert [pull(phones[n % 2])[0] for n in range(4)] == [200, 200, 200, 429]
        assert pull(phones[0])[1]["code"] == "limits.organisation"
        assert pull(Phone.sign_in(app, other_company.rep))[0] == 200


def test_an_organisation_whose_requests_all_hang_leaves_a_place_for_another(
    settings: Settings, company: Company, other_company: Company, pool: ThreadPoolExecutor
) -> None:
    with served(settings, web_threads=2) as app:
        colleague = Phone.sign_in(app, other_company.rep)
        colleague.pull()
        phones = [Phone.sign_in(app, company.rep) for _ in range(3)]
        accounts = [{"id": new_id(), "name": "Hotel Adler", "territory_id": company.territory_id} for _ in phones]
        with company.session() as session:
            session.execute(text("select 1 from sync_counters for update"))
            hanging = [
                pool.submit(phone.do, "account.create", **account)
                for phone, account in zip(phones, accounts, strict=True)
            ]
            colleague.pull()
            assert not any(request.done() for request in hanging)
        assert [request.result()["status"] for request in hanging] == ["applied"] * 3


def first_syncs(company: Company) -> int:
    with company.session() as session:
        return session.execute(text("select count(*) from first_syncs")).scalar_one()


def test_first_syncs_have_few_places_and_who_has_begun_is_never_stopped(
    settings: Settings, company: Company, other_company: Company
) -> None:
    with served(settings, first_syncs=2) as one_process, served(settings, first_syncs=2) as another:
        begun = [Phone.sign_in(one_process, company.rep), Phone.sign_in(another, other_company.rep)]
        late = Phone.sign_in(another, company.technician)
        pages = [pull(phone, limit=3) for phone in begun]
        assert [status for status, _, _ in pages] == [200, 200]

        status, body, retry_after = pull(late, limit=3)
        assert (status, body["code"]) == (503, "sync.first_syncs_busy")
        assert 5 <= int(retry_after or 0) <= 15

        # The next page may come from the other process, and one place is enough for all.
        status, body, _ = pull(begun[0], cursor=pages[0][1]["cursor"], limit=3)
        assert status == 200
        begun[0].app = another
        while body["more"]:
            status, body, _ = pull(begun[0], cursor=body["cursor"], limit=3)
            assert status == 200
        assert first_syncs(company) == 0
        late.pull(limit=3)


def test_a_device_that_went_away_in_the_middle_gives_its_place_up_and_may_still_go_on(
    settings: Settings, company: Company
) -> None:
    with served(settings, first_syncs=1) as app:
        gone, late = Phone.sign_in(app, company.rep), Phone.sign_in(app, company.technician)
        _, body, _ = pull(gone, limit=3)
        assert pull(late)[0] == 503
        with company.session() as session:
            session.execute(text("update first_syncs set seen_at = seen_at - interval '61 seconds'"))
            session.commit()
        assert pull(late, limit=3)[0] == 200
        assert pull(gone, cursor=body["cursor"], limit=3)[0] == 200


def test_a_device_that_is_up_to_date_needs_no_place(settings: Settings, company: Company) -> None:
    with served(settings, first_syncs=1) as app:
        phone, first = Phone.sign_in(app, company.rep), Phone.sign_in(app, company.technician)
        phone.pull()
        assert pull(first, limit=3)[0] == 200
        company.account()
        phone.pull()


def test_all_devices_of_a_server_that_was_set_back_take_turns(settings: Settings, company: Company) -> None:
    with served(settings, first_syncs=1) as app:
        phone, first = Phone.sign_in(app, company.rep), Phone.sign_in(app, company.technician)
        phone.pull()
        with company.session() as session:
            session.execute(text("update sync_counters set floor = rev + 1, rev = rev + 1"))
            session.commit()
        assert pull(first, limit=3)[0] == 200
        assert pull(phone, cursor=phone.cursor)[1]["code"] == "sync.first_syncs_busy"


def test_a_request_that_breaks_gives_its_place_back(settings: Settings, company: Company) -> None:
    with served(settings, web_threads=1) as app:
        phone = Phone.sign_in(app, company.rep)
        for _ in range(3):
            assert phone.post("/sync/pull", {"schema_version": "nonsense"}).status_code == 422
            assert phone.get("/accounts?nonsense=1").status_code == 422
        assert pull(phone)[0] == 200


def test_a_body_that_is_too_large_is_refused_before_it_is_read(app: Flask, company: Company) -> None:
    phone = Phone.sign_in(app, company.rep)
    answer = app.test_client().post("/api/v1/sync/pull", data=b" " * 5_000_000, headers=phone.headers)
    assert (answer.status_code, answer.json["code"]) == (413, "request.too_large")
