"""Runs the call cycle: for the clock, for who asks for it, and for the operator."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session, sessionmaker

from api.composition import REGISTRY
from domain.kernel.clock import utc_now
from domain.kernel.command import Actor, Context, Door
from domain.kernel.ids import new_id
from domain.kernel.session import open_session
from domain.planning.cycle import RunStatus, run_cycle
from domain.planning.models import CycleRun
from sync.scope import Everything

OpenContext = Callable[[], AbstractContextManager[Context]]
RUN_CALL_CYCLE = "planning.run_call_cycle"


def system_contexts(
    sessions: sessionmaker[Session], org_id: UUID, *, now: Callable[[], datetime] = utc_now
) -> OpenContext:
    """Return what opens a context in which the system itself acts, each in a transaction of its own."""

    @contextmanager
    def open_context() -> Iterator[Context]:
        moment = now()
        with open_session(sessions, org_id=org_id, now=moment) as session:
            yield Context(
                session=session,
                registry=REGISTRY,
                org_id=org_id,
                actor=Actor(user_id=None),
                scope=Everything(),
                now=moment,
                occurred_at=moment,
                command_id=new_id(),
                door=Door.JOB,
            )

    return open_context


def carry_out_run(sessions: sessionmaker[Session], org_id: UUID, run_id: UUID) -> None:
    """Carry out a run that somebody asked for. One that fails says so."""
    open_context = system_contexts(sessions, org_id)
    try:
        run_cycle(open_context, run_id=run_id)
    except Exception:
        with open_context() as ctx:
            run = ctx.session.get_one(CycleRun, (org_id, run_id))
            run.status, run.finished_at = RunStatus.FAILED, ctx.now
            ctx.session.commit()
        raise
