"""Pull: an index range scan per bucket and a concatenation of stored documents. No ORM, no schemas, no JSON parsing.

A round is one or more pages that lead to one checkpoint. Its steps:

1. Fix the checkpoint: the organisation's revision when the round begins.
2. Compare the buckets that the cursor knows with those that the person has: lost ones are named in `forget`, new ones
start at zero.
3. What the device has come to know is sent again first, in each bucket, up to where the device was.
4. Read what changed in each bucket above its position, up to the checkpoint, in the order of the buckets (what is
needed first in front), until the page is full.
5. When every bucket has reached the checkpoint the round is over: send the checksums of the buckets that changed, and
receipts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

import orjson
from sqlalchemy import ARRAY, BigInteger, Boolean, Text, Uuid, bindparam, text
from sqlalchemy.orm import Session

from sync.cursor import BEFORE_ALL, NOTHING_AFTER, Cursor, Position
from sync.receipts import MAX_IN_PULL, receipts_since

MAX_PAGE = 2_000
MAX_PAGE_BYTES = 4_000_000
"""A page ends with the document that brings it there: one, at least, always fits."""

_STATE = text("select rev, floor from sync_counters where org_id = :org")

# The page, and what is told at the end of a round, in one question: a further one costs as much as a small page.
_PAGE = text("""
    select page.*,
           case when not page.more then (
               select json_agg(json_build_object(
                          'bucket', b.bucket, 'count', coalesce(s.count, 0), 'hash', coalesce(s.hash, 0)))
                 from unnest(:held) b(bucket) left join sync_buckets s on s.org_id = :org and s.bucket = b.bucket
                where (:verify or b.bucket = any(:afresh)
                       or b.bucket in (select (:buckets)[n] from unnest(page.scans) n))
                  and not exists (select from sync_entries e
                                   where e.org_id = :org and e.bucket = b.bucket and e.rev > :checkpoint)
           )::text end as checksums,
           case when page.more or :sent > 0 then (
               select coalesce(sum(count), 0) from sync_buckets where org_id = :org and bucket = any(:held)
           )::bigint end as total,
           not page.more and exists (
               select from receipts
                where org_id = :org and device_id = :device and actor_id = :actor and seq is not null
                  and rev > :known and rev <= :checkpoint
           ) as has_receipts
      from sync_page(:org, :buckets, :revs, :ids, :untils, :again, :learn, :limit, :bytes) page
