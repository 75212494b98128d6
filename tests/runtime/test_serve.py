"""`fieldbook serve`: starts everything, keeps it running, hands live streams over, and stops what it started."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest
import urllib3

PASSWORD = "ten letters"
WEB_THREADS = 1
MORE_THAN_THREADS = 8 * WEB_THREADS + 2
"""Streams: more than there are threads for all requests."""
PATIENCE_S = 180


def fieldbook(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "api.cli", *arguments]


@dataclass(kw_only=True)
class Installation:
    """A running `fieldbook serve` with one web thread and an organisation of one admin."""

    process: subprocess.Popen[str]
    environ: dict[str, str]
    token: str = ""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.environ['PORT']}"

    def command(self, *arguments: str) -> None:
        subprocess.run(fieldbook(*arguments), env=self.environ, check=True, stdout=subprocess.DEVNULL)

    def ask(self, method: str, path: str, **sending: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        answer = urllib3.request(method, f"{self.address}/api/v1{path}", headers=headers, timeout=60, **sending)
        assert answer.status < 300, answer.data
        return answer.json()

    def sign_in(self) -> None:
        device = {"name": "Test", "platform": "python"}
        credentials = {"email": "ada@a.example", "password": PASSWORD, "device": device}
        self.token = self.ask("POST", "/auth/login", json=credentials)["access_token"]

    def make_change(self) -> None:
        self.ask("POST", "/territories", json={"name": f"Territory {time.monotonic_ns()}"})

    def children(self, name: str) -> list[psutil.Process]:
        """The processes of one kind that the supervisor itself started and that run."""
        started = psutil.Process(self.process.pid).children()
        return [child for child in started if runs(child) and name in child.cmdline()]

    def live_stream(self) -> "LiveStream":
        return LiveStream(self)


class LiveStream:
    """A connection on which the server sends events."""

    def __init__(self, installation: Installation) -> None:
        self._socket = socket.create_connection(("127.0.0.1", int(installation.environ["PORT"])), timeout=60)
        request = f"GET /api/v1/sync/live HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {installation.token}\r\n\r\n"
        self._socket.sendall(request.encode())
        self._lines = self._socket.makefile("rb")
        self.status = int(self._lines.readline().split()[1])

    def wait_for(self, event: str) -> None:
        for line in self._lines:
            if line.strip() == f"event: {event}".encode():
                return
        pytest.fail(f"the stream ended without {event!r}")

    def close(self) -> None:
        self._lines.close()
        self._socket.close()


def runs(process: psutil.Process) -> bool:
    """Whether the process does anything: one that has ended stays visible until its parent has taken note."""
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


def until(happened: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not happened():
        if time.monotonic() > deadline:
            pytest.fail(f"waited in vain for {what}")
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@pytest.fixture(scope="module")
def environ() -> Iterator[dict[str, str]]:
    with tempfile.TemporaryDirectory() as folder:
        kept = {name: value for name, value in os.environ.items() if not name.endswith("DATABASE_URL")}
        ours = {
            "FIELDBOOK_VAR": str(Path(folder) / "var"),
            "HOST": "127.0.0.1",
            "PORT": str(free_port()),
            "WEB_PROCESSES": "1",
            "WEB_THREADS": str(WEB_THREADS),
            # Whoever waits for something here asks more often than a device may.
            "DEVICE_REQUESTS_PER_MINUTE": "0",
        }
        yield kept | ours
        # As root the data may lie elsewhere, with a link in var.
        from api.runtime.postgres import EmbeddedPostgres

        EmbeddedPostgres(Path(folder) / "var" / "postgres").start().destroy()


@pytest.fixture(scope="module")
def installation(environ: dict[str, str]) -> Iterator[Installation]:
    process = subprocess.Popen(fieldbook("serve"), env=environ, stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout
        said = []
        for line in process.stdout:
            said.append(line)
            if "Fieldbook is ready" in line:
                break
        else:
            pytest.fail("".join(said))
        started = Installation(process=process, environ=environ)
        started.command("org", "create", "bergkaffee", "--name", "Bergkaffee AG")
        started.command("user", "create", "--role", "admin", "--password", PASSWORD, "ada@a.example", "Ada")
        started.sign_in()
        yield started
        process.send_signal(signal.SIGINT)


def test_live_streams_take_no_web_thread_and_all_hear_of_a_change(installation: Installation):
    streams = [installation.live_stream() for _ in range(MORE_THAN_THREADS)]
    assert {stream.status for stream in streams} == {200}

    installation.make_change()

    for stream in streams:
        stream.wait_for("poke")
        stream.close()


def test_commands_use_the_running_database_and_leave_it_running(installation: Installation):
    installation.command("org", "list")
    assert installation.ask("GET", "/me")["email"] == "ada@a.example"


@pytest.mark.parametrize("name", ["web", "live", "worker"])
def test_a_process_that_was_killed_comes_back(installation: Installation, name: str):
    (killed,) = installation.children(name)
    killed.kill()

    until(lambda: installation.children(name) not in ([], [killed]), f"another {name} process")

    until(lambda: is_ready(installation), "the web")
    until(lambda: can_listen(installation), "live streams")


def test_a_database_that_was_killed_comes_back_with_its_data(installation: Installation):
    pid_file = Path(installation.environ["FIELDBOOK_VAR"]) / "postgres" / "data" / "postmaster.pid"

    def process() -> str:
        # Empty for a moment, when it is about to be written.
        return pid_file.read_text().partition("\n")[0] if pid_file.exists() else ""

    killed = process()
    psutil.Process(int(killed)).kill()

    until(lambda: process() not in {"", killed}, "another PostgreSQL")
    until(lambda: is_ready(installation), "the web")

    assert installation.ask("GET", "/me")["email"] == "ada@a.example"


def test_a_second_one_on_the_same_port_is_told_so_in_one_sentence(installation: Installation, environ: dict[str, str]):
    second = subprocess.run(fieldbook("serve"), env=environ, capture_output=True, text=True, check=False)

    assert second.returncode == 1
    assert second.stderr.startswith(f"Error: Port {environ['PORT']} of 127.0.0.1 cannot be used")
    assert len(second.stderr.splitlines()) == 1
    assert is_ready(installation)


def test_ctrl_c_says_goodbye_and_stops_everything(installation: Installation):
    until(lambda: can_listen(installation), "live streams")
    stream = installation.live_stream()
    pid_file = Path(installation.environ["FIELDBOOK_VAR"]) / "postgres" / "data" / "postmaster.pid"
    postgres = psutil.Process(int(pid_file.read_text().split()[0]))
    started = [*psutil.Process(installation.process.pid).children(recursive=True), postgres]

    installation.process.send_signal(signal.SIGINT)

    stream.wait_for("bye")
    stream.close()
    assert installation.process.wait(timeout=PATIENCE_S) == 0
    assert [process for process in started if runs(process)] == []


def is_ready(installation: Installation) -> bool:
    try:
        return urllib3.request("GET", f"{installation.address}/readyz", timeout=60, retries=False).status == 200
    except urllib3.exceptions.HTTPError:
        return False


def can_listen(installation: Installation) -> bool:
    """Whether more streams can be had than the web has threads for."""
    try:
        streams = [installation.live_stream() for _ in range(MORE_THAN_THREADS)]
    except (OSError, IndexError):
        return False
    for stream in streams:
        stream.close()
    return {stream.status for stream in streams} == {200}
