"""Signing in: tokens come and go, the work stays (a 401 never wipes anything)."""

from collections.abc import Callable

import pytest

from mobile_client import Client, HttpTransport, OtherUser, Refused, SignInNeeded, Unreachable
from mobile_client.actions import check_in
from mobile_client.faults import LoseAnswer, LoseRequest, times
from tests.mobile_client.loopback import LoopbackServer

VISIT = "00000000-0000-7000-8000-000000000010"


def test_a_sign_in_names_the_device_that_the_phone_made(phone: Client, server: LoopbackServer):
    phone.sign_in(email="rep1@demo.example", password="right", organisation="alpenfrost")

    first, again = (login["device"]["id"] for login in server.sent("/auth/login"))
    assert server.sent("/auth/login")[1]["organisation"] == "alpenfrost"
    assert (first[14], len(first)) == ("7", 36)
    assert again == "device"  # as the server answered


def test_a_wrong_password_is_said_and_changes_nothing(phone: Client):
    with pytest.raises(Refused) as refused:
        phone.sign_in(email="rep1@demo.example", password="wrong")

    assert refused.value.code == "auth.invalid"
    phone.pull()


def test_an_expired_access_token_is_refreshed_once_and_the_request_repeated(phone: Client, server: LoopbackServer):
    server.access = "expired"

    phone.pull()

    paths = [path for path, _ in server.requests]
    assert paths == ["/auth/login", "/sync/pull", "/auth/refresh", "/sync/pull"]


def test_refresh_tokens_rotate(phone: Client, server: LoopbackServer):
    for _ in range(2):
        server.access = "expired"
        phone.pull()

    assert [body["refresh_token"] for body in server.sent("/auth/refresh")] == ["refresh-1", "refresh-2"]


def test_a_refresh_whose_answer_was_lost_signs_nobody_out(
    phone: Client, open_phone: Callable[..., Client], transport: HttpTransport, server: LoopbackServer
):
    phone.close()
    wired = open_phone(through=LoseAnswer(transport, hits=times(1, path="/auth/refresh")))
    server.access = "expired"
    with pytest.raises(Unreachable):
        wired.pull()

    wired.pull()

    assert [body["refresh_token"] for body in server.sent("/auth/refresh")] == ["refresh-1", "refresh-1"]


@pytest.mark.parametrize("code", ["auth.refresh_reused", "auth.device_revoked"])
def test_a_401_that_no_refresh_cures_asks_for_a_sign_in_and_deletes_nothing(
    phone: Client, server: LoopbackServer, code: str
):
    server.put("visit", VISIT, status="planned")
    phone.pull()
    phone.do(check_in(visit_id=VISIT, at=phone.now()))
    server.access = "revoked"
    server.script("/auth/refresh", 401, {"code": code})

    with pytest.raises(SignInNeeded) as needed:
        phone.sync()

    assert needed.value.code == code
    assert phone.status().unsent == 1
    assert phone.find_document(entity="visit", id=VISIT)["status"] == "in_progress"

    phone.sign_in(email="rep1@demo.example", password="right")
    phone.sync()
    assert server.docs["visit", VISIT]["status"] == "in_progress"


def test_a_token_that_another_thread_refreshed_meanwhile_is_not_refreshed_again(phone: Client, server: LoopbackServer):
    assert phone._session._refreshed(stale="the one before") == "access-1"
    assert server.sent("/auth/refresh") == []


def test_a_second_401_after_a_refresh_is_not_answered_with_another(phone: Client, server: LoopbackServer):
    for _ in range(2):
        server.script("/sync/pull", 401, {"code": "auth.token_expired"})

    with pytest.raises(SignInNeeded):
        phone.pull()

    assert len(server.sent("/auth/refresh")) == 1


def test_signing_out_revokes_the_device_and_keeps_what_was_not_sent(phone: Client, server: LoopbackServer):
    server.put("visit", VISIT, status="planned")
    phone.pull()
    phone.do(check_in(visit_id=VISIT, at=phone.now()))

    phone.sign_out()

    with pytest.raises(SignInNeeded):
        phone.sync()
    assert len(server.sent("/auth/logout")) == 1
    assert phone.status().unsent == 1


def test_who_cannot_reach_the_server_stays_signed_in(
    phone: Client, open_phone: Callable[..., Client], transport: HttpTransport
):
    phone.close()
    wired = open_phone(through=LoseRequest(transport, hits=times(1, path="/auth/logout")))
    with pytest.raises(Unreachable):
        wired.sign_out()

    wired.pull()


def test_another_person_cannot_sign_in_to_this_database(phone: Client, server: LoopbackServer):
    phone.capture(name="visit.confirm", args={"visit_id": VISIT})
    server.user_id = "somebody else"

    with pytest.raises(OtherUser):
        phone.sign_in(email="rep2@demo.example", password="right")

    assert phone.user["id"] == "rep"
    assert phone.status().unsent == 1


def test_nothing_is_asked_of_the_server_before_the_first_sign_in(
    open_phone: Callable[..., Client], server: LoopbackServer
):
    phone = open_phone()

    with pytest.raises(SignInNeeded):
        phone.sync()

    assert server.requests == []
