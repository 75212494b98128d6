"""A bad network to put between a client and its transport: for tests and for the simulator.

Each wrapper asks `hits(method, path)` at every request whether it strikes:

    LoseAnswer(HttpTransport(address), hits=times(1, path="/sync/push"))
    LoseRequest(HttpTransport(address), hits=chance(0.2, rng=rng))
"""

import random
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from functools import partial

from .errors import Unreachable
from .transport import Json, Response, Stream, Transport

Hits = Callable[[str, str], bool]
Deliver = Callable[[], Response]


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
        return self._pass_on(method, path, partial(self._inner.request, method, path, body, token=token))

    def send(
        self, method: str, path: str, *, content: bytes, headers: Mapping[str, str], token: str | None = None
    ) -> Response:
        deliver = partial(self._inner.send, method, path, content=content, headers=headers, token=token)
        return self._pass_on(method, path, deliver)

    def stream(self, path: str, *, token: str | None = None) -> AbstractContextManager[Stream]:
        if self._hits("GET", path):
            raise Unreachable("the connection was lost")
        return self._inner.stream(path, token=token)

    def _pass_on(self, method: str, path: str, deliver: Deliver) -> Response:
        return self._strike(deliver) if self._hits(method, path) else deliver()

    @abstractmethod
    def _strike(self, deliver: Deliver) -> Response:
        """Do what happens to a request that is hit. `deliver` brings it to the server and returns the answer."""


class LoseRequest(Fault):
    """The request never reaches the server. With the default `hits`: no signal at all."""

    def _strike(self, deliver: Deliver) -> Response:  # noqa: ARG002 - it is not delivered
        raise Unreachable("the request was lost")


class LoseAnswer(Fault):
    """The server does what was asked, but its answer never arrives."""

    def _strike(self, deliver: Deliver) -> Response:
        deliver()
        raise Unreachable("the answer was lost")


class Duplicate(Fault):
    """The network delivers the request twice; the second answer arrives."""

    def _strike(self, deliver: Deliver) -> Response:
        deliver()
        return deliver()


class DuplicateLate(Fault):
    """The network delivers the request, and delivers it again after the next request has been answered."""

    def __init__(self, inner: Transport, *, hits: Hits = always) -> None:
        super().__init__(inner, hits=hits)
        self._late: Deliver | None = None

    def _pass_on(self, method: str, path: str, deliver: Deliver) -> Response:
        late, self._late = self._late, None
        response = super()._pass_on(method, path, deliver)
        if late:
            late()
        return response

    def _strike(self, deliver: Deliver) -> Response:
        self._late = deliver
        return deliver()
