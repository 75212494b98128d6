"""Positions for sites that have an address and no place on the map: asked of a geocoder, and remembered.

A position that a person has set is never touched: the geocoder's is the one that `Geocoding` holds, and only for that
one is asked again when the address changes.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from domain.customers.models import Geocoding, Site
from domain.geo.rules import Position
from domain.kernel.command import Context, OpenContext, execute
from domain.kernel.errors import DomainError

ASK_AGAIN_AFTER = timedelta(days=30)
"""An address that was not found may be known later."""

Geocode = Callable[[str], Position | None]
"""Returns where an address is, or None if it is not known. Raises `GeocoderUnavailable`."""


class GeocoderUnavailable(Exception):
    """The geocoder does not answer, or asks for patience. The message is for the operator and names no address."""


@dataclass(kw_only=True)
class Filled:
    """What came of a run."""

    placed: int = 0
    not_found: int = 0
    asked: int = 0
    """Questions to the geocoder: what was known needed none."""
    stopped: str | None = None
    """Why it ended before its time."""


@dataclass(frozen=True, kw_only=True)
class Unplaced:
    """A site without a position. `reason` is `no_address`, `not_found` or `waiting` (nobody was asked yet)."""

    site_id: UUID
    account_id: UUID
    name: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class _Task:
    site_id: UUID
    version: int
    address: str


def address_line(address: Mapping[str, Any]) -> str | None:
    """Return an address in one line, `Landstrasse 7, 9490 Vaduz, LI`; None if it says too little to be found."""
    street = " ".join(part for part in (address.get("street"), address.get("house_number")) if part)
    town = " ".join(part for part in (address.get("postcode"), address.get("city")) if part)
    if not town:
        return None
    return ", ".join(part for part in (street, town, address.get("country")) if part)


def fill_positions(
    open_context: OpenContext,
    *,
    geocode: Geocode,
    now: datetime,
    most: int,
    progress: Callable[[int, int], None] = lambda _done, _of: None,
) -> Filled:
    """Give sites the positions of their addresses, with at most `most` questions to the geocoder.

    `progress` is told how many of how many sites are done.
    """
    filled = Filled()
    with open_context() as ctx:
        tasks = list(_tasks(ctx.session, org_id=ctx.org_id, now=now))
    for number, task in enumerate(tasks, start=1):
        with open_context() as ctx:
            known = _known(ctx.session, org_id=ctx.org_id, address=task.address, now=now)
        if known is None and filled.asked >= most:
            filled.stopped = "So many addresses are asked for at a time; the others come next."
            break
        try:
            # Without a transaction: the answer may take seconds.
            position = geocode(task.address) if known is None else known.position
        except GeocoderUnavailable as error:
            filled.stopped = str(error)
            break
        filled.asked += known is None
        with open_context() as ctx:
            if _settle(ctx, task, position, now=now):
                filled.placed += position is not None
                filled.not_found += position is None
        progress(number, len(tasks))
    return filled


def _tasks(session: Session, *, org_id: UUID, now: datetime) -> Iterator[_Task]:
    """Yield the sites to be asked for: those without a position, and those whose address has changed since."""
    placed_here = and_(Site.latitude == Geocoding.latitude, Site.longitude == Geocoding.longitude)
    for site, before in _sites(session, org_id, or_(Site.latitude.is_(None), placed_here)):
        address = address_line(site.address)
        asked = before is not None and before.address == address
        again = before is not None and before.problem is not None and before.asked_at <= now - ASK_AGAIN_AFTER
        if address is not None and (not asked or again):
            yield _Task(site_id=site.id, version=site.version, address=address)


def _sites(
    session: Session, org_id: UUID, condition: ColumnElement[bool], *, most: int | None = None
) -> Iterator[tuple[Site, Geocoding | None]]:
    query = (
        select(Site, Geocoding)
        .outerjoin(Geocoding, and_(Geocoding.org_id == Site.org_id, Geocoding.id == Site.id))
        .where(Site.org_id == org_id, condition)
        .order_by(Site.id)
        .limit(most)
    )
    yield from session.execute(query)


@dataclass(frozen=True)
class _Known:
    position: Position | None


def _known(session: Session, *, org_id: UUID, address: str, now: datetime) -> _Known | None:
    """Return what the geocoder said about this address before, for whichever site."""
    query = (
        select(Geocoding.latitude, Geocoding.longitude)
        .where(
            Geocoding.org_id == org_id,
            Geocoding.address == address,
            or_(Geocoding.latitude.is_not(None), Geocoding.asked_at > now - ASK_AGAIN_AFTER),
        )
        .order_by(Geocoding.asked_at.desc())
    )
    found = session.execute(query).first()
    if found is None:
        return None
    latitude, longitude = found
    return _Known(None if latitude is None or longitude is None else Position(lat=latitude, lng=longitude))


def _settle(ctx: Context, task: _Task, position: Position | None, *, now: datetime) -> bool:
    """Keep the answer, and give the site its position as a person would. Return False if somebody was faster."""
    if ctx.session.get(Geocoding, (ctx.org_id, task.site_id)) is None:
        ctx.session.add(Geocoding(org_id=ctx.org_id, id=task.site_id, address=task.address, asked_at=now))
    geocoding = ctx.session.get_one(Geocoding, (ctx.org_id, task.site_id))
    geocoding.address, geocoding.asked_at = task.address, now
    geocoding.latitude = position.lat if position else None
    geocoding.longitude = position.lng if position else None
    geocoding.problem = None if position else "not_found"
    ctx.expected_version = task.version
    where = {"lat": position.lat, "lng": position.lng} if position else None
    try:
        execute(ctx.registry.commands["site.update"], {"site_id": str(task.site_id), "position": where}, ctx)
        ctx.session.commit()
    except (DomainError, StaleDataError):
        ctx.session.rollback()
        return False
    return True


def list_unplaced(
    session: Session, *, org_id: UUID, in_scope: ColumnElement[bool] | None = None, most: int = 1_000
) -> list[Unplaced]:
    """Return the sites without a position, and why they have none."""
    condition = and_(Site.latitude.is_(None), *([] if in_scope is None else [in_scope]))
    found = []
    for site, geocoding in _sites(session, org_id, condition, most=most):
        address = address_line(site.address)
        asked = geocoding is not None and geocoding.address == address
        reason = "no_address" if address is None else "not_found" if asked else "waiting"
        found.append(Unplaced(site_id=site.id, account_id=site.account_id, name=site.name, reason=reason))
    return found
