"""Pokes: tells connected devices that their organisation has a new revision. A poke carries no data.

One connection per process listens for the revisions that `sync_write` announces, and hands them to the streams of
this process.
Works with threads and, after gevent has patched the standard library, with greenlets.
"""

import queue
import threading
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import UUID

import psycopg
import structlog

CHANNEL = "fieldbook_revision"
HEARTBEAT_S = 15
RECONNECT_S = 1.0
MOST_PER_PERSON = 12
"""One person's tabs cannot take all places; where there are few, not more than half of them."""

Box = queue.SimpleQueue[int | None]

log = structlog.get_logger(__name__)


class TooManyStreams(Exception):
    """This process serves as many live streams as it may. The device polls instead."""


class Pokes:
    """The streams of one process."""

    def __init__(self, *, conninfo: str, most: int) -> None:
        self._conninfo, self._most = conninfo, most
        self._streams: dict[UUID, dict[Box, frozenset[str]]] = defaultdict(dict)
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closing = threading.Event()

    @property
    def open_streams(self) -> int:
        """How many streams there are."""
        return sum(len(streams) for streams in self._streams.values())

    @contextmanager
    def subscribe(self, org_id: UUID, buckets: Sequence[str]) -> Iterator[Box]:
        """Give a queue that receives the revisions in which something changed in `buckets`, and None when the server
        stops or the person opens more streams than one may have. The first bucket is the person's own.

        Raises:
            TooManyStreams: there is no place, or the server is stopping.
        """
        box: Box = queue.SimpleQueue()
        with self._lock:
            self._end_surplus(org_id, own_bucket=buckets[0])
            if self._closing.is_set() or self.open_streams >= self._most:
                raise TooManyStreams
            self._streams[org_id][box] = frozenset(buckets)
            if self._thread is None:
                self._thread = threading.Thread(target=self._listen, name="pokes", daemon=True)
                self._thread.start()
        try:
            yield box
        finally:
            with self._lock:
                self._remove(org_id, box)

    def _end_surplus(self, org_id: UUID, *, own_bucket: str) -> None:
        """Make room for another stream of a person: the oldest goes, of which the phone may long have lost sight."""
        open_ones = [box for box, buckets in self._streams.get(org_id, {}).items() if own_bucket in buckets]
        surplus = len(open_ones) + 1 - min(MOST_PER_PERSON, max(1, self._most // 2))
        for box in open_ones[: max(0, surplus)]:
            box.put(None)
            self._remove(org_id, box)

    def _remove(self, org_id: UUID, box: Box) -> None:
        streams = self._streams.get(org_id, {})
        streams.pop(box, None)
        if not streams:
            self._streams.pop(org_id, None)

    def close(self) -> None:
        """End every stream; devices reconnect elsewhere."""
        self._closing.set()
        with self._lock:
            for streams in self._streams.values():
                for box in streams:
                    box.put(None)

    def _listen(self) -> None:
        while not self._closing.is_set():
            try:
                with psycopg.connect(self._conninfo, autocommit=True) as connection:
                    connection.execute(f"listen {CHANNEL}")
                    # What was committed while nobody listened: a poke too many costs a pull, one too few costs
                    # freshness.
                    self._poke_all()
                    while not self._closing.is_set():
                        for notice in connection.notifies(timeout=1.0):
                            org_id, revision, *buckets = notice.payload.split(" ")
                            self._poke(UUID(org_id), int(revision), buckets[0].split(",") if buckets else None)
            except psycopg.OperationalError as error:
                log.warning("sync.live.reconnecting", error=type(error).__name__)
                self._closing.wait(RECONNECT_S)

    def _poke(self, org_id: UUID, revision: int, buckets: Sequence[str] | None) -> None:
        """Tell those who hold one of the buckets; without a list, all of the organisation."""
        with self._lock:
            for box, its_buckets in self._streams.get(org_id, {}).items():
                if buckets is None or not its_buckets.isdisjoint(buckets):
                    box.put(revision)

    def _poke_all(self) -> None:
        with self._lock:
            for streams in self._streams.values():
                for box in streams:
                    box.put(0)


def events(box: Box) -> Iterator[bytes]:
    """Yield server-sent events until the server stops. Several revisions at once are one poke."""
    yield b": welcome\n\n"
    while True:
        try:
            revision = box.get(timeout=HEARTBEAT_S)
        except queue.Empty:
            yield b": still here\n\n"
            continue
        while revision is not None and not box.empty():
            revision = box.get()
        if revision is None:
            yield b"event: bye\ndata: {}\n\n"
            return
        yield b'event: poke\ndata: {"rev": %d}\n\n' % revision
