"""Writes an organisation's whole change log anew from its records: after a bulk load, or when what documents hold has
changed.

Every device's cursor falls below the floor and it fetches its buckets anew; outboxes are not touched.
"""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from domain.kernel.bulk import copy_rows
from domain.kernel.command import Registry
from domain.kernel.model import Record
from domain.kernel.synced import SyncedEntity
from sync.change_log import expires_at, has_expired

BATCH = 2_000

_CLEAR = ("sync_entries", "sync_shares", "sync_documents", "sync_buckets")

_TAKE_REVISION = text("""
    insert into sync_counters (org_id, rev, floor) values (:org, 1, 0)
    on conflict (org_id) do update set rev = sync_counters.rev + 1, floor = sync_counters.rev + 1
    returning rev
""")

_PLACE_OWN = text("""
    insert into sync_entries (org_id, id, bucket, rev, present, entity)
    select d.org_id, d.id, own.bucket, :rev, true, d.entity
      from sync_documents d cross join lateral unnest(d.own_buckets) own(bucket) where d.org_id = :org
     union
    select d.org_id, d.id, s.bucket, :rev, true, d.entity
      from sync_documents d join sync_shares s on s.org_id = d.org_id and s.id = d.id where d.org_id = :org
""")

_PLACE_FOLLOWERS = text("""
    insert into sync_entries (org_id, id, bucket, rev, present, entity)
    select d.org_id, d.id, e.bucket, :rev, true, d.entity
      from sync_documents d join sync_entries e on e.org_id = d.org_id and e.id = d.follows_id
     where d.org_id = :org
    on conflict do nothing
""")

_COUNT = text("""
    insert into sync_buckets (org_id, bucket, count, hash)
    select org_id, bucket, count(*), mod(sum(sync_hash(id, rev)), 4294967296) from sync_entries where org_id = :org
    group by org_id, bucket
""")


def rebuild(
    session: Session,
    registry: Registry,
    *,
    org_id: UUID,
    now: datetime,
    progress: Callable[[str, int], None] = lambda _entity, _documents: None,
) -> int:
    """Write the change log anew and return its revision. The caller commits.

    `progress` is told the entity and how many of its documents are written so far.
    """
    # First, because it waits for whoever is writing the log: what they write is cleared too, and read as a record.
    revision = int(session.execute(_TAKE_REVISION, {"org": org_id}).scalar_one())
    for table in _CLEAR:
        session.execute(text(f"delete from {table} where org_id = :org"), {"org": org_id})
    for entity in registry.entities.values():
        written = 0
        for records in _batches(session, entity, org_id):
            _copy(session, entity, org_id, [record for record in records if not has_expired(entity, record, now)])
            written += len(records)
            progress(entity.name, written)
    parameters = {"org": org_id, "rev": revision}
    # Of an organisation that is new in a database with others the planner knows nothing yet, and takes it for tiny.
    session.execute(text("select set_config('enable_nestloop', 'off', true)"))
    for statement in (_PLACE_OWN, _PLACE_FOLLOWERS, _COUNT):
        session.execute(statement, parameters)
    session.execute(text("select set_config('enable_nestloop', 'on', true)"))
    return revision


def _batches(session: Session, entity: SyncedEntity[Any], org_id: UUID) -> Iterator[list[Record]]:
    after = UUID(int=0)
    while True:
        query = select(entity.model).where(entity.model.org_id == org_id, entity.model.id > after)
        records = list(session.scalars(query.order_by(entity.model.id).limit(BATCH).options(*entity.options)))
        if not records:
            return
        after = records[-1].id
        yield records
        session.expunge_all()


def _copy(session: Session, entity: SyncedEntity[Any], org_id: UUID, records: list[Record]) -> None:
    connection: Any = session.connection().connection.driver_connection
    copy_rows(
        connection,
        table="sync_documents",
        columns=("org_id", "id", "entity", "doc", "own_buckets", "follows_id", "expires_at"),
        rows=(
            (
                org_id,
                record.id,
                entity.name,
                orjson.dumps(entity.dump(record)).decode(),
                sorted(entity.buckets(record)),
                entity.followed_id(record),
                expires_at(entity, record),
            )
            for record in records
        ),
    )
    shares = {
        (org_id, share.record_id, share.bucket, record.id) for record in records for share in entity.shares(record)
    }
    if shares:
        copy_rows(connection, table="sync_shares", columns=("org_id", "id", "bucket", "source_id"), rows=shares)
