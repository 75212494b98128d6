"""A business action, written once and called by every door through `execute`."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, TypeVar
from uuid import UUID

import orjson
from marshmallow import Schema, ValidationError
from sqlalchemy import ColumnElement, Select, bindparam, select
from sqlalchemy.orm import Session

from domain.kernel.errors import (
    DomainError,
    IdReused,
    PermissionDenied,
    RecordExists,
    RecordNotFound,
    ReferenceNotFound,
    ValidationFailed,
    VersionConflict,
)
from domain.kernel.events import Event
from domain.kernel.model import Record, any_of_given
from domain.kernel.receipts import Receipt
from domain.kernel.session import Unit, unit_of
from domain.kernel.synced import SyncedEntity

R = TypeVar("R", bound=Record)


class Door(StrEnum):
    """Where a command came in."""

    REST = "rest"
    PUSH = "push"
    CLI = "cli"
    JOB = "job"


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts. `user_id` is None for the system itself, which may do everything."""

    user_id: UUID | None
    permissions: frozenset[str] = frozenset()
    device_id: UUID | None = None

    def may(self, permission: str) -> bool:
        """Tell whether the actor holds `permission`."""
        return self.user_id is None or permission in self.permissions


class Scope(Protocol):
    """What part of the organisation an actor can see: the same for REST as for what a phone holds."""

    @property
    def parameters(self) -> Mapping[str, Any]:
        """What distinguishes this scope's conditions from those of another one of its kind."""

    def contains(self, entity: SyncedEntity[Any]) -> ColumnElement[bool] | None:
        """Return the condition that a row of `entity` is in scope, or None if all are."""


@dataclass(frozen=True, kw_only=True)
class Command:
    """A business action.

    `handle(ctx, **args)` returns the record it changed. `target` names the argument that holds that record's id, and
    its model; a create has
    none. `may` is the permission needed; None means that the handler decides.
    """

    name: str
    schema: type[Schema]
    handle: Callable[..., Record]
    may: str | None
    target: tuple[str, type[Record]] | None = None
    loads: Mapping[str, type[Record]] = field(default_factory=dict)
    """Further arguments that hold ids of records: a batch fetches them all at once."""
    prepare: "Callable[[Context, Sequence[Mapping[str, Any]]], None] | None" = None
    """Fetches at once, for the arguments of a whole batch, what `target` and `loads` do not name."""
    offline: bool = False

    @property
    def entity(self) -> str:
        """The entity that the command is about: the part of its name before the dot."""
        return self.name.partition(".")[0]


Reaction = Callable[["Context", Any], None]

Upcast = Callable[[Mapping[str, Any]], tuple[str, Mapping[str, Any]]]
"""From the arguments of a name as an older app sends it to the name and the arguments of today."""


class Registry:
    """Every command, synced entity and reaction, given explicitly. Nothing is found by scanning."""

    def __init__(
        self,
        *,
        commands: Sequence[Command],
        entities: Sequence[SyncedEntity[Any]],
        reactions: Sequence[tuple[type[Event], Reaction]] = (),
        upcasts: Mapping[str, Upcast] | None = None,
    ) -> None:
        self.commands = {command.name: command for command in commands}
        self.entities = {entity.name: entity for entity in entities}
        self.entity_of = {entity.model: entity for entity in entities}
        self.upcasts = upcasts or {}
        self.reactions: dict[type[Event], list[Reaction]] = {}
        self._lookups: dict[tuple[type[Record], type[Scope]], Select[Any]] = {}
        for event_type, reaction in reactions:
            self.reactions.setdefault(event_type, []).append(reaction)
        if len(self.commands) != len(commands) or len(self.entities) != len(entities):
            raise TypeError("a command or an entity is registered twice")

    def current(self, name: str, args: Mapping[str, Any]) -> tuple[Command, Mapping[str, Any]]:
        """Return the command that a mutation of any age stands for, and its arguments in today's shape.

        Raises:
            KeyError: there never was such a command.
        """
        while (upcast := self.upcasts.get(name)) is not None:
            newer, args = upcast(args)
            if newer == name:
                break
            name = newer
        return self.commands[name], args

    def lookup(self, model: type[Record], scope: "Scope") -> Select[Any]:
        """Return the query for the records with `ids` in `org_id` that are in a scope of this kind.

        It is made once: to put it together takes as long as to answer it.
        """
        key = (model, type(scope))
        if key not in self._lookups:
            query = select(model).where(model.org_id == bindparam("org_id"), model.id == any_of_given("ids"))
            entity = self.entity_of.get(model)
            if entity is not None:
                condition = scope.contains(entity)
                query = query.options(*entity.options).where(*([] if condition is None else [condition]))
            self._lookups[key] = query
        return self._lookups[key]


