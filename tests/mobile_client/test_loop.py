"""When the phone syncs: pauses, pokes, polling. No test waits for a clock."""

import random
import threading
from collections.abc import Callable

import pytest

from mobile_client import Client, HttpTransport, ServerBusy
from mobile_client.actions import check_in
from mobile_client.faults import LoseRequest
from mobile_client.loop import Backoff
from tests.mobile_client.loopback import LoopbackServer

VISIT = "00000000-0000-7000-8000-000000000010"


def test_pauses_double_up_to_five_minutes_and_are_spread_over_their_upper_half():
    backoff = Backoff(rng=random.Random(7))

    pauses = [backoff.after_failure() for _ in range(12)]

    ceilings = [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]
    assert all(ceiling / 2 <= pause <= ceiling for pause, ceiling in zip(pauses, ceilings, strict=True))
    assert len(set(pauses)) == 12


def test_after_a_success_the_pauses_start_small_again():
    backoff = Backoff(rng=random.Random(7))
    for _ in range(5):
        backoff.after_failure()

    backoff.after_success()

    assert backoff.after_failure() <= 1


def test_two_phones_do_not_come_back_at_the_same_moment():
    pauses = [Backoff(rng=random.Random(seed)).after_failure() for seed in (1, 2)]

    assert pauses[0] != pauses[1]


def test_the_server_is_given_the_time_that_it_asks_for(phone: Client, server: LoopbackServer):
    server.script("/sync/pull", 503, Retry_After="90")

    assert 90 <= phone.loop.step() <= 135


def test_without_a_live_stream_the_phone_polls_every_thirty_seconds(phone: Client):
    assert phone.loop.step() == 30


def test_without_signal_the_phone_says_so_and_tries_again(
    phone: Client, open_phone: Callable[..., Client], transport: HttpTransport
):
    phone.close()
    offline = open_phone(through=LoseRequest(transport))

    assert 0.5 <= offline.loop.step() <= 1
    assert not offline.status().online
    assert 1 <= offline.loop.step() <= 2


def test_a_phone_whose_person_must_sign_in_waits_for_that(phone: Client):
    phone.sign_out()

    assert phone.loop.step() is None
    assert phone.status().online


def test_a_phone_that_is_too_old_to_pull_goes_on_pushing_at_a_slow_pace(phone: Client, server: LoopbackServer):
    server.script("/sync/pull", 426)

    assert phone.loop.step() == 300


def test_a_refused_sync_is_tried_again_with_a_pause(phone: Client, server: LoopbackServer):
    server.script("/sync/pull", 403, {"code": "auth.forbidden"})

    assert 0.5 <= phone.loop.step() <= 1


def test_an_answer_of_another_shape_is_logged_and_does_not_end_the_syncing(
    phone: Client, server: LoopbackServer, caplog: pytest.LogCaptureFixture
):
    server.script("/sync/pull", 200, {"hello": "I am another server"})

    assert 0.5 <= phone.loop.step() <= 1
    assert "the sync failed" in caplog.text
    assert phone.loop.step() == 30


def test_where_there_are_too_many_streams_the_phone_comes_back_later_and_polls(phone: Client, server: LoopbackServer):
    server.script("/sync/live", 503, Retry_After="60")

    assert 60 <= phone.live.step() <= 90
    assert not phone.loop.live


def test_a_stream_that_is_refused_for_its_token_is_refreshed(phone: Client, server: LoopbackServer):
    server.script("/sync/live", 401)
    server.script("/sync/live", 503, Retry_After="60")

    assert 60 <= phone.live.step() <= 90
    assert len(server.sent("/auth/refresh")) == 1


def test_after_a_bye_the_phone_reconnects_soon(phone: Client, server: LoopbackServer):
    listening = threading.Thread(target=phone.live.step)
    listening.start()
    wait_until(lambda: server.streams)

    server.streams[0].put("event: bye\ndata: {}\n\n")

    listening.join(timeout=10)
    assert not listening.is_alive()


def test_a_poke_brings_what_others_did_while_the_app_runs(phone: Client, server: LoopbackServer):
    with phone.running():
        wait_until(lambda: phone.loop.live and phone.status().since_pull)
        server.put("visit", VISIT, status="planned")
        server.poke()

        wait_until(lambda: phone.find_document(entity="visit", id=VISIT))


def test_what_is_captured_is_sent_at_once_while_the_app_runs(phone: Client, server: LoopbackServer):
    server.put("visit", VISIT, status="planned")
    with phone.running():
        wait_until(lambda: phone.find_document(entity="visit", id=VISIT))

        phone.do(check_in(visit_id=VISIT, at=phone.now()))

        wait_until(lambda: server.docs["visit", VISIT]["status"] == "in_progress")


def test_a_running_phone_survives_trouble_at_the_server(phone: Client, server: LoopbackServer):
    server.script("/sync/pull", 500)
    with pytest.raises(ServerBusy):
        phone.sync()
    server.script("/sync/pull", 500)

    with phone.running():
        wait_until(lambda: len(server.sent("/sync/pull")) >= 2)
        server.put("visit", VISIT, status="planned")
        phone.loop.wake()

        wait_until(lambda: phone.find_document(entity="visit", id=VISIT))


def wait_until(fact: Callable[[], object]) -> None:
    """Wait for another thread; the ten seconds are only what a broken program takes to be called broken."""
    pause = threading.Event()
    for _ in range(1000):
        if fact():
            return
        pause.wait(0.01)
    pytest.fail("it never happened")
