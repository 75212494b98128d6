"""What phones handed in and was refused: for those who answer for the people, so that no refusal goes unseen."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from marshmallow import RAISE, Schema, fields, validate
from sqlalchemy import Select, select, text, tuple_
from sqlalchemy.orm import Session

from api import doors
from api.blueprint import Blueprint
from api.identity import Identity
from api.resources import MAX_PAGE, decode_cursor, encode_cursor, page_schema
from domain.kernel.command import Context, Door
from domain.kernel.conflicts import title_of
from domain.kernel.errors import DomainError, PermissionDenied, RecordNotFound
from domain.kernel.fields import Id, OneOf, Text, UtcDateTime
from domain.kernel.model import Record
from domain.kernel.receipts import Receipt
from domain.people.models import Device, User
from domain.people.permissions import Permission, Role
from domain.territories.queries import members_of
from domain.territories.scope import territories_of
from sync import failures

NEWEST_FIRST = "-recorded_at"

blueprint = Blueprint("sync_review", __name__, description="Refused and failed changes of the people one answers for.")

# Written out, so that the database sees that the index of refusals serves.
_IS_REFUSED = text("receipts.status in ('rejected', 'failed')")


class WithSupport(DomainError):
    """This failed on our side and is with support, who replay or discard it."""

    code, status, retryable = "sync.with_support", 409, False


class RejectionQuery(Schema):
    """Which refusals."""

    class Meta:
        unknown = RAISE

    status = OneOf(failures.REFUSED)
    person_id = Id()
    since = UtcDateTime()
    settled = fields.Boolean()
    limit = fields.Integer(load_default=50, validate=validate.Range(min=1, max=MAX_PAGE))
    cursor = Text(2_000)


class RejectedPersonSchema(Schema):
    """Whose change it was, or who saw to it."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)


class RejectingDeviceSchema(Schema):
    """From where it came."""

    name = fields.String(required=True)
    platform = fields.String(required=True)


class RejectionSchema(Schema):
    """A change that was not carried out. `title` is what it is about, if you can see it."""

    id = fields.UUID(required=True)
    status = OneOf(failures.REFUSED, required=True)
    code = fields.String(required=True, allow_none=True)
    message = fields.String(required=True, allow_none=True)
    fields_ = fields.Raw(data_key="fields", attribute="fields", required=True, allow_none=True)
    name = fields.String(required=True)
    args = fields.Dict(keys=fields.String(), required=True)
    title = fields.String(required=True, allow_none=True)
    person = fields.Nested(RejectedPersonSchema, required=True)
    device = fields.Nested(RejectingDeviceSchema, required=True, allow_none=True)
    occurred_at = UtcDateTime(required=True)
    recorded_at = UtcDateTime(required=True)
    settled_at = UtcDateTime(required=True, allow_none=True)
    settled_by = fields.Nested(RejectedPersonSchema, required=True, allow_none=True)


@blueprint.route("/sync/rejections", methods=["GET"])
@blueprint.arguments(RejectionQuery, location="query", unknown=RAISE)
@blueprint.response(200, page_schema("Rejection", RejectionSchema))
def list_rejections(args: dict[str, Any]) -> dict[str, Any]:
    """List what your people's phones handed in and was refused or failed, the newest first."""
    with doors.reading() as (session, identity):
        query = _visible(identity)
        if status := args.get("status"):
            query = query.where(Receipt.status == status)
        if person_id := args.get("person_id"):
            query = query.where(Receipt.actor_id == person_id)
        if since := args.get("since"):
            query = query.where(Receipt.recorded_at >= since)
        if (settled := args.get("settled")) is not None:
            query = query.where(Receipt.settled_at.is_not(None) if settled else Receipt.settled_at.is_(None))
        if cursor := args.get("cursor"):
            last: tuple[datetime, UUID] = decode_cursor(cursor, NEWEST_FIRST, Receipt.recorded_at)
            query = query.where(tuple_(Receipt.recorded_at, Receipt.id) < last)
        order = query.order_by(Receipt.recorded_at.desc(), Receipt.id.desc())
        rows = session.execute(order.limit(args["limit"] + 1)).all()
        page = rows[: args["limit"]]
        more = len(rows) > len(page)
        following = encode_cursor(NEWEST_FIRST, page[-1][0].recorded_at, page[-1][0].id) if more else None
        return {"items": _shown(session, identity, page), "next_cursor": following}


