import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from firebase_admin import messaging
from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session, sessionmaker

from api.composition import configure_notifications
from api.settings import Settings
from domain.kernel.clock import utc_now
from domain.kernel.ids import new_id
from domain.people.models import Device, User
from notifications.channels import PushMessage
from notifications.models import Notice, PushSubscription
from notifications.queue import run_worker
from notifications.subscriptions import subscribe
from notifications.vapid import VapidKeys, load_or_create_vapid_keys
from tests.support.company import Company
from tests.support.fcm_service import FcmService
from tests.support.push_service import BrowserSubscription, PushService


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


class Workshop:
    """A company whose technicians carry phones, and the queue behind them."""

    def __init__(self, company: Company, settings: Settings, engine: Engine) -> None:
        self.company = company
        self._settings = settings
        self._engine = engine

    def job(self, *, priority: str = "urgent", technician: User | None = None) -> UUID:
        """Return an appointment that is planned, and that nobody was told of."""
        company = self.company
        address = {"street": "Dorfstrasse", "house_number": "3", "postcode": "9495", "city": "Triesen", "country": "LI"}
        account = company.account(name="Hotel Adler")
        site = company.do("site.create", id=new_id(), account_id=account.id, name="Main house", address=address)
        appointment_id = new_id()
        company.do(
            "work_order.create",
            id=new_id(),
            appointment_id=appointment_id,
            site_id=site.id,
            title="Leaking boiler",
            priority=priority,
            duration_min=60,
        )
        company.do(
            "appointment.assign",
            appointment_id=appointment_id,
            technician_id=(technician or company.technician).id,
            starts_at="2026-11-23T13:30:00Z",
        )
        return appointment_id

    def dispatch(self, appointment_id: UUID) -> None:
        self.company.do("appointment.dispatch", self.company.dispatcher, now=utc_now(), appointment_id=appointment_id)

    def phone(self, person: User, address: BrowserSubscription | str) -> UUID:
        """Return a device on which the person is signed in and takes pushes, from a browser or a store-packaged app."""
        device_id, now = new_id(), utc_now()
        args = address.as_json() if isinstance(address, BrowserSubscription) else {"channel": "fcm", "token": address}
        with self.company.session() as session:
            session.add(
                Device(
                    id=device_id,
                    user_id=person.id,
                    name="Phone",
                    platform="web",
                    token_hash="of a token",
                    created_at=now,
                    last_seen_at=now,
                )
            )
            session.flush()
            subscribe(
                session,
                org_id=self.company.org_id,
                user_id=person.id,
                device_id=device_id,
                args=args,
                now=now,
            )
            session.commit()
        return device_id

    def work(self) -> None:
        """Let a worker carry out all jobs that are due."""
        run_worker(database_url=self._settings.database_url, until_idle=True)

    def wait_is_over(self) -> None:
        """Make every job due."""
        with self._engine.begin() as connection:
            connection.execute(text("update procrastinate_jobs set scheduled_at = now() - interval '1 second'"))

    def jobs(self) -> list[dict[str, Any]]:
        query = "select status, scheduled_at, args from procrastinate_jobs where task_name = :name order by id"
        with self._engine.connect() as connection:
            rows = connection.execute(text(query), {"name": "notifications.send_push"})
            return [dict(row) for row in rows.mappings()]

    def notices(self, person: User) -> list[Notice]:
        with self.company.session() as session:
            query = select(Notice).where(Notice.org_id == self.company.org_id, Notice.user_id == person.id)
            return list(session.scalars(query.order_by(Notice.id)))

    def subscription(self, device_id: UUID) -> PushSubscription | None:
        with self.company.session() as session:
            query = select(PushSubscription).where(
                PushSubscription.org_id == self.company.org_id, PushSubscription.device_id == device_id
            )
            return session.scalars(query).one_or_none()


@pytest.fixture
def workshop(company: Company, settings: Settings, sessions: sessionmaker[Session], engine: Engine) -> Workshop:
    configure_notifications(settings, sessions)
    with engine.begin() as connection:
        connection.execute(text("delete from procrastinate_jobs"))
    return Workshop(company, settings, engine)


@pytest.fixture
def with_fcm(
    workshop: Workshop,
    fcm_service: FcmService,
    settings: Settings,
    sessions: sessionmaker[Session],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Give the installation the credentials of a Firebase project."""
    # The library has no setting for the address of FCM.
    monkeypatch.setattr(messaging._MessagingService, "FCM_URL", fcm_service.url_pattern)
    credentials = fcm_service.write_credentials(tmp_path / "account.json")
    configure_notifications(dataclasses.replace(settings, fcm_credentials_path=credentials), sessions)
