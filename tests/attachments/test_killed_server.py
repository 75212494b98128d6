"""The web process as it runs in production is killed in the middle of an upload."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import urllib3

from api.settings import Settings
from domain.attachments.models import Content
from tests.attachments.conftest import PIECE, Uploader, digest, metadata, photo
from tests.support.company import Company

MIB = 1024 * 1024
PATIENCE_S = 180


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        number: int = found.getsockname()[1]
        return number


@pytest.fixture
def start_web(settings: Settings, port: int, tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Start gunicorn with the app; all its processes are one group."""
    environment = {
        **os.environ,
        "DATABASE_URL": settings.database_url,
        "MIGRATION_DATABASE_URL": settings.migration_database_url,
        "FIELDBOOK_VAR": str(tmp_path),
        "FIELDBOOK_SECRET_KEY": settings.secret_key,
        "ATTACHMENT_STORAGE": str(settings.attachment_storage),
        "PORT": str(port),
        "WEB_PROCESSES": "1",
    }
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        with (tmp_path / "log").open("ab") as log:
            command = [sys.executable, "-m", "api.cli", "web"]
            process = subprocess.Popen(command, env=environment, stdout=log, stderr=log, start_new_session=True)
        started.append(process)
        wait_until(lambda: is_up(port), tmp_path / "log")
        return process

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def is_up(port: int) -> bool:
    try:
        return urllib3.request("GET", f"http://127.0.0.1:{port}/healthz", retries=False).status == 200
    except urllib3.exceptions.HTTPError:
        return False


def wait_until(holds: Callable[[], bool], log: Path | None = None) -> None:
    until = time.monotonic() + PATIENCE_S
    while not holds():
        if time.monotonic() > until:
            pytest.fail(log.read_text() if log else "it never came to be")
        time.sleep(0.1)


def test_what_the_server_had_acknowledged_it_still_has(
    company: Company,
    rep: Uploader,
    storage: Any,
    port: int,
    start_web: Callable[[], subprocess.Popen[bytes]],
) -> None:
    content = photo(5 * MIB)
    address, headers = f"http://127.0.0.1:{port}/api/v1/uploads", {**rep.phone.headers, **PIECE}

    def offset() -> int:
        answer = urllib3.request("HEAD", f"{address}/{digest(content)}", headers=headers)
        return int(answer.headers["Upload-Offset"])

    web = start_web()
    said = {"Upload-Length": str(len(content)), "Upload-Metadata": metadata(sha256=digest(content))}
    assert urllib3.request("POST", address, headers={**headers, **said}).status == 201
    with socket.create_connection(("127.0.0.1", port)) as line:
        asked = {**headers, "Host": "x", "Upload-Offset": "0", "Content-Length": str(len(content))}
        head = "".join(f"{name}: {value}\r\n" for name, value in asked.items())
        line.sendall(f"PATCH /api/v1/uploads/{digest(content)} HTTP/1.1\r\n{head}\r\n".encode())
        line.sendall(content[: 3 * MIB + 500_000])
        wait_until(lambda: offset() >= MIB)
        acknowledged = offset()
        os.killpg(web.pid, signal.SIGKILL)
        web.wait()
    start_web()
    resumed = offset()
    assert resumed >= acknowledged
    assert resumed % MIB == 0
    answer = urllib3.request(
        "PATCH",
        f"{address}/{digest(content)}",
        body=content[resumed:],
        headers={**headers, "Upload-Offset": str(resumed)},
    )
    assert (answer.status, answer.headers["Upload-Offset"]) == (204, str(5 * MIB))
    with company.session() as session:
        found = session.get_one(Content, (company.org_id, digest(content)))
    assert b"".join(storage.read(found.object_key)) == content


def test_a_line_that_breaks_keeps_what_arrived(
    rep: Uploader, port: int, start_web: Callable[[], subprocess.Popen[bytes]]
) -> None:
    content = photo(200_000)
    start_web()
    address, headers = f"http://127.0.0.1:{port}/api/v1/uploads", {**rep.phone.headers, **PIECE}
    said = {"Upload-Length": str(len(content)), "Upload-Metadata": metadata(sha256=digest(content))}
    assert urllib3.request("POST", address, headers={**headers, **said}).status == 201
    with socket.create_connection(("127.0.0.1", port)) as line:
        asked = {**headers, "Host": "x", "Upload-Offset": "0", "Content-Length": str(len(content))}
        head = "".join(f"{name}: {value}\r\n" for name, value in asked.items())
        line.sendall(f"PATCH /api/v1/uploads/{digest(content)} HTTP/1.1\r\n{head}\r\n".encode())
        line.sendall(content[:150_000])

    def offset() -> int:
        answer = urllib3.request("HEAD", f"{address}/{digest(content)}", headers=headers)
        return int(answer.headers["Upload-Offset"])

    wait_until(lambda: offset() == 150_000)
