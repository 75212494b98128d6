"""The line between one device and the server. It loses, doubles and delays, and notes what it carries."""

from collections import deque
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager

from mobile_client import Response, Stream, Transport, Unreachable
from mobile_client.transport import Json

FAULTS = ("request lost", "answer lost", "duplicated", "duplicated late", "delayed")

Watch = Callable[[str, Json, Response], None]
Late = Callable[[], None]


class Network:
    """Each request meets the next of `plan`, a list of faults and Nones; then all go well.

    What is delayed, or comes a second time later, is put into `late`, for the test to deliver in whatever order it
    likes. `watch` sees every answer that the server gave, also those that never arrive.
    """

    def __init__(self, inner: Transport, *, late: list[Late], watch: Watch) -> None:
        self._inner, self._late, self._watch = inner, late, watch
        self.plan: deque[str | None] = deque()

    def expect(self, faults: Iterable[str | None]) -> None:
        """From now on, meet these."""
        self.plan = deque(faults)

    def request(self, method: str, path: str, body: Json | None, *, token: str | None = None) -> Response:
        def deliver() -> Response:
            response = self._inner.request(method, path, body, token=token)
            self._watch(path, body or {}, response)
            return response

        match self.plan.popleft() if self.plan else None:
            case "request lost":
                raise Unreachable("the request was lost")
            case "answer lost":
                deliver()
                raise Unreachable("the answer was lost")
            case "delayed":
                self._late.append(lambda: _anyhow(deliver))
                raise Unreachable("the request is on its way")
            case "duplicated":
                deliver()
                return deliver()
            case "duplicated late":
                self._late.append(lambda: _anyhow(deliver))
                return deliver()
            case _:
                return deliver()

    def send(
        self, method: str, path: str, *, content: bytes, headers: Mapping[str, str], token: str | None = None
    ) -> Response:
        return self._inner.send(method, path, content=content, headers=headers, token=token)

    def stream(self, path: str, *, token: str | None = None) -> AbstractContextManager[Stream]:
        return self._inner.stream(path, token=token)


def _anyhow(deliver: Callable[[], Response]) -> None:
    """Nobody waits for the answer to a message that comes late."""
    try:
        deliver()
    except Unreachable:
        return
