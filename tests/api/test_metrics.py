"""What is measured: every figure that docs/operations.md names is there, and no label holds anything of a customer."""

import os
import re
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from socket import socket

import pytest
from flask import Flask
from prometheus_client import parser
from prometheus_client.samples import Sample
from sqlalchemy import Engine, text

from api.app import create_app
from api.runtime.measuring import measured
from api.settings import Settings
from domain.kernel.ids import new_id
from tests.attachments.conftest import Uploader, addition, digest, photo
from tests.support.company import Company
from tests.support.phone import Phone

OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"


def samples(app: Flask) -> list[Sample]:
    answer = app.test_client().get("/metrics")
    assert answer.status_code == 200
    return [sample for family in parser.text_string_to_metric_families(answer.text) for sample in family.samples]


def figure(app: Flask, name: str, **labels: str) -> float:
    return sum(one.value for one in samples(app) if one.name == name and labels.items() <= one.labels.items())


@pytest.fixture
def fresh_app(settings: Settings) -> Iterator[Flask]:
    """An app that has not asked the database for figures yet."""
    app = create_app(settings)
    yield app
    app.extensions["fieldbook"].close()


def test_push_and_pull_are_counted(app: Flask, company: Company) -> None:
    phone = Phone.sign_in(app, company.rep)
    names = {
        "applied": ("fieldbook_pushed_mutations_total", {"status": "applied"}),
        "refused": ("fieldbook_pushed_mutations_total", {"status": "rejected", "code": "sync.unknown_mutation"}),
        "pages": ("fieldbook_pulled_documents_count", {}),
        "rows": ("fieldbook_pulled_documents_sum", {}),
        "received": ("fieldbook_sync_bytes_total", {"door": "push", "form": "received"}),
        "answered": ("fieldbook_sync_bytes_total", {"door": "pull", "form": "answered"}),
        "sent": ("fieldbook_sync_bytes_total", {"door": "pull", "form": "sent"}),
        "seconds": ("fieldbook_request_seconds_count", {"endpoint": "sync.pull_changes", "status": "200"}),
    }
    before = {what: figure(app, name, **labels) for what, (name, labels) in names.items()}

    phone.do("account.create", id=new_id(), name="Hotel Adler", territory_id=company.territory_id)
    phone.do("account.nonsense")
    body = {"schema_version": 1, "cursor": None}
    answer = phone.post("/sync/pull", body, **{"Accept-Encoding": "zstd"})

    grown = {what: figure(app, name, **labels) - before[what] for what, (name, labels) in names.items()}
    assert (grown["applied"], grown["refused"], grown["pages"], grown["seconds"]) == (1, 1, 1, 1)
    assert grown["sent"] == len(answer.data)
    assert grown["answered"] > grown["sent"]
    assert grown["rows"] > 5
    assert grown["received"] > 200


def test_repairs_and_resets_are_counted(app: Flask, company: Company) -> None:
    phone = Phone.sign_in(app, company.rep)
    phone.pull()
    repaired, reset = figure(app, "fieldbook_repaired_buckets_total"), figure(app, "fieldbook_reset_buckets_total")
    phone.pull(repair=["org", "of somebody else"])
    assert figure(app, "fieldbook_repaired_buckets_total") == repaired + 1
    assert figure(app, "fieldbook_reset_buckets_total") == reset
    phone.cursor = "nonsense"
    phone.pull(verify=False)
    assert figure(app, "fieldbook_reset_buckets_total") > reset + 1


