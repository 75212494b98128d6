"""Outcomes of mutations as a device is told them: in the answer to its push, and again in its next pull."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from domain.kernel.model import any_of_given
from domain.kernel.receipts import Receipt

MAX_IN_PULL = 500

_BY_ID = select(Receipt).where(Receipt.org_id == bindparam("org_id"), Receipt.id == any_of_given("ids"))

_SINCE = (
    select(Receipt)
    .where(
        Receipt.org_id == bindparam("org_id"),
        Receipt.device_id == bindparam("device_id"),
        Receipt.actor_id == bindparam("actor_id"),
        Receipt.seq.is_not(None),
        Receipt.rev > bindparam("after"),
        Receipt.rev <= bindparam("until"),
    )
    .order_by(Receipt.rev, Receipt.seq)
    .limit(MAX_IN_PULL)
)


def result(
    *,
    id: UUID,
    seq: int | None,
    status: str,
    code: str | None = None,
    message: str | None = None,
    fields: Any = None,
    current: Any = None,
    refs: Any = None,
    rev: int | None = None,
    original_status: str | None = None,
) -> dict[str, Any]:
    """Return one entry of `results`."""
    return {
        "id": str(id),
        "seq": seq,
        "status": status,
        "original_status": original_status,
        "code": code,
        "message": message,
        "fields": fields,
        "current": current,
        "refs": refs,
        "rev": rev,
    }


def stored_result(receipt: Receipt, *, status: str | None = None) -> dict[str, Any]:
    """Return the stored outcome, under `status` (such as `duplicate`) if given."""
    return result(
        id=receipt.id,
        seq=receipt.seq,
        status=status or receipt.status,
        original_status=receipt.status if status else None,
        code=receipt.code,
        message=receipt.message,
        fields=receipt.fields,
        refs=receipt.refs,
        rev=receipt.rev,
    )


def find_receipts(session: Session, *, org_id: UUID, ids: Iterable[UUID]) -> dict[UUID, Receipt]:
    """Return the receipts of those mutations that were answered before, by id."""
    return {receipt.id: receipt for receipt in session.scalars(_BY_ID, {"org_id": org_id, "ids": list(ids)})}


def receipts_since(
    session: Session, *, org_id: UUID, device_id: UUID, actor_id: UUID, after: int, until: int
) -> list[dict[str, Any]]:
    """Return the outcomes of what this person did on this device, with `after` < rev ≤ `until`, the oldest first."""
    which = {"org_id": org_id, "device_id": device_id, "actor_id": actor_id, "after": after, "until": until}
    return [stored_result(receipt) for receipt in session.scalars(_SINCE, which)]
