"""Push: a device hands in its mutations. Every one gets an answer, each is applied at most once, in the device's order.

The steps:

1. The device's row is locked: two pushes of one device never interleave.
2. A gap in the sequence stops everything: nothing is applied, the answer names the number to go on from.
3. Mutations already answered keep their stored outcome.
4. The others run in one transaction: what they need is fetched at once, and there is one flush, one revision, one
commit.
5. If one of them is refused, or the database objects, all is rolled back and each is tried in a transaction of its own.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from domain.kernel.command import Command, Context, Registry, digest_of, perform, receipt_values, validated
from domain.kernel.errors import DomainError, IdReused, RecordNotFound, ReferenceNotFound
from domain.kernel.integrity import as_domain_error, is_transient
from domain.kernel.model import Record
from domain.kernel.receipts import Receipt
from sync import failures
from sync.change_log import refs_of
from sync.failures import MutationFailed
from sync.models import SyncDevice
from sync.receipts import find_receipts, result, stored_result

MAX_MUTATIONS = 200
MAX_BYTES = 1024 * 1024
TRIES = 3
"""How often a mutation is tried when another transaction is in its way, before the device is asked to come again."""

log = structlog.get_logger(__name__)


class SequenceGap(DomainError):
    """Mutations are missing before these. Send again from `next_seq`."""

    code, status, retryable = "sync.sequence_gap", 409, True

    def __init__(self, *, next_seq: int) -> None:
        super().__init__()
        self.next_seq = next_seq


class UnknownMutation(DomainError):
    """This server does not know this kind of change. It is kept for you to copy by hand."""

    code, status, retryable = "sync.unknown_mutation", 422, False


class DependsOnRejected(DomainError):
    """This belongs to a record whose creation was refused. Mend that one first, then send this again."""

    code, status, retryable = "sync.depends_on_rejected", 409, False


@dataclass(frozen=True, kw_only=True)
class Mutation:
    """A command captured on a device."""

    id: UUID
    seq: int
    name: str
    args: Mapping[str, Any]
    base_rev: int
    occurred_at: datetime
    app_version: str | None = None
    replaces: UUID | None = None
    """The refused mutation that this one mends."""

    @property
    def digest(self) -> str:
        """What tells whether the same id comes with the same content."""
        return digest_of(self.name, self.args)


SKEW_TOLERATED_S = 120
"""A request takes its time; a clock that is off by less than this is taken as right."""


def corrected(occurred_at: datetime, *, sent_at: datetime | None, now: datetime) -> datetime:
    """Return when it happened by the server's clock, less the device's skew at sending; never in the future."""
    skew = now - sent_at if sent_at is not None else timedelta(0)
    if abs(skew.total_seconds()) > SKEW_TOLERATED_S:
        try:
            occurred_at += skew
        except OverflowError:  # before the first year or after the last
            return now
    return min(occurred_at, now)


_LOCK_DEVICE = text("""
    insert into sync_devices (org_id, id, next_seq) values (:org, :id, 1)
    on conflict (org_id, id) do update set next_seq = sync_devices.next_seq
    returning next_seq
""")

_MOVE_ON = text("update sync_devices set next_seq = :seq + 1 where org_id = :org and id = :id and next_seq <= :seq")

OpenSession = Callable[[], AbstractContextManager[Session]]
MakeContext = Callable[[Session, Mutation], Context]


def push(
    session: Session,
    mutations: Sequence[Mutation],
    *,
    oldest_seq: int | None,
    registry: Registry,
    org_id: UUID,
    device_id: UUID,
    open_session: OpenSession,
    make_context: MakeContext,
) -> tuple[list[dict[str, Any]], int]:
    """Apply the mutations and return their results in order, with the `seq` that is expected next.

    They are applied together in the transaction of `session`; where that cannot be, each in one of `open_session`.

    Raises:
        SequenceGap: something is missing before or between them. Nothing was applied.
    """
    mutations = sorted(mutations, key=lambda mutation: mutation.seq)
    next_seq = lock_device(session, org_id=org_id, device_id=device_id)
    following = check_sequence(mutations, next_seq=next_seq, oldest_seq=oldest_seq)
    results = _try_together(session, mutations, registry, org_id, device_id, make_context)
    if results is not None:
        return results, following
    return _one_by_one(mutations, registry, org_id, device_id, open_session, make_context)


def expected_seq(session: Session, *, org_id: UUID, device_id: UUID) -> int:
    """Return the `seq` that the device's next mutation must have."""
    query = select(SyncDevice.next_seq).where(SyncDevice.org_id == org_id, SyncDevice.id == device_id)
    return session.execute(query).scalar_one_or_none() or 1


