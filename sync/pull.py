"""Pull: an index range scan per bucket and a concatenation of stored documents. No ORM, no schemas, no JSON parsing.

A round is one or more pages that lead to one checkpoint. Its steps:

1. Fix the checkpoint: the organisation's revision when the round begins.
2. Compare the buckets that the cursor knows with those that the person has: lost ones are named in `forget`, new ones
start at zero.
3. Read what changed in each bucket above its position, up to the checkpoint, in the order of the buckets (what is
needed first in
   front), until the page is full.
4. When every bucket has reached the checkpoint the round is over: send the checksums of the buckets that changed, and
receipts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ARRAY, BigInteger, Text, Uuid, bindparam, text
from sqlalchemy.orm import Session

from sync.cursor import BEFORE_ALL, NOTHING_AFTER, Cursor, Position
from sync.receipts import receipts_since

MAX_PAGE = 2_000

_STATE = text("select rev, floor from sync_counters where org_id = :org")

_CHANGES = text("""
    select e.n, e.bucket, e.rev, e.id,
           '{"bucket":"' || e.bucket || '","rev":' || e.rev || ',"op":"' || case when e.present then 'put' else
           'remove' end
           || '","entity":"' || e.entity || '","id":"' || e.id || '","doc":' || coalesce(d.doc, 'null') || '}' as change
      from (
        select p.n, e.*
          from unnest(:buckets, :revs, :ids) with ordinality as p(bucket, rev, id, n)
         cross join lateral (
               select e.bucket, e.rev, e.id, e.present, e.entity
                 from sync_entries e
                where e.org_id = :org and e.bucket = p.bucket and (e.rev, e.id) > (p.rev, p.id) and e.rev <= :checkpoint
                order by e.rev, e.id
                limit :limit) e
         order by p.n, e.rev, e.id
         limit :limit) e
      left join sync_documents d on e.present and d.org_id = :org and d.id = e.id
     order by e.n, e.rev, e.id
""").bindparams(
    bindparam("buckets", type_=ARRAY(Text())),
    bindparam("revs", type_=ARRAY(BigInteger())),
    bindparam("ids", type_=ARRAY(Uuid())),
)

_CHECKSUMS = text("""
    select b.bucket, coalesce(s.count, 0) as count, coalesce(s.hash, 0) as hash
      from unnest(:buckets) as b(bucket) left join sync_buckets s on s.org_id = :org and s.bucket = b.bucket
     where not exists (select from sync_entries e where e.org_id = :org and e.bucket = b.bucket and e.rev > :checkpoint)
""").bindparams(bindparam("buckets", type_=ARRAY(Text())))

_TOTAL = text("""
    select coalesce(sum(count), 0) from sync_buckets where org_id = :org and bucket = any(:buckets)
""").bindparams(bindparam("buckets", type_=ARRAY(Text())))


@dataclass(frozen=True, kw_only=True)
class PullRequest:
    """What a device asks: where it is, how much it takes, and which buckets it found to be wrong."""

    cursor: str | None
    limit: int
    repair: Sequence[str] = ()
    verify: bool = False


def current_revision(session: Session) -> int:
    """Return the revision of the session's organisation."""
    return session.execute(_STATE, {"org": session.info["org_id"]}).scalar_one_or_none() or 0


def pull(
    session: Session,
    request: PullRequest,
    *,
    org_id: UUID,
    device_id: UUID,
    actor_id: UUID,
    buckets: Sequence[str],
    server_id: str,
    now: datetime,
) -> Iterator[bytes]:
    """Yield the answer as pieces of JSON. `buckets` are what the person has, what is needed first in front.

    The session's transaction must be repeatable read, so that changes, checkpoint and checksums agree.
    """
    state = session.execute(_STATE, {"org": org_id}).one_or_none()
    rev, floor = (state.rev, state.floor) if state else (0, 0)
    given = Cursor.decode(request.cursor)
    starts_anew = given is None or not given.is_served_by(server_id=server_id, rev=rev, floor=floor)
    cursor = Cursor(server_id=server_id, base=rev, buckets=frozenset()) if given is None or starts_anew else given

    # 1. A device that is between rounds begins a new one.
    checkpoint = cursor.checkpoint if cursor.checkpoint is not None else rev
    # 2. What it holds and may not, and what it must fetch anew.
    held = given.buckets | given.partial.keys() if given else frozenset()
    forget = sorted(held - set(buckets))
    reset = [bucket for bucket in buckets if bucket in request.repair or (request.cursor and starts_anew)]
    positions = {bucket: (0, BEFORE_ALL) if bucket in reset else cursor.position(bucket) for bucket in buckets}
    # 3. What changed.
    unfinished = [bucket for bucket in buckets if positions[bucket] < (checkpoint, NOTHING_AFTER)]
    rows = session.execute(
        _CHANGES,
        {
            "org": org_id,
            "checkpoint": checkpoint,
            "limit": request.limit,
            "buckets": unfinished,
            "revs": [positions[bucket][0] for bucket in unfinished],
            "ids": [positions[bucket][1] for bucket in unfinished],
        },
    ).all()
    more = len(rows) == request.limit
    following = _advance(cursor, buckets, positions, rows, checkpoint=checkpoint, more=more)
    # 4. At the end of the round.
    changed = {row.bucket for row in rows} | set(reset) | cursor.partial.keys()
    to_verify = [] if more else [bucket for bucket in buckets if request.verify or bucket in changed]
    checksums = (
        [
            dict(row)
            for row in session.execute(
                _CHECKSUMS, {"org": org_id, "buckets": to_verify, "checkpoint": checkpoint}
            ).mappings()
        ]
        if to_verify
        else []
    )
    receipts = (
        []
        if more
        else receipts_since(
            session, org_id=org_id, device_id=device_id, actor_id=actor_id, after=cursor.base, until=checkpoint
        )
    )

    total = (
        int(session.execute(_TOTAL, {"org": org_id, "buckets": list(buckets)}).scalar_one())
        if more or cursor.sent
        else len(rows)
    )

    yield b'{"changes":['
    yield ",".join([row.change for row in rows]).encode()
    yield b"],"
    yield orjson.dumps(
        {
            "forget": forget,
            "reset": reset,
            "cursor": following.encode(),
            "more": more,
            "checkpoint": checkpoint,
            "checksums": checksums,
            "progress": {"done": following.sent if more else total, "total": total},
            "receipts": receipts,
            "server_time": now.isoformat().replace("+00:00", "Z"),
        }
    )[1:]


def _advance(
    cursor: Cursor,
    buckets: Sequence[str],
    positions: dict[str, Position],
    rows: Sequence[Any],
    *,
    checkpoint: int,
    more: bool,
) -> Cursor:
    if not more:
        return Cursor(server_id=cursor.server_id, base=checkpoint, buckets=frozenset(buckets))
    # The page is full: the bucket of its last row goes on there; those before it are complete, those behind it
    # untouched.
    last = rows[-1]
    reached = buckets.index(last.bucket)
    partial: dict[str, Position] = {}
    for index, bucket in enumerate(buckets):
        if index < reached:
            partial[bucket] = (checkpoint, NOTHING_AFTER)
        elif index == reached:
            partial[bucket] = (last.rev, last.id)
        else:
            partial[bucket] = positions[bucket]
    return Cursor(
        server_id=cursor.server_id,
        base=cursor.base,
        buckets=frozenset(),
        partial=partial,
        checkpoint=checkpoint,
        sent=cursor.sent + len(rows),
    )
