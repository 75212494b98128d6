"""A person's visits and appointments as an iCalendar feed (RFC 5545), for the calendar program that they use.

Whoever knows the address can read it: it holds a long random token, of which only the digest is stored, and which its
owner renews or takes back.
"""

import base64
import binascii
import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID

from icalendar import Calendar, Event, vGeo
from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.customers.models import Account, Site
from domain.kernel.errors import DomainError
from domain.people.models import User
from domain.people.tokens import token_digest
from domain.planning.models import CalendarFeed
from domain.visits.models import Visit
from domain.visits.rules import VisitStatus
from domain.work_orders.models import Appointment, WorkOrder
from domain.work_orders.rules import AppointmentStatus

PAST, FUTURE = timedelta(days=60), timedelta(days=180)
REFRESH_EVERY = timedelta(minutes=30)
_IDS = 32
"""Bytes of the organisation's and the person's id, with which a token begins."""


class CalendarFeedUnknown(DomainError):
    """This calendar address is not valid any more. Copy the present one from Fieldbook."""

    code, status, retryable = "calendar.feed_unknown", 404, False


def renew_token(session: Session, *, org_id: UUID, user_id: UUID, now: datetime) -> str:
    """Return a new token for a person's feed. The one before is worth nothing any more. The caller commits."""
    token = base64.urlsafe_b64encode(org_id.bytes + user_id.bytes + secrets.token_bytes(_IDS)).decode().rstrip("=")
    feed = session.get(CalendarFeed, (org_id, user_id))
    if feed is None:
        session.add(CalendarFeed(org_id=org_id, id=user_id, token_hash=token_digest(token), created_at=now))
    else:
        feed.token_hash, feed.created_at = token_digest(token), now
    return token


def revoke_token(session: Session, *, org_id: UUID, user_id: UUID) -> None:
    """Take a person's feed back. The caller commits."""
    feed = session.get(CalendarFeed, (org_id, user_id))
    if feed is not None:
        session.delete(feed)


def organisation_of(token: str) -> UUID:
    """Return the organisation that a token names. Whether it is a good one its feed knows.

    Raises:
        CalendarFeedUnknown: it names none.
    """
    return _ids_of(token)[0]


def read_feed(session: Session, *, token: str, now: datetime) -> bytes:
    """Return the calendar of whom a token belongs to: from two months ago to half a year ahead.

    The same state gives the same bytes.

    Raises:
        CalendarFeedUnknown: the token is not, or no more, good for anything.
    """
    org_id, user_id = _ids_of(token)
    feed = session.get(CalendarFeed, (org_id, user_id))
    user = session.get(User, (org_id, user_id))
    known = feed is not None and secrets.compare_digest(feed.token_hash, token_digest(token))
    if not known or user is None or not user.active:
        raise CalendarFeedUnknown
    calendar = Calendar()
    calendar.add("prodid", "-//Fieldbook//Fieldbook//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"Fieldbook: {user.name}")
    calendar.add("refresh-interval", REFRESH_EVERY, parameters={"VALUE": "DURATION"})
    for event in (*_visits(session, user, now), *_appointments(session, user, now)):
        calendar.add_component(event)
    body: bytes = calendar.to_ical()
    return body


def _ids_of(token: str) -> tuple[UUID, UUID]:
    try:
        content = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise CalendarFeedUnknown from error
    if len(content) != 2 * _IDS:
        raise CalendarFeedUnknown
    return UUID(bytes=content[:16]), UUID(bytes=content[16:_IDS])


def _visits(session: Session, user: User, now: datetime) -> Iterator[Event]:
    query = (
        select(Visit, Account, Site)
        .join(Account, (Account.org_id == Visit.org_id) & (Account.id == Visit.account_id))
        .join(Site, (Site.org_id == Visit.org_id) & (Site.id == Visit.site_id))
        .where(
            Visit.org_id == user.org_id,
            Visit.rep_id == user.id,
            Visit.planned_start_at.between(now - PAST, now + FUTURE),
        )
        .order_by(Visit.planned_start_at, Visit.id)
    )
    for visit, account, site in session.execute(query):
        event = _event(f"visit-{visit.id}", account, site, changed_at=visit.updated_at, version=visit.version)
        event.add("dtstart", visit.planned_start_at)
        event.add("dtend", visit.planned_start_at + timedelta(minutes=visit.duration_min))
        event.add("status", _VISIT_STATUS.get(VisitStatus(visit.status), "CONFIRMED"))
        if visit.purpose:
            event.add("description", visit.purpose)
        yield event


def _appointments(session: Session, user: User, now: datetime) -> Iterator[Event]:
    query = (
        select(Appointment, WorkOrder, Account, Site)
        .join(WorkOrder, (WorkOrder.org_id == Appointment.org_id) & (WorkOrder.id == Appointment.work_order_id))
        .join(Account, (Account.org_id == Appointment.org_id) & (Account.id == Appointment.account_id))
        .join(Site, (Site.org_id == Appointment.org_id) & (Site.id == Appointment.site_id))
        .where(
            Appointment.org_id == user.org_id,
            Appointment.technician_id == user.id,
            # What is only scheduled the technician has not been told of: it may still move.
            Appointment.status.not_in([AppointmentStatus.SCHEDULED, AppointmentStatus.DECLINED]),
            Appointment.starts_at.between(now - PAST, now + FUTURE),
        )
        .order_by(Appointment.starts_at, Appointment.id)
    )
    for appointment, work_order, account, site in session.execute(query):
        starts_at = appointment.starts_at
        if starts_at is None:
            continue
        event = _event(
            f"appointment-{appointment.id}",
            account,
            site,
            changed_at=max(appointment.updated_at, work_order.updated_at),
            version=appointment.version,
        )
        event.add("dtstart", starts_at)
        event.add("dtend", appointment.ends_at or starts_at + timedelta(minutes=appointment.duration_min))
        event.add("status", "CANCELLED" if appointment.status == AppointmentStatus.CANCELED else "CONFIRMED")
        event.add("description", work_order.title)
        yield event


_VISIT_STATUS = {VisitStatus.PLANNED: "TENTATIVE", VisitStatus.CANCELED: "CANCELLED"}


def _event(uid: str, account: Account, site: Site, *, changed_at: datetime, version: int) -> Event:
    event = Event()
    event.add("uid", f"{uid}@fieldbook")
    event.add("dtstamp", changed_at)
    event.add("last-modified", changed_at)
    event.add("sequence", version)
    event.add("summary", account.name)
    event.add("location", site.place)
    if site.position:
        event.add("geo", vGeo((site.position.lat, site.position.lng)))
    return event
