"""The REST door: from a request to a command or a query, and back. It owns the transaction."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID, uuid5

from flask import current_app, g, request
from sqlalchemy import Engine, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session, sessionmaker

from api.identity import Identity, load_identity, load_revoked_identity
from api.settings import Settings
from domain.kernel.clock import utc_now
from domain.kernel.command import Command, Context, Door, Registry, execute
from domain.kernel.errors import DomainError, RecordNotFound, ValidationFailed
from domain.kernel.ids import new_id
from domain.kernel.integrity import as_domain_error, is_transient
from domain.kernel.model import Record
from domain.kernel.receipts import Receipt
from domain.kernel.session import open_session
from domain.people.sign_in import DeviceRevoked
from domain.people.tokens import AccessClaims, TokenInvalid, read_access_token, read_hand_in_token
from sync.live import Pokes

T = TypeVar("T")

TRIES = 3
IDEMPOTENCY_KEY_MAX = 255


@dataclass(frozen=True, kw_only=True)
class Services:
    """What the composition root hands to the doors."""

    settings: Settings
    registry: Registry
    engine: Engine
    sessions: sessionmaker[Session]
    server_id: str
    export_key: Mapping[str, Any]
    """The public key for which phones encrypt unsent work that they export (JWK)."""
    pokes: Pokes

    def close(self) -> None:
        """End the live streams and close the connections to the database."""
        self.pokes.close()
        self.engine.dispose()


def services() -> Services:
    """Return what the running app was composed of."""
    found: Services = current_app.extensions["fieldbook"]
    return found


def pokes() -> Pokes:
    """Return this process's live streams."""
    return services().pokes


def claims() -> AccessClaims:
    """Return what the request's access token says.

    Raises:
        TokenInvalid, TokenExpired: there is none, or it does not count.
    """
    if "claims" not in g:
        g.claims = read_access_token(_bearer_token(), secret=services().settings.secret_key, now=utc_now())
    its_claims: AccessClaims = g.claims
    return its_claims


def find_claims() -> AccessClaims | None:
    """Return what the request's access or hand-in token says, or None without a good one."""
    try:
        return _claims_of_either_kind()[0]
    except DomainError:
        return None


def _claims_of_either_kind() -> tuple[AccessClaims, bool]:
    """Return what the request's token says, and whether it gives access."""
    try:
        return claims(), True
    except TokenInvalid:
        secret = services().settings.secret_key
        return read_hand_in_token(_bearer_token(), secret=secret, now=utc_now()), False


def _bearer_token() -> str:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer" or not token:
        raise TokenInvalid
    return token


@contextmanager
def org_session(org_id: UUID, *, only_reads: bool = False) -> Iterator[Session]:
    """Open a session of the organisation for one transaction."""
    session = open_session(services().sessions, org_id=org_id, now=utc_now(), only_reads=only_reads)
    try:
        yield session
    finally:
        session.close()


@contextmanager
def reading() -> Iterator[tuple[Session, Identity]]:
    """Open a session with one consistent view, and say who asks."""
    its_claims = claims()
    with org_session(its_claims.org_id, only_reads=True) as session:
        yield session, load_identity(session, its_claims)


@contextmanager
def signed_in() -> Iterator[tuple[Session, Identity]]:
    """Open a session that may write, and say who asks."""
    its_claims = claims()
    with org_session(its_claims.org_id) as session:
        yield session, load_identity(session, its_claims)


@contextmanager
def handing_in() -> Iterator[tuple[Session, Identity]]:
    """Open a session that may write, and say who hands in: also a device that was revoked (`identity.revoked`).

    It comes with the access token that it still has, or with the hand-in token that its refresh was answered with.

    Raises:
        TokenInvalid, TokenExpired, RefreshReused, UserInactive: it may not come in at all.
    """
    its_claims, gives_access = _claims_of_either_kind()
    with org_session(its_claims.org_id) as session:
        try:
            identity = load_identity(session, its_claims) if gives_access else None
        except DeviceRevoked:
            identity = None
        yield session, identity or load_revoked_identity(session, its_claims)


def context(session: Session, identity: Identity, **given: Any) -> Context:
    """Return the context of a command that `identity` gives through REST."""
    now = session.info["now"]
    defaults = {"door": Door.REST, "occurred_at": now, "command_id": new_id()}
    return Context(
        session=session,
        registry=services().registry,
        org_id=identity.org_id,
        actor=identity.actor,
        scope=identity.scope,
        now=now,
        **{**defaults, **given},
    )


@dataclass(frozen=True, kw_only=True)
class Done:
    """A command's result for the wire."""

    document: dict[str, Any]
    version: int
    replayed: bool


def run(command: Command, args: Mapping[str, Any], *, gives_id: bool = False) -> Done:
    """Carry out `command` for the person who asks, and commit. With `gives_id` a record without an id gets one.

    Another transaction in its way makes it try again; nothing is ever applied twice.
    """
    return tried_again(lambda: _run_once(command, args, gives_id=gives_id))


def tried_again(work: Callable[[], T]) -> T:
    """Return what `work` returns, in a transaction of its own; another one in its way makes it try again."""
    for attempt in range(1, TRIES + 1):
        try:
            return work()
        except IntegrityError as error:
            raise as_domain_error(error) from error
        except DomainError:
            raise
        except Exception as error:
            if attempt == TRIES or not is_transient(error):
                raise
    raise AssertionError("unreachable: the last try returns or raises")


def _run_once(command: Command, args: Mapping[str, Any], *, gives_id: bool) -> Done:
    with signed_in() as (session, identity):
        ctx = context(session, identity, command_id=command_id_of(identity), expected_version=expected_version())
        if "Idempotency-Key" in request.headers:
            _wait_for_the_same(session, ctx.command_id)
        if gives_id:
            # The same for each request with the same key.
            args = {"id": str(ctx.command_id), **args}
        outcome = execute(command, args, ctx)
        record = outcome.record
        if record is None:
            record = _recorded(ctx, outcome.receipt)
        session.commit()
        g.revision = ctx.unit.revision
        entity = services().registry.entity_of[type(record)]
        return Done(document=entity.dump(record), version=record.version, replayed=outcome.record is None)


def _wait_for_the_same(session: Session, command_id: UUID) -> None:
    """Let a request with the same key that is under way finish first, so that its receipt is found."""
    number = int.from_bytes(command_id.bytes[:8], signed=True)
    session.execute(select(func.pg_advisory_xact_lock(number)))


def _recorded(ctx: Context, receipt: Receipt | None) -> Record:
    """Return the record that an earlier request with the same key was about."""
    entity = ctx.registry.entities.get(receipt.subject_entity or "") if receipt else None
    if receipt is None or entity is None or receipt.subject_id is None:
        raise RecordNotFound
    record: Record = ctx.get(entity.model, receipt.subject_id)
    return record


def command_id_of(identity: Identity) -> UUID:
    """Return the id that the request's `Idempotency-Key` stands for, or a new one."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return new_id()
    if not 1 <= len(key) <= IDEMPOTENCY_KEY_MAX:
        raise ValidationFailed(fields={"Idempotency-Key": [f"Must have 1 to {IDEMPOTENCY_KEY_MAX} characters."]})
    # The same key of two people means two things.
    return uuid5(identity.user_id, key)


def expected_version() -> int | None:
    """Return the version that `If-Match` names, or None without one."""
    tags = request.if_match
    if not request.headers.get("If-Match") or tags.star_tag:
        return None
    tag = next(iter(tags.as_set()), None) or ""
    # A tag that is not ours can match nothing.
    return int(tag) if tag.isascii() and tag.isdecimal() and len(tag) < 19 else -1
