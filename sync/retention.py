"""What leaves after its time: documents from the phones, tombstones and receipts from the log.

Each step does a bounded part in a transaction of its own and tells whether there is more, so that it can be stopped
anywhere and goes on at the next call. The caller opens the session of one organisation and commits.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy import text
from sqlalchemy.orm import Session

KEEP_LOG = timedelta(days=180)
"""How long a phone may be off line: what became of its mutations and what left its buckets is known for so long."""

EXPIRE_AT_ONCE = 200
"""Documents that leave under one revision lock: others of the organisation wait for some ten milliseconds."""
REMOVE_AT_ONCE = 2_000
"""Tombstones or receipts that are removed in one transaction. Nobody waits for it."""

Step = Callable[..., bool]

log = structlog.get_logger(__name__)

_EXPIRE = text("select sync_expire(:org, :now, :limit)")

_NOTE_DAY = text("""
    insert into sync_days (org_id, day, rev) select org_id, :today, rev from sync_counters where org_id = :org
    on conflict (org_id, day) do update set rev = excluded.rev
""")

# All of the latest day before that time was over: every revision up to its last is at least that old.
_RAISE_FLOOR = text("""
    update sync_counters c set floor = d.rev
      from (select max(rev) as rev from sync_days where org_id = :org and day < :before) d
     where c.org_id = :org and c.floor < d.rev
""")

_FORGET_DAYS = text("delete from sync_days where org_id = :org and day < :before")

# A tombstone that somebody is bringing back to life is locked, and left alone.
_REMOVE_TOMBSTONES = text("""
    with old as (
        select e.org_id, e.id, e.bucket from sync_entries e
         where e.org_id = :org and not e.present
           and e.rev <= (select floor from sync_counters where org_id = :org)
         order by e.rev limit :limit for update skip locked
    )
    delete from sync_entries e using old where e.org_id = old.org_id and e.id = old.id and e.bucket = old.bucket
""")

_FORGET_RECEIPTS = text("select forget_receipts(:org, :before, :limit)")


def expire_documents(session: Session, *, org_id: UUID, now: datetime) -> bool:
    """Take documents that were closed too long ago off the phones, as one commit. Tells whether there may be more."""
    expired: int = session.execute(_EXPIRE, {"org": org_id, "now": now, "limit": EXPIRE_AT_ONCE}).scalar_one()
    return expired == EXPIRE_AT_ONCE


def raise_floor(session: Session, *, org_id: UUID, now: datetime) -> bool:
    """Note which revision today has reached, and serve no cursor any more that has not reached `KEEP_LOG` ago."""
    today = now.astimezone(UTC).date()
    before = today - KEEP_LOG
    session.execute(_NOTE_DAY, {"org": org_id, "today": today})
    session.execute(_RAISE_FLOOR, {"org": org_id, "before": before})
    session.execute(_FORGET_DAYS, {"org": org_id, "before": before})
    return False


def remove_tombstones(session: Session, *, org_id: UUID, now: datetime) -> bool:  # noqa: ARG001 - as all steps
    """Remove what every cursor that is still served has seen. Tells whether there may be more."""
    removed = session.connection().execute(_REMOVE_TOMBSTONES, {"org": org_id, "limit": REMOVE_AT_ONCE})
    return removed.rowcount == REMOVE_AT_ONCE


def forget_receipts(session: Session, *, org_id: UUID, now: datetime) -> bool:
    """Remove receipts older than `KEEP_LOG`, none that anybody still has to settle. Tells whether there may be more."""
    parameters = {"org": org_id, "before": now - KEEP_LOG, "limit": REMOVE_AT_ONCE}
    removed: int = session.execute(_FORGET_RECEIPTS, parameters).scalar_one()
    return removed == REMOVE_AT_ONCE


STEPS: tuple[Step, ...] = (expire_documents, raise_floor, remove_tombstones, forget_receipts)


class RetentionIncomplete(Exception):
    """Something went wrong with an organisation, see the log. The others were seen to, and it is tried again."""


def carry_out(
    *, org_ids: Sequence[UUID], open_session: Callable[[UUID], AbstractContextManager[Session]], now: datetime
) -> None:
    """Do all steps for all organisations.

    They take turns, a part each: one that has much to remove does not keep the others waiting.

    Raises:
        RetentionIncomplete: a step failed somewhere.
    """
    failed = False
    for step in STEPS:
        unfinished = list(org_ids)
        while unfinished:
            following = []
            for org_id in unfinished:
                try:
                    with open_session(org_id) as session:
                        if step(session, org_id=org_id, now=now):
                            following.append(org_id)
                        session.commit()
                except Exception:
                    log.exception("sync.retention.failed", step=step.__name__, org_id=str(org_id))
                    failed = True
            unfinished = following
    if failed:
        raise RetentionIncomplete
