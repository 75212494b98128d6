"""The server may die at any moment of an upload: what it has acknowledged stays, and nothing half is ever served."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from api.settings import Settings
from api.storage.folder import FolderStorage
from domain.attachments import uploads
from domain.attachments.housekeeping import remove_unneeded
from domain.attachments.models import Content
from domain.attachments.storage import Storage
from domain.attachments.uploads import Lane, Progress, UploadKey
from tests.attachments.conftest import Uploader, addition, digest, photo
from tests.support.company import Company


class Killed(BaseException):
    """The process is gone."""


@dataclass(kw_only=True)
class Mortal:
    """Storage of a process that dies at its `dies_at`-th step: before the step has an effect, or after."""

    storage: Storage
    dies_at: int
    after: bool
    step: int = 0

    def _do(self, act: Callable[[], Any]) -> Any:
        self.step += 1
        if self.step != self.dies_at:
            return act()
        if self.after:
            act()
        raise Killed

    def put(self, key: str, pieces: Iterable[bytes]) -> None:
        self._do(partial(self.storage.put, key, pieces))

    def read(self, key: str, *, start: int = 0, stop: int | None = None) -> Iterator[bytes]:
        found: Iterator[bytes] = self._do(partial(self.storage.read, key, start=start, stop=stop))
        return found

    def delete(self, keys: Iterable[str]) -> None:
        self._do(partial(self.storage.delete, keys))

    def list_keys(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        return self.storage.list_keys(prefix)


def upload(company: Company, lane: Lane, content: bytes, *, pieces: int, dies_before_commit: int | None) -> None:
    """What the door does, until the process dies."""
    key = UploadKey(org_id=company.org_id, user_id=company.rep.id, sha256=digest(content), now=datetime.now(UTC))
    commits = 0

    def settle(act: Callable[..., Progress]) -> Progress:
        nonlocal commits
        with company.session() as session:
            progress = act(session, key)
            commits += 1
            if commits == dies_before_commit:
                raise Killed
            session.commit()
        lane.storage.delete(progress.leftovers)
        return progress

    create = partial(uploads.create, size=len(content), media_type="image/png", metadata_header="")
    progress = settle(create)
    length = len(content) // pieces + 1
    while progress.offset < len(content):
        piece = content[progress.offset : progress.offset + length]
        progress = settle(partial(uploads.append, lane=lane, offset=progress.offset, piece=piece))


@pytest.mark.parametrize("pieces", [1, 3])
def test_an_upload_survives_a_death_at_any_step(
    company: Company, rep: Uploader, storage: Storage, objects: Callable[[], set[str]], pieces: int
) -> None:
    account = company.account()
    immortal = Mortal(storage=storage, dies_at=0, after=False)
    lane = Lane(storage=immortal, is_checked=False)
    upload(company, lane, photo(30_000), pieces=pieces, dies_before_commit=None)
    moments: list[dict[str, Any]] = [
        *({"dies_at": step, "after": after} for step in range(1, immortal.step + 1) for after in (False, True)),
        *({"dies_before_commit": commit} for commit in range(1, pieces + 2)),
    ]
    deaths = 0
    for number, moment in enumerate(moments):
        content = photo(30_000, seed=1 + number)
        rep.phone.do("attachment.add", **addition(content, account.id))
        dying = Mortal(storage=storage, dies_at=moment.get("dies_at", 0), after=moment.get("after", False))
        try:
            upload(
                company,
                Lane(storage=dying, is_checked=False),
                content,
                pieces=pieces,
                dies_before_commit=moment.get("dies_before_commit"),
            )
        except Killed:
            deaths += 1
        # Whatever is there by now is whole.
        with company.session() as session:
            found = session.get(Content, (company.org_id, digest(content)))
            assert found is None or b"".join(storage.read(found.object_key or "")) == content
        upload(company, Lane(storage=storage, is_checked=False), content, pieces=pieces, dies_before_commit=None)
        with company.session() as session:
            found = session.get_one(Content, (company.org_id, digest(content)))
            assert b"".join(storage.read(found.object_key or "")) == content
    assert deaths == len(moments)
    remove_unneeded(
        org_id=company.org_id,
        open_session=company.session,
        storage=storage,
        now=datetime.now(UTC) + timedelta(days=2),
    )
    assert len(objects()) == 1 + len(moments)


class CannotDelete(FolderStorage):
    """A storage that is out of reach when something is to be deleted."""

    def delete(self, keys: Iterable[str]) -> None:
        raise ConnectionError(str(list(keys)))


def test_what_cannot_be_deleted_does_not_undo_what_was_done(
    app: Flask, company: Company, rep: Uploader, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert isinstance(settings.attachment_storage, Path)
    door = app.extensions["uploads"]
    lane = Lane(storage=CannotDelete(settings.attachment_storage), is_checked=False)
    monkeypatch.setitem(app.extensions, "uploads", replace(door, lane=lane))
    content = photo(2_000)
    rep.create(content, first=content[:1_000])
    assert rep.patch(content, content[1_000:], offset=1_000).status_code == 204
    with company.session() as session:
        assert session.get_one(Content, (company.org_id, digest(content))).status == "stored"