def test_uploads_and_downloads_are_counted(app: Flask, company: Company) -> None:
    rep = Uploader(phone=Phone.sign_in(app, company.rep))
    content = photo(4_000)
    attachment = addition(content, company.account().id)
    names = {
        "begun": ("fieldbook_uploads_total", {"step": "begun"}),
        "finished": ("fieldbook_uploads_total", {"step": "finished"}),
        "late": ("fieldbook_uploads_refused_total", {"code": "upload.offset_mismatch"}),
        "large": ("fieldbook_uploads_refused_total", {"code": "attachment.too_large"}),
        "whole": ("fieldbook_downloads_total", {"status": "200"}),
        "part": ("fieldbook_downloads_total", {"status": "206"}),
        "unchanged": ("fieldbook_downloads_total", {"status": "304"}),
        "received": ("fieldbook_content_bytes_total", {"direction": "received"}),
        "sent": ("fieldbook_content_bytes_total", {"direction": "sent"}),
    }
    before = {what: figure(app, name, **labels) for what, (name, labels) in names.items()}

    rep.create(content, first=content[:1_000])
    assert rep.create(content).headers["Upload-Offset"] == "1000", "goes on, and is not begun again"
    assert rep.patch(content, content, offset=0).json["code"] == "upload.offset_mismatch"
    rep.patch(content, content[1_000:], offset=1_000)
    rep.create(content, Upload_Length=str(10**9))
    rep.phone.do("attachment.add", **attachment)
    address = f"/attachments/{attachment['id']}/content"
    rep.phone.get(address)
    rep.phone.get(address, Range="bytes=0-99")
    rep.phone.get(address, **{"If-None-Match": f'"{digest(content)}"'})

    grown = {what: figure(app, name, **labels) - before[what] for what, (name, labels) in names.items()}
    assert grown == {
        "begun": 1,
        "finished": 1,
        "late": 1,
        "large": 1,
        "whole": 1,
        "part": 1,
        "unchanged": 1,
        "received": 4_000,
        "sent": 4_100,
    }


def test_what_waits_in_the_database_is_shown(fresh_app: Flask, engine: Engine, company: Company) -> None:
    phone = Phone.sign_in(fresh_app, company.rep)
    assert phone.post("/sync/pull", {"schema_version": 1, "cursor": None, "limit": 1}).status_code == 200
    with engine.begin() as connection:
        job = connection.execute(
            text("""
                insert into procrastinate_jobs (queue_name, task_name, args, scheduled_at)
                values ('metrics-test', 'nothing', '{}', now() - interval '5 minutes') returning id
            """)
        ).scalar_one()
    try:
        assert figure(fresh_app, "fieldbook_oldest_job_seconds", queue="metrics-test") >= 300
        assert figure(fresh_app, "fieldbook_jobs_waiting", queue="metrics-test") == 1
        assert figure(fresh_app, "fieldbook_first_syncs_running") >= 1
        assert figure(fresh_app, "fieldbook_database_up") == 1
    finally:
        with engine.begin() as connection:
            connection.execute(text("delete from procrastinate_jobs where id = :id"), {"id": job})


def test_no_label_names_anybody_and_none_has_many_values(app: Flask, company: Company) -> None:
    phone = Phone.sign_in(app, company.rep)
    account_id = new_id()
    phone.do("account.create", id=account_id, name="Hotel Adler", territory_id=company.territory_id)
    phone.get(f"/accounts/{account_id}")
    phone.get("/accounts?name=Hotel%20Adler")
    phone.get("/no-such-thing")
    phone.pull()
    written = app.test_client().get("/metrics").text
    for secret in (account_id, company.org_id, phone.device_id, company.rep.id, company.rep.email, "Adler", "no-such"):
        assert str(secret) not in written
    assert not re.search(r"[0-9a-f]{8}-[0-9a-f]{4}", written)


def test_the_operators_page_names_every_figure(app: Flask) -> None:
    families = {
        family.name
        for family in parser.text_string_to_metric_families(app.test_client().get("/metrics").text)
        if family.name.startswith("fieldbook_") and not family.name.endswith("_created")
    }
    described = set(re.findall(r"fieldbook_[a-z_]+", OPERATIONS.read_text()))
    assert families <= {name.removesuffix("_total") for name in described}


def test_a_worker_leaves_its_figures_for_the_web_or_serves_them_itself(settings: Settings, tmp_path: Path) -> None:
    with closing(socket()) as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    environment = {
        **os.environ,
        "DATABASE_URL": settings.database_url,
        "MIGRATION_DATABASE_URL": settings.migration_database_url,
        "FIELDBOOK_VAR": str(tmp_path),
        "FIELDBOOK_SECRET_KEY": settings.secret_key,
    }
    command = [sys.executable, "-m", "api.cli", "worker", "--metrics-port", str(port)]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as worker:
        served = ""
        while not served and worker.poll() is None:
            try:
                served = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=30).read().decode()
            except OSError:
                continue
        worker.terminate()
    assert "fieldbook_reset_buckets_total 0.0" in served
    # Where the web of the same machine finds them.
    assert {file.parent.name for file in measured(tmp_path / "run")} == {"worker"}
