"""The whole way over the wire: subscribe, be told, pull the notice, read it, sign out."""

import pytest
from flask import Flask

from notifications.models import PushSubscription
from tests.notifications.conftest import Workshop
from tests.support.phone import Phone
from tests.support.push_service import BrowserSubscription, PushService

SUBSCRIPTION = "/api/v1/devices/current/push-subscription"


@pytest.fixture
def phone(app: Flask, workshop: Workshop) -> Phone:
    return Phone.sign_in(app, workshop.company.technician)


def kept(workshop: Workshop, phone: Phone) -> PushSubscription | None:
    return workshop.subscription(phone.device_id)


def test_a_push_leads_the_phone_to_the_notice(workshop: Workshop, phone: Phone, push_service: PushService):
    client = phone.app.test_client()
    answer = client.put(SUBSCRIPTION, json=push_service.subscribe().as_json(), headers=phone.headers)
    assert answer.status_code == 204

    appointment_id = workshop.job()
    workshop.dispatch(appointment_id)
    workshop.work()
    [received] = push_service.received
    assert received.vapid_key == phone.get("/push/vapid-key").json["public_key"]

    phone.pull()
    assert phone.checkpoint >= received.message["rev"]
    [notice_id] = phone.ids("notice")
    notice = phone.document("notice", notice_id)
    assert (notice["title"], notice["link"], notice["read_at"]) == (
        "New urgent job",
        f"/jobs/{appointment_id}",
        None,
    )

    assert phone.do("notice.read", notice_id=notice_id)["status"] == "applied"
    phone.pull()
    assert phone.document("notice", notice_id)["read_at"] is not None


def test_who_unsubscribes_gets_nothing(workshop: Workshop, phone: Phone, push_service: PushService):
    client = phone.app.test_client()
    client.put(SUBSCRIPTION, json=push_service.subscribe().as_json(), headers=phone.headers)
    assert client.delete(SUBSCRIPTION, headers=phone.headers).status_code == 204
    workshop.dispatch(workshop.job())
    workshop.work()
    assert push_service.requests == 0


def test_signing_out_ends_the_pushes(workshop: Workshop, phone: Phone, push_service: PushService):
    phone.app.test_client().put(SUBSCRIPTION, json=push_service.subscribe().as_json(), headers=phone.headers)
    phone.post("/auth/logout", {})
    assert kept(workshop, phone) is None


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"endpoint": "https://169.254.169.254/latest"}, "push.endpoint_not_allowed"),
        ({"endpoint": None}, "validation.failed"),
        ({"keys": {"p256dh": "AAAA", "auth": "AAAA"}}, "validation.failed"),
    ],
)
def test_a_subscription_that_cannot_be_used_is_refused(
    workshop: Workshop, phone: Phone, change: dict[str, object], code: str
):
    browser = BrowserSubscription(endpoint="https://push.example.com/abc").as_json()
    answer = phone.app.test_client().put(SUBSCRIPTION, json={**browser, **change}, headers=phone.headers)
    assert (answer.status_code, answer.json["code"]) == (422, code)
    assert kept(workshop, phone) is None
