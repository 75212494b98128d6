"""The local database: one SQLite file per user, written so that a crash at any line leaves a state that was meant.

It holds the documents the server sent (with the buckets that carry them), the documents to show (with the overlay laid
on), the outbox, and a few settings. Everything that belongs together is written in one `transaction`.
"""

import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .overlay import Create, Document, Effect, Patch, rebase

Key = tuple[str, str]
"""Entity and id of a document."""

SCHEMA = """
create table if not exists setting (name text primary key, value text not null) without rowid;

create table if not exists document (
    entity text not null,
    id text not null,
    base text,      -- as the server sent it; null while only this device knows the record
    effective text, -- as a screen shows it: base with the overlay laid on
    primary key (entity, id)
) without rowid;

create table if not exists holding ( -- which bucket carries which document, and since which revision
    bucket text not null,
    entity text not null,
    id text not null,
    rev integer not null,
    primary key (bucket, entity, id)
) without rowid;
create index if not exists holding_by_document on holding (entity, id);

create table if not exists mutation (
    position integer primary key autoincrement, -- the order in which the person acted
    id text not null unique,
    seq integer not null,
    name text not null,
    args text not null,
    base_rev integer not null,
    occurred_at text not null,
    replaces text, -- the refused mutation that this one mends
    state text not null check (state in ('pending', 'applied', 'merged', 'rejected', 'failed')),
    rev integer,  -- once applied: the revision to wait for
    answer text   -- the server's result as it came
);

create table if not exists effect (
    mutation text not null references mutation (id) on delete cascade,
    number integer not null,
    entity text not null,
    id text not null,
    kind text not null check (kind in ('create', 'patch')),
    doc text not null,
    primary key (mutation, number)
) without rowid;
create index if not exists effect_by_document on effect (entity, id);
"""

SHOWN = "(state in ('pending', 'applied') or (state in ('rejected', 'failed') and ? is null))"
"""Which mutations are laid over a base document (the parameter). A refused one shows only on a record that the server
does not have: what a person made here stays visible until it is mended or discarded, but hides nothing that the server
knows."""


