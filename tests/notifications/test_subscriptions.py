from typing import Any

import pytest
from marshmallow import ValidationError

from domain.kernel.clock import utc_now
from domain.people.permissions import Role
from notifications.addresses import PushEndpointNotAllowed
from notifications.channels import ChannelName
from notifications.schemas import PushSubscriptionArgs
from notifications.subscriptions import list_subscriptions, subscribe
from tests.notifications.conftest import Workshop
from tests.support.push_service import BrowserSubscription

BROWSER = BrowserSubscription(endpoint="https://push.example.com/abc").as_json()


def test_what_a_browser_gives_is_accepted():
    assert PushSubscriptionArgs().load(BROWSER)["keys"] == BROWSER["keys"]


def test_what_a_packaged_app_gives_is_accepted():
    assert PushSubscriptionArgs().load({"channel": "fcm", "token": "a:b"}) == {
        "channel": ChannelName.FCM,
        "token": "a:b",
    }


@pytest.mark.parametrize(
    ("args", "field"),
    [
        ({"channel": "pigeon", "token": "a"}, "channel"),
        ({"channel": "fcm"}, "token"),
        ({"channel": "fcm", "token": ""}, "token"),
        ({"channel": "fcm", "token": "a b"}, "token"),
        ({"channel": "fcm", "token": "a" * 2_001}, "token"),
        ({"channel": "fcm", "token": "a", "endpoint": "https://push.example.com"}, "endpoint"),
        ({"channel": "web", "endpoint": BROWSER["endpoint"]}, "keys"),
        ({"channel": "web", "keys": BROWSER["keys"]}, "endpoint"),
        ({**BROWSER, "keys": {**BROWSER["keys"], "p256dh": "AAAA"}}, "keys"),
        ({**BROWSER, "keys": {**BROWSER["keys"], "p256dh": "nicht base64"}}, "keys"),
        ({**BROWSER, "keys": {**BROWSER["keys"], "auth": "AAAA"}}, "keys"),
        ({**BROWSER, "keys": {"auth": BROWSER["keys"]["auth"]}}, "keys"),
    ],
)
def test_what_could_never_be_sent_to_is_refused(args: dict[str, Any], field: str):
    with pytest.raises(ValidationError) as refusal:
        PushSubscriptionArgs().load(args)
    assert refusal.value.normalized_messages().keys() == {field}


def test_subscribing_again_replaces_the_devices_address(workshop: Workshop):
    technician = workshop.company.technician
    device_id = workshop.phone(technician, "first")
    args = {"channel": ChannelName.FCM, "token": "second"}
    with workshop.company.session() as session:
        for _ in range(2):
            subscribe(
                session,
                org_id=workshop.company.org_id,
                user_id=technician.id,
                device_id=device_id,
                args=args,
                now=utc_now(),
            )
        session.commit()
        found = list_subscriptions(session, org_id=workshop.company.org_id, user_id=technician.id)
        assert [subscription.endpoint for subscription in found] == ["second"]


def test_an_address_belongs_to_the_device_that_claimed_it_last(workshop: Workshop):
    company = workshop.company
    before = workshop.phone(company.technician, "shared")
    after = workshop.phone(company.people[Role.REP], "shared")
    assert workshop.subscription(before) is None
    assert workshop.subscription(after) is not None


def test_an_address_in_our_own_network_is_refused(workshop: Workshop):
    device_id = workshop.phone(workshop.company.technician, "a")
    args = {**BROWSER, "endpoint": "https://10.0.0.8/abc"}
    with workshop.company.session() as session, pytest.raises(PushEndpointNotAllowed):
        subscribe(
            session,
            org_id=workshop.company.org_id,
            user_id=workshop.company.technician.id,
            device_id=device_id,
            args=args,
            now=utc_now(),
        )
