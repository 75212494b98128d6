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
from typing import Any, cast
from uuid import UUID

import orjson
from psycopg import ClientCursor
from sqlalchemy import text
from sqlalchemy.orm import Session

from sync.cursor import BEFORE_ALL, NOTHING_AFTER, Cursor, Position
from sync.receipts import MAX_IN_PULL, receipts_since

MAX_PAGE = 2_000
MAX_PAGE_BYTES = 4_000_000
"""A page ends with the document that brings it there: one, at least, always fits."""

_REVISION = text("select rev from sync_counters where org_id = :org")

_PAGE = """
    select pull_page(
        %(org)s, %(base)s::bigint, %(reached)s::bigint, %(checkpoint)s::bigint,
        %(buckets)s::text[], %(revs)s::bigint[], %(ids)s::uuid[], %(again)s::boolean[], %(learn)s::text[],
        %(limit)s::integer, %(bytes)s::integer, %(held)s::text[], %(afresh)s::text[], %(sent)s::bigint,
        %(device)s::uuid, %(actor)s::uuid, %(known)s::bigint)
"""


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
    """An answer, as JSON, and what there is to count and to know of it."""

    body: bytes
    changes: int
    reset: int
    """Buckets that begin anew, because the cursor cannot be served."""
    more: bool
    first_round: bool
    """The device is fetching everything."""


def current_revision(session: Session) -> int:
    """Return the revision of the session's organisation."""
    return session.execute(_REVISION, {"org": session.info["org_id"]}).scalar_one_or_none() or 0


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
    given = Cursor.decode(request.cursor)
    whose = {"org": org_id, "device": device_id, "actor": actor_id, "known": given.base if given else None}
    found = None
    if given is not None and given.server_id == server_id:
        found = _look(session, request, given, buckets, whose=whose)
    starts_anew = found is None
    if found is None:
        admit()
        at_zero = Cursor(server_id=server_id, base=0, buckets=frozenset())
        found = cast(_Look, _look(session, request, at_zero, buckets, whose=whose, anew=True))

    cursor, scans, checkpoint = found.cursor, found.scans, found.checkpoint
    held = given.buckets | given.partial.keys() if given else frozenset()
    if found.more:
        following = Cursor(
            server_id=server_id,
            base=checkpoint if starts_anew else cursor.base,
            buckets=frozenset(),
            partial={scan.bucket: scan.start for scan in scans if not scan.again},
            checkpoint=checkpoint,
            sent=cursor.sent + len(found.changes),
            learn=cursor.learn.union(request.learn),
            learning={scan.bucket: scan.start for scan in scans if scan.again},
        )
    else:
        following = Cursor(server_id=server_id, base=checkpoint, buckets=frozenset(buckets))
    receipts = []
    if found.has_receipts and given is not None:
        # What begins anew begins at the present revision; the outcomes since its cursor are still news.
        receipts = receipts_since(
            session, org_id=org_id, device_id=device_id, actor_id=actor_id, after=given.base, until=checkpoint
        )
    if len(receipts) == MAX_IN_PULL:
        # The next pull tells the rest. A push has fewer mutations than that under one revision: it gets further.
        following = replace(following, base=receipts[-1]["rev"] - 1)
    rest = {
        "forget": sorted(held - set(buckets)),
        "reset": found.reset,
        "cursor": following.encode(),
        "more": found.more,
        "checkpoint": checkpoint,
        "checksums": found.checksums,
        "progress": {
            "done": following.sent if found.more else found.total,
            "total": found.total,
            "ready": not any(
                scan.bucket in needed_first and not scan.is_done(checkpoint) for scan in scans if found.more
            ),
        },
        "receipts": receipts,
        "server_time": now.isoformat().replace("+00:00", "Z"),
    }
    return Page(
        body=_json(found.changes, rest),
        changes=len(found.changes),
        reset=len(found.reset) if request.cursor and starts_anew else 0,
        more=found.more,
        first_round=starts_anew or (cursor.checkpoint == cursor.base and bool(cursor.partial)),
    )


