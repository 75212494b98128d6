"""Where contents are kept: one small interface, so that the domain knows no vendor. Behind it is `api/storage`."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Protocol


class ObjectMissing(Exception):
    """The storage has no object of this key."""


class Storage(Protocol):
    """Keeps objects of bytes. A key is written once and never again."""

    def put(self, key: str, pieces: Iterable[bytes]) -> None:
        """Keep the pieces as one object. When this returns they survive a crash; before, there is no such object."""

    def read(self, key: str, *, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Return the bytes from `start` up to `stop`, in pieces.

        Raises:
            ObjectMissing: at once, not at the first piece.
        """

    def delete(self, keys: Iterable[str]) -> None:
        """Forget the objects. One that is not there counts as forgotten."""

    def list_keys(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        """Return the keys below the folder `prefix` and when they were written, rests of broken writes included."""