@dataclass(kw_only=True)
class Context:
    """Everything a handler may know about the request."""

    session: Session
    registry: Registry
    org_id: UUID
    actor: Actor
    scope: Scope
    now: datetime
    """The server's time: for deadlines."""
    occurred_at: datetime
    """When it happened in the field, by the device's clock: for what happened."""
    command_id: UUID
    door: Door
    expected_version: int | None = None
    base_rev: int | None = None
    """The revision that the device had seen when the person acted; None where they acted on the server's own state."""
    kept: dict[str, list[str]] = field(default_factory=dict)
    """Fields that kept the server's newer value, with a sentence each."""
    events: list[Event] = field(default_factory=list)

    @property
    def unit(self) -> Unit:
        """What this transaction knows."""
        return unit_of(self.session)

    def get(self, model: type[R], record_id: UUID) -> R:
        """Return the record.

        Raises:
            RecordNotFound: there is none, or it is outside the actor's scope.
        """
        found = self.find(model, record_id)
        if found is None:
            raise RecordNotFound(f"{self._noun(model)} {record_id} does not exist, or is not in your area.")
        return found

    def refer(self, model: type[R], record_id: UUID, field_name: str) -> R:
        """Return a record that an argument refers to.

        Raises:
            ReferenceNotFound: there is none, or it is outside the actor's scope. Names `field_name`.
        """
        found = self.find(model, record_id)
        if found is None:
            sentence = f"{self._noun(model)} {record_id} does not exist, or is not in your area."
            raise ReferenceNotFound(sentence, fields={field_name: [sentence]})
        return found

    def find(self, model: type[R], record_id: UUID) -> R | None:
        """Return the record, or None when there is none in the actor's scope."""
        known, key = self.unit.known, (model, record_id)
        try:
            return known[key]  # type: ignore[return-value]  # the key's first part is the value's type
        except KeyError:
            self.prefetch(model, [record_id])
            return known[key]  # type: ignore[return-value]

    def prefetch(self, model: type[Record], record_ids: Sequence[UUID]) -> None:
        """Load those records that are in scope in one query, so that `get` needs none."""
        known = self.unit.known
        wanted = [record_id for record_id in record_ids if (model, record_id) not in known]
        if not wanted:
            return
        query = self.registry.lookup(model, self.scope)
        given = {"org_id": self.org_id, "ids": wanted, **self.scope.parameters}
        known.update(dict.fromkeys((model, record_id) for record_id in wanted))
        # What this transaction made is known already: nothing that waits to be written can be missed.
        with self.session.no_autoflush:
            for record in self.session.scalars(query, given):
                known[model, record.id] = record

    def add(self, record: R) -> R:
        """Add a new record of the actor's organisation.

        Raises:
            RecordExists: this transaction has a record with that id already.
        """
        record.org_id = self.org_id
        record.created_at = record.updated_at = self.now
        key = (type(record), record.id)
        if self.unit.known.get(key) is not None:
            raise RecordExists
        self.unit.known[key] = record
        self.session.add(record)
        return record

    def emit(self, event: Event) -> None:
        """Tell those who react to `event`, once the handler is done, in the same transaction."""
        self.events.append(event)

    def require(self, permission: str) -> None:
        """Refuse an actor who does not hold `permission`.

        Raises:
            PermissionDenied: names what is missing.
        """
        if not self.actor.may(permission):
            raise PermissionDenied(f"Your role does not allow this ({permission}).")

    def _noun(self, model: type[Record]) -> str:
        entity = self.registry.entity_of.get(model)
        return (entity.name if entity else model.__name__).replace("_", " ").capitalize()


OpenContext = Callable[[], AbstractContextManager[Context]]
"""Opens a context in which the system itself acts, each time in a transaction of its own."""


