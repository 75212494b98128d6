"""The offline client: read and write locally at any time, sync when there is signal."""

import random
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from . import sync
from .actions import Action
from .attachments import Contents, NothingToAttachTo, add_attachment
from .errors import DeviceRevoked
from .loop import LiveReader, SyncLoop
from .outbox import Attention, Outbox
from .overlay import Document, Effect
from .session import Session
from .store import Key, Store
from .transport import Json, Transport
from .values import Clock, new_id, system_clock, wire_time


@dataclass(frozen=True, kw_only=True, slots=True)
class Status:
    """What a person is always shown.

    `since_pull` is the age of the last completed pull, None before the first. `progress` is `{"done", "total"}` of a
    first sync under way; the person can work once `ready` is true.
    """

    online: bool
    unsent: int
    needs_attention: int
    photos_waiting: int
    since_pull: timedelta | None
    progress: Json | None
    ready: bool


class Client:
    """One person's device.

    Everything but `sign_in`, `sign_out`, `push`, `pull` and `sync` works without signal. It may be used from several
    threads. `clock` and `rng` decide every time and every id, so a run with a seeded `rng` can be repeated exactly.
    """

    def __init__(
        self,
        *,
        path: Path | str,
        transport: Transport,
        clock: Clock = system_clock,
        rng: random.Random | None = None,
        device_name: str = "Python client",
        app_version: str = "0.1.0",
        knows: Mapping[str, int] = sync.KNOWN_ENTITIES,
    ) -> None:
        """Open this person's database at `path`, or make it.

        `knows` is the entities that the program uses, each with a number that grows with the fields that it uses.
        """
        self.store = Store(path)
        self._clock = clock
        self._rng = rng or random.SystemRandom()
        self._outbox = Outbox(self.store)
        self._session = Session(store=self.store, transport=transport)
        self.contents = Contents(store=self.store, session=self._session, clock=clock)
        self._device_name = device_name
        self._app_version = app_version
        self._knows = knows
        self._syncing = threading.Lock()
        if self.store.setting("device_id") is None:
            self.store.save(device_id=self.new_id())
        self.loop = SyncLoop(sync=self.sync, rng=self._rng)
        self.live = LiveReader(session=self._session, loop=self.loop, rng=self._rng)
        self.uploads = SyncLoop(sync=self.contents.send, rng=self._rng)

    def close(self) -> None:
        """Close the database; nothing needs saving."""
        self.store.close()

    def now(self) -> datetime:
        """Return the time by this device's clock."""
        return self._clock()

    def new_id(self) -> str:
        """Return an id for a new record."""
        return new_id(at=self._clock(), rng=self._rng)

    # Who

    @property
    def user(self) -> Json | None:
        """The person this database belongs to, or None before the first sign-in."""
        return self._session.user

    @property
    def organisation(self) -> Json | None:
        """The organisation as the last sign-in described it: currency, time zone and so on."""
        organisation: Json | None = self.store.setting("organisation")
        return organisation

    def sign_in(self, *, email: str, password: str, organisation: str | None = None) -> None:
        """Sign in; `organisation` is its slug and needed only where the server asks for it.

        Raises:
            Refused: wrong password (401), or `auth.organisation_required` (409).
            OtherUser: this database holds another person's work.
            Temporary: no answer.
        """
        device = {"id": self.store.setting("device_id"), "name": self._device_name, "platform": "python"}
        answer = self._session.sign_in(email=email, password=password, organisation=organisation, device=device)
        if answer["device"]["next_seq"] > self.store.setting("next_seq", 1):
            # The server remembers more than this database: it was restored from an old copy.
            self._outbox.renumber(next_seq=answer["device"]["next_seq"])
        self.loop.wake()

    def sign_out(self) -> None:
        """Revoke this device's tokens. What was not sent stays here and is sent after the next sign-in.

        Raises:
            Temporary: no answer; the person is still signed in.
        """
        self._session.sign_out()

    # Reading

    def find_document(self, *, entity: str, id: str) -> Document | None:
        """Return a record with everything this person did to it, or None if this device does not hold it."""
        return self.store.find_document(entity=entity, id=id)

    def list_documents(self, *, entity: str, **fields: str | float | None) -> list[Document]:
        """Return the records whose top-level fields have these values, oldest first."""
        return self.store.list_documents(entity=entity, **fields)

    def status(self) -> Status:
        """Return what a person is always shown about syncing."""
        pulled_at = self.store.setting("pulled_at")
        return Status(
            online=self.loop.online,
            unsent=self._outbox.unsent(),
            needs_attention=len(self._outbox.needs_attention()),
            photos_waiting=self.contents.waiting(),
            since_pull=self._clock() - datetime.fromisoformat(pulled_at) if pulled_at else None,
            progress=self.store.setting("progress"),
            ready=self.store.setting("ready", False),
        )

    # Acting

    def do(self, action: Action) -> str:
        """Capture an action of `mobile_client.actions`; return the id of the mutation."""
        return self.capture(name=action.name, args=action.args, effects=action.effects, occurred_at=action.at)

    def capture(
        self,
        *,
        name: str,
        args: Json,
        effects: Iterable[Effect] = (),
        occurred_at: datetime | None = None,
        replaces: str | None = None,
    ) -> str:
        """Keep what the person did and show it, in one local transaction; return the id of the mutation.

        `replaces` is the rejected mutation that it mends, which goes.

        Raises:
            MutationTooLarge: it would not fit into a push.
            NotInNeedOfAttention: `replaces` was not rejected.
        """
        id = self.new_id()
        with self.store.transaction():
            if replaces is not None:
                self._outbox.take_out(id=replaces, states={"rejected"})
            self._outbox.append(
                id=id,
                name=name,
                args=args,
                effects=effects,
                base_rev=self.store.setting("checkpoint", 0),
                occurred_at=wire_time(occurred_at or self._clock()),
                replaces=replaces,
            )
        self.loop.wake()
        return id

    def attach(
        self,
        content: bytes,
        *,
        entity: str,
        record_id: str,
        media_type: str,
        name: str,
        kind: str = "photo",
        width: int | None = None,
        height: int | None = None,
    ) -> str:
        """Attach a photo, a signature or a file to a record; return the id of the attachment.

        The content is sent by `contents.send`, or in the background while the client is `running`.

        Raises:
            NothingToAttachTo: this device does not hold the record.
        """
        record = self.find_document(entity=entity, id=record_id)
        if record is None or self.user is None:
            raise NothingToAttachTo(f"{entity} {record_id}")
        id = self.new_id()
        with self.store.transaction():
            sha256 = self.contents.keep(content, media_type=media_type)
            self.do(
                add_attachment(
                    id=id,
                    record=record,
                    entity=entity,
                    sha256=sha256,
                    size=len(content),
                    media_type=media_type,
                    name=name,
                    created_by_id=self.user["id"],
                    at=self.now(),
                    kind=kind,
                    width=width,
                    height=height,
                )
            )
        self.uploads.wake()
        return id

    def needs_attention(self) -> list[Attention]:
        """Return what was rejected, failed or merged, oldest first."""
        return self._outbox.needs_attention()

    def mend(self, *, id: str, action: Action) -> str:
        """Send a rejected mutation again in a mended form; return the id of the new mutation that takes its place.

        Raises:
            NotInNeedOfAttention: it was not rejected. (A failed one may still be replayed: mending it would do it
                twice.)
        """
        return self.capture(
            name=action.name, args=action.args, effects=action.effects, occurred_at=action.at, replaces=id
        )

    def discard(self, *, id: str) -> None:
        """Give up a rejected or failed mutation, or acknowledge a merged one.

        Raises:
            NotInNeedOfAttention: it is none of these.
        """
        self._outbox.take_out(id=id, states={"rejected", "failed", "merged"})

    # Syncing

    def push(self) -> int:
        """Send what was not sent; return how many mutations were answered. Raises as `sync` does."""
        with self._syncing, self._leaving_if_revoked():
            return sync.push(
                store=self.store,
                outbox=self._outbox,
                session=self._session,
                contents=self.contents,
                clock=self._clock,
                app_version=self._app_version,
            )

    def pull(self, *, verify: bool = False) -> int:
        """Fetch what changed; return the number of changes. Raises as `sync` does.

        `verify` compares the checksums of all buckets, not only of those that changed.
        """
        with self._syncing, self._leaving_if_revoked():
            return sync.pull(
                store=self.store,
                outbox=self._outbox,
                session=self._session,
                clock=self._clock,
                knows=self._knows,
                verify=verify,
            )

    def sync(self) -> None:
        """Push, then pull; twice if the pull found something that is to be sent again.

        Raises:
            Temporary: no answer, or not now; everything is kept, try again.
            SignInNeeded: the person has to sign in again; everything is kept.
            DeviceRevoked: everything was handed in and deleted here.
            UpgradeRequired: this version can push, but not pull any more.
            Refused: the server refused the request as a whole.
        """
        self.push()
        self.pull()
        if self._outbox.unsent():
            # The server went back to a backup: what it may have forgotten goes at once.
            self.push()
            self.pull()

    @contextmanager
    def _leaving_if_revoked(self) -> Iterator[None]:
        try:
            yield
        except DeviceRevoked as revoked:
            if revoked.hand_in_token is None:
                raise
            sync.hand_in(
                store=self.store,
                outbox=self._outbox,
                session=self._session,
                contents=self.contents,
                clock=self._clock,
                app_version=self._app_version,
                hand_in_token=revoked.hand_in_token,
            )
            raise

    @contextmanager
    def running(self) -> Iterator[None]:
        """Sync in the background, live while the server offers it, until the block ends."""
        stop = threading.Event()
        threads = [
            threading.Thread(target=work, kwargs={"stop": stop}, daemon=True)
            for work in (self.loop.run, self.live.run, self.uploads.run)
        ]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            stop.set()
            self.loop.wake()
            self.uploads.wake()
            self.live.close()
            for thread in threads:
                thread.join()

    def pulled_documents(self) -> dict[Key, Document]:
        """Return all documents as the server sent them, without the overlay: to compare devices with each other."""
        return self.store.pulled_documents()