def _json(changes: Sequence[bytes], rest: dict[str, Any]) -> bytes:
    """Return the answer, of which the changes are JSON already. They are copied together once: a page can be large."""
    pieces = list(changes) or [b""]
    pieces[0] = b'{"changes":[' + pieces[0]
    pieces[-1] += b"]," + orjson.dumps(rest)[1:]
    return b",".join(pieces)


@dataclass(kw_only=True)
class _Scan:
    """A walk through a bucket's log. `again` sends what the device has come to know."""

    bucket: str
    start: Position
    again: bool = False

    def is_done(self, checkpoint: int) -> bool:
        return self.start >= (checkpoint, NOTHING_AFTER)


@dataclass(frozen=True, kw_only=True)
class _Look:
    """What there is for a device that is at `cursor`. The scans have moved to where the next page goes on."""

    cursor: Cursor
    scans: Sequence[_Scan]
    reset: Sequence[str]
    changes: Sequence[bytes]
    checkpoint: int
    more: bool
    total: int
    checksums: Sequence[dict[str, Any]]
    has_receipts: bool


def _look(
    session: Session,
    request: PullRequest,
    cursor: Cursor,
    buckets: Sequence[str],
    *,
    whose: dict[str, Any],
    anew: bool = False,
) -> _Look | None:
    """Return the next page for a device, or None if it cannot be served from there, and has to begin `anew`."""
    reset = [bucket for bucket in buckets if bucket in request.repair or (anew and request.cursor)]
    scans = _scans(cursor, request, buckets, reset=reset)
    *changes, summary = _read_page(
        session,
        {
            **whose,
            "base": None if anew else cursor.base,
            "reached": cursor.reached,
            "checkpoint": cursor.checkpoint,
            "buckets": [scan.bucket for scan in scans],
            "revs": [scan.start[0] for scan in scans],
            "ids": [scan.start[1] for scan in scans],
            "again": [scan.again for scan in scans],
            "learn": sorted(cursor.learn.union(request.learn)),
            "limit": request.limit,
            "bytes": MAX_PAGE_BYTES,
            "held": list(buckets),
            "afresh": list(buckets) if request.verify else [*reset, *cursor.partial],
            "sent": cursor.sent,
        },
    )
    page = orjson.loads(summary)
    if page is None:
        return None
    if page["more"]:
        # The scan of the last row goes on there, those before it are done, those behind it untouched.
        *done, last = (scans[number - 1] for number in range(1, page["scan"] + 1))
        for scan in done:
            scan.start = (page["checkpoint"], NOTHING_AFTER)
        last.start = (page["rev"], UUID(page["id"]))
    return _Look(
        cursor=cursor,
        scans=scans,
        reset=reset,
        changes=changes,
        checkpoint=page["checkpoint"],
        more=page["more"],
        total=page["total"],
        checksums=page.get("checksums", ()),
        has_receipts=page.get("has_receipts", False),
    )


def _scans(cursor: Cursor, request: PullRequest, buckets: Sequence[str], *, reset: Sequence[str]) -> list[_Scan]:
    learning = dict(cursor.learning)
    if not cursor.learn.issuperset(request.learn):
        learning = dict.fromkeys([*cursor.buckets, *cursor.partial], (0, BEFORE_ALL))
    scans = []
    for bucket in buckets:
        if bucket in learning and bucket not in reset:
            scans.append(_Scan(bucket=bucket, start=learning[bucket], again=True))
        scans.append(_Scan(bucket=bucket, start=(0, BEFORE_ALL) if bucket in reset else cursor.position(bucket)))
    return scans


def _read_page(session: Session, asked: dict[str, Any]) -> list[bytes]:
    """Return the pieces of the page and its summary, as they came from the database: as bytes, not as texts.

    The transaction ends in the same message: to wait for the end of what only reads would cost as much as a small page.
    """
    driver: Any = session.connection().connection.driver_connection
    with ClientCursor(driver) as cursor:
        found: Any = cursor.execute(f"{_PAGE}; commit", asked).pgresult
        pieces = [found.get_value(place, 0) for place in range(found.ntuples)]
    session.rollback()
    return pieces
