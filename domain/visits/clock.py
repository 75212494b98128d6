"""What the clock does with visits: who is late, and what was missed. The caller commits."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from domain.kernel.command import Context, digest_of, perform, react
from domain.kernel.ids import new_id
from domain.people.models import Organisation
from domain.people.rules import local_date
from domain.visits.commands import MISS
from domain.visits.events import VisitsLate, VisitsMissed
from domain.visits.models import Visit
from domain.visits.rules import VisitStatus

AT_ONCE = 500
NEWS_FOR = timedelta(days=7)
_WAITING = Visit.status.in_([VisitStatus.PLANNED, VisitStatus.CONFIRMED])


def mark_missed(ctx: Context) -> bool:
    """Mark visits missed whose day has ended by the organisation's clocks. Tells whether there may be more."""
    visit_ids = _waiting(ctx, since=None, before=_midnight(ctx))
    ctx.prefetch(Visit, visit_ids)
    for visit_id in visit_ids:
        ctx.command_id = new_id()
        args = {"visit_id": str(visit_id)}
        perform(MISS, args, {"visit_id": visit_id}, ctx, digest=digest_of(MISS.name, args))
    # What a server that was down for long finds is no news any more.
    since = ctx.now - NEWS_FOR
    news = [visit_id for visit_id in visit_ids if ctx.get(Visit, visit_id).planned_start_at >= since]
    if news:
        ctx.emit(VisitsMissed(visit_ids=news))
        react(ctx)
    return len(visit_ids) == AT_ONCE


def notice_late(ctx: Context, *, after: timedelta) -> None:
    """Tell of today's visits that should have begun `after` ago. Whoever is told knows what they were told before."""
    visit_ids = _waiting(ctx, since=_midnight(ctx), before=ctx.now - after)
    if visit_ids:
        ctx.emit(VisitsLate(visit_ids=visit_ids))
        react(ctx)


def _midnight(ctx: Context) -> datetime:
    time_zone = ctx.get(Organisation, ctx.org_id).time_zone
    return datetime.combine(local_date(ctx.now, time_zone=time_zone), time(), ZoneInfo(time_zone))


def _waiting(ctx: Context, *, since: datetime | None, before: datetime) -> Sequence[UUID]:
    query = select(Visit.id).where(Visit.org_id == ctx.org_id, _WAITING, Visit.planned_start_at < before)
    if since is not None:
        query = query.where(Visit.planned_start_at >= since)
    return ctx.session.scalars(query.order_by(Visit.planned_start_at, Visit.id).limit(AT_ONCE)).all()