def check_sequence(mutations: Sequence[Mutation], *, next_seq: int, oldest_seq: int | None) -> int:
    """Return the `seq` that is expected after the mutations, which are in order.

    Raises:
        SequenceGap: something is missing before or between them.
    """
    following = max(next_seq, oldest_seq or 0)
    for mutation in mutations:
        if mutation.seq > following:
            raise SequenceGap(next_seq=next_seq)
        following = max(following, mutation.seq + 1)
    return following


def lock_device(session: Session, *, org_id: UUID, device_id: UUID) -> int:
    """Keep other pushes of the device waiting until the transaction ends, and return the `seq` that is expected."""
    # Changing nothing takes the row's lock, too.
    return int(session.execute(_LOCK_DEVICE, {"org": org_id, "id": device_id}).scalar_one())


def move_on(session: Session, *, org_id: UUID, device_id: UUID, seq: int) -> None:
    """Note that everything up to `seq` is answered."""
    # Everything is written at the commit, once: after numbers were given out.
    with session.no_autoflush:
        session.execute(_MOVE_ON, {"org": org_id, "id": device_id, "seq": seq})


def _try_together(
    session: Session,
    mutations: Sequence[Mutation],
    registry: Registry,
    org_id: UUID,
    device_id: UUID,
    make_context: MakeContext,
) -> list[dict[str, Any]] | None:
    """Apply all in the one transaction. Return None, with nothing applied, if any cannot be."""
    if not mutations:
        return []
    answered = find_receipts(session, org_id=org_id, ids=[mutation.id for mutation in mutations])
    new = [mutation for mutation in mutations if mutation.id not in answered]
    if len({mutation.id for mutation in new}) < len(new):
        session.rollback()
        return None
    records: dict[UUID, Record] = {}
    try:
        contexts = {mutation.id: make_context(session, mutation) for mutation in new}
        understood = [(mutation, *_understood(mutation, registry)) for mutation in new]
        if new:
            _prefetch(contexts[new[0].id], [(command, args) for _, command, args in understood])
        for mutation, command, args in understood:
            records[mutation.id] = _perform(mutation, command, args, contexts[mutation.id])
        move_on(session, org_id=org_id, device_id=device_id, seq=mutations[-1].seq)
        session.commit()
    except Exception:  # noqa: BLE001 - whatever it is, each gets its own answer
        session.rollback()
        return None
    revision = contexts[new[0].id].unit.revision if new else None
    return [
        _applied(mutation, records[mutation.id], contexts[mutation.id], revision)
        if mutation.id in records
        else repeated(mutation, answered[mutation.id])
        for mutation in mutations
    ]


def _one_by_one(
    mutations: Sequence[Mutation],
    registry: Registry,
    org_id: UUID,
    device_id: UUID,
    open_session: OpenSession,
    make_context: MakeContext,
) -> tuple[list[dict[str, Any]], int]:
    results: list[dict[str, Any]] = []
    for mutation in mutations:
        answer = _alone(mutation, registry, org_id, device_id, open_session, make_context)
        results.append(answer)
        if answer["status"] == "retry":
            break
    with open_session() as session:
        next_seq = lock_device(session, org_id=org_id, device_id=device_id)
        session.commit()
    return results, next_seq


