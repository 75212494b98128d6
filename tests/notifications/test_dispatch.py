"""From a dispatcher's tap to the technician's phone: real transaction, real queue and worker, real sockets."""

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine, text

from api.composition import REGISTRY
from api.settings import Settings
from domain.kernel.clock import utc_now
from domain.kernel.command import execute
from domain.people.models import Device
from domain.people.permissions import Role
from notifications.delivery import Delivery, open_channels
from notifications.installation import installation
from notifications.queue import make_worker_app
from notifications.subscriptions import unsubscribe
from tests.notifications.conftest import Workshop
from tests.support.fcm_service import FcmService
from tests.support.push_service import PushService


def test_the_technician_is_told_of_a_dispatched_job(workshop: Workshop, push_service: PushService):
    workshop.phone(workshop.company.technician, push_service.subscribe())
    appointment_id = workshop.job(priority="urgent")
    workshop.dispatch(appointment_id)
    workshop.work()
    [received] = push_service.received
    revision = received.message.pop("rev")
    assert revision > 0
    assert received.message == {
        "kind": "appointment.dispatched",
        "title": "New urgent job",
        "body": "Hotel Adler\nDorfstrasse 3, 9495 Triesen\nMon 23 Nov, 14:30 · Leaking boiler",
        "link": f"/jobs/{appointment_id}",
        "tag": f"appointment:{appointment_id}",
    }


def test_the_notice_is_in_the_technicians_language(workshop: Workshop):
    german = workshop.company.person(Role.TECHNICIAN, language="de")
    workshop.dispatch(workshop.job(technician=german))
    [notice] = workshop.notices(german)
    assert notice.title == "Neuer dringender Auftrag"
    assert notice.body == "Hotel Adler\nDorfstrasse 3, 9495 Triesen\nMo 23. Nov., 14:30 · Leaking boiler"
    assert notice.params["starts_at"] == "2026-11-23T13:30:00Z"


def test_what_does_not_commit_tells_nobody(workshop: Workshop, push_service: PushService):
    workshop.phone(workshop.company.technician, push_service.subscribe())
    appointment_id = workshop.job()
    with workshop.company.context(workshop.company.dispatcher) as ctx:
        execute(REGISTRY.commands["appointment.dispatch"], {"appointment_id": str(appointment_id)}, ctx)
        ctx.session.flush()
        ctx.session.rollback()
    assert workshop.jobs() == []
    assert workshop.notices(workshop.company.technician) == []
    workshop.work()
    assert push_service.requests == 0


def test_a_job_in_the_queue_says_nothing_of_the_customer(workshop: Workshop, push_service: PushService):
    workshop.phone(workshop.company.technician, push_service.subscribe())
    workshop.dispatch(workshop.job())
    [job] = workshop.jobs()
    [notice] = workshop.notices(workshop.company.technician)
    args = job["args"]
    assert args.keys() == {"org_id", "notice_id", "subscription_id"}
    assert args["notice_id"] == str(notice.id)


def test_each_of_the_technicians_devices_is_told_over_its_own_channel(
    workshop: Workshop, with_fcm: None, push_service: PushService, fcm_service: FcmService
):
    workshop.phone(workshop.company.technician, push_service.subscribe())
    workshop.phone(workshop.company.technician, "registration:token")
    workshop.dispatch(workshop.job())
    workshop.work()
    [by_web], [by_fcm] = push_service.received, fcm_service.received
    assert by_fcm["token"] == "registration:token"
    assert by_fcm["data"] == {name: str(value) for name, value in by_web.message.items()}


def test_a_phone_is_sent_the_withdrawal_of_its_job(workshop: Workshop, push_service: PushService):
    workshop.phone(workshop.company.technician, push_service.subscribe())
    appointment_id = workshop.job()
    workshop.dispatch(appointment_id)
    workshop.work()
    workshop.company.do(
        "appointment.unassign", workshop.company.dispatcher, now=utc_now(), appointment_id=appointment_id
    )
    workshop.work()
    dispatched, withdrawn = push_service.received
    assert withdrawn.message["title"] == "Urgent job withdrawn"
    assert withdrawn.message["link"] is None
    assert withdrawn.message["tag"] == dispatched.message["tag"]


def test_old_news_is_not_sent_after_the_new(workshop: Workshop, push_service: PushService):
    workshop.phone(workshop.company.technician, push_service.subscribe())
    appointment_id = workshop.job()
    workshop.dispatch(appointment_id)
    workshop.company.do(
        "appointment.cancel", workshop.company.dispatcher, now=utc_now(), appointment_id=appointment_id, reason="Closed"
    )
    workshop.work()
    [received] = push_service.received
    assert received.message["kind"] == "appointment.withdrawn"
    assert received.message["body"].endswith("Closed")


