"""The doors of the phone: push, pull and live."""

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import zstandard
from flask import Response, jsonify, request, stream_with_context
from marshmallow import RAISE, Schema, fields, validate
from sqlalchemy.orm import Session

from api import doors, metrics
from api.blueprint import Blueprint
from api.limits import first_syncs
from api.runtime.handover import hand_over, inbox_of
from api.runtime.streams import STREAMS_REFUSED, watched
from domain.kernel.clock import utc_now
from domain.kernel.command import Context, Door
from domain.kernel.errors import DomainError
from domain.kernel.fields import ArgsSchema, Id, Text, UtcDateTime, Whole
from sync import live
from sync.hand_in import hand_in
from sync.pull import MAX_PAGE, PullRequest, pull
from sync.push import MAX_BYTES, MAX_MUTATIONS, Mutation, corrected, push

SCHEMA_VERSION = 1
COMPRESS_ABOVE_BYTES = 1_000
BIGINT_MAX = 2**62

blueprint = Blueprint("sync", __name__, description="Offline sync: see docs/sync-protocol.md.")


class UpgradeRequired(DomainError):
    """This version of the app is too old to fetch data. Update it; your work is safe and was handed in."""

    code, status, retryable = "sync.upgrade_required", 426, False


class TooManyStreams(DomainError):
    """There is no place for another live stream. Poll for now."""

    code, status, retryable = "sync.too_many_streams", 503, True
    retry_after_s = 60


class BatchTooLarge(DomainError):
    """Send at most 200 mutations or 1 MiB at a time."""

    code, status, retryable = "sync.batch_too_large", 413, False


class MutationSchema(ArgsSchema):
    """A command captured on a device."""

    id = Id(required=True)
    seq = Whole(1, BIGINT_MAX, required=True)
    name = Text(100, required=True)
    args = fields.Dict(keys=fields.String(), required=True)
    base_rev = Whole(0, BIGINT_MAX, load_default=0)
    occurred_at = UtcDateTime(required=True)
    app_version = Text(50, load_default=None, allow_none=True)
    replaces = Id(load_default=None, allow_none=True)


class PushSchema(ArgsSchema):
    """A batch of mutations."""

    mutations = fields.List(fields.Nested(MutationSchema), required=True, validate=validate.Length(max=MAX_MUTATIONS))
    sent_at = UtcDateTime(load_default=None, allow_none=True)
    oldest_seq = Whole(1, BIGINT_MAX, load_default=None, allow_none=True)


class ResultSchema(Schema):
    """What became of a mutation."""

    id = fields.UUID(required=True)
    seq = fields.Integer(required=True, allow_none=True)
    status = fields.String(
        required=True, validate=validate.OneOf(["applied", "duplicate", "merged", "rejected", "failed", "retry"])
    )
    original_status = fields.String(required=True, allow_none=True)
    code = fields.String(required=True, allow_none=True)
    message = fields.String(required=True, allow_none=True)
    fields_ = fields.Raw(data_key="fields", required=True, allow_none=True)
    current = fields.Raw(required=True, allow_none=True)
    refs = fields.Raw(required=True, allow_none=True)
    rev = fields.Integer(required=True, allow_none=True)


class PushAnswerSchema(Schema):
    """The results, in the order of the mutations."""

    results = fields.List(fields.Nested(ResultSchema), required=True)
    next_seq = fields.Integer(required=True)
    server_time = UtcDateTime(required=True)
    wipe = fields.Boolean(required=True)


class PullSchema(ArgsSchema):
    """Where the device is."""

    schema_version = Whole(0, 10_000, required=True)
    cursor = fields.String(load_default=None, allow_none=True, validate=validate.Length(max=1_000_000))
    limit = Whole(1, MAX_PAGE, load_default=1_000)
    repair = fields.List(Text(200), load_default=list, validate=validate.Length(max=1_000))
    learn = fields.List(Text(100), load_default=list, validate=validate.Length(max=100))


class PullQuerySchema(Schema):
    """Ask for the checksums of all buckets."""

    class Meta:
        unknown = RAISE

    verify = fields.Boolean(load_default=False)


class ChangeSchema(Schema):
    """A document that came, changed or left."""

    bucket = fields.String(required=True)
    rev = fields.Integer(required=True)
    op = fields.String(required=True, validate=validate.OneOf(["put", "remove"]))
    entity = fields.String(required=True)
    id = fields.UUID(required=True)
    doc = fields.Dict(required=True, allow_none=True)


class ChecksumSchema(Schema):
    """How many documents a bucket holds, and their hash."""

    bucket = fields.String(required=True)
    count = fields.Integer(required=True)
    hash = fields.Integer(required=True)


class ProgressSchema(Schema):
    """How far the round is, in documents."""

    done = fields.Integer(required=True)
    total = fields.Integer(required=True)
    ready = fields.Boolean(required=True)


