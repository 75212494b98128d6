"""Mutations that were kept without being carried out, and refusals that somebody saw to.

A mutation that broke something of ours, or came from a revoked device, has a receipt like every other, and beside it a
`SyncFailure` with what support needs to carry it out later: see `sync/replay.py`.
"""

import traceback
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from sqlalchemy import Row, Select, select, text
from sqlalchemy.orm import Session

from domain.kernel.errors import DomainError, RecordNotFound
from domain.kernel.ids import new_id
from domain.kernel.receipts import Receipt
from domain.kernel.redaction import without_quoted_data
from domain.kernel.session import unit_of
from sync.models import SyncFailure

REFUSED = ("rejected", "failed")
MAX_TRACEBACK = 20_000
"""Characters, from the end: that is where it broke."""


# Not by the ORM, which would flush what a push has not finished.
_SETTLE = text("""
    with settled as (
        update receipts set settled_at = :now, settled_by_id = :by
         where org_id = :org and id = :id and status in ('rejected', 'failed') and settled_at is null
           and (cast(:of as uuid) is null or actor_id = :of)
        returning id
    )
    update sync_failures f set state = 'discarded', settled_at = :now
      from settled
     where f.org_id = :org and f.mutation_id = settled.id and f.state = 'open'
""")


class FailureState(StrEnum):
    """What support has done about it."""

    OPEN = "open"
    REPLAYED = "replayed"
    DISCARDED = "discarded"


class MutationFailed(DomainError):
    """Something went wrong on our side. Your entry is kept, and support can replay it."""

    code, status, retryable = "sync.failed", 500, False

    def __init__(self, *, cause: Exception) -> None:
        self.incident, self.cause = new_id(), cause
        super().__init__(f"{self.sentence()} Incident {self.incident}.")


class RevokedDevice(DomainError):
    """This device had been signed out, so this was not carried out. It is kept: ask an admin to have it applied."""

    code, status, retryable = "sync.device_revoked", 403, False


class DiscardedBySupport(DomainError):
    """Support looked into this entry and did not carry it out. Enter it again if it still matters."""

    code, status, retryable = "sync.discarded_by_support", 409, False


class FailureSettled(DomainError):
    """This was replayed or discarded before. Nothing was done again."""

    code, status, retryable = "sync.failure_settled", 409, False


class Captured(Protocol):
    """What of a mutation is kept for a replay, beside its receipt."""

    @property
    def id(self) -> UUID: ...
    @property
    def args(self) -> Mapping[str, Any]: ...
    @property
    def base_rev(self) -> int: ...
    @property
    def app_version(self) -> str | None: ...


def keep(session: Session, mutation: Captured, error: MutationFailed | RevokedDevice, *, now: datetime) -> None:
    """Keep, with the receipt of the same transaction, what support needs to carry the mutation out later."""
    cause = error.cause if isinstance(error, MutationFailed) else None
    session.add(
        SyncFailure(
            id=error.incident if isinstance(error, MutationFailed) else new_id(),
            mutation_id=mutation.id,
            code=error.code,
            error_type=type(cause).__name__ if cause else None,
            traceback=_traceback(cause, mutation.args) if cause else None,
            base_rev=mutation.base_rev,
            app_version=mutation.app_version,
            failed_at=now,
            state=FailureState.OPEN,
        )
    )


def _traceback(error: Exception, args: Mapping[str, Any]) -> str:
    shown = without_quoted_data("".join(traceback.format_exception(error)))
    if password := str(args.get("password") or ""):
        shown = shown.replace(password, "•••")
    return shown[-MAX_TRACEBACK:].replace("\0", "\ufffd")


def list_failures(
    session: Session, *, states: Iterable[FailureState] = (FailureState.OPEN,)
) -> Sequence[Row[SyncFailure, Receipt]]:
    """Return the failures of the session's organisation with their receipts, in the order of each device."""
    query = _with_receipt(session).where(SyncFailure.state.in_(list(states)))
    return session.execute(query.order_by(Receipt.device_id, Receipt.seq, SyncFailure.failed_at)).all()


def find_failure(session: Session, named: UUID) -> Row[SyncFailure, Receipt] | None:
    """Return the failure of that incident, or the latest of that mutation, in the session's organisation."""
    query = _with_receipt(session).where((SyncFailure.id == named) | (SyncFailure.mutation_id == named))
    return session.execute(query.order_by(SyncFailure.failed_at.desc()).limit(1)).one_or_none()


def lock_open(session: Session, incident_id: UUID) -> Row[SyncFailure, Receipt]:
    """Return an open failure that nobody else can settle until the transaction ends.

    Raises:
        RecordNotFound: there is none of that id.
        FailureSettled: it is not open any more.
    """
    query = _with_receipt(session).where(SyncFailure.id == incident_id).with_for_update()
    row = session.execute(query.execution_options(populate_existing=True)).one_or_none()
    if row is None:
        raise RecordNotFound(f"There is no incident {incident_id}.")
    failure, _ = row
    if failure.state != FailureState.OPEN:
        raise FailureSettled
    return row


def revise(session: Session, failure: SyncFailure, state: FailureState, outcome: dict[str, Any]) -> None:
    """Settle the failure and let the receipt have its new `outcome`, under the revision of this transaction.

    The device learns it from its next pull.
    """
    failure.state, failure.settled_at, failure.outcome = state, session.info["now"], outcome["status"]
    unit_of(session).revised.append(outcome)


def discard(session: Session, *, incident_id: UUID, reason: str | None) -> None:
    """Give up on a failure: the person is told so, with the reason.

    Raises:
        RecordNotFound, FailureSettled
    """
    failure, receipt = lock_open(session, incident_id)
    error = DiscardedBySupport(" ".join(filter(None, [DiscardedBySupport.sentence(), reason])))
    now = session.info["now"]
    outcome = {"status": "rejected", "code": error.code, "message": error.detail, "recorded_at": now, "settled_at": now}
    whose = {"id": receipt.id, "actor_id": receipt.actor_id, "subject": None}
    revise(session, failure, FailureState.DISCARDED, {**whose, **outcome})


def settle(session: Session, *, receipt_id: UUID, by_id: UUID, only_of: UUID | None = None) -> None:
    """Note that a refusal was seen to: mended by the person themself (`only_of`), or dealt with by somebody else.

    What was seen to is not replayed any more. Harmless when it was settled before, or is no refusal.
    """
    parameters = {"org": session.info["org_id"], "now": session.info["now"], "id": receipt_id}
    session.execute(_SETTLE, {**parameters, "by": by_id, "of": only_of})


def _with_receipt(session: Session) -> Select[SyncFailure, Receipt]:
    return (
        select(SyncFailure, Receipt)
        .join(Receipt, (Receipt.org_id == SyncFailure.org_id) & (Receipt.id == SyncFailure.mutation_id))
        .where(SyncFailure.org_id == session.info["org_id"])
    )
