"""A device on the wire, reduced to what a server has to do for it: no parsing, no storing, one connection kept open.

What is measured is the server. A pull is counted from the first byte sent to the last byte read; of its answer only the
cursor and whether there is more are looked for, in the end of the body (after decompression, if it was compressed).
"""

import http.client
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import orjson
import zstandard

from bench.installation import Server
from bench.organisation import PASSWORD
from domain.kernel.ids import new_id

_CURSOR = re.compile(rb'"cursor":"([^"]*)"')
_TAIL = 20_000
"""The end of an answer, behind its changes: cursor, checksums and so on."""

Command = tuple[str, dict[str, Any]]
"""The name of a mutation, and its arguments."""


class Busy(RuntimeError):
    """The server asks to come again after `retry_after_s` seconds."""

    def __init__(self, reason: str, *, retry_after_s: float) -> None:
        super().__init__(f"{reason}: come again in {retry_after_s} s")
        self.retry_after_s = retry_after_s


@dataclass(frozen=True, kw_only=True)
class Page:
    """An answer to a pull: how many bytes came, and where to go on."""

    bytes_received: int
    cursor: str
    more: bool
    body: bytes

    @property
    def changes(self) -> int:
        """How many changes it carries."""
        return len(orjson.loads(self.body)["changes"])

    @property
    def checkpoint(self) -> int:
        """The revision to which the round leads."""
        checkpoint: int = orjson.loads(self.body)["checkpoint"]
        return checkpoint


class Device:
    """Somebody's phone."""

    def __init__(self, server: Server, *, email: str) -> None:
        """Sign in."""
        self._connection = http.client.HTTPConnection(server.host, server.port, timeout=120)
        self._headers = {"Content-Type": "application/json"}
        device = {"id": str(new_id()), "name": "bench", "platform": "other"}
        answer = orjson.loads(
            self._post("/auth/login", orjson.dumps({"email": email, "password": PASSWORD, "device": device}))
        )
        self._headers["Authorization"] = f"Bearer {answer['access_token']}"
        self.next_seq: int = answer["device"]["next_seq"]
        self.user_id: str = answer["user"]["id"]

    @property
    def authorization(self) -> str:
        """The header that says who asks."""
        return self._headers["Authorization"]

    def pull(self, cursor: str | None, *, limit: int = 1000, zstd: bool = False) -> Page:
        """Fetch one page."""
        asked = orjson.dumps({"schema_version": 1, "cursor": cursor, "limit": limit})
        received = self._post("/sync/pull", asked, accept="zstd" if zstd else "identity")
        body = zstandard.decompress(received) if zstd and received[:1] != b"{" else received
        tail = body[-_TAIL:]
        if _CURSOR.search(tail) is None:
            tail = body  # with very many receipts
        found = _CURSOR.search(tail)
        if found is None:
            raise RuntimeError(f"not an answer to a pull: {body[:500]!r}")
        more = b'"more":true' in tail
        return Page(bytes_received=len(received), cursor=found[1].decode(), more=more, body=body)

    def pages(self, *, zstd: bool = False) -> Iterator[Page]:
        """Fetch everything, page by page. None is kept: a program that grows is slower by itself."""
        page = self.pull(None, zstd=zstd)
        yield page
        while page.more:
            page = self.pull(page.cursor, zstd=zstd)
            yield page

    def pull_all(self) -> Page:
        """Fetch everything and return the last page."""
        [last] = deque(self.pages(), maxlen=1)
        return last

    def prepare_push(self, *commands: Command, base_rev: int = 0) -> bytes:
        """Return the body of a push of these commands (name and arguments), numbered as the next ones."""
        now = datetime.now(UTC)
        mutations = [
            {"id": new_id(), "seq": seq, "name": name, "args": args, "base_rev": base_rev, "occurred_at": now,
             "app_version": "bench"}
            for seq, (name, args) in enumerate(commands, start=self.next_seq)
        ]  # fmt: skip
        self.next_seq += len(commands)
        return orjson.dumps({"mutations": mutations, "sent_at": now})

    def push(self, body: bytes) -> bytes:
        """Send a prepared push and return the answer as it came."""
        return self._post("/sync/push", body)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _post(self, path: str, body: bytes, *, accept: str = "identity") -> bytes:
        self._connection.request("POST", f"/api/v1{path}", body, {**self._headers, "Accept-Encoding": accept})
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status in (429, 503):
            raise Busy(f"{answer.status} for {path}", retry_after_s=float(answer.headers["Retry-After"]))
        if answer.status != 200:
            raise RuntimeError(f"{answer.status} for {path}: {content[:500]!r}")
        return content


def all_applied(answer: bytes) -> bool:
    """Tell whether every mutation of a push was applied."""
    return all(result["status"] == "applied" for result in orjson.loads(answer)["results"])