class Store:
    """The database of one user. Safe to use from several threads; a reader never sees half a transaction."""

    def __init__(self, path: Path | str) -> None:
        """Open the database at `path` (`":memory:"` for one that is forgotten), making it if it is not there."""
        self._lock = threading.RLock()
        self._db = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=30)
        self._db.create_function("sync_hash", 2, sync_hash, deterministic=True)
        # FULL: what a person was told is saved must survive a flat battery.
        self._db.executescript("pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on;")
        self._db.executescript(SCHEMA)
        if "replaces" not in {name for _, name, *_ in self.rows("pragma table_info(mutation)")}:
            self._db.execute("alter table mutation add column replaces text")  # made by an earlier version

    def close(self) -> None:
        """Close the database; nothing needs saving."""
        with self._lock:
            self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing. An inner transaction joins the outer one."""
        with self._lock:
            if self._db.in_transaction:
                yield
                return
            self._db.execute("begin immediate")
            try:
                yield
                self._db.execute("commit")
            except BaseException:
                self._db.rollback()
                raise

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> list[Any]:
        """Run one statement and return its rows as tuples."""
        with self._lock:
            return self._db.execute(sql, parameters).fetchall()

    def wipe(self) -> None:
        """Delete everything but the id of this installation, so that nothing of it can be read from the disk either."""
        with self._lock:
            self._db.execute("pragma secure_delete = on")
            with self.transaction():
                for (table,) in self.rows("select name from sqlite_master where type = 'table'"):
                    keep = "where name <> 'device_id'" if table == "setting" else ""
                    self.rows(f'delete from "{table}" {keep}')
            self._db.execute("vacuum")
            self._db.execute("pragma wal_checkpoint(truncate)")

    # Settings

    def setting(self, name: str, default: Any = None) -> Any:
        """Return a setting, or `default` if it was never set."""
        found = self.rows("select value from setting where name = ?", (name,))
        return json.loads(found[0][0]) if found else default

    def save(self, **values: Any) -> None:
        """Write settings (anything that JSON can hold)."""
        with self.transaction():
            for name, value in values.items():
                self.rows("insert or replace into setting values (?, ?)", (name, json.dumps(value)))

    # Documents

    def find_document(self, *, entity: str, id: str) -> Document | None:
        """Return the document as a screen shows it, or None if this device does not hold it."""
        found = self.rows("select effective from document where entity = ? and id = ?", (entity, id))
        return json.loads(found[0][0]) if found and found[0][0] else None

    def list_documents(self, *, entity: str, **fields: str | float | None) -> list[Document]:
        """Return the shown documents of an entity whose top-level fields have these values, in the order of their ids.

        Ids of version 7 sort by the time at which the record was made.
        """
        conditions = "".join(" and json_extract(effective, ?) is ?" for _ in fields)
        values = [part for name, value in fields.items() for part in (f"$.{name}", value)]
        sql = f"select effective from document where entity = ? and effective is not null{conditions} order by id"
        return [json.loads(effective) for (effective,) in self.rows(sql, (entity, *values))]

    def pulled_documents(self) -> dict[Key, Document]:
        """Return all documents as the server sent them: what must equal a fresh first sync (invariant I3)."""
        found = self.rows("select entity, id, base from document where base is not null")
        return {(entity, id): json.loads(base) for entity, id, base in found}

    def buckets_of(self, *, entity: str, id: str) -> set[str]:
        """Return the buckets that carry a document."""
        found = self.rows("select bucket from holding where entity = ? and id = ?", (entity, id))
        return {bucket for (bucket,) in found}

    def put(self, *, bucket: str, entity: str, id: str, rev: int, doc: Document) -> None:
        """Note that `bucket` carries the document at `rev`; keep its content if no newer one is held."""
        key = (entity, id)
        (newest,) = self.rows("select max(rev) from holding where entity = ? and id = ?", key)[0]
        self.rows(
            "insert into holding values (?, ?, ?, ?) on conflict do update set rev = excluded.rev"
            " where excluded.rev > holding.rev",
            (bucket, *key, rev),
        )
        if newest is None or rev >= newest:
            self.rows(
                "insert into document values (?, ?, ?, ?)"
                " on conflict do update set base = excluded.base, effective = excluded.effective",
                (*key, text := json.dumps(doc), text),
            )

    def remove(self, *, bucket: str, entity: str, id: str) -> None:
        """Take the bucket away from a document; a document that no bucket carries is deleted."""
        key = (entity, id)
        self.rows("delete from holding where bucket = ? and entity = ? and id = ?", (bucket, *key))
        self.rows(
            "delete from document where entity = ? and id = ?"
            " and not exists (select 1 from holding where entity = document.entity and id = document.id)",
            key,
        )

    def drop_bucket(self, *, bucket: str) -> None:
        """Take the bucket away from every document."""
        for entity, id in self.rows("select entity, id from holding where bucket = ?", (bucket,)):
            self.remove(bucket=bucket, entity=entity, id=id)

    def checksum(self, *, bucket: str) -> tuple[int, int]:
        """Return the number of documents in the bucket and the sum of their hashes modulo 2³²."""
        sql = "select count(*), coalesce(sum(sync_hash(id, rev)), 0) from holding where bucket = ?"
        count, total = self.rows(sql, (bucket,))[0]
        return count, total % 2**32

    # The overlay

    def add_effects(self, *, mutation: str, effects: Iterable[Effect]) -> None:
        """Lay further effects of a mutation over the documents."""
        with self.transaction():
            (number,) = self.rows("select count(*) from effect where mutation = ?", (mutation,))[0]
            for effect in effects:
                kind, doc = ("create", effect.doc) if isinstance(effect, Create) else ("patch", effect.fields)
                values = (mutation, number, effect.entity, effect.id, kind, json.dumps(doc))
                self.rows("insert into effect values (?, ?, ?, ?, ?, ?)", values)
                number += 1
            self.rebase(self.keys_of(mutation=mutation))

    def effects_of(self, *, mutation: str) -> list[Effect]:
        """Return the effects of a mutation in order."""
        sql = "select kind, entity, id, doc from effect where mutation = ? order by number"
        return [_effect(*row) for row in self.rows(sql, (mutation,))]

    def keys_of(self, *, mutation: str) -> list[Key]:
        """Return the documents that a mutation touches."""
        return self.rows("select distinct entity, id from effect where mutation = ?", (mutation,))

    def overlaid_keys(self) -> list[Key]:
        """Return all documents that any captured mutation touches."""
        return self.rows("select distinct entity, id from effect")

    def rebase(self, keys: Iterable[Key]) -> None:
        """Work out anew what to show for these documents: base, then the effects still in force, in order."""
        for key in keys:
            held = self.rows("select base from document where entity = ? and id = ?", key)
            base = held[0][0] if held else None
            effects = self.rows(
                "select kind, effect.entity, effect.id, doc from effect join mutation on mutation.id = effect.mutation"
                f" where effect.entity = ? and effect.id = ? and {SHOWN} order by position, number",
                (*key, base),
            )
            shown = rebase(base=json.loads(base) if base else None, effects=[_effect(*row) for row in effects])
            if shown is None:
                self.rows("delete from document where entity = ? and id = ?", key)
                continue
            self.rows(
                "insert into document values (?, ?, null, ?) on conflict do update set effective = excluded.effective",
                (*key, json.dumps(shown)),
            )


def sync_hash(id: str, rev: int) -> int:
    """Return the hash of one document for a bucket's checksum, as `docs/sync-protocol.md` defines it."""
    return int(id[-8:], 16) ^ (rev * 2654435761 % 2**32)


def _effect(kind: str, entity: str, id: str, doc: str) -> Effect:
    content = json.loads(doc)
    if kind == "create":
        return Create(entity=entity, id=id, doc=content)
    return Patch(entity=entity, id=id, fields=content)
