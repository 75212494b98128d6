"""A device of these tests: the reference client, which can be killed in the middle of a transaction, and a ledger."""

import json
import random
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from mobile_client import Action, Client, Create, Document, Effect, HttpTransport, Patch
from mobile_client.transport import Json
from tests.convergence.network import Late, Network, Watch

BESIDE = ("-wal", "-shm")


class Killed(BaseException):
    """The device's process was killed."""


class DyingConnection:
    """A database connection whose process is killed at its `countdown`-th statement.

    What is on the disk at that moment is copied to `image`: the next process finds that, and nothing else.
    """

    def __init__(self, inner: sqlite3.Connection, *, path: Path, image: Path, countdown: int) -> None:
        self._inner, self._path, self._image, self._countdown = inner, path, image, countdown
        self._dead = False

    @property
    def in_transaction(self) -> bool:
        return self._inner.in_transaction

    def execute(self, sql: str, parameters: Sequence[Any] = ()) -> sqlite3.Cursor:
        self._countdown -= 1
        if self._countdown == 0:
            copy_database(self._path, self._image)
            self._dead = True
        if self._dead:
            raise Killed
        return self._inner.execute(sql, parameters)

    def rollback(self) -> None:
        if self._dead:
            raise Killed
        self._inner.rollback()


def copy_database(source: Path, target: Path) -> None:
    """Copy the files of a database as they are, in the middle of whatever goes on."""
    for ending in ("", *BESIDE[:1]):
        with suppress(FileNotFoundError):
            shutil.copy(f"{source}{ending}", f"{target}{ending}")


@dataclass(kw_only=True)
class Captured:
    """A mutation in the ledger. Nothing here comes from the client's own bookkeeping."""

    id: str
    name: str
    args: Json
    effects: tuple[Effect, ...]
    given_up: bool = False
    """The person discarded it, mended it, or has read what was merged."""
    excused: str | None = None
    """Why nobody can expect to hear of it: it went with a lost copy of the device or of the server."""
    done_before_restore: bool = False
    """The device had finished with it when a copy was put back, on whichever side: revisions tell no more."""

    @property
    def creates(self) -> list[tuple[str, str]]:
        return [(effect.entity, effect.id) for effect in self.effects if isinstance(effect, Create)]

    @property
    def patches(self) -> list[Patch]:
        return [effect for effect in self.effects if isinstance(effect, Patch)]


@dataclass(kw_only=True)
class Device:
    """One installation of one person."""

    name: str
    email: str
    user_id: str
    folder: Path
    address: str
    present: Callable[[], datetime]
    late: list[Late]
    watch: Callable[["Device"], Watch]
    kind: type[Client] = Client
    skew: timedelta = timedelta(0)
    ledger: dict[str, Captured] = field(default_factory=dict)
    promised: int = 0
    """The highest revision to which a completed round, as the server answered it, has led."""
    openings: int = 0
    saved: tuple[Path, set[str]] | None = None
    """A copy of the device, and the ledger when it was made."""
    client: Client = field(init=False)
    network: Network = field(init=False)

    def __post_init__(self) -> None:
        self.network = Network(HttpTransport(self.address, timeout_s=30), late=self.late, watch=self.watch(self))
        self.path = self.folder / f"{self.name}.sqlite"
        self.open()

    # The process

    def open(self) -> None:
        """Start the program on what is on the disk."""
        self.openings += 1
        rng = random.Random(f"{self.name} {self.openings}")
        self.client = self.kind(
            path=self.path, transport=self.network, clock=lambda: self.present() + self.skew, rng=rng
        )

    def close(self) -> None:
        self.client.close()

    @contextmanager
    def killed_at(self, statement: int) -> Iterator[None]:
        """Kill the process at this statement to its database, if it gets so far, and start it again."""
        inner = self.client.store._db
        image = self.folder / f"{self.name}-{self.openings}.sqlite"
        dying: Any = DyingConnection(inner, path=self.path, image=image, countdown=statement)
        self.client.store._db = dying
        try:
            yield
        except Killed:
            inner.close()
            self.path = image
            self.open()
            self._note_what_was_kept()
        else:
            self.client.store._db = inner

    def _note_what_was_kept(self) -> None:
        """Take what was captured just before the process died, and was not reported any more, into the ledger."""
        sql = "select id, name, args from mutation order by position"
        for id, name, args in self.client.store.rows(sql):
            if id not in self.ledger:
                effects = tuple(self.client.store.effects_of(mutation=id))
                self.note(Captured(id=id, name=name, args=json.loads(args), effects=effects))

    def copy(self) -> None:
        """Make a copy of the whole device."""
        self.close()
        self.saved = self.folder / f"{self.name}-copy.sqlite", set(self.ledger)
        copy_database(self.path, self.saved[0])
        self.open()

    def put_back(self) -> None:
        """Restore the device from its copy: what it did since, it has never heard of."""
        assert self.saved is not None
        copy, known = self.saved
        self.close()
        for ending in BESIDE:
            Path(f"{self.path}{ending}").unlink(missing_ok=True)
        copy_database(copy, self.path)
        self.open()
        held = self.outbox()
        for id, captured in self.ledger.items():
            if id in held:
                captured.given_up = False
                # What was merged is only there to be read.
                captured.done_before_restore = held[id] == "merged"
            else:
                captured.done_before_restore = True
                if id not in known:
                    captured.excused = "the device was restored from an older copy"
        self.promised = 0

    # What the person does

    def capture(self, name: str, args: Json, *effects: Effect, replaces: str | None = None) -> str:
        id = self.client.capture(name=name, args=args, effects=effects, replaces=replaces)
        self.note(Captured(id=id, name=name, args=args, effects=effects))
        if replaces is not None:
            self.ledger[replaces].given_up = True
        return id

    def do(self, action: Action) -> str:
        return self.capture(action.name, action.args, *action.effects)

    def discard(self, id: str) -> None:
        self.client.discard(id=id)
        self.ledger[id].given_up = True

    def note(self, captured: Captured) -> None:
        self.ledger[captured.id] = captured

    # What can be seen

    def outbox(self) -> dict[str, str]:
        """Every mutation that the device has, and its state."""
        return dict(self.client.store.rows("select id, state from mutation order by position"))

    def shown(self, entity: str) -> list[Document]:
        return self.client.list_documents(entity=entity)

    def shown_effects(
        self, *, in_force: Callable[[Captured], bool], refused: Callable[[Captured], bool]
    ) -> Iterator[str]:
        """Yield what is missing on the screen of what the mutations in force did (I6).

        A refused one may be on the screen or not: the answer that says so may have been lost.
        """
        for entity, id in [key for each in self.ledger.values() if in_force(each) for key in each.creates]:
            if self.client.find_document(entity=entity, id=id) is None:
                yield f"{entity} {id} was made and is not shown"
        expected: dict[tuple[str, str], Document] = defaultdict(dict)
        for captured, effect in [(each, effect) for each in self.ledger.values() for effect in each.patches]:
            fields = expected[effect.entity, effect.id]
            if in_force(captured):
                fields |= effect.fields
            elif refused(captured):
                for name in effect.fields:
                    fields.pop(name, None)
        for (entity, id), fields in expected.items():
            shown = self.client.find_document(entity=entity, id=id) or fields
            hidden = {name: (value, shown.get(name)) for name, value in fields.items() if shown.get(name) != value}
            if hidden:
                yield f"{entity} {id} shows not what the person did: {hidden}"