def _alone(
    mutation: Mutation,
    registry: Registry,
    org_id: UUID,
    device_id: UUID,
    open_session: OpenSession,
    make_context: MakeContext,
) -> dict[str, Any]:
    """Apply one mutation in a transaction of its own and return its result."""
    for _ in range(TRIES):
        with open_session() as session:
            try:
                lock_device(session, org_id=org_id, device_id=device_id)
                earlier = find_receipts(session, org_id=org_id, ids=[mutation.id]).get(mutation.id)
                if earlier is not None:
                    move_on(session, org_id=org_id, device_id=device_id, seq=mutation.seq)
                    session.commit()
                    return repeated(mutation, earlier)
                ctx = make_context(session, mutation)
                record = apply(mutation, registry, ctx)
                move_on(session, org_id=org_id, device_id=device_id, seq=mutation.seq)
                session.commit()
                return _applied(mutation, record, ctx, ctx.unit.revision)
            except DomainError as error:
                session.rollback()
                return _refuse(session, mutation, error, registry, org_id, device_id, make_context)
            except IntegrityError as error:
                session.rollback()
                if find_receipts(session, org_id=org_id, ids=[mutation.id]):
                    continue
                return _refuse(session, mutation, _refusal(error, mutation), registry, org_id, device_id, make_context)
            except Exception as error:  # noqa: BLE001 - whatever it is, the mutation gets an answer
                session.rollback()
                if is_transient(error):
                    log.warning(
                        "sync.push.transient", mutation=str(mutation.id), name=mutation.name, error=type(error).__name__
                    )
                    continue
                return _refuse(session, mutation, _failure(error, mutation), registry, org_id, device_id, make_context)
    return result(
        id=mutation.id,
        seq=mutation.seq,
        status="retry",
        code="sync.busy",
        message="The server is busy. It will be tried again.",
    )


def _refusal(error: IntegrityError, mutation: Mutation) -> DomainError:
    try:
        return as_domain_error(error)
    except IntegrityError as unknown:
        return _failure(unknown, mutation)


def _failure(error: Exception, mutation: Mutation) -> DomainError:
    failure = MutationFailed(cause=error)
    log.error(
        "sync.push.failed",
        incident=str(failure.incident),
        mutation=str(mutation.id),
        name=mutation.name,
        exc_info=error,
    )
    return failure


def _refuse(
    session: Session,
    mutation: Mutation,
    error: DomainError,
    registry: Registry,
    org_id: UUID,
    device_id: UUID,
    make_context: MakeContext,
) -> dict[str, Any]:
    """Keep the refusal with its reason, in a transaction of its own, and return it as the result."""
    lock_device(session, org_id=org_id, device_id=device_id)
    error = depending(session, mutation, error, device_id=device_id)
    ctx = make_context(session, mutation)
    receipt = receipt_values(mutation.name, mutation.args, ctx, digest=mutation.digest, error=error)
    status = "failed" if isinstance(error, MutationFailed) else "rejected"
    ctx.unit.receipts.append({**receipt, "status": status, "seq": mutation.seq})
    if isinstance(error, MutationFailed):
        failures.keep(session, mutation, error, now=ctx.now)
    settle_replaced(mutation, ctx)
    current = _current(mutation, registry, ctx)
    move_on(session, org_id=org_id, device_id=device_id, seq=mutation.seq)
    session.commit()
    return result(
        id=mutation.id,
        seq=mutation.seq,
        status=status,
        code=error.code,
        message=error.detail,
        fields=error.fields,
        current=current,
        rev=ctx.unit.revision,
    )


def _understood(mutation: Mutation, registry: Registry) -> tuple[Command, dict[str, Any]]:
    """Return the mutation's command, and its arguments as the handler takes them.

    Raises:
        UnknownMutation: there never was such a command.
        ValidationFailed: names each field that is not valid.
    """
    try:
        command, args = registry.current(mutation.name, mutation.args)
    except KeyError as error:
        raise UnknownMutation from error
    return command, validated(command, args)


