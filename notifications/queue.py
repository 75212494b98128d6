"""The queue of pushes: deferred inside the business transaction, carried out by workers, tried again with backoff."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from procrastinate import App, BaseRetryStrategy, PsycopgConnector, RetryDecision, SyncPsycopgConnector
from procrastinate.jobs import Job
from procrastinate.types import JSONValue
from sqlalchemy.orm import Session

from notifications.delivery import Delivery, PushNotDelivered, open_channels
from notifications.installation import configure, installation, vapid_public_key

__all__ = [
    "QUEUE",
    "UPKEEP",
    "Periodic",
    "RecordJob",
    "configure",
    "defer",
    "defer_pushes",
    "run_worker",
    "vapid_public_key",
]

QUEUE = "pushes"
UPKEEP = "upkeep"
"""What other parts have done by the clock, or for a record."""
SEND_PUSH = "notifications.send_push"

MAX_ATTEMPTS = 8
FIRST_WAIT_S = 10
LONGEST_WAIT_S = 15 * 60
"""Waits of 10, 20, 40 … seconds: eight attempts take about 20 minutes. The notice itself reaches the phone by sync."""

# Has no connection of its own: jobs go over the connection of whoever defers them.
_DEFERRER = App(connector=SyncPsycopgConnector())


def defer_pushes(session: Session, *, org_id: UUID, notice_id: UUID, subscription_ids: Sequence[UUID]) -> None:
    """Put one job per device on the queue, in the session's own transaction: the jobs exist exactly if it commits.

    A job holds ids only. All organisations share the queue's table, so nothing of theirs is written there.
    """
    if not subscription_ids:
        return
    jobs: list[dict[str, JSONValue]] = [
        {"org_id": str(org_id), "notice_id": str(notice_id), "subscription_id": str(subscription_id)}
        for subscription_id in subscription_ids
    ]
    connection = session.connection().connection.driver_connection
    _DEFERRER.configure_task(SEND_PUSH, queue=QUEUE, connection=connection).batch_defer(*jobs)


def defer(session: Session, name: str, *, org_id: UUID, record_id: UUID, one_at_a_time: bool = True) -> None:
    """Put a `RecordJob` on the queue, in the session's own transaction: it exists exactly if it commits.

    Those of an organisation are carried out one after the other, unless they do not mind each other.
    """
    connection = session.connection().connection.driver_connection
    lock = f"{name}:{org_id if one_at_a_time else record_id}"
    task = _DEFERRER.configure_task(name, queue=UPKEEP, lock=lock, connection=connection)
    task.defer(org_id=str(org_id), record_id=str(record_id))


class Backoff(BaseRetryStrategy):
    """Waits twice as long after each failure, and at least as long as the push service asks for."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Return when to try again, or None after the last try. `job.attempts` counts the tries before this one."""
        if job.attempts + 1 >= MAX_ATTEMPTS:
            return None
        wait_s = min(FIRST_WAIT_S * 2**job.attempts, LONGEST_WAIT_S)
        if isinstance(exception, PushNotDelivered):
            wait_s = max(wait_s, exception.retry_after_s or 0)
        # Many phones at one push service: not all again in the same second.
        return RetryDecision(retry_in={"seconds": wait_s + random.randrange(FIRST_WAIT_S)})  # noqa: S311


@dataclass(frozen=True, kw_only=True)
class Periodic:
    """Work that another part has done by the clock, by one worker at a time."""

    name: str
    cron: str
    run: Callable[[datetime], None]
    """Is given the present moment. What it leaves undone it does the next time."""


@dataclass(frozen=True, kw_only=True)
class RecordJob:
    """Work that another part leaves to a worker with `defer`, once for each time. What fails stays for the operator."""

    name: str
    run: Callable[[UUID, UUID], None]
    """Is given the organisation and the record."""


def make_worker_app(
    *, database_url: str, delivery: Delivery, periodic: Sequence[Periodic] = (), record_jobs: Sequence[RecordJob] = ()
) -> App:
    """Return the app whose tasks a worker carries out."""
    app = App(connector=PsycopgConnector(conninfo=database_url, min_size=1))

    @app.task(name=SEND_PUSH, queue=QUEUE, retry=Backoff())
    def send_push(*, org_id: str, notice_id: str, subscription_id: str) -> None:
        delivery.deliver(
            org_id=UUID(org_id), notice_id=UUID(notice_id), subscription_id=UUID(subscription_id), now=datetime.now(UTC)
        )

    @app.periodic(cron="* * * * *")
    @app.task(name="notifications.resume_stalled", queue=QUEUE, queueing_lock="notifications.resume_stalled")
    async def resume_stalled(timestamp: int) -> None:  # noqa: ARG001 - passed to every periodic task
        """Give the jobs of a worker that was killed to another one."""
        for queue in (QUEUE, UPKEEP):
            for job in await app.job_manager.get_stalled_jobs(queue=queue):
                await app.job_manager.retry_job(job)

    for work in periodic:
        _register(app, work)
    for job in record_jobs:
        _register_record_job(app, job)
    return app


def _register(app: App, work: Periodic) -> None:
    @app.periodic(cron=work.cron)
    @app.task(name=work.name, queue=UPKEEP, queueing_lock=work.name, lock=work.name)
    def carry_out(timestamp: int) -> None:  # noqa: ARG001 - passed to every periodic task
        work.run(datetime.now(UTC))


def _register_record_job(app: App, job: RecordJob) -> None:
    @app.task(name=job.name, queue=UPKEEP)
    def carry_out(*, org_id: str, record_id: str) -> None:
        job.run(UUID(org_id), UUID(record_id))


def run_worker(
    *,
    database_url: str,
    concurrency: int = 4,
    until_idle: bool = False,
    periodic: Sequence[Periodic] = (),
    record_jobs: Sequence[RecordJob] = (),
) -> None:
    """Carry out jobs until SIGINT or SIGTERM, or only until the queue is empty. `configure` comes first.

    `database_url` (`postgresql://…`) is for the queue's tables. Jobs that run when the signal comes are finished.
    """
    here = installation()
    delivery = Delivery(sessions=here.sessions, channels=open_channels(here), current_revision=here.current_revision)
    make_worker_app(
        database_url=database_url, delivery=delivery, periodic=periodic, record_jobs=record_jobs
    ).run_worker(
        queues=[QUEUE, UPKEEP],
        concurrency=concurrency,
        wait=not until_idle,
        # What was sent is no news; what failed stays for the operator.
        delete_jobs="successful",
        shutdown_graceful_timeout=30,
    )
