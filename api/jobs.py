"""Work that a command leaves to a worker: put on the queue in the command's own transaction."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy.orm import Session, sessionmaker

from api.settings import Settings
from domain.geo.rules import TravelProfile
from domain.kernel.clock import utc_now
from domain.kernel.command import Actor, Context, Door, OpenContext, Registry
from domain.kernel.ids import new_id
from domain.kernel.session import open_session
from domain.planning import route_plans
from domain.planning.customers import hours_a_year
from domain.planning.cycle import OpenDistances, RunStatus, run_cycle
from domain.planning.models import CycleRun
from domain.territory_plans import planning
from domain.territory_plans.events import PlanPublished, PlanRequested
from notifications.queue import RecordJob, defer
from sync.scope import Everything

if TYPE_CHECKING:
    from domain.geo.distances import DistanceProvider

WORK_OUT_PLAN = "territory_plans.work_out"
PUT_PLAN_INTO_EFFECT = "territory_plans.take_effect"
RUN_CALL_CYCLE = "planning.run_call_cycle"
PLAN_ROUTE = "planning.plan_route"


def _work_out_later(ctx: Context, requested: PlanRequested) -> None:
    defer(ctx.session, WORK_OUT_PLAN, org_id=ctx.org_id, record_id=requested.plan_id)


def _take_effect_later(ctx: Context, published: PlanPublished) -> None:
    defer(ctx.session, PUT_PLAN_INTO_EFFECT, org_id=ctx.org_id, record_id=published.plan_id)


REACTIONS = ((PlanRequested, _work_out_later), (PlanPublished, _take_effect_later))


def _run_call_cycle(open_context: OpenContext, open_distances: OpenDistances, run_id: UUID) -> None:
    try:
        run_cycle(open_context, open_distances, run_id=run_id)
    except Exception:
        with open_context() as ctx:
            run = ctx.session.get_one(CycleRun, (ctx.org_id, run_id))
            run.status, run.finished_at = RunStatus.FAILED, ctx.now
            ctx.session.commit()
        raise


def distances(settings: Settings, sessions: sessionmaker[Session], *, org_id: UUID) -> OpenDistances:
    """Return what gives an organisation its distances: roads, or straight lines."""

    def open_distances(profile: TravelProfile) -> "DistanceProvider":
        # Loads numpy, and what asks a road server.
        from api.roads.provider import distance_provider

        return distance_provider(settings, sessions, org_id=org_id, profile=profile, now=utc_now())

    return open_distances


def _plan_route(open_context: OpenContext, open_distances: OpenDistances, plan_id: UUID) -> None:
    try:
        route_plans.work_out(open_context, open_distances, plan_id=plan_id)
    except Exception:
        with open_context() as ctx:
            route_plans.give_up(ctx, plan_id=plan_id)
            ctx.session.commit()
        raise


def record_jobs(settings: Settings, sessions: sessionmaker[Session], registry: Registry) -> tuple[RecordJob, ...]:
    """Return what a worker can be left to do."""

    def work_out(org_id: UUID, plan_id: UUID) -> None:
        planning.work_out(contexts(sessions, registry, org_id=org_id), plan_id=plan_id, hours_a_year=hours_a_year)

    def take_effect(org_id: UUID, _plan_id: UUID) -> None:
        put_plans_into_effect(sessions, registry, org_id=org_id, now=utc_now())

    def run_call_cycle(org_id: UUID, run_id: UUID) -> None:
        _run_call_cycle(
            contexts(sessions, registry, org_id=org_id), distances(settings, sessions, org_id=org_id), run_id
        )

    def plan_route(org_id: UUID, plan_id: UUID) -> None:
        _plan_route(contexts(sessions, registry, org_id=org_id), distances(settings, sessions, org_id=org_id), plan_id)

    return (
        RecordJob(name=PLAN_ROUTE, run=plan_route),
        RecordJob(name=WORK_OUT_PLAN, run=work_out),
        RecordJob(name=PUT_PLAN_INTO_EFFECT, run=take_effect),
        RecordJob(name=RUN_CALL_CYCLE, run=run_call_cycle),
    )


def put_plans_into_effect(sessions: sessionmaker[Session], registry: Registry, *, org_id: UUID, now: datetime) -> None:
    """Let the published plans of an organisation whose day has come take effect."""
    with open_session(sessions, org_id=org_id, now=now) as session:
        due = planning.list_due(session, org_id=org_id, now=now)
    for plan_id in due:
        planning.take_effect(contexts(sessions, registry, org_id=org_id), plan_id=plan_id)


def contexts(
    sessions: sessionmaker[Session], registry: Registry, *, org_id: UUID, clock: Callable[[], datetime] = utc_now
) -> OpenContext:
    """Return what opens transactions of the system in an organisation."""
    return partial(_context, sessions, registry, org_id, clock)


@contextmanager
def _context(
    sessions: sessionmaker[Session], registry: Registry, org_id: UUID, clock: Callable[[], datetime]
) -> Iterator[Context]:
    now = clock()
    with open_session(sessions, org_id=org_id, now=now) as session:
        yield Context(
            session=session,
            registry=registry,
            org_id=org_id,
            actor=Actor(user_id=None),
            scope=Everything(),
            now=now,
            occurred_at=now,
            command_id=new_id(),
            door=Door.JOB,
        )
