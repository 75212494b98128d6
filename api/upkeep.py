"""What is done by the clock: the periodic jobs that a worker carries out."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol
from uuid import UUID

import structlog
from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from api.composition import REGISTRY, open_lane
from api.geocoding import GeocoderChoice, open_geocoder
from api.jobs import contexts, distances, put_plans_into_effect
from api.settings import Settings
from api.virus_scan import accept_all, scan_by
from domain.attachments import housekeeping
from domain.attachments.housekeeping import OpenSession
from domain.customers import geocoding
from domain.customers.assignment import place_all
from domain.kernel.clock import utc_now
from domain.kernel.command import Context, OpenContext
from domain.kernel.session import open_session
from domain.orders.clock import expire_quotes
from domain.planning.cycle import run_cycle
from domain.visits.clock import mark_missed, notice_late
from notifications.queue import Periodic
from sync import retention

log = structlog.get_logger(__name__)


def periodic_jobs(settings: Settings, sessions: sessionmaker[Session]) -> tuple[Periodic, ...]:
    """Return all periodic jobs."""
    storage = open_lane(settings).storage
    scan = scan_by(settings.attachment_scan) if settings.attachment_scan else accept_all

    def check_contents(_now: datetime) -> None:
        _for_each(sessions, partial(housekeeping.check_contents, storage=storage, scan=scan))

    def remove_unneeded(now: datetime) -> None:
        _for_each(sessions, partial(housekeeping.remove_unneeded, storage=storage, now=now))

    def age(now: datetime) -> None:
        retention.carry_out(
            org_ids=list_organisation_ids(sessions),
            open_session=lambda org_id: open_session(sessions, org_id=org_id, now=now),
            now=now,
        )

    def for_each(work: Callable[[OpenContext], object]) -> Callable[[datetime], None]:
        def of_organisation(*, org_id: UUID, open_session: OpenSession) -> None:  # noqa: ARG001 - as all work
            work(contexts(sessions, REGISTRY, org_id=org_id))

        return lambda _now: _for_each(sessions, of_organisation)

    def run_call_cycles(_now: datetime) -> None:
        def of_organisation(*, org_id: UUID, open_session: OpenSession) -> None:  # noqa: ARG001 - as all work
            run_cycle(contexts(sessions, REGISTRY, org_id=org_id), distances(settings, sessions, org_id=org_id))

        _for_each(sessions, of_organisation)

    def tell_late(open_context: OpenContext) -> None:
        with open_context() as ctx:
            notice_late(ctx, after=timedelta(minutes=settings.visit_late_after_min))
            ctx.session.commit()

    return (
        Periodic(name="customers.place", cron="8-59/15 * * * *", run=for_each(place_all)),
        Periodic(name="planning.call_cycle", cron="23 1 * * *", run=run_call_cycles),
        # Days end at different times in different time zones.
        Periodic(name="visits.mark_missed", cron="2-59/15 * * * *", run=for_each(_all_of(mark_missed))),
        Periodic(name="orders.expire_quotes", cron="6-59/15 * * * *", run=for_each(_all_of(expire_quotes))),
        Periodic(name="visits.notice_late", cron="4-59/5 * * * *", run=for_each(tell_late)),
        Periodic(name="sync.retention", cron="17 * * * *", run=age),
        # The last field is seconds. Without a scan only what arrived while there was one may be waiting.
        Periodic(
            name="attachments.check",
            cron="* * * * * */10" if settings.attachment_scan else "7 * * * *",
            run=check_contents,
        ),
        Periodic(name="attachments.remove_unneeded", cron="41 2 * * *", run=remove_unneeded),
        *_planning_jobs(settings, sessions),
    )


GEOCODE_EVERY_MIN = 10
"""A run asks for as many addresses as may be asked for until the next one."""


def _planning_jobs(settings: Settings, sessions: sessionmaker[Session]) -> tuple[Periodic, ...]:
    """Return what is done by the clock about territories, places and roads."""

    def put_into_effect(now: datetime) -> None:
        for org_id in list_organisation_ids(sessions):
            try:
                put_plans_into_effect(sessions, REGISTRY, org_id=org_id, now=now)
            except Exception:
                log.exception("upkeep.failed", org_id=str(org_id))

    def forget_roads(now: datetime) -> None:
        from api.roads import cache

        _for_each(sessions, partial(cache.forget_old, before=now - cache.KEEP))

    # Hourly: midnight is at another hour for every time zone.
    jobs = [Periodic(name="territory_plans.put_into_effect", cron="3 * * * *", run=put_into_effect)]
    if settings.geocoder:
        every = f"*/{GEOCODE_EVERY_MIN} * * * *"
        jobs.append(
            Periodic(name="customers.geocode", cron=every, run=partial(_fill_positions, settings.geocoder, sessions))
        )
    if settings.roads_url:
        jobs.append(Periodic(name="roads.forget_old", cron="23 3 * * *", run=forget_roads))
    return tuple(jobs)


def _fill_positions(choice: GeocoderChoice, sessions: sessionmaker[Session], now: datetime) -> None:
    ask, left = open_geocoder(choice), choice.per_minute * GEOCODE_EVERY_MIN
    for org_id in list_organisation_ids(sessions):
        opened = contexts(sessions, REGISTRY, org_id=org_id)
        filled = geocoding.fill_positions(opened, geocode=ask, now=now, most=left)
        left -= filled.asked
        if filled.stopped and left > 0:
            log.warning("geocoding.stopped", reason=filled.stopped)
            return


def _all_of(work: Callable[[Context], bool]) -> Callable[[OpenContext], None]:
    """Return what does `work`, each time in a transaction of its own, until it says that there is no more."""

    def until_done(open_context: OpenContext) -> None:
        more = True
        while more:
            with open_context() as ctx:
                more = work(ctx)
                ctx.session.commit()

    return until_done


class Work(Protocol):
    """Something to do for one organisation."""

    def __call__(self, *, org_id: UUID, open_session: OpenSession) -> object: ...


def _for_each(sessions: sessionmaker[Session], work: Work) -> None:
    """Do it for every organisation; one that fails stops no other."""
    for org_id in list_organisation_ids(sessions):
        try:
            work(org_id=org_id, open_session=partial(_open, sessions, org_id))
        except Exception:
            log.exception("upkeep.failed", org_id=str(org_id))


def _open(sessions: sessionmaker[Session], org_id: UUID) -> Session:
    return open_session(sessions, org_id=org_id, now=utc_now())


def list_organisation_ids(sessions: sessionmaker[Session]) -> list[UUID]:
    """Return the ids of all organisations."""
    with sessions() as session:
        session.execute(text("select set_config('app.operator', 'on', true)"))
        return list(session.scalars(text("select id from organisations order by id")))
