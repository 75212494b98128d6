"""Hand-in: a revoked device brings its mutations into safety before it deletes its data. None is applied."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from domain.kernel.command import receipt_values
from domain.kernel.errors import DomainError
from domain.kernel.receipts import Receipt
from domain.kernel.session import unit_of
from sync import failures
from sync.failures import RevokedDevice
from sync.push import (
    MakeContext,
    Mutation,
    check_sequence,
    lock_device,
    move_on,
    repeated,
    settle_replaced,
)
from sync.receipts import find_receipts, result

MAX_AN_HOUR = 2_000
"""Mutations: more than weeks of work off line, and little enough for whoever has a stolen device."""


class HandInLimit(DomainError):
    """This device was signed out and has handed in very much. Try again in an hour."""

    code, status, retryable = "sync.hand_in_limit", 429, True
    retry_after_s = 3_600


def hand_in(
    session: Session,
    mutations: Sequence[Mutation],
    *,
    oldest_seq: int | None,
    org_id: UUID,
    device_id: UUID,
    make_context: MakeContext,
) -> tuple[list[dict[str, Any]], int]:
    """Keep the mutations as refused and return their results in order, with the `seq` that is expected next.

    Raises:
        SequenceGap: something is missing before or between them. Nothing was kept.
        HandInLimit
    """
    mutations = sorted(mutations, key=lambda mutation: mutation.seq)
    next_seq = lock_device(session, org_id=org_id, device_id=device_id)
    following = check_sequence(mutations, next_seq=next_seq, oldest_seq=oldest_seq)
    answered = find_receipts(session, org_id=org_id, ids=[mutation.id for mutation in mutations])
    kept: dict[UUID, Mutation] = {}
    for mutation in mutations:
        if mutation.id not in answered:
            kept.setdefault(mutation.id, mutation)
    _check_limit(session, len(kept), org_id=org_id, device_id=device_id)
    for mutation in kept.values():
        _keep(session, mutation, make_context)
    move_on(session, org_id=org_id, device_id=device_id, seq=following - 1)
    session.commit()
    revision = unit_of(session).revision
    stored = find_receipts(session, org_id=org_id, ids=list(kept))
    return [
        _refused(mutation, revision)
        if kept.get(mutation.id) is mutation
        else repeated(mutation, answered.get(mutation.id) or stored[mutation.id])
        for mutation in mutations
    ], following


def _keep(session: Session, mutation: Mutation, make_context: MakeContext) -> None:
    ctx, error = make_context(session, mutation), RevokedDevice()
    receipt = receipt_values(mutation.name, mutation.args, ctx, digest=mutation.digest, error=error)
    ctx.unit.receipts.append({**receipt, "seq": mutation.seq})
    failures.keep(session, mutation, error, now=ctx.now)
    settle_replaced(mutation, ctx)


def _check_limit(session: Session, more: int, *, org_id: UUID, device_id: UUID) -> None:
    query = select(func.count()).where(
        Receipt.org_id == org_id,
        Receipt.device_id == device_id,
        Receipt.code == RevokedDevice.code,
        Receipt.recorded_at > session.info["now"] - timedelta(hours=1),
    )
    if session.execute(query).scalar_one() + more > MAX_AN_HOUR:
        raise HandInLimit


def _refused(mutation: Mutation, revision: int | None) -> dict[str, Any]:
    return result(
        id=mutation.id,
        seq=mutation.seq,
        status="rejected",
        code=RevokedDevice.code,
        message=RevokedDevice.sentence(),
        rev=revision,
    )