class PullAnswerSchema(Schema):
    """A page of changes."""

    changes = fields.List(fields.Nested(ChangeSchema), required=True)
    forget = fields.List(fields.String(), required=True)
    reset = fields.List(fields.String(), required=True)
    cursor = fields.String(required=True)
    more = fields.Boolean(required=True)
    checkpoint = fields.Integer(required=True)
    checksums = fields.List(fields.Nested(ChecksumSchema), required=True)
    progress = fields.Nested(ProgressSchema, required=True)
    receipts = fields.List(fields.Nested(ResultSchema), required=True)
    server_time = UtcDateTime(required=True)


@blueprint.route("/sync/push", methods=["POST"])
@blueprint.arguments(PushSchema())
@blueprint.response(200, PushAnswerSchema)
def push_mutations(args: dict[str, Any]) -> Response:
    """Hand in mutations. Every one gets an answer, each is applied at most once.

    Those of a revoked device are kept and not applied: `wipe` tells it to delete its data when nothing is left to send.
    """
    if len(request.data) > MAX_BYTES:
        raise BatchTooLarge
    now = utc_now()
    mutations = [Mutation(**mutation) for mutation in args["mutations"]]
    with doors.handing_in() as (session, identity):

        def make_context(session: Session, mutation: Mutation) -> Context:
            occurred_at = corrected(mutation.occurred_at, sent_at=args["sent_at"], now=now)
            return doors.context(
                session,
                identity,
                door=Door.PUSH,
                occurred_at=occurred_at,
                command_id=mutation.id,
                base_rev=mutation.base_rev,
            )

        device = {"oldest_seq": args["oldest_seq"], "org_id": identity.org_id, "device_id": identity.device_id}
        if identity.revoked:
            results, next_seq = hand_in(session, mutations, **device, make_context=make_context)
        else:
            results, next_seq = push(
                session,
                mutations,
                **device,
                registry=doors.services().registry,
                open_session=lambda: doors.org_session(identity.org_id),
                make_context=make_context,
            )
    answer = jsonify(
        {"results": results, "next_seq": next_seq, "server_time": _wire_time(now), "wipe": identity.revoked}
    )
    metrics.count_push(results, received=len(request.data), answer=answer)
    return answer


@blueprint.route("/sync/pull", methods=["POST"])
@blueprint.arguments(PullSchema())
@blueprint.arguments(PullQuerySchema(), location="query", unknown=RAISE)
@blueprint.response(200, PullAnswerSchema)
def pull_changes(args: dict[str, Any], query: dict[str, Any]) -> Response:
    """Fetch what changed in the device's buckets since its cursor."""
    if args["schema_version"] != SCHEMA_VERSION:
        raise UpgradeRequired
    with doors.reading() as (session, identity):
        device = {"org_id": identity.org_id, "device_id": identity.device_id}
        page = pull(
            session,
            PullRequest(
                cursor=args["cursor"],
                limit=args["limit"],
                repair=args["repair"],
                learn=args["learn"],
                verify=query["verify"],
            ),
            **device,
            actor_id=identity.user_id,
            buckets=identity.buckets,
            needed_first=identity.own_day,
            server_id=doors.services().server_id,
            now=session.info["now"],
            admit=lambda: first_syncs().begin(**device),
        )
    if page.first_round:
        first_syncs().go_on(**device, more=page.more)
    answer = _compressed(page.body)
    repaired = set(args["repair"]).intersection(identity.buckets)
    metrics.count_pull(page, repaired=repaired, received=len(request.data), answer=answer)
    return answer


@blueprint.route("/sync/live", methods=["GET"])
@blueprint.response(200, content_type="text/event-stream", schema={"type": "string"})
def listen() -> Response:
    """Be told whenever there is something to pull (server-sent events)."""
    with doors.signed_in() as (_, identity):
        pass
    inbox = inbox_of(doors.services().settings.runtime_dir)
    if hand_over(request.environ, inbox=inbox, org_id=identity.org_id, buckets=identity.buckets):
        return Response(status=200, headers={"Connection": "close"})
    subscription = doors.pokes().subscribe(identity.org_id, identity.buckets)
    try:
        box = subscription.__enter__()
    except live.TooManyStreams as error:
        STREAMS_REFUSED.inc()
        raise TooManyStreams from error

    def stream() -> Iterator[bytes]:
        try:
            yield from watched(live.events(box))
        finally:
            subscription.__exit__(None, None, None)

    return Response(
        stream_with_context(stream()),
        content_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


def _compressed(body: bytes) -> Response:
    answer = Response(body, content_type="application/json", headers={"Vary": "Accept-Encoding"})
    if len(body) > COMPRESS_ABOVE_BYTES:
        accepted = request.accept_encodings
        if "zstd" in accepted.values():
            answer.set_data(zstandard.ZstdCompressor(level=1).compress(body))
            answer.content_encoding = "zstd"
        elif "gzip" in accepted.values():
            answer.set_data(gzip.compress(body, compresslevel=4, mtime=0))
            answer.content_encoding = "gzip"
    return answer


def _wire_time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