""").bindparams(
    bindparam("held", type_=ARRAY(Text())),
    bindparam("afresh", type_=ARRAY(Text())),
    bindparam("buckets", type_=ARRAY(Text())),
    bindparam("revs", type_=ARRAY(BigInteger())),
    bindparam("ids", type_=ARRAY(Uuid())),
    bindparam("untils", type_=ARRAY(BigInteger())),
    bindparam("again", type_=ARRAY(Boolean())),
    bindparam("learn", type_=ARRAY(Text())),
)


@dataclass(frozen=True, kw_only=True)
class PullRequest:
    """What a device asks: where it is, how much it takes, which buckets it found to be wrong, and of which entities it
    has come to know something.
    """

    cursor: str | None
    limit: int
    repair: Sequence[str] = ()
    learn: Sequence[str] = ()
    verify: bool = False


@dataclass(frozen=True, kw_only=True)
class Page:
    """An answer, as pieces of JSON, and what there is to count and to know of it."""

    pieces: Sequence[bytes]
    changes: int
    reset: int
    """Buckets that begin anew, because the cursor cannot be served."""
    more: bool
    first_round: bool
    """The device is fetching everything."""


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
    needed_first: Sequence[str],
    server_id: str,
    now: datetime,
    admit: Callable[[], None] = lambda: None,
) -> Page:
    """Return the answer. `buckets` are what the person has, what is needed first in front.

    `needed_first` are those without which the person cannot work. The session's transaction must be repeatable read, so
    that changes, checkpoint and checksums agree. `admit` is called before a device begins to fetch everything; what it
    raises refuses that.
    """
    state = session.execute(_STATE, {"org": org_id}).one_or_none()
    rev, floor = (state.rev, state.floor) if state else (0, 0)
    given = Cursor.decode(request.cursor)
    starts_anew = given is None or not given.is_served_by(server_id=server_id, rev=rev, floor=floor)
    cursor = Cursor(server_id=server_id, base=rev, buckets=frozenset()) if given is None or starts_anew else given
    if starts_anew:
        admit()

    # 1. A device that is between rounds begins a new one.
    checkpoint = cursor.checkpoint if cursor.checkpoint is not None else rev
    # 2. What it holds and may not, and what it must fetch anew.
    held = given.buckets | given.partial.keys() if given else frozenset()
    forget = sorted(held - set(buckets))
    reset = [bucket for bucket in buckets if bucket in request.repair or (request.cursor and starts_anew)]
    scans = _scans(cursor, request, buckets, reset=reset, checkpoint=checkpoint)
    # 3. What changed, and what is to be learned; at the end of the round, checksums and whether there are receipts.
    unfinished = [scan for scan in scans if not scan.is_done]
    # What begins anew begins at the present revision; the outcomes since the cursor are still news.
    known = given.base if given is not None else cursor.base
    page = session.execute(
        _PAGE,
        {
            "org": org_id,
            "limit": request.limit,
            "bytes": MAX_PAGE_BYTES,
            "buckets": [scan.bucket for scan in unfinished],
            "revs": [scan.start[0] for scan in unfinished],
            "ids": [scan.start[1] for scan in unfinished],
            "untils": [scan.until for scan in unfinished],
            "again": [scan.again for scan in unfinished],
            "learn": sorted(cursor.learn.union(request.learn)),
            "held": list(buckets),
            "afresh": [*reset, *cursor.partial],
            "verify": request.verify,
            "checkpoint": checkpoint,
            "sent": cursor.sent,
            "device": device_id,
            "actor": actor_id,
            "known": known,
        },
    ).one()
    more: bool = page.more
    if more:
        _advance(unfinished, reached=max(page.scans) - 1, position=(page.rev, page.id))
        following = Cursor(
            server_id=cursor.server_id,
            base=cursor.base,
            buckets=frozenset(),
            partial={scan.bucket: scan.start for scan in scans if not scan.again},
            checkpoint=checkpoint,
            sent=cursor.sent + page.sent,
            learn=cursor.learn.union(request.learn),
            learning={scan.bucket: scan.start for scan in scans if scan.again},
        )
    else:
        following = Cursor(server_id=cursor.server_id, base=checkpoint, buckets=frozenset(buckets))
    receipts = []
    if page.has_receipts:
        receipts = receipts_since(
            session, org_id=org_id, device_id=device_id, actor_id=actor_id, after=known, until=checkpoint
        )
    if len(receipts) == MAX_IN_PULL:
        # The next pull tells the rest. A push has fewer mutations than that under one revision: it gets further.
        following = replace(following, base=receipts[-1]["rev"] - 1)
    total = page.sent if page.total is None else page.total

    rest = {
        "forget": forget,
        "reset": reset,
        "cursor": following.encode(),
        "more": more,
        "checkpoint": checkpoint,
        "checksums": orjson.Fragment(page.checksums or "[]"),
        "progress": {
            "done": following.sent if more else total,
            "total": total,
            "ready": not any(scan.bucket in needed_first and not scan.is_done for scan in scans if more),
        },
        "receipts": receipts,
        "server_time": now.isoformat().replace("+00:00", "Z"),
    }
    return Page(
        pieces=(b'{"changes":[', page.changes.encode(), b"],", orjson.dumps(rest)[1:]),
        changes=page.sent,
        reset=len(reset) if request.cursor and starts_anew else 0,
        more=more,
        first_round=starts_anew or (cursor.checkpoint == cursor.base and bool(cursor.partial)),
    )


@dataclass(kw_only=True)
class _Scan:
    """A walk through a bucket's log. `again` sends what the device has come to know."""

    bucket: str
    start: Position
    until: int
    again: bool = False

    @property
    def is_done(self) -> bool:
        return self.start >= (self.until, NOTHING_AFTER)


def _scans(
    cursor: Cursor, request: PullRequest, buckets: Sequence[str], *, reset: Sequence[str], checkpoint: int
) -> list[_Scan]:
    learning = dict(cursor.learning)
    if not cursor.learn.issuperset(request.learn):
        learning = dict.fromkeys([*cursor.buckets, *cursor.partial], (0, BEFORE_ALL))
    scans = []
    for bucket in buckets:
        if bucket in learning and bucket not in reset:
            scans.append(_Scan(bucket=bucket, start=learning[bucket], until=checkpoint, again=True))
        start = (0, BEFORE_ALL) if bucket in reset else cursor.position(bucket)
        scans.append(_Scan(bucket=bucket, start=start, until=checkpoint))
    return scans


def _advance(scans: Sequence[_Scan], *, reached: int, position: Position) -> None:
    """The page is full: the scan of its last row goes on there, those before it are done, those behind it untouched."""
    for scan in scans[:reached]:
        scan.start = (scan.until, NOTHING_AFTER)
    scans[reached].start = position