@blueprint.route("/sync/rejections/<uuid:rejection_id>/settle", methods=["POST"])
@blueprint.response(200, RejectionSchema)
def settle_rejection(rejection_id: UUID) -> dict[str, Any]:
    """Note that you have seen to a refusal, so that it leaves the list. Safe to repeat."""
    with doors.signed_in() as (session, identity):
        query = _visible(identity).where(Receipt.id == rejection_id)
        row = session.execute(query).one_or_none()
        if row is None:
            raise RecordNotFound
        if row[0].status == "failed":
            raise WithSupport
        failures.settle(session, receipt_id=rejection_id, by_id=identity.user_id)
        session.commit()
        rows = session.execute(query.execution_options(populate_existing=True)).all()
        return _shown(session, identity, rows)[0]


def _visible(identity: Identity) -> Select[Receipt, User, Device]:
    """Return the query for the refusals that a person may review, with whose they are and from which device.

    Raises:
        PermissionDenied: it is not theirs to review any.
    """
    if not identity.actor.may(Permission.REVIEW_REFUSALS):
        raise PermissionDenied
    query = (
        select(Receipt, User, Device)
        .join(User, (User.org_id == Receipt.org_id) & (User.id == Receipt.actor_id))
        .outerjoin(Device, (Device.org_id == Receipt.org_id) & (Device.id == Receipt.device_id))
        .where(Receipt.org_id == identity.org_id, _IS_REFUSED, Receipt.door == Door.PUSH)
    )
    if Role.ADMIN in identity.roles:
        return query
    territory_ids = territories_of(identity.buckets)
    people = members_of(org_id=identity.org_id, territory_ids=territory_ids, today=identity.today)
    # What comes from a revoked device may not be the person's at all: that is for an admin.
    return query.where(Receipt.actor_id.in_(people), Receipt.code != failures.RevokedDevice.code)


def _shown(session: Session, identity: Identity, rows: Sequence[Any]) -> list[dict[str, Any]]:
    titles = _titles(doors.context(session, identity), [receipt for receipt, _, _ in rows])
    settled_by = {receipt.settled_by_id for receipt, _, _ in rows if receipt.settled_by_id}
    people = select(User).where(User.org_id == identity.org_id, User.id.in_(settled_by))
    name_of = {user.id: user for user in session.scalars(people)} if settled_by else {}
    shown = ("id", "status", "code", "message", "fields", "name", "args", "occurred_at", "recorded_at", "settled_at")
    return [
        {
            **{name: getattr(receipt, name) for name in shown},
            "title": titles.get(receipt.id),
            "person": user,
            "device": device,
            "settled_by": name_of.get(receipt.settled_by_id),
        }
        for receipt, user, device in rows
    ]


def _titles(ctx: Context, receipts: Sequence[Receipt]) -> dict[UUID, str]:
    """Return what each is about: a name that the person gave it, or that of a record in the reader's own scope."""
    named = {receipt.id: _records_named(ctx, receipt) for receipt in receipts}
    found = _find_all(ctx, (key for keys in named.values() for key in keys))
    # A visit or a job has no name of its own: that of its customer says most.
    followed = {key: _followed(ctx, record) for key, record in found.items() if not title_of(record)}
    found_followed = _find_all(ctx, (key for key in followed.values() if key))
    titles = {}
    for receipt in receipts:
        given = next(
            (receipt.args[name] for name in ("name", "title") if isinstance(receipt.args.get(name), str)), None
        )
        records = [
            record
            for key in named[receipt.id]
            for record in (found.get(key), found_followed.get(followed.get(key) or key))
            if record
        ]
        title = given or next((title for record in records if (title := title_of(record))), None)
        if title:
            titles[receipt.id] = title
    return titles


Key = tuple[type[Record], UUID]


def _records_named(ctx: Context, receipt: Receipt) -> list[Key]:
    command = ctx.registry.commands.get(receipt.name)
    if command is None:
        return []
    keys = []
    for argument, model in (*([command.target] if command.target else []), *command.loads.items()):
        try:
            keys.append((model, UUID(str(receipt.args.get(argument)))))
        except ValueError:
            continue
    return keys


def _followed(ctx: Context, record: Record) -> Key | None:
    entity = ctx.registry.entity_of.get(type(record))
    followed_id = entity.followed_id(record) if entity else None
    if entity is None or entity.follows is None or followed_id is None:
        return None
    return ctx.registry.entities[entity.follows[0]].model, followed_id


def _find_all(ctx: Context, keys: Iterable[Key]) -> dict[Key, Record]:
    """Return those records that the reader can see, with one query per kind."""
    by_model: dict[type[Record], list[UUID]] = {}
    for model, record_id in dict.fromkeys(keys):
        by_model.setdefault(model, []).append(record_id)
    found = {}
    for model, ids in by_model.items():
        ctx.prefetch(model, ids)
        found.update({(model, record_id): record for record_id in ids if (record := ctx.find(model, record_id))})
    return found
