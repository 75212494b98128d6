"""A real Fieldbook on loopback: `fieldbook serve` in its own folder, and what people do there from other doors."""

import os
import signal
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any, LiteralString, Self

import psycopg
import urllib3

from api.runtime.postgres import OWNER_ROLE, EmbeddedPostgres

PASSWORD = "demo-fieldbook"
SIGNED_IN_S = 300
"""A token is good for a quarter of an hour, a test takes a minute or two."""
NOT_OURS = {"DATABASE_URL", "MIGRATION_DATABASE_URL"}


class Fieldbook:
    """A running installation with the demo company and, if need be, other settings. Use as a context manager."""

    def __init__(self, *, var_dir: Path, **settings: str) -> None:
        self.port = _free_port()
        self._var_dir = var_dir
        self.address = f"http://127.0.0.1:{self.port}"
        self._environment = {name: value for name, value in os.environ.items() if name not in NOT_OURS} | {
            "FIELDBOOK_VAR": str(var_dir),
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            "PUSH_ALLOW_LOOPBACK": "1",
            # So that a photo can be too large.
            "ATTACHMENT_MAX_BYTES": "2000000",
            **settings,
        }
        self._people: dict[str, Person] = {}

    def __enter__(self) -> Self:
        """Start it.

        Raises:
            RuntimeError: it ended before it was ready.
        """
        self._process = self._start("serve", "--demo")
        said: list[str] = []
        assert self._process.stdout is not None
        for line in self._process.stdout:
            said.append(line)
            if "Fieldbook is ready" in line:
                return self
        raise RuntimeError("".join(said))

    def __exit__(self, *_error: object) -> None:
        self._process.send_signal(signal.SIGINT)
        self._process.communicate()

    def command(self, *arguments: str) -> str:
        """Run a `fieldbook` command and return what it says.

        Raises:
            RuntimeError: it failed.
        """
        process = self._start(*arguments)
        said, _ = process.communicate()
        if process.returncode:
            raise RuntimeError(said)
        return said

    def query(self, org_id: str, sql: LiteralString, /, **values: Any) -> list[tuple[Any, ...]]:
        """Ask the database itself about one organisation."""
        address = EmbeddedPostgres(self._var_dir / "postgres").url(role=OWNER_ROLE)
        with psycopg.connect(address) as connection:
            connection.execute("select set_config('app.org_id', %s, true)", [org_id])
            return connection.execute(sql, values).fetchall()

    def person(self, email: str) -> "Person":
        """Sign somebody in over REST, anew before the token of the last time ends."""
        if email not in self._people or self._people[email].signed_in_at < monotonic() - SIGNED_IN_S:
            device = {"name": "A program", "platform": "python"}
            credentials = {"email": email, "password": PASSWORD, "device": device}
            answer = _ask("POST", f"{self.address}/api/v1/auth/login", json=credentials)
            self._people[email] = Person(
                address=self.address,
                token=answer["access_token"],
                signed_in_at=monotonic(),
                user=answer["user"],
                org_id=answer["organisation"]["id"],
            )
        return self._people[email]

    def _start(self, *arguments: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "api.cli", *arguments]
        return subprocess.Popen(
            command, env=self._environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )


@dataclass(frozen=True, kw_only=True)
class Person:
    """Somebody who uses the REST API."""

    address: str
    token: str
    signed_in_at: float
    user: dict[str, Any]
    org_id: str

    def post(self, path: str, /, **body: Any) -> dict[str, Any]:
        """Create or do something and return the record."""
        return _ask("POST", f"{self.address}/api/v1{path}", self.token, json=body)

    def patch(self, path: str, /, **body: Any) -> dict[str, Any]:
        """Change a record and return it."""
        return _ask("PATCH", f"{self.address}/api/v1{path}", self.token, json=body)

    def read(self, path: str, /, **query: Any) -> dict[str, Any]:
        """Return what is there."""
        return _ask("GET", f"{self.address}/api/v1{path}", self.token, fields=query)

    def fetch(self, path: str, /) -> bytes:
        """Return a content as it is."""
        answer = urllib3.request(
            "GET", f"{self.address}/api/v1{path}", headers={"Authorization": f"Bearer {self.token}"}
        )
        assert answer.status == 200, answer.data
        return answer.data

    def find(self, collection: str, /, **filters: Any) -> list[dict[str, Any]]:
        """Return the first page of the records that fit."""
        items: list[dict[str, Any]] = self.read(f"/{collection}", **filters)["items"]
        return items


def _ask(method: str, url: str, token: str | None = None, **sending: Any) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    answer = urllib3.request(method, url, headers=headers, timeout=60, **sending)
    assert answer.status < 300, answer.data
    record: dict[str, Any] = answer.json()
    return record


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