@dataclass(kw_only=True)
class Outcome:
    """What became of a command: the record, or the stored receipt of an earlier try."""

    record: Record | None
    receipt: Receipt | None = None


def execute(command: Command, args: Mapping[str, Any], ctx: Context) -> Outcome:
    """Carry out `command`. The only path to a business action; the door commits.

    Raises:
        DomainError: a rule refuses it. Nothing was written.
    """
    digest = digest_of(command.name, args)
    # 1. Answered before? Then that answer stands.
    earlier = ctx.session.get(Receipt, (ctx.org_id, ctx.command_id))
    if earlier is not None:
        if earlier.digest != digest:
            raise IdReused
        return Outcome(record=None, receipt=earlier)
    # 2. Are the arguments valid?
    return Outcome(record=perform(command, args, validated(command, args), ctx, digest=digest))


def validated(command: Command, args: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments as the handler takes them.

    Raises:
        ValidationFailed: names each field that is not valid.
    """
    try:
        loaded: dict[str, Any] = _schema(command.schema).load(args)
    except ValidationError as error:
        raise ValidationFailed(fields=error.messages_dict) from error
    return loaded


def perform(
    command: Command, args: Mapping[str, Any], loaded: Mapping[str, Any], ctx: Context, *, digest: str
) -> Record:
    """Carry out a command that is known to be new, and leave its receipt with the transaction.

    `args` are the arguments as they came, `loaded` the same validated.

    Raises:
        DomainError: a rule refuses it.
    """
    ctx.unit.author = (ctx.actor.user_id, ctx.actor.device_id)
    record = carry_out(command, loaded, ctx)
    react(ctx)
    # 6. The receipt is written with the effect.
    ctx.unit.receipts.append(receipt_values(command.name, args, ctx, digest=digest, subject=record))
    return record


def react(ctx: Context) -> None:
    """Let others react to what has been emitted."""
    while ctx.events:
        event = ctx.events.pop(0)
        for reaction in ctx.registry.reactions.get(type(event), ()):
            reaction(ctx, event)


def carry_out(command: Command, loaded: Mapping[str, Any], ctx: Context) -> Record:
    """Carry out a command, with validated arguments, alone or as part of another.

    Raises:
        DomainError: a rule refuses it.
    """
    # 3. May this person do it?
    if command.may is not None:
        ctx.require(command.may)
    # 4. Is the record the one that the person saw?
    if command.target is not None:
        argument, model = command.target
        target = ctx.get(model, loaded[argument])
        if ctx.expected_version is not None and target.version != ctx.expected_version:
            raise VersionConflict
    # 5. Do it, and let others react.
    return command.handle(ctx, **loaded)


def receipt_values(
    name: str,
    args: Mapping[str, Any],
    ctx: Context,
    *,
    digest: str,
    subject: Record | None = None,
    error: DomainError | None = None,
) -> dict[str, Any]:
    """Return the row of `Receipt` for a command that was applied, or refused with `error`."""
    return {
        "id": ctx.command_id,
        "device_id": ctx.actor.device_id,
        "actor_id": ctx.actor.user_id,
        "door": ctx.door,
        "name": name,
        "args": redacted(args),
        "digest": digest,
        "status": "rejected" if error else "merged" if ctx.kept else "applied",
        "code": error.code if error else None,
        "message": error.detail if error else None,
        "fields": error.fields if error else ctx.kept or None,
        "subject": subject,
        "occurred_at": ctx.occurred_at,
        "recorded_at": ctx.now,
    }


def redacted(args: Mapping[str, Any]) -> dict[str, Any]:
    """Return the arguments without secrets, for keeping."""
    return {key: "•••" if key == "password" else value for key, value in args.items()}


def digest_of(name: str, args: Mapping[str, Any]) -> str:
    """Return the SHA-256 of a command's name and arguments: the same id with another body is an error."""
    body = orjson.dumps([name, redacted(args)], option=orjson.OPT_SORT_KEYS, default=str)
    return hashlib.sha256(body).hexdigest()


_SCHEMAS: dict[type[Schema], Schema] = {}


def _schema(schema: type[Schema]) -> Schema:
    # Making a schema costs more than loading with it.
    if schema not in _SCHEMAS:
        _SCHEMAS[schema] = schema()
    return _SCHEMAS[schema]
