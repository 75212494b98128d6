"""Bugs that our code might have."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from api.composition import REGISTRY


@contextmanager
def broken(name: str, error: type[Exception] = KeyError) -> Iterator[None]:
    """A bug in a command, as long as nobody mends it."""

    def handle(*_: Any, **__: Any) -> Any:
        raise error("warehouse")

    sound = REGISTRY.commands[name]
    REGISTRY.commands[name] = replace(sound, handle=handle, prepare=None)
    try:
        yield
    finally:
        REGISTRY.commands[name] = sound
