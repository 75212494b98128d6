"""Two people changed the same field: whoever lost a value can see both and bring it back.

A field edit that was captured off line says which revision its device had seen. What others changed after it decides,
field by field: see `settle`.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from marshmallow import fields
from sqlalchemy import BigInteger, Index, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from domain.kernel.command import Command, Context, carry_out, validated
from domain.kernel.errors import DomainError
from domain.kernel.fields import ArgsSchema, Id, OneOf, RecordDocument, UtcDateTime
from domain.kernel.ids import new_id
from domain.kernel.model import Model, Record, any_of
from domain.kernel.synced import Merge, SyncedEntity, user_bucket


class ConflictStatus(StrEnum):
    """What became of the losing value."""

    OPEN = "open"
    RESTORED = "restored"
    DISMISSED = "dismissed"


class ConflictSettled(DomainError):
    """This conflict was settled already. Change the record itself if it is still wrong."""

    code, status, retryable = "conflict.settled", 409, False


class FieldChange(Model):
    """Who changed a field last, and at which revision. Written with the change log."""

    __tablename__ = "field_changes"

    org_id: Mapped[UUID] = mapped_column(primary_key=True)
    record_id: Mapped[UUID] = mapped_column(primary_key=True)
    field: Mapped[str] = mapped_column(primary_key=True)
    rev: Mapped[int] = mapped_column(BigInteger)
    actor_id: Mapped[UUID | None]
    device_id: Mapped[UUID | None]
    changed_at: Mapped[datetime]


class Conflict(Record):
    """Both values of a field that two people changed. Values are as the record's document shows them."""

    __tablename__ = "conflicts"
    __table_args__ = (Index("ix_conflicts_record", "org_id", "record_id"),)

    entity: Mapped[str]
    record_id: Mapped[UUID]
    title: Mapped[str | None]
    field: Mapped[str]
    kept_value: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    lost_value: Mapped[Any | None] = mapped_column(JSONB(none_as_null=True))
    kept_by_id: Mapped[UUID | None]
    lost_by_id: Mapped[UUID | None]
    lost_at: Mapped[datetime]
    status: Mapped[str]
    settled_at: Mapped[datetime | None]


class ConflictDocument(RecordDocument):
    """A conflict on the wire."""

    entity = fields.String(required=True)
    record_id = fields.UUID(required=True)
    title = fields.String(required=True, allow_none=True)
    field = fields.String(required=True)
    kept_value = fields.Raw(required=True, allow_none=True)
    lost_value = fields.Raw(required=True, allow_none=True)
    kept_by_id = fields.UUID(required=True, allow_none=True)
    lost_by_id = fields.UUID(required=True, allow_none=True)
    lost_at = UtcDateTime(required=True)
    status = OneOf(ConflictStatus, required=True)
    settled_at = UtcDateTime(required=True, allow_none=True)


class ConflictArgs(ArgsSchema):
    """Which conflict."""

    conflict_id = Id(required=True)


def settle(ctx: Context, record: Record, changes: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return those of `changes` that are to be made, and keep what loses as conflicts.

    A field that another device changed after the revision that this one had seen goes by the entity's merge rule.
    The same value is no conflict, and neither is what one device changed twice.
    """
    entity = ctx.registry.entity_of.get(type(record))
    newer = _changed_by_others(ctx, record) if entity else {}
    if entity is None or not newer.keys() & changes.keys():
        return changes
    shown, wanted = entity.dump(record), entity.dump(changes)
    to_make = dict(changes)
    for name in sorted(newer.keys() & changes.keys()):
        if shown[name] == wanted[name]:
            continue
        theirs = newer[name]
        conflict = {"entity": entity.name, "record_id": record.id, "title": title_of(record), "field": name}
        if entity.merge[name] is Merge.FIRST_WRITER:
            del to_make[name]
            ctx.kept[name] = ["Somebody changed this in the meantime. Their value stays; yours is kept beside it."]
            conflict |= {"kept_value": shown[name], "kept_by_id": theirs.actor_id}
            conflict |= {"lost_value": wanted[name], "lost_by_id": ctx.actor.user_id, "lost_at": ctx.occurred_at}
        else:
            conflict |= {"kept_value": wanted[name], "kept_by_id": ctx.actor.user_id}
            conflict |= {"lost_value": shown[name], "lost_by_id": theirs.actor_id, "lost_at": theirs.changed_at}
            # From here on the last change of this field is the device's own.
            ctx.unit.field_changes[record.id].remove(theirs)
        ctx.add(Conflict(id=new_id(), status=ConflictStatus.OPEN, **conflict))
    return to_make


def title_of(record: Record) -> str | None:
    """Return what the record is called, if it is called anything."""
    return next((value for name in ("name", "title", "number") if (value := getattr(record, name, None))), None)


def _changed_by_others(ctx: Context, record: Record) -> dict[str, FieldChange]:
    if ctx.base_rev is None:
        return {}
    unit = ctx.unit
    unlooked = (unit.targets | {record.id}) - unit.field_changes.keys()
    if record.id in unlooked:
        # All records that the batch edits at once.
        unit.field_changes.update({record_id: [] for record_id in unlooked})
        query = select(FieldChange).where(FieldChange.org_id == ctx.org_id, FieldChange.record_id == any_of(unlooked))
        with ctx.session.no_autoflush:
            for change in ctx.session.scalars(query):
                unit.field_changes[change.record_id].append(change)
    return {
        change.field: change
        for change in unit.field_changes[record.id]
        if change.rev > ctx.base_rev and (change.device_id is None or change.device_id != ctx.actor.device_id)
    }


def restore(ctx: Context, *, conflict_id: UUID) -> Conflict:
    """Give the field its lost value again."""
    conflict = _settle(ctx, conflict_id, ConflictStatus.RESTORED)
    edit = {f"{conflict.entity}_id": str(conflict.record_id), conflict.field: conflict.lost_value}
    command, args = ctx.registry.current(f"{conflict.entity}.update", edit)
    carry_out(command, validated(command, args), ctx)
    return conflict


def dismiss(ctx: Context, *, conflict_id: UUID) -> Conflict:
    """Leave the field as it is."""
    return _settle(ctx, conflict_id, ConflictStatus.DISMISSED)


def _settle(ctx: Context, conflict_id: UUID, status: ConflictStatus) -> Conflict:
    conflict = ctx.get(Conflict, conflict_id)
    if conflict.status != ConflictStatus.OPEN:
        raise ConflictSettled
    conflict.status, conflict.settled_at = status, ctx.occurred_at
    return conflict


def _buckets(conflict: Conflict) -> set[str]:
    # Nobody lost what an import had written: whoever wrote over it can look.
    loser = conflict.lost_by_id or conflict.kept_by_id
    return {user_bucket(loser)} if loser else set()


CONFLICT = SyncedEntity(
    name="conflict",
    model=Conflict,
    document=ConflictDocument,
    buckets=_buckets,
    closed_at=lambda conflict: conflict.settled_at,
    keep_days=90,
    merge={
        name: Merge.COMMAND_ONLY if name in {"status", "settled_at"} else Merge.SERVER
        for name in ConflictDocument().fields.keys() - {"id", "version", "created_at", "updated_at"}
    },
)

_CONFLICT = ("conflict_id", Conflict)

COMMANDS = (
    Command(name="conflict.restore", schema=ConflictArgs, handle=restore, may=None, target=_CONFLICT, offline=True),
    Command(name="conflict.dismiss", schema=ConflictArgs, handle=dismiss, may=None, target=_CONFLICT, offline=True),
)
