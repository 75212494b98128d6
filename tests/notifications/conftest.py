from collections.abc import Iterator
from pathlib import Path

import pytest

from notifications.channels import PushMessage
from notifications.vapid import VapidKeys, load_or_create_vapid_keys
from tests.support.fcm_service import FcmService
from tests.support.push_service import PushService


@pytest.fixture
def push_service() -> Iterator[PushService]:
    with PushService() as service:
        yield service


@pytest.fixture
def fcm_service() -> Iterator[FcmService]:
    with FcmService() as service:
        yield service


@pytest.fixture
def vapid_keys(tmp_path: Path) -> VapidKeys:
    return load_or_create_vapid_keys(tmp_path / "vapid.pem")


@pytest.fixture
def message() -> PushMessage:
    return PushMessage(
        kind="appointment.dispatched",
        title="New urgent job",
        body="Hotel Adler, Dorfstrasse 3, Triesen",
        link="/jobs/0199",
        tag="appointment:0199",
        rev=412,
    )
