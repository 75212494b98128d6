import socket
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from notifications.channels import PushMessage, Target, Verdict
from notifications.channels.web_push import WebPush
from notifications.vapid import VapidKeys
from tests.support.push_service import BrowserSubscription, PushService

SUBJECT = "mailto:operator@fieldbook.example"


@pytest.fixture
def channel(vapid_keys: VapidKeys):
    return WebPush(keys=vapid_keys, subject=SUBJECT, timeout_s=5, allow_loopback=True)


@pytest.fixture
def subscription(push_service: PushService):
    return push_service.subscribe()


@pytest.fixture
def target(subscription: BrowserSubscription):
    return Target(endpoint=subscription.endpoint, p256dh=subscription.p256dh, auth=subscription.auth)


def test_only_the_browser_can_read_the_message(
    channel: WebPush, push_service: PushService, target: Target, message: PushMessage
):
    assert channel.send(target=target, message=message).verdict is Verdict.SENT
    [received] = push_service.received
    assert received.message == {
        "kind": "appointment.dispatched",
        "title": "New urgent job",
        "body": "Hotel Adler, Dorfstrasse 3, Triesen",
        "link": "/jobs/0199",
        "tag": "appointment:0199",
        "rev": 412,
    }


def test_the_push_service_learns_who_sends_and_how_urgent_it_is(
    channel: WebPush, push_service: PushService, target: Target, message: PushMessage, vapid_keys: VapidKeys
):
    channel.send(target=target, message=message)
    [received] = push_service.received
    assert received.vapid_key == vapid_keys.public_key
    assert received.claims["sub"] == SUBJECT
    assert received.claims["aud"] == push_service.origin
    assert received.claims["exp"] - time.time() < 24 * 3600
    assert received.headers["ttl"] == "86400"
    assert received.headers["urgency"] == "high"


def test_a_later_message_about_the_same_thing_has_the_same_topic(
    channel: WebPush, push_service: PushService, target: Target, message: PushMessage
):
    channel.send(target=target, message=message)
    channel.send(target=target, message=replace(message, kind="appointment.withdrawn"))
    channel.send(target=target, message=replace(message, tag="appointment:0200"))
    topics = [received.headers["topic"] for received in push_service.received]
    assert topics[0] == topics[1] != topics[2]


def test_one_signature_serves_many_messages_to_a_push_service(
    channel: WebPush, push_service: PushService, target: Target, message: PushMessage
):
    for _ in range(3):
        channel.send(target=target, message=message)
    assert len({received.headers["authorization"] for received in push_service.received}) == 1


def test_a_long_text_is_shortened_to_what_a_push_service_must_take(
    channel: WebPush, push_service: PushService, target: Target, message: PushMessage
):
    outcome = channel.send(target=target, message=replace(message, body="Grüezi! " * 2_000))
    assert outcome.verdict is Verdict.SENT
    [received] = push_service.received
    assert received.message["body"].endswith("…")
    assert received.message["link"] == "/jobs/0199"


@pytest.mark.parametrize(
    ("status", "verdict"),
    [
        (200, Verdict.SENT),
        (202, Verdict.SENT),
        (302, Verdict.REFUSED),
        (400, Verdict.REFUSED),
        (403, Verdict.REFUSED),
        (404, Verdict.GONE),
        (408, Verdict.TRY_AGAIN),
        (410, Verdict.GONE),
        (413, Verdict.REFUSED),
        (429, Verdict.TRY_AGAIN),
        (500, Verdict.TRY_AGAIN),
        (503, Verdict.TRY_AGAIN),
    ],
)
def test_each_answer_has_its_meaning(
    channel: WebPush, push_service: PushService, target: Target, message: PushMessage, status: int, verdict: Verdict
):
    push_service.answer_next(status)
    assert channel.send(target=target, message=message).verdict is verdict
    assert push_service.requests == 1


def test_a_redirect_is_not_followed(channel: WebPush, push_service: PushService, target: Target, message: PushMessage):
    push_service.answer_next(307, {"Location": target.endpoint})
    assert channel.send(target=target, message=message).verdict is Verdict.REFUSED
    assert push_service.requests == 1


@pytest.mark.parametrize(
    ("retry_after", "wait_s"), [("120", 120), ("86400", 3600), ("soon", None), ("-5", None), (None, None)]
)
def test_the_wait_that_the_service_asks_for_is_passed_on(
    channel: WebPush,
    push_service: PushService,
    target: Target,
    message: PushMessage,
    retry_after: str | None,
    wait_s: int | None,
):
    push_service.answer_next(429, {"Retry-After": retry_after} if retry_after else None)
    assert channel.send(target=target, message=message).retry_after_s == wait_s


def test_the_wait_may_be_given_as_a_date(
    channel: WebPush, push_service: PushService, target: Target, message: PushMessage
):
    push_service.answer_next(503, {"Retry-After": format_datetime(datetime.now(UTC) - timedelta(days=1), usegmt=True)})
    assert channel.send(target=target, message=message).retry_after_s == 0


def test_a_service_that_cannot_be_reached_is_tried_again(channel: WebPush, target: Target, message: PushMessage):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    unreachable = replace(target, endpoint=f"http://127.0.0.1:{port}/push")
    assert channel.send(target=unreachable, message=message).verdict is Verdict.TRY_AGAIN


def test_a_service_that_does_not_answer_is_tried_again(vapid_keys: VapidKeys, target: Target, message: PushMessage):
    channel = WebPush(keys=vapid_keys, subject=SUBJECT, timeout_s=0.2, allow_loopback=True)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}/push"
        assert channel.send(target=replace(target, endpoint=endpoint), message=message).verdict is Verdict.TRY_AGAIN


def test_nothing_is_sent_to_this_machine_unless_the_operator_allows_it(
    vapid_keys: VapidKeys, push_service: PushService, target: Target, message: PushMessage
):
    strict = WebPush(keys=vapid_keys, subject=SUBJECT, timeout_s=5)
    assert strict.send(target=target, message=message).verdict is Verdict.GONE
    assert push_service.requests == 0


def test_a_public_name_that_leads_to_this_machine_gets_nothing(
    vapid_keys: VapidKeys, message: PushMessage, target: Target, monkeypatch: pytest.MonkeyPatch
):
    # The name service is the outside world: here it answers as an attacker's would.
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = listener.getsockname()
        answer = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", address)]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_kwargs: answer)
        strict = WebPush(keys=vapid_keys, subject=SUBJECT, timeout_s=5)
        endpoint = f"https://push.example.com:{address[1]}/abc"
        assert strict.send(target=replace(target, endpoint=endpoint), message=message).verdict is Verdict.GONE
        connection, _ = listener.accept()
        with connection:
            assert connection.recv(1) == b""


def test_nothing_that_lets_others_send_is_shown(target: Target):
    assert repr(target) == "Target()"
