"""Replay: what failed, or came from a revoked device, is carried out after all, once.

It goes the way of a push: with the person's own permissions and scope as they are now, and the time at which it
happened. The receipt gets the new outcome under a new revision, so that the device learns it from its next pull.

The steps:

1. The device's row is locked, then the failure: two replays at once, or a replay and a push, go one after the other.
2. The mutation is applied and the failure settled in one transaction. A crash leaves it open, with nothing applied.
3. If it is refused, or breaks again, all is rolled back, and that outcome is kept in a transaction of its own.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from uuid import UUID

import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from domain.kernel.command import Context, Registry, receipt_values
from domain.kernel.errors import DomainError
from domain.kernel.integrity import as_domain_error, is_transient
from domain.kernel.receipts import Receipt
from sync import failures
from sync.failures import FailureState, MutationFailed
from sync.models import SyncFailure
from sync.push import TRIES, Mutation, apply, depending, lock_device

log = structlog.get_logger(__name__)

MakeContext = Callable[[Session, Receipt, Mutation], Context]
OpenSession = Callable[[], AbstractContextManager[Session]]


@dataclass(frozen=True, kw_only=True)
class Replayed:
    """What became of a mutation this time."""

    status: str
    code: str | None = None
    message: str | None = None


def replay(*, incident_id: UUID, registry: Registry, open_session: OpenSession, make_context: MakeContext) -> Replayed:
    """Carry out what was kept. `make_context` speaks for the person whose receipt it is given.

    Raises:
        RecordNotFound, FailureSettled: there is nothing of that id to carry out.
    """
    for _ in range(TRIES):
        with open_session() as session:
            failure, receipt, mutation = _locked(session, incident_id)
            try:
                ctx = make_context(session, receipt, mutation)
                apply(mutation, registry, ctx)
                outcome = ctx.unit.receipts.pop()
                failures.revise(session, failure, FailureState.REPLAYED, outcome)
                session.commit()
                return Replayed(status=outcome["status"])
            except Exception as error:  # noqa: BLE001 - whatever it is, it is told
                session.rollback()
                if is_transient(error):
                    continue
                refusal = _refusal(error)
        return _refuse(refusal, incident_id, open_session, make_context)
    return Replayed(status="retry", code="sync.busy", message="The server is busy. Replay it again later.")


def _locked(session: Session, incident_id: UUID) -> tuple[SyncFailure, Receipt, Mutation]:
    found = failures.find_failure(session, incident_id)
    if found is not None and (device_id := found[1].device_id):
        lock_device(session, org_id=session.info["org_id"], device_id=device_id)
    failure, receipt = failures.lock_open(session, incident_id)
    mutation = Mutation(
        id=receipt.id,
        seq=receipt.seq or 0,
        name=receipt.name,
        args=receipt.args,
        base_rev=failure.base_rev,
        occurred_at=receipt.occurred_at,
        app_version=failure.app_version,
    )
    return failure, receipt, mutation


def _refusal(error: Exception) -> DomainError:
    if isinstance(error, DomainError):
        return error
    if isinstance(error, IntegrityError):
        try:
            return as_domain_error(error)
        except IntegrityError as unknown:
            return MutationFailed(cause=unknown)
    return MutationFailed(cause=error)


def _refuse(error: DomainError, incident_id: UUID, open_session: OpenSession, make_context: MakeContext) -> Replayed:
    with open_session() as session:
        failure, receipt, mutation = _locked(session, incident_id)
        error = depending(session, mutation, error, device_id=receipt.device_id)
        ctx = make_context(session, receipt, mutation)
        outcome = receipt_values(receipt.name, receipt.args, ctx, digest=receipt.digest, error=error)
        if isinstance(error, MutationFailed):
            log.error("sync.replay.failed", incident=str(error.incident), exc_info=error.cause)
            outcome["status"] = "failed"
            failures.keep(session, mutation, error, now=ctx.now)
        failures.revise(session, failure, FailureState.REPLAYED, outcome)
        session.commit()
        return Replayed(status=outcome["status"], code=error.code, message=error.detail)
