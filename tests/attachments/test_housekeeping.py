"""What is done by the clock: virus scans, and the removal of what nobody needs."""

import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import update

from api.support import replay_failure
from api.virus_scan import scan_by
from domain.attachments.housekeeping import ScanFailed, check_contents, remove_unneeded
from domain.attachments.models import Attachment, Content, Upload
from domain.attachments.storage import Storage
from domain.attachments.uploads import object_key
from sync import failures
from tests.attachments.conftest import Uploader, addition, digest, photo
from tests.support.bugs import broken
from tests.support.company import Company

SCANNER = """
import sys
content = sys.stdin.buffer.read()
if b"VIRUS" in content:
    print("stream: Eicar-Test-Signature FOUND")
    sys.exit(1)
if b"BUSY" in content:
    print("cannot connect to clamd", file=sys.stderr)
    sys.exit(2)
"""


@pytest.fixture
def scanner(tmp_path: Path) -> list[str]:
    """A command that finds a word, as a virus scanner finds its patterns."""
    script = tmp_path / "scanner.py"
    script.write_text(SCANNER)
    return [sys.executable, str(script)]


@pytest.fixture
def checked(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """Contents count as stored only once a worker has looked at them."""
    door = app.extensions["uploads"]
    monkeypatch.setitem(app.extensions, "uploads", replace(door, lane=replace(door.lane, is_checked=True)))


@pytest.fixture
def check(company: Company, storage: Storage, scanner: list[str]) -> Callable[[], None]:
    """What the worker does every few seconds."""
    return partial(
        check_contents, org_id=company.org_id, open_session=company.session, storage=storage, scan=scan_by(scanner)
    )


@pytest.fixture
def remove(company: Company, storage: Storage) -> Callable[..., None]:
    """What the worker does every night, `days` from now."""

    def remove(*, days: float = 0) -> None:
        now = datetime.now(UTC) + timedelta(days=days)
        remove_unneeded(org_id=company.org_id, open_session=company.session, storage=storage, now=now)

    return remove


def content_of(company: Company, content: bytes) -> Content | None:
    with company.session() as session:
        return session.get(Content, (company.org_id, digest(content)))


def attach(company: Company, rep: Uploader, content: bytes) -> Any:
    args = addition(content, company.account().id)
    rep.phone.do("attachment.add", **args)
    return args["id"]


def test_a_content_counts_as_stored_once_it_was_found_clean(
    company: Company, rep: Uploader, checked: None, check: Callable[[], None]
) -> None:
    content = photo()
    before = attach(company, rep, content)
    rep.upload(content)
    after = attach(company, rep, content)
    assert {company.read(Attachment, one).status for one in (before, after)} == {"pending"}
    assert rep.phone.get(f"/attachments/{before}/content").json["code"] == "attachment.content_not_there"
    check()
    assert {company.read(Attachment, one).status for one in (before, after)} == {"stored"}
    assert rep.phone.get(f"/attachments/{before}/content").data == content


def test_what_the_scan_finds_is_refused_and_removed(
    company: Company, rep: Uploader, checked: None, check: Callable[[], None], objects: Callable[[], set[str]]
) -> None:
    content = photo() + b"VIRUS"
    attachment_id = attach(company, rep, content)
    rep.upload(content)
    check()
    attachment = company.read(Attachment, attachment_id)
    assert attachment.status == "refused"
    assert attachment.reason == "The virus scan refused it: stream: Eicar-Test-Signature FOUND"
    assert objects() == set()
    again = rep.create(content, first=content)
    assert (again.status_code, again.json["detail"]) == (403, attachment.reason)


def test_a_scan_that_cannot_say_is_asked_again_and_holds_up_no_other(
    company: Company, rep: Uploader, checked: None, check: Callable[[], None], scanner: list[str]
) -> None:
    unclear, clean = photo() + b"BUSY", photo(seed=1)
    for content in (unclear, clean):
        rep.upload(content)
    check()
    assert [getattr(content_of(company, one), "status", None) for one in (unclear, clean)] == ["checking", "stored"]
    Path(scanner[1]).write_text("")
    check()
    assert getattr(content_of(company, unclear), "status", None) == "stored"


def test_a_scanner_that_is_not_there_says_nothing() -> None:
    with pytest.raises(ScanFailed):
        scan_by(["/no/such/scanner"])(iter([b"content"]))


def test_a_content_that_the_storage_lost_before_its_check_can_be_sent_again(
    company: Company,
    rep: Uploader,
    checked: None,
    check: Callable[[], None],
    storage: Storage,
    objects: Callable[[], set[str]],
) -> None:
    content = photo()
    attachment_id = attach(company, rep, content)
    rep.upload(content)
    storage.delete(objects())
    check()
    rep.upload(content)
    check()
    assert company.read(Attachment, attachment_id).status == "stored"


def test_a_content_that_nothing_refers_to_goes_after_some_days(
    company: Company, rep: Uploader, remove: Callable[..., None], objects: Callable[[], set[str]]
) -> None:
    content = photo()
    rep.upload(content)
    remove()
    remove(days=29)
    assert content_of(company, content) is not None
    assert len(objects()) == 1
    remove(days=31)
    assert content_of(company, content) is None
    assert objects() == set()
    assert rep.ask("HEAD", f"/{digest(content)}").status_code == 404


def test_a_record_that_comes_late_keeps_its_content(
    company: Company, rep: Uploader, remove: Callable[..., None]
) -> None:
    content = photo()
    rep.upload(content)
    remove()
    attachment_id = attach(company, rep, content)
    remove(days=60)
    assert content_of(company, content) is not None
    # Days are counted anew from when it is taken away.
    rep.phone.do("attachment.remove", attachment_id=attachment_id)
    remove(days=70)
    assert content_of(company, content) is not None
    remove(days=101)
    assert content_of(company, content) is None


def test_what_an_open_failure_needs_stays_until_it_is_replayed(
    company: Company, rep: Uploader, remove: Callable[..., None]
) -> None:
    content = photo()
    args = addition(content, company.account().id)
    with broken("attachment.add"):
        assert rep.phone.do("attachment.add", **args)["status"] == "failed"
    rep.upload(content)
    remove()
    remove(days=200)
    with company.session() as session:
        [(failure, _)] = failures.list_failures(session)
    replay_failure(company.sessions, org_id=company.org_id, incident_id=failure.id)
    assert company.read(Attachment, args["id"]).status == "stored"


def test_what_an_open_refusal_needs_stays_until_somebody_sees_to_it(
    company: Company, rep: Uploader, remove: Callable[..., None]
) -> None:
    content = photo()
    refused = rep.phone.do("attachment.add", **addition(content, company.account().id, kind="painting"))
    # What such a one says may be anything.
    rep.phone.do("attachment.add", **addition(content, company.account().id, sha256=None))
    assert refused["status"] == "rejected"
    rep.upload(content)
    remove()
    remove(days=200)
    assert content_of(company, content) is not None
    with company.session() as session:
        failures.settle(session, receipt_id=UUID(refused["id"]), by_id=company.dispatcher.id)
        session.commit()
    remove(days=210)
    remove(days=239)
    assert content_of(company, content) is not None
    remove(days=241)
    assert content_of(company, content) is None


def test_an_upload_that_was_given_up_leaves_nothing(
    company: Company, rep: Uploader, remove: Callable[..., None], objects: Callable[[], set[str]]
) -> None:
    rep.create(photo(10_000), first=photo(10_000)[:5_000])
    remove(days=6)
    assert len(objects()) == 1
    remove(days=8)
    assert objects() == set()
    with company.session() as session:
        assert session.query(Upload).where(Upload.org_id == company.org_id).count() == 0


def test_objects_that_a_crash_left_behind_go_and_no_others(
    company: Company, rep: Uploader, remove: Callable[..., None], storage: Storage, objects: Callable[[], set[str]]
) -> None:
    whole, unfinished = photo(), photo(9_000)
    rep.upload(whole)
    attach(company, rep, whole)
    rep.create(unfinished, first=unfinished[:5_000])
    named = objects()
    storage.put(object_key(company.org_id), [b"written, but the server died before the commit"])
    remove()
    assert len(objects()) == 3
    remove(days=2)
    assert objects() == named


def test_a_long_list_of_objects_is_gone_through_in_parts(
    company: Company,
    remove: Callable[..., None],
    storage: Storage,
    objects: Callable[[], set[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("domain.attachments.housekeeping.BATCH", 2)
    for _ in range(5):
        storage.put(object_key(company.org_id), [b"left over"])
    remove(days=2)
    assert objects() == set()


def test_an_expired_upload_whose_row_is_in_use_is_left_alone(company: Company, rep: Uploader) -> None:
    content = photo()
    rep.create(content, first=content[:10])
    with company.session() as session:
        session.execute(update(Upload).where(Upload.org_id == company.org_id).values(metadata_header="changed"))
        remove_unneeded(
            org_id=company.org_id,
            open_session=company.session,
            storage=rep.phone.app.extensions["uploads"].lane.storage,
            now=datetime.now(UTC) + timedelta(days=30),
        )
        session.rollback()
    assert rep.offset(content) == 10
