from typing import Any

import pytest

from domain.kernel.clock import utc_now
from domain.kernel.errors import ValidationFailed
from domain.people.permissions import Role
from notifications.addresses import PushEndpointNotAllowed
from notifications.channels import ChannelName
from notifications.subscriptions import checked_address, list_subscriptions, subscribe
from tests.notifications.conftest import Workshop
from tests.support.push_service import BrowserSubscription

BROWSER = BrowserSubscription(endpoint="https://push.example.com/abc").as_json()


def test_what_a_browser_gives_is_kept():
    assert checked_address({**BROWSER, "token": None}, allow_loopback=False) == {
        "endpoint": "https://push.example.com/abc",
        "p256dh": BROWSER["keys"]["p256dh"],
        "auth": BROWSER["keys"]["auth"],
    }


def test_what_a_packaged_app_gives_is_kept():
    args = {"channel": "fcm", "token": "a:b", "endpoint": None, "keys": None}
    assert checked_address(args, allow_loopback=False) == {"endpoint": "a:b", "p256dh": None, "auth": None}


@pytest.mark.parametrize(
    ("args", "field"),
    [
        ({"channel": "fcm"}, "token"),
        ({"channel": "fcm", "token": ""}, "token"),
        ({"channel": "fcm", "token": "a b"}, "token"),
        ({"channel": "fcm", "token": "a" * 2_001}, "token"),
        ({**BROWSER, "endpoint": None}, "endpoint"),
        ({**BROWSER, "keys": None}, "keys"),
        ({**BROWSER, "keys": {**BROWSER["keys"], "p256dh": "AAAA"}}, "keys"),
        ({**BROWSER, "keys": {**BROWSER["keys"], "p256dh": "nicht base64"}}, "keys"),
        ({**BROWSER, "keys": {**BROWSER["keys"], "auth": "AAAA"}}, "keys"),
        ({**BROWSER, "keys": {"auth": BROWSER["keys"]["auth"]}}, "keys"),
    ],
)
def test_what_could_never_be_sent_to_is_refused(args: dict[str, Any], field: str):
    with pytest.raises(ValidationFailed) as refusal:
        checked_address(args, allow_loopback=False)
    assert refusal.value.fields is not None
    assert refusal.value.fields.keys() == {field}


def test_an_address_in_our_own_network_is_refused():
    with pytest.raises(PushEndpointNotAllowed):
        checked_address({**BROWSER, "endpoint": "https://10.0.0.8/abc"}, allow_loopback=True)


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
