"""Objects as files of a folder. Every machine that answers requests must see the same folder."""

import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from domain.attachments.storage import ObjectMissing

READ_BYTES = 256 * 1024
UNFINISHED = ".unfinished"


class FolderStorage:
    """Keeps each object in a file below `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, key: str, pieces: Iterable[bytes]) -> None:
        """Write the object; it appears under its name once it is whole and on the disk."""
        path = self._folder / key
        if not path.parent.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            for folder in (path.parent.parent, path.parent.parent.parent):
                _to_disk(folder)
        draft = path.with_name(path.name + UNFINISHED)
        try:
            with draft.open("xb") as file:
                for piece in pieces:
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            draft.rename(path)
        except BaseException:
            with suppress(FileNotFoundError):
                draft.unlink()
            raise
        _to_disk(path.parent)

    def read(self, key: str, *, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        """Return the bytes from `start` up to `stop`, in pieces."""
        path = self._folder / key
        if not path.is_file():
            raise ObjectMissing(key)
        return _pieces(path, start, stop)

    def delete(self, keys: Iterable[str]) -> None:
        """Remove the files."""
        for key in keys:
            with suppress(FileNotFoundError):
                (self._folder / key).unlink()

    def list_keys(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        """Return the files below the folder `prefix`."""
        for path in (self._folder / prefix).rglob("*"):
            with suppress(FileNotFoundError):
                if path.is_file():
                    modified = datetime.fromtimestamp(path.stat().st_mtime, UTC)
                    yield path.relative_to(self._folder).as_posix(), modified


def _pieces(path: Path, start: int, stop: int | None) -> Iterator[bytes]:
    with path.open("rb") as file:
        file.seek(start)
        left = READ_BYTES if stop is None else stop - start
        while piece := file.read(min(READ_BYTES, left)):
            if stop is not None:
                left -= len(piece)
            yield piece


def _to_disk(folder: Path) -> None:
    """Write the folder's entries to the disk: a file's own `fsync` does not say under which name it is found."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
