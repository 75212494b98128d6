"""The worker as it runs in production: a process of its own."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from api.settings import Settings
from tests.notifications.conftest import Workshop
from tests.support.push_service import PushService

EXIT_WITHIN_S = 60


@pytest.fixture
def worker(workshop: Workshop, settings: Settings, tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    environment = {
        **os.environ,
        "DATABASE_URL": settings.database_url,
        "MIGRATION_DATABASE_URL": settings.migration_database_url,
        "FIELDBOOK_VAR": str(settings.var_dir),
        "FIELDBOOK_SECRET_KEY": settings.secret_key,
        "PUSH_ALLOW_LOOPBACK": "1",
    }
    with (tmp_path / "log").open("wb") as log:
        command = [sys.executable, "-m", "api.cli", "worker"]
        process = subprocess.Popen(command, env=environment, stdout=log, stderr=subprocess.STDOUT)
        yield process
        process.kill()
        process.wait()


def test_a_worker_that_is_told_to_stop_finishes_what_it_does(
    worker: subprocess.Popen[bytes], workshop: Workshop, push_service: PushService, tmp_path: Path
):
    browser = push_service.subscribe()
    workshop.phone(workshop.company.technician, browser)
    with push_service.slow():
        workshop.dispatch(workshop.job())
        push_service.wait_for_request()
        worker.send_signal(signal.SIGTERM)
    log = tmp_path / "log"
    assert worker.wait(EXIT_WITHIN_S) == 0, log.read_text()
    assert len(push_service.received) == 1
    assert workshop.jobs() == []
    written = log.read_text()
    assert '"verdict": "sent"' in written
    assert browser.endpoint not in written
    assert "Hotel Adler" not in written
