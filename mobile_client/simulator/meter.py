"""What the server answered to all phones, and how fast."""

import math
import threading
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from time import perf_counter

from mobile_client.errors import Unreachable
from mobile_client.transport import Json, Response, Stream, Transport

EXPECTED = {"auth.token_expired"}
"""Part of a normal day: the client refreshes its token and goes on."""


class Meter:
    """Counts for a whole fleet. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.seconds: dict[str, list[float]] = defaultdict(list)
        """Path of the request → how long each took, from sending to the parsed answer."""
        self.errors: Counter[str] = Counter()
        """Path and code of each answer that was an error, and of each that did not come."""
        self.mutations: Counter[str] = Counter()
        """Status in the answer to a push → mutations."""
        self.documents = 0
        """Changes that were pulled."""

    def clear(self) -> None:
        """Begin to count anew."""
        with self._lock:
            self.seconds.clear()
            self.errors.clear()
            self.mutations.clear()
            self.documents = 0

    def note(self, path: str, seconds: float, response: Response) -> None:
        """Count a request and its answer."""
        code = response.body.get("code") or f"http.{response.status}"
        with self._lock:
            self.seconds[path].append(seconds)
            if response.status >= 400:
                if code not in EXPECTED:
                    self.errors[f"{path} {response.status} {code}"] += 1
            elif path == "/sync/push":
                self.mutations.update(result["status"] for result in response.body["results"])
            elif path == "/sync/pull":
                self.documents += len(response.body["changes"])

    def note_silence(self, path: str) -> None:
        """Count a request to which no answer came."""
        with self._lock:
            self.errors[f"{path} unreachable"] += 1


class Metered:
    """A transport whose requests are counted."""

    def __init__(self, inner: Transport, *, meter: Meter) -> None:
        self._inner, self._meter = inner, meter

    def request(self, method: str, path: str, body: Json | None, *, token: str | None = None) -> Response:
        began = perf_counter()
        try:
            response = self._inner.request(method, path, body, token=token)
        except Unreachable:
            self._meter.note_silence(_without_query(path))
            raise
        self._meter.note(_without_query(path), perf_counter() - began, response)
        return response

    def send(
        self, method: str, path: str, *, content: bytes, headers: Mapping[str, str], token: str | None = None
    ) -> Response:
        return self._inner.send(method, path, content=content, headers=headers, token=token)

    def stream(self, path: str, *, token: str | None = None) -> AbstractContextManager[Stream]:
        return self._inner.stream(path, token=token)


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the value that `percent` of a hundred do not exceed (nearest rank).

    Raises:
        ValueError: there are no values.
    """
    if not values:
        raise ValueError("no values")
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]


def _without_query(path: str) -> str:
    return path.partition("?")[0]
