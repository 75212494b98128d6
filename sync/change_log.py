"""Writes what a transaction changed, as its last statement: documents, buckets, tombstones, receipts, the revision."""

import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

import orjson
from sqlalchemy import ARRAY, DateTime, Text, Uuid, bindparam, inspect, select, text
from sqlalchemy.orm import Session

from domain.kernel.command import Registry
from domain.kernel.model import Record, any_of
from domain.kernel.session import unit_of
from domain.kernel.synced import SyncedEntity, user_bucket

# An escaped NUL: an odd number of backslashes before `u0000`.
_NUL = re.compile(r"(?<!\\)((?:\\\\)*)\\u0000")


# Arrays come as JSON: the driver would search each element of an array for what needs escaping.
def _array(name: str, kind: str) -> str:
    return f"cast(array(select json_array_elements_text(cast(:{name} as json))) as {kind}[])"


_WRITE = text(f"""
    select sync_write(:org, {_array("ids", "uuid")}, {_array("entities", "text")}, {_array("docs", "text")},
                      {_array("own_buckets", "text")}, {_array("follows", "uuid")}, {_array("expires", "timestamptz")},
                      {_array("share_sources", "uuid")}, {_array("share_ids", "uuid")},
                      {_array("share_buckets", "text")}, {_array("deleted", "uuid")},
                      {_array("edited_ids", "uuid")}, {_array("edited_fields", "text")},
                      :actor, :device, :now, cast(:receipts as jsonb))
""").bindparams(
    bindparam("actor", type_=Uuid()),
    bindparam("device", type_=Uuid()),
    bindparam("now", type_=DateTime(timezone=True)),
)

_REVISE = text("""
    update receipts t
       set status = r.status, code = r.code, message = r.message, fields = r.fields, refs = r.refs,
           subject_entity = r.subject_entity, subject_id = r.subject_id,
           recorded_at = r.recorded_at, settled_at = r.settled_at, settled_by_id = null, rev = :rev
      from jsonb_to_recordset(cast(:receipts as jsonb)) as r(
           id uuid, status text, code text, message text, fields jsonb, refs jsonb,
           subject_entity text, subject_id uuid, recorded_at timestamptz, settled_at timestamptz)
     where t.org_id = :org and t.id = r.id
""")

_ANNOUNCE = text("select sync_announce(:org, :rev, :buckets)").bindparams(bindparam("buckets", type_=ARRAY(Text())))


def writer(registry: Registry) -> Callable[[Session], None]:
    """Return the function that a session runs before each commit."""

    def write_changes(session: Session) -> None:
        write(session, registry)

    return write_changes


def write(session: Session, registry: Registry) -> None:
    """Write the transaction's changes to the log, and leave the revision that it took in the session's unit."""
    unit = unit_of(session)
    now = session.info["now"]
    written = list(_with_documents(session, registry, unit.changed.values()))
    # What was closed too long ago is on no phone, and a late change does not bring it back.
    expired = {record.id for entity, record in written if has_expired(entity, record, now)}
    changed = [(entity, record) for entity, record in written if record.id not in expired]
    shares = [(record.id, share) for entity, record in changed for share in entity.shares(record)]
    edits = [
        (record.id, name)
        for entity, record in changed
        if record.id in unit.edited
        for name in {entity.mergeable[part] for part in unit.edited[record.id] & entity.mergeable.keys()}
    ]
    arrays = {
        "ids": [record.id for _, record in changed],
        "entities": [entity.name for entity, _ in changed],
        "docs": [orjson.dumps(entity.dump(record)).decode() for entity, record in changed],
        "own_buckets": [",".join(sorted(entity.buckets(record))) for entity, record in changed],
        "follows": [entity.followed_id(record) for entity, record in changed],
        "expires": [expires_at(entity, record) for entity, record in changed],
        "share_sources": [source_id for source_id, _ in shares],
        "share_ids": [share.record_id for _, share in shares],
        "share_buckets": [share.bucket for _, share in shares],
        "deleted": [*unit.deleted, *expired],
        "edited_ids": [record_id for record_id, _ in edits],
        "edited_fields": [name for _, name in edits],
    }
    actor, device = unit.author
    parameters = {
        **{name: orjson.dumps(array).decode() for name, array in arrays.items()},
        "org": session.info["org_id"],
        "actor": actor,
        "device": device,
        "now": now,
        "receipts": storable_json([_receipt(receipt, registry) for receipt in unit.receipts]),
    }
    unit.revision = session.execute(_WRITE, parameters).scalar_one()
    if unit.revised:
        revised = storable_json([_receipt(receipt, registry) for receipt in unit.revised])
        session.execute(_REVISE, {"org": session.info["org_id"], "receipts": revised, "rev": unit.revision})
        whose = [user_bucket(outcome["actor_id"]) for outcome in unit.revised if outcome["actor_id"]]
        session.execute(_ANNOUNCE, {"org": session.info["org_id"], "rev": unit.revision, "buckets": whose})


def storable_json(value: Any) -> str:
    """Return `value` as JSON that PostgreSQL accepts: it knows no NUL, so that a refused text that has one is kept
    without.
    """
    body = orjson.dumps(value, default=str).decode()
    return _NUL.sub(r"\1\\ufffd", body) if "\\u0000" in body else body


def expires_at(entity: SyncedEntity[Any], record: Record) -> datetime | None:
    """Return when the record leaves the phones: `keep_days` after it was closed."""
    closed_at = entity.closed_at(record) if entity.closed_at else None
    return closed_at + timedelta(days=entity.keep_days) if closed_at and entity.keep_days else None


def has_expired(entity: SyncedEntity[Any], record: Record, now: datetime) -> bool:
    """Tell whether the record has left the phones."""
    moment = expires_at(entity, record)
    return moment is not None and moment < now


def _with_documents(
    session: Session, registry: Registry, records: Iterable[Record]
) -> Iterator[tuple[SyncedEntity[Any], Record]]:
    """Pair each changed record with its declaration, with everything loaded that its document needs."""
    by_entity: dict[type[Record], list[Record]] = {}
    for record in records:
        by_entity.setdefault(type(record), []).append(record)
    for model, changed in by_entity.items():
        entity = registry.entity_of.get(model)
        if entity is None:
            continue
        incomplete = [record.id for record in changed if _lacks_a_collection(record)] if entity.options else []
        if incomplete:
            query = select(model).where(model.org_id == session.info["org_id"], model.id == any_of(incomplete))
            session.scalars(query.options(*entity.options).execution_options(populate_existing=True)).all()
        for record in changed:
            yield entity, record


def _lacks_a_collection(record: Record) -> bool:
    state = inspect(record)
    return any(name in state.unloaded for name in state.mapper.relationships.keys())  # noqa: SIM118 - not a dict


def _receipt(receipt: dict[str, Any], registry: Registry) -> dict[str, Any]:
    subject: Record | None = receipt.pop("subject")
    entity = registry.entity_of.get(type(subject)) if subject is not None else None
    if subject is not None and receipt.get("refs") is None:
        receipt["refs"] = refs_of(entity, subject)
    return {
        **receipt,
        "subject_entity": entity.name if entity else None,
        "subject_id": subject.id if subject is not None else None,
    }


def refs_of(entity: SyncedEntity[Any] | None, record: Record) -> dict[str, Any]:
    """Return what the server gave the record: its id, and its number if it has one."""
    if entity is None:
        return {}
    number = getattr(record, "number", None)
    return {entity.name: {"id": str(record.id), **({"number": number} if number else {})}}
