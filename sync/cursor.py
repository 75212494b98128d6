"""The pull cursor: how far a device is in each of its buckets. Opaque to the device, never trusted, never an error."""

import base64
import binascii
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson

Position = tuple[int, UUID]
"""The last entry that was sent: its revision and the record's id."""

NOTHING_AFTER = UUID(int=2**128 - 1)
BEFORE_ALL = UUID(int=0)
MAX_BYTES = 1_000_000
"""A cursor is unpacked to no more than this."""
MAX_NUMBER = 2**62


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """`checkpoint` is the revision that this round leads to; None between rounds.

    `base` is the revision up to which all `buckets` are complete; `partial` holds the positions of those that are not.
    `learning` holds, for entities that the device has come to know, how far their documents were sent again, by bucket.
    """

    server_id: str
    base: int
    buckets: frozenset[str]
    partial: dict[str, Position] = field(default_factory=dict)
    checkpoint: int | None = None
    sent: int = 0
    """Entries sent so far in this round."""
    learn: frozenset[str] = frozenset()
    learning: dict[str, Position] = field(default_factory=dict)

    def position(self, bucket: str) -> Position:
        """Return where to go on in `bucket`; a bucket that the device does not have starts at zero."""
        if bucket in self.partial:
            return self.partial[bucket]
        return (self.base, NOTHING_AFTER) if bucket in self.buckets else (0, BEFORE_ALL)

    def encode(self) -> str:
        """Return the text that the device sends back."""
        body = [
            self.server_id,
            self.base,
            sorted(self.buckets),
            _on_the_wire(self.partial),
            self.checkpoint,
            self.sent,
            sorted(self.learn),
            _on_the_wire(self.learning),
        ]
        return base64.urlsafe_b64encode(zlib.compress(orjson.dumps(body), 6)).decode()

    @classmethod
    def decode(cls, text: str | None) -> "Cursor | None":
        """Return the cursor, or None if there is none or it cannot be read."""
        if not text:
            return None
        try:
            unpacked = zlib.decompressobj().decompress(base64.urlsafe_b64decode(text), MAX_BYTES)
            server_id, base, buckets, partial, checkpoint, sent, learn, learning = orjson.loads(unpacked)
            return cls(
                server_id=str(server_id),
                base=_whole(base),
                buckets=frozenset(str(bucket) for bucket in buckets),
                partial=_positions(partial),
                checkpoint=None if checkpoint is None else _whole(checkpoint),
                sent=_whole(sent),
                learn=frozenset(str(entity) for entity in learn),
                learning=_positions(learning),
            )
        except (ValueError, TypeError, AttributeError, binascii.Error, zlib.error):
            return None

    @property
    def reached(self) -> int:
        """The highest revision that it speaks of."""
        positions = [*self.partial.values(), *self.learning.values()]
        return max([self.base, self.checkpoint or 0, *(at for at, _ in positions)])


def _on_the_wire(positions: Mapping[str, Position]) -> dict[str, list[int | str]]:
    return {bucket: [rev, str(record_id)] for bucket, (rev, record_id) in positions.items()}


def _positions(found: Mapping[str, Any]) -> dict[str, Position]:
    return {str(bucket): (_whole(rev), UUID(record_id)) for bucket, (rev, record_id) in found.items()}


def _whole(value: object) -> int:
    if not isinstance(value, int) or not 0 <= value <= MAX_NUMBER:
        raise ValueError("not a revision")
    return value
