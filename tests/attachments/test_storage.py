"""One interface, a folder or a bucket behind it: the same facts hold for both."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest
from flask import Flask
from obstore.exceptions import PermissionDeniedError

from api.composition import open_storage
from api.settings import BadSetting, Settings
from api.storage.bucket import Bucket
from api.storage.folder import FolderStorage
from api.storage.s3 import BucketStorage
from domain.attachments.storage import ObjectMissing, Storage
from domain.attachments.uploads import Lane
from domain.kernel.ids import new_id
from tests.attachments.conftest import Uploader, addition, photo
from tests.support.company import Company
from tests.support.s3_server import bucket, s3_server

MIB = 1024 * 1024


@pytest.fixture(scope="session")
def s3_address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real S3-compatible service."""
    if find_spec("swift") is None:
        pytest.skip("OpenStack Swift, the S3-compatible service of this test, is installed on Linux only")
    with s3_server(tmp_path_factory.mktemp("s3")) as address:
        yield address


@pytest.fixture(params=["folder", "bucket"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Storage:
    if request.param == "folder":
        return FolderStorage(tmp_path)
    return BucketStorage(bucket(request.getfixturevalue("s3_address"), prefix=f"tests/{new_id()}"))


def joined(pieces: Iterator[bytes]) -> bytes:
    return b"".join(pieces)


@pytest.mark.parametrize("size", [1, 300_000, 12 * MIB])
def test_what_is_put_is_read(storage: Storage, size: int) -> None:
    content = os.urandom(size)
    storage.put("org/aa/one", [content[:100], content[100:]])
    assert joined(storage.read("org/aa/one")) == content


def test_a_part_of_it(storage: Storage) -> None:
    storage.put("org/aa/one", [b"0123456789"])
    assert joined(storage.read("org/aa/one", start=3, stop=7)) == b"3456"
    assert joined(storage.read("org/aa/one", start=8)) == b"89"


def test_objects_can_be_joined_out_of_others(storage: Storage) -> None:
    parts = [f"org/aa/{number}" for number in range(3)]
    for part in parts:
        storage.put(part, [part.encode() * MIB])
    storage.put("org/aa/whole", (piece for part in parts for piece in storage.read(part)))
    assert joined(storage.read("org/aa/whole")) == b"".join(part.encode() * MIB for part in parts)


def test_what_is_not_there_is_missed_at_once(storage: Storage) -> None:
    with pytest.raises(ObjectMissing):
        storage.read("org/aa/none")


def test_what_is_deleted_is_gone_and_may_be_deleted_again(storage: Storage) -> None:
    for key in ("org/aa/one", "org/aa/two"):
        storage.put(key, [b"content"])
    storage.delete(["org/aa/one", "org/aa/none"])
    storage.delete(["org/aa/one"])
    storage.delete([])
    assert [key for key, _ in storage.list_keys("org")] == ["org/aa/two"]


def test_a_put_that_breaks_off_leaves_no_object(storage: Storage) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"first"
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        storage.put("org/aa/one", pieces())
    with pytest.raises(ObjectMissing):
        storage.read("org/aa/one")
    assert list(storage.list_keys("org")) == []


def test_the_keys_of_one_organisation_with_their_age(storage: Storage) -> None:
    for key in ("one/aa/x", "one/bb/y", "other/aa/z"):
        storage.put(key, [b"content"])
    found = dict(storage.list_keys("one"))
    assert set(found) == {"one/aa/x", "one/bb/y"}
    assert all(abs(datetime.now(UTC) - written_at) < timedelta(minutes=5) for written_at in found.values())
    assert list(storage.list_keys("nobody")) == []


def test_a_bucket_opens_to_its_key_only(s3_address: str) -> None:
    with pytest.raises(PermissionDeniedError):
        BucketStorage(bucket(s3_address, prefix="tests", secret="wrong")).put("org/aa/one", [b"content"])


def test_from_the_upload_to_the_download_by_way_of_a_bucket(
    app: Flask, company: Company, rep: Uploader, s3_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    storage = BucketStorage(bucket(s3_address, prefix=f"tests/{new_id()}"))
    door = app.extensions["uploads"]
    monkeypatch.setitem(app.extensions, "uploads", replace(door, lane=Lane(storage=storage, is_checked=False)))
    content = photo(2 * MIB + 5)
    args = addition(content, company.account().id)
    rep.phone.do("attachment.add", **args)
    rep.create(content, first=content[: MIB + 1])
    assert len(list(storage.list_keys(str(company.org_id)))) == 2
    assert rep.patch(content, content[MIB + 1 :], offset=MIB + 1).status_code == 204
    assert len(list(storage.list_keys(str(company.org_id)))) == 1
    assert rep.phone.get(f"/attachments/{args['id']}/content").data == content
    part = rep.phone.get(f"/attachments/{args['id']}/content", Range=f"bytes={MIB}-{MIB + 9}")
    assert part.data == content[MIB : MIB + 10]


def test_a_folder_shows_no_object_before_it_is_whole(tmp_path: Path) -> None:
    storage = FolderStorage(tmp_path)

    def pieces() -> Iterator[bytes]:
        yield b"first"
        with pytest.raises(ObjectMissing):
            storage.read("org/aa/one")
        yield b"second"

    storage.put("org/aa/one", pieces())
    assert joined(storage.read("org/aa/one")) == b"firstsecond"


def test_the_rest_of_a_write_that_was_killed_is_listed(tmp_path: Path) -> None:
    storage = FolderStorage(tmp_path)
    storage.put("org/aa/one", [b"content"])
    (tmp_path / "org/aa/two.unfinished").write_bytes(b"cont")
    assert {key for key, _ in storage.list_keys("org")} == {"org/aa/one", "org/aa/two.unfinished"}
    storage.delete(["org/aa/two.unfinished"])
    assert {key for key, _ in storage.list_keys("org")} == {"org/aa/one"}


def test_the_settings_choose(tmp_path: Path) -> None:
    common = {"DATABASE_URL": "postgresql://fieldbook@db/fieldbook", "FIELDBOOK_VAR": str(tmp_path)}
    assert Settings.from_env(common).attachment_storage == tmp_path / "attachments"
    assert isinstance(open_storage(Settings.from_env(common)), FolderStorage)
    shared = Settings.from_env({**common, "ATTACHMENT_STORAGE": "/srv/contents"})
    assert shared.attachment_storage == Path("/srv/contents")
    given = {
        "ATTACHMENT_STORAGE": "s3://company/fieldbook/",
        "AWS_ENDPOINT_URL": "https://s3.example",
        "AWS_ACCESS_KEY_ID": "key",
        "AWS_SECRET_ACCESS_KEY": "secret",
    }
    bucket = Settings.from_env({**common, **given})
    assert bucket.attachment_storage == Bucket(
        name="company",
        prefix="fieldbook",
        region="us-east-1",
        endpoint="https://s3.example",
        access_key_id="key",
        secret_access_key="secret",
    )
    assert isinstance(open_storage(bucket), BucketStorage)
    with pytest.raises(BadSetting, match="ATTACHMENT_STORAGE"):
        Settings.from_env({**common, "ATTACHMENT_STORAGE": "gs://company"})


def test_the_settings_say_what_is_accepted(tmp_path: Path) -> None:
    common = {"DATABASE_URL": "postgresql://fieldbook@db/fieldbook", "FIELDBOOK_VAR": str(tmp_path)}
    given = {"ATTACHMENT_MAX_BYTES": "1000", "ATTACHMENT_TYPES": "image/png Text/Plain"}
    limits = Settings.from_env({**common, **given}).attachment_limits
    assert (limits.max_bytes, limits.media_types) == (1_000, {"image/png", "text/plain"})
    assert Settings.from_env({**common, "ATTACHMENT_MAX_UNFINISHED": "7"}).attachment_limits.max_unfinished == 7
    assert Settings.from_env({**common, "ATTACHMENT_SCAN": "clamdscan --no-summary -"}).attachment_scan == [
        "clamdscan",
        "--no-summary",
        "-",
    ]
