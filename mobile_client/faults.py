"""A bad network to put between a client and its transport: for tests and for the simulator.

Each wrapper asks `hits(method, path)` at every request whether it strikes:

    LoseAnswer(HttpTransport(address), hits=times(1, path="/sync/push"))
    LoseRequest(HttpTransport(address), hits=chance(0.2, rng=rng))
"""

import random
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import AbstractContextManager

from .errors import Unreachable
from .transport import Json, Response, Stream, Transport

Hits = Callable[[str, str], bool]


def always(_method: str, _path: str) -> bool:
    """Strike at every request."""
    return True


def times(count: int, *, path: str) -> Hits:
    """Strike at the first `count` requests to `path`, then never again."""
    left = count

    def hits(_method: str, requested: str) -> bool:
        nonlocal left
        if left == 0 or not requested.startswith(path):
            return False
        left -= 1
        return True

    return hits


def chance(probability: float, *, rng: random.Random) -> Hits:
    """Strike at each request with this probability (0 to 1)."""
    return lambda _method, _path: rng.random() < probability


class Fault(ABC):
    """Passes everything on; the wrappers below change what happens to a request that is hit."""

    def __init__(self, inner: Transport, *, hits: Hits = always) -> None:
        self._inner = inner
        self._hits = hits

    def request(self, method: str, path: str, body: Json | None, *, token: str | None = None) -> Response:
        if self._hits(method, path):
            return self._strike(method, path, body, token=token)
        return self._inner.request(method, path, body, token=token)

    def stream(self, path: str, *, token: str | None = None) -> AbstractContextManager[Stream]:
        if self._hits("GET", path):
            raise Unreachable("the connection was lost")
        return self._inner.stream(path, token=token)

    @abstractmethod
    def _strike(self, method: str, path: str, body: Json | None, *, token: str | None) -> Response:
        """Do what happens to a request that is hit."""


class LoseRequest(Fault):
    """The request never reaches the server. With the default `hits`: no signal at all."""

    def _strike(self, method: str, path: str, body: Json | None, *, token: str | None) -> Response:  # noqa: ARG002
        raise Unreachable("the request was lost")


class LoseAnswer(Fault):
    """The server does what was asked, but its answer never arrives."""

    def _strike(self, method: str, path: str, body: Json | None, *, token: str | None) -> Response:
        self._inner.request(method, path, body, token=token)
        raise Unreachable("the answer was lost")


class Duplicate(Fault):
    """The network delivers the request twice; the second answer arrives."""

    def _strike(self, method: str, path: str, body: Json | None, *, token: str | None) -> Response:
        self._inner.request(method, path, body, token=token)
        return self._inner.request(method, path, body, token=token)


class DuplicateLate(Fault):
    """The network delivers the request, and delivers it again after the next request has been answered."""

    def __init__(self, inner: Transport, *, hits: Hits = always) -> None:
        super().__init__(inner, hits=hits)
        self._late: Callable[[], Response] | None = None

    def request(self, method: str, path: str, body: Json | None, *, token: str | None = None) -> Response:
        late, self._late = self._late, None
        response = super().request(method, path, body, token=token)
        if late:
            late()
        return response

    def _strike(self, method: str, path: str, body: Json | None, *, token: str | None) -> Response:
        self._late = lambda: self._inner.request(method, path, body, token=token)
        return self._inner.request(method, path, body, token=token)
