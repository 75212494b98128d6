"""What the tests of attachments share: photos, and a phone that uploads."""

import base64
import hashlib
import random
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from flask import Flask

from domain.attachments.storage import Storage
from domain.kernel.ids import new_id
from domain.people.models import User
from tests.support.company import Company
from tests.support.phone import Phone

TUS = {"Tus-Resumable": "1.0.0"}
PIECE = {**TUS, "Content-Type": "application/offset+octet-stream"}


def photo(size: int = 4_000, *, seed: int = 0) -> bytes:
    """A PNG picture of `size` bytes, different for each seed."""
    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    chunk = b"IHDR" + header
    start = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", len(header)) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return (start + random.Random(f"{seed}/{size}").randbytes(size))[:size]


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def metadata(**values: str) -> str:
    return ",".join(f"{name} {base64.b64encode(value.encode()).decode()}" for name, value in values.items())


@dataclass(kw_only=True)
class Uploader:
    """A phone that hands contents in, request by request."""

    phone: Phone

    def ask(self, method: str, path: str = "", content: bytes = b"", /, **headers: str) -> Any:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.phone.app.test_client().open(
            f"/api/v1/uploads{path}", method=method, data=content, headers={**self.phone.headers, **TUS, **named}
        )

    def create(
        self, content: bytes, *, first: bytes | None = None, media_type: str = "image/png", **headers: str
    ) -> Any:
        named = {
            "Upload-Length": str(len(content)),
            "Upload-Metadata": metadata(sha256=digest(content), media_type=media_type),
        }
        if first is not None:
            named["Content-Type"] = PIECE["Content-Type"]
        return self.ask("POST", "", first or b"", **{**named, **headers})

    def patch(self, content: bytes, piece: bytes, *, offset: int, **headers: str) -> Any:
        given = {"Content-Type": PIECE["Content-Type"], "Upload-Offset": str(offset), **headers}
        return self.ask("PATCH", f"/{digest(content)}", piece, **given)

    def offset(self, content: bytes) -> int:
        answer = self.ask("HEAD", f"/{digest(content)}")
        assert answer.status_code == 200, answer.status
        return int(answer.headers["Upload-Offset"])

    def upload(self, content: bytes) -> None:
        """Hand in the whole content at once."""
        answer = self.create(content, first=content)
        assert answer.status_code == 201, answer.text
        assert answer.headers["Upload-Offset"] == str(len(content))


def addition(content: bytes, record_id: UUID, *, entity: str = "account", **given: Any) -> dict[str, Any]:
    """The arguments of `attachment.add`."""
    return {
        "id": new_id(),
        "entity": entity,
        "record_id": record_id,
        "kind": "photo",
        "sha256": digest(content),
        "size": len(content),
        "media_type": "image/png",
        "name": "Boiler.png",
        "width": 1,
        "height": 1,
        **given,
    }


@pytest.fixture
def uploader(app: Flask) -> Callable[[User], Uploader]:
    """Sign a person in who hands contents in."""
    return lambda user: Uploader(phone=Phone.sign_in(app, user))


@pytest.fixture
def rep(company: Company, uploader: Callable[[User], Uploader]) -> Uploader:
    return uploader(company.rep)


@pytest.fixture
def storage(app: Flask) -> Storage:
    """Where the app keeps contents."""
    found: Storage = app.extensions["uploads"].lane.storage
    return found


@pytest.fixture
def objects(storage: Storage, company: Company) -> Callable[[], set[str]]:
    """The keys of the company's objects."""
    return lambda: {key for key, _ in storage.list_keys(str(company.org_id))}
