"""The boundary to the network: everything above it can be tested with a transport that loses and repeats messages."""

import json
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

import urllib3

from .errors import ServerBusy, SignInNeeded, Unreachable

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Response:
    """An answer of the server. `body` is the JSON object in it, `retry_after_s` the pause that it asks for."""

    status: int
    body: Json = field(default_factory=dict)
    retry_after_s: float | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


class Stream(Protocol):
    """An open line-by-line answer."""

    def lines(self) -> Iterator[str]:
        """Yield lines until the server ends the answer or the connection breaks."""
        ...

    def close(self) -> None:
        """End the stream; a `lines` that waits in another thread ends too."""
        ...


class Transport(Protocol):
    """Sends one request and brings its answer."""

    def request(self, method: str, path: str, body: Json | None, *, token: str | None = None) -> Response:
        """Send `body` as JSON to `path` (below `/api/v1`), signed with the access token if there is one.

        Raises:
            Unreachable: no usable answer came.
        """
        ...

    def send(
        self, method: str, path: str, *, content: bytes, headers: Mapping[str, str], token: str | None = None
    ) -> Response:
        """Send bytes to `path` with further headers.

        Raises:
            Unreachable: no answer came.
        """
        ...

    def stream(self, path: str, *, token: str | None = None) -> AbstractContextManager[Stream]:
        """Open a `text/event-stream`.

        Raises:
            Unreachable: no connection.
            SignInNeeded: the token is of no use (401).
            ServerBusy: the server has no stream to give (503).
        """
        ...


class HttpTransport:
    """Talks HTTP to the server at `address`, such as `https://fieldbook.example`. Safe to use from several threads."""

    def __init__(self, address: str, *, timeout_s: float = 30.0, stream_timeout_s: float = 45.0) -> None:
        """`stream_timeout_s` is how long a live stream may be silent: three heartbeats of the server."""
        self._root = address.rstrip("/") + "/api/v1"
        self._pool = urllib3.PoolManager(retries=False, timeout=timeout_s)
        self._stream_timeout_s = stream_timeout_s

    def request(self, method: str, path: str, body: Json | None, *, token: str | None = None) -> Response:
        headers = _headers(token) | urllib3.make_headers(accept_encoding=True)
        try:
            answer = self._pool.request(method, self._root + path, json=body, headers=headers, redirect=False)
            parsed = _json_object(answer.data)
        except urllib3.exceptions.HTTPError as error:
            raise Unreachable(str(error)) from error
        if parsed is None and answer.status < 400 and answer.status != 204:
            # The log-in page of a hotel's network answers 200 to everything.
            raise Unreachable(f"{answer.status} without a JSON object: this is not the server")
        return Response(status=answer.status, body=parsed or {}, retry_after_s=_retry_after_s(answer.headers))

    def send(
        self, method: str, path: str, *, content: bytes, headers: Mapping[str, str], token: str | None = None
    ) -> Response:
        all_headers = {**_headers(token), **headers}
        try:
            answer = self._pool.request(method, self._root + path, body=content, headers=all_headers, redirect=False)
            body = _json_object(answer.data) or {}
        except urllib3.exceptions.HTTPError as error:
            raise Unreachable(str(error)) from error
        return Response(
            status=answer.status, body=body, retry_after_s=_retry_after_s(answer.headers), headers=answer.headers
        )

    @contextmanager
    def stream(self, path: str, *, token: str | None = None) -> Iterator[Stream]:
        try:
            answer = self._pool.request(
                "GET",
                self._root + path,
                headers=_headers(token) | {"Accept": "text/event-stream"},
                preload_content=False,
                timeout=self._stream_timeout_s,
            )
        except urllib3.exceptions.HTTPError as error:
            raise Unreachable(str(error)) from error
        try:
            if answer.status == 401:
                raise SignInNeeded("http.401")
            if answer.status != 200:
                raise ServerBusy(f"{answer.status} for {path}", retry_after_s=_retry_after_s(answer.headers))
            yield _HttpStream(answer)
        finally:
            answer.close()


class _HttpStream:
    def __init__(self, answer: urllib3.BaseHTTPResponse) -> None:
        self._answer = answer

    def lines(self) -> Iterator[str]:
        rest = b""
        try:
            # read1 gives what has arrived; read would wait for a full buffer and hold the poke back.
            while piece := self._answer.read1():
                *complete, rest = (rest + piece).split(b"\n")
                yield from (line.decode(errors="replace").rstrip("\r") for line in complete)
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise Unreachable(str(error)) from error

    def close(self) -> None:
        self._answer.shutdown()


def _headers(token: str | None) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


def _json_object(data: bytes) -> Json | None:
    try:
        parsed = json.loads(data)
    except ValueError:
        return None
    return parsed if isinstance(parsed, dict) else None


def _retry_after_s(headers: Mapping[str, str]) -> float | None:
    value = headers.get("Retry-After", "")
    return float(value) if value.isdecimal() else None
