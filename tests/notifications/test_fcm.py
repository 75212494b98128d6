from pathlib import Path

import pytest
from firebase_admin import messaging

from notifications.channels import PushMessage, Target, Verdict
from notifications.channels.fcm import Fcm
from tests.support.fcm_service import FcmService

REGISTRATION_TOKEN = "cX3kR1:APA91bH-registration"
INSTALLATION_ID = "cX3kR1installation-id0"


@pytest.fixture
def channel(fcm_service: FcmService, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    # The library has no setting for the address of FCM.
    monkeypatch.setattr(messaging._MessagingService, "FCM_URL", fcm_service.url_pattern)
    return Fcm(credentials_path=fcm_service.write_credentials(tmp_path / "account.json"), timeout_s=5)


@pytest.fixture
def target():
    return Target(endpoint=REGISTRATION_TOKEN)


def test_the_app_gets_the_same_fields_as_a_browser_and_a_text_to_show(
    channel: Fcm, fcm_service: FcmService, target: Target, message: PushMessage
):
    assert channel.send(target=target, message=message).verdict is Verdict.SENT
    [received] = fcm_service.received
    assert received["token"] == REGISTRATION_TOKEN
    assert received["data"] == {
        "kind": "appointment.dispatched",
        "title": "New urgent job",
        "body": "Hotel Adler, Dorfstrasse 3, Triesen",
        "link": "/jobs/0199",
        "tag": "appointment:0199",
        "rev": "412",
    }
    assert received["notification"] == {"title": "New urgent job", "body": "Hotel Adler, Dorfstrasse 3, Triesen"}
    assert received["android"]["priority"] == "high"
    assert received["android"]["ttl"] == "86400s"
    assert received["android"]["notification"]["tag"] == "appointment:0199"
    assert received["apns"]["headers"]["apns-collapse-id"] == "appointment:0199"


def test_an_installation_id_is_a_recipient_too(channel: Fcm, fcm_service: FcmService, message: PushMessage):
    channel.send(target=Target(endpoint=INSTALLATION_ID), message=message)
    [received] = fcm_service.received
    assert received["fid"] == INSTALLATION_ID


def test_the_access_token_is_asked_for_once(
    channel: Fcm, fcm_service: FcmService, target: Target, message: PushMessage
):
    channel.send(target=target, message=message)
    channel.send(target=target, message=message)
    assert len(fcm_service.received) == 2
    assert fcm_service.tokens_given == 1
    assert fcm_service.refused == []


@pytest.mark.parametrize(
    ("status", "reason", "fcm_code", "verdict"),
    [
        (404, "NOT_FOUND", "UNREGISTERED", Verdict.GONE),
        (403, "PERMISSION_DENIED", "SENDER_ID_MISMATCH", Verdict.GONE),
        (429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED", Verdict.TRY_AGAIN),
        (503, "UNAVAILABLE", "UNAVAILABLE", Verdict.TRY_AGAIN),
        (500, "INTERNAL", "INTERNAL", Verdict.TRY_AGAIN),
        (400, "INVALID_ARGUMENT", "INVALID_ARGUMENT", Verdict.REFUSED),
        (403, "PERMISSION_DENIED", None, Verdict.REFUSED),
    ],
)
def test_each_error_has_its_meaning(
    channel: Fcm,
    fcm_service: FcmService,
    target: Target,
    message: PushMessage,
    status: int,
    reason: str,
    fcm_code: str | None,
    verdict: Verdict,
):
    fcm_service.answer_next(status, reason=reason, fcm_code=fcm_code)
    assert channel.send(target=target, message=message).verdict is verdict
    assert fcm_service.requests == 1


def test_the_wait_that_the_service_asks_for_is_passed_on(
    channel: Fcm, fcm_service: FcmService, target: Target, message: PushMessage
):
    fcm_service.answer_next(429, reason="RESOURCE_EXHAUSTED", fcm_code="QUOTA_EXCEEDED", retry_after="60")
    outcome = channel.send(target=target, message=message)
    assert outcome.verdict is Verdict.TRY_AGAIN
    assert outcome.retry_after_s == 60
    assert fcm_service.requests == 1


def test_a_service_that_is_down_is_tried_again(
    fcm_service: FcmService, tmp_path: Path, target: Target, message: PushMessage, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(messaging._MessagingService, "FCM_URL", "http://127.0.0.1:9/{0}")
    channel = Fcm(credentials_path=fcm_service.write_credentials(tmp_path / "account.json"), timeout_s=5)
    assert channel.send(target=target, message=message).verdict is Verdict.TRY_AGAIN