def test_the_dispatchers_of_the_area_learn_that_a_job_was_declined(workshop: Workshop):
    company = workshop.company
    elsewhere = company.person(Role.DISPATCHER, territory_id=company.other_area_id)
    appointment_id = workshop.job()
    workshop.dispatch(appointment_id)
    company.do(
        "appointment.decline", company.technician, now=utc_now(), appointment_id=appointment_id, reason="No such part"
    )
    [notice] = workshop.notices(company.dispatcher)
    assert notice.kind == "appointment.declined"
    assert notice.title == f"Urgent job declined by {company.technician.name}"
    assert notice.body.endswith("No such part")
    assert workshop.notices(elsewhere) == []
    assert workshop.notices(company.manager) == []


def test_a_push_service_that_is_busy_is_asked_again_when_it_says(workshop: Workshop, push_service: PushService):
    device_id = workshop.phone(workshop.company.technician, push_service.subscribe())
    push_service.answer_next(429, {"Retry-After": "1800"})
    before = datetime.now(UTC)
    workshop.dispatch(workshop.job())
    workshop.work()
    [job] = workshop.jobs()
    assert job["status"] == "todo"
    assert job["scheduled_at"] >= before + timedelta(seconds=1800)
    assert workshop.subscription(device_id).failures == 1  # type: ignore[union-attr]

    workshop.wait_is_over()
    workshop.work()
    assert len(push_service.received) == 1
    assert workshop.jobs() == []
    subscription = workshop.subscription(device_id)
    assert subscription is not None
    assert subscription.failures == 0
    assert subscription.last_success_at is not None


def test_a_device_that_was_told_is_not_told_again_when_another_is_retried(
    workshop: Workshop, push_service: PushService
):
    failing, fine = push_service.subscribe(), push_service.subscribe()
    workshop.phone(workshop.company.technician, failing)
    workshop.phone(workshop.company.technician, fine)
    push_service.answer_next(500)
    workshop.dispatch(workshop.job())
    workshop.work()
    workshop.wait_is_over()
    workshop.work()
    assert push_service.requests == 3
    assert len({received.subscription.endpoint for received in push_service.received}) == 2


def test_a_dead_subscription_is_removed(workshop: Workshop, push_service: PushService):
    browser = push_service.subscribe()
    device_id = workshop.phone(workshop.company.technician, browser)
    push_service.forget(browser)
    workshop.dispatch(workshop.job())
    workshop.work()
    assert workshop.subscription(device_id) is None
    assert workshop.jobs() == []


def test_an_unregistered_app_is_removed(workshop: Workshop, with_fcm: None, fcm_service: FcmService):
    device_id = workshop.phone(workshop.company.technician, "registration:token")
    fcm_service.answer_next(404, reason="NOT_FOUND", fcm_code="UNREGISTERED")
    workshop.dispatch(workshop.job())
    workshop.work()
    assert workshop.subscription(device_id) is None


def test_a_message_that_is_refused_for_good_is_dropped(workshop: Workshop, push_service: PushService):
    device_id = workshop.phone(workshop.company.technician, push_service.subscribe())
    push_service.answer_next(413)
    workshop.dispatch(workshop.job())
    workshop.work()
    assert workshop.jobs() == []
    assert workshop.subscription(device_id).failures == 1  # type: ignore[union-attr]


def test_what_was_read_meanwhile_is_not_pushed(workshop: Workshop, push_service: PushService):
    company = workshop.company
    workshop.phone(company.technician, push_service.subscribe())
    workshop.dispatch(workshop.job())
    [notice] = workshop.notices(company.technician)
    company.do("notice.read", company.technician, notice_id=notice.id)
    workshop.work()
    assert push_service.requests == 0


def test_a_device_that_was_signed_out_is_told_nothing(workshop: Workshop, push_service: PushService):
    company = workshop.company
    revoked = workshop.phone(company.technician, push_service.subscribe())
    handed_on = workshop.phone(company.technician, push_service.subscribe())
    signed_out = workshop.phone(company.technician, push_service.subscribe())
    workshop.dispatch(workshop.job())
    with company.session() as session:
        session.get_one(Device, (company.org_id, revoked)).revoked_at = utc_now()
        session.get_one(Device, (company.org_id, handed_on)).user_id = company.rep.id
        unsubscribe(session, org_id=company.org_id, device_id=signed_out)
        session.commit()
    workshop.work()
    assert push_service.requests == 0


def test_a_job_of_a_worker_that_was_killed_is_carried_out_by_another(
    workshop: Workshop, push_service: PushService, settings: Settings, engine: Engine
):
    workshop.phone(workshop.company.technician, push_service.subscribe())
    workshop.dispatch(workshop.job())
    with engine.begin() as connection:
        worker_id = connection.execute(
            text("insert into procrastinate_workers (last_heartbeat) values (now() - interval '1 hour') returning id")
        ).scalar_one()
        connection.execute(text("update procrastinate_jobs set status = 'doing', worker_id = :id"), {"id": worker_id})
    workshop.work()
    assert push_service.requests == 0

    here = installation()
    delivery = Delivery(sessions=here.sessions, channels=open_channels(here), current_revision=here.current_revision)
    app = make_worker_app(database_url=settings.database_url, delivery=delivery)

    async def resume() -> None:
        async with app.open_async():
            await app.tasks["notifications.resume_stalled"](timestamp=0)

    asyncio.run(resume())
    workshop.work()
    assert len(push_service.received) == 1