def apply(mutation: Mutation, registry: Registry, ctx: Context) -> Record:
    """Carry out one mutation, and leave its receipt with the transaction.

    Raises:
        DomainError: a rule refuses it.
    """
    return _perform(mutation, *_understood(mutation, registry), ctx)


def _perform(mutation: Mutation, command: Command, args: Mapping[str, Any], ctx: Context) -> Record:
    record = perform(command, mutation.args, args, ctx, digest=mutation.digest)
    # What the device sent is kept as it was sent.
    ctx.unit.receipts[-1] |= {"name": mutation.name, "seq": mutation.seq}
    settle_replaced(mutation, ctx)
    return record


def settle_replaced(mutation: Mutation, ctx: Context) -> None:
    """Settle the person's own refusal that the mutation mends, whatever became of the mutation."""
    if mutation.replaces is not None and ctx.actor.user_id is not None:
        failures.settle(ctx.session, receipt_id=mutation.replaces, by_id=ctx.actor.user_id, only_of=ctx.actor.user_id)


def _prefetch(ctx: Context, batch: Sequence[tuple[Command, Mapping[str, Any]]]) -> None:
    """Load, in one query per table, the records that the mutations name."""
    wanted: dict[type[Record], set[UUID]] = {}
    preparing: dict[str, tuple[Command, list[Mapping[str, Any]]]] = {}
    for command, args in batch:
        if command.target is not None:
            argument, model = command.target
            wanted.setdefault(model, set()).add(args[argument])
            ctx.unit.targets.add(args[argument])
        for argument, model in command.loads.items():
            if args.get(argument) is not None:
                wanted.setdefault(model, set()).add(args[argument])
        if command.prepare is not None:
            preparing.setdefault(command.name, (command, []))[1].append(args)
    for model, ids in wanted.items():
        ctx.prefetch(model, sorted(ids))
    for command, its_args in preparing.values():
        if command.prepare is not None:
            command.prepare(ctx, its_args)


def _applied(mutation: Mutation, record: Record, ctx: Context, revision: int | None) -> dict[str, Any]:
    return result(
        id=mutation.id,
        seq=mutation.seq,
        status="merged" if ctx.kept else "applied",
        fields=ctx.kept or None,
        refs=refs_of(ctx.registry.entity_of.get(type(record)), record),
        rev=revision,
    )


def repeated(mutation: Mutation, receipt: Receipt) -> dict[str, Any]:
    """Return the result of a mutation whose id was answered before."""
    if receipt.digest == mutation.digest:
        return stored_result(receipt, status="duplicate")
    return result(
        id=mutation.id,
        seq=mutation.seq,
        status="rejected",
        code=IdReused.code,
        message=IdReused.sentence(),
        rev=receipt.rev,
    )


def _current(mutation: Mutation, registry: Registry, ctx: Context) -> dict[str, Any] | None:
    """Return the record as the server has it, so that the person can compare, if it is in their scope."""
    command = registry.commands.get(mutation.name)
    if command is None or command.target is None:
        return None
    argument, model = command.target
    entity = registry.entity_of.get(model)
    try:
        record = ctx.find(model, UUID(str(mutation.args.get(argument))))
    except ValueError:
        return None
    return entity.dump(record) if entity is not None and record is not None else None


def depending(session: Session, mutation: Mutation, error: DomainError, *, device_id: UUID | None) -> DomainError:
    """Return the error by which a mutation is refused: that what it is about was not created says more than `error`.

    Where the creation failed on our side, so did this: support replays both.
    """
    if not isinstance(error, RecordNotFound | ReferenceNotFound):
        return error
    named = [str(value) for name, value in mutation.args.items() if name.endswith("_id") and value]
    query = select(Receipt.status).where(
        Receipt.org_id == session.info["org_id"],
        Receipt.device_id == device_id,
        Receipt.status.in_(failures.REFUSED),
        Receipt.args["id"].astext.in_(named),
    )
    refused = set(session.scalars(query))
    if "rejected" in refused:
        return DependsOnRejected()
    return MutationFailed(cause=error) if refused else error
