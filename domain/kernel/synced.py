"""How an entity says, once, how it syncs. The engine in `sync/` is handed these declarations and knows nothing else."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Any, Generic, TypeVar
from uuid import UUID

from sqlalchemy.orm.interfaces import ORMOption

from domain.kernel.documents import compiled_dump
from domain.kernel.fields import RecordDocument
from domain.kernel.model import Record

R = TypeVar("R", bound=Record)

ORG_BUCKET = "org"
SERVER_FIELDS = frozenset({"id", "version", "created_at", "updated_at"})


class Merge(Enum):
    """What happens when two people changed the same field of a record."""

    LAST_WRITER = "last_writer"
    """The later write wins, the earlier value is kept in the conflict record."""
    FIRST_WRITER = "first_writer"
    """The value on the server stays, the late one is kept in the conflict record."""
    COMMAND_ONLY = "command_only"
    """Changed by commands with rules of their own only."""
    SERVER = "server"
    """Set by the server only."""


@dataclass(frozen=True, kw_only=True)
class Share:
    """`record_id` (of another entity) and all that follows it is needed in `bucket`."""

    bucket: str
    entity: str
    record_id: UUID


def no_buckets(_record: Any) -> set[str]:
    """For an entity that lives only in the buckets of the record that it follows."""
    return set()


def no_shares(_record: Any) -> Sequence[Share]:
    """For an entity that brings nothing else to a phone."""
    return ()


@dataclass(frozen=True, kw_only=True)
class SyncedEntity(Generic[R]):
    """One synced entity.

    `buckets` are the record's own buckets. With `follows` (the name of a synced entity and the attribute that holds
    its id) it is
    also in every bucket of that record: what hangs on an account moves with it. `shares` are records that this one
    brings into a
    bucket, such as the account of a technician's appointment. `options` load what `document` needs.
    """

    name: str
    model: type[R]
    document: type[RecordDocument]
    merge: Mapping[str, Merge]
    buckets: Callable[[R], set[str]] = no_buckets
    follows: tuple[str, str] | None = None
    shares: Callable[[R], Sequence[Share]] = no_shares
    closed_at: Callable[[R], datetime | None] | None = None
    keep_days: int | None = None
    options: Sequence[ORMOption] = ()
    stored_as: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Fields that are not attributes of the same name → the attributes that hold them."""
    dump: Callable[[R | Mapping[str, Any]], dict[str, Any]] = field(init=False)
    mergeable: Mapping[str, str] = field(init=False)
    """Attribute → the field that it is part of, for fields that two people may change at once."""

    def __post_init__(self) -> None:
        schema = self.document()
        undecided = set(schema.fields) - SERVER_FIELDS - set(self.merge)
        unknown = set(self.merge) - set(schema.fields)
        if undecided or unknown:
            raise TypeError(f"{self.name}: no merge rule for {sorted(undecided)}, no such field {sorted(unknown)}")
        object.__setattr__(self, "dump", compiled_dump(schema))
        mergeable = [name for name, rule in self.merge.items() if rule in (Merge.LAST_WRITER, Merge.FIRST_WRITER)]
        attributes = {attribute: name for name in mergeable for attribute in self.stored_as.get(name, (name,))}
        object.__setattr__(self, "mergeable", attributes)

    def followed_id(self, record: R) -> UUID | None:
        """Return the id of the record that this one follows, or None."""
        return getattr(record, self.follows[1]) if self.follows else None


def user_bucket(user_id: UUID) -> str:
    """Return the bucket that only this person has."""
    return f"user:{user_id}"
