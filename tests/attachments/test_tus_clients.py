"""Any tus client works: here that of the tus project for Python, which knows nothing of us."""

from io import BytesIO
from typing import Any

import pytest
from tusclient.client import TusClient
from tusclient.exceptions import TusCommunicationError

from domain.attachments.models import Content
from tests.attachments.conftest import Uploader, digest, photo
from tests.support.company import Company


@pytest.fixture
def tus(rep: Uploader, address: str) -> TusClient:
    return TusClient(f"{address}/api/v1/uploads", headers=rep.phone.headers)


def upload(tus: TusClient, content: bytes, **given: Any) -> Any:
    return tus.uploader(
        file_stream=BytesIO(content),
        metadata={"sha256": digest(content), "media_type": "image/png", "filename": "Boiler.png"},
        **given,
    )


def is_stored(company: Company, content: bytes) -> bool:
    with company.session() as session:
        return session.get(Content, (company.org_id, digest(content))) is not None


@pytest.mark.parametrize("checksums", [False, True], ids=["plain", "with checksums"])
def test_a_content_in_pieces(tus: TusClient, company: Company, checksums: bool) -> None:
    content = photo(1_000_000, seed=checksums)
    uploader = upload(tus, content, chunk_size=300_000, upload_checksum=checksums)
    uploader.upload()
    assert uploader.url.endswith(f"/uploads/{digest(content)}")
    assert is_stored(company, content)


def test_a_content_that_was_broken_off(tus: TusClient, company: Company) -> None:
    content = photo(1_000_000)
    first = upload(tus, content, chunk_size=300_000)
    first.upload_chunk()
    later = upload(tus, content, chunk_size=300_000, url=first.url)
    assert later.offset == 300_000
    later.upload()
    assert is_stored(company, content)


def test_a_content_that_is_there_already(tus: TusClient, company: Company, rep: Uploader) -> None:
    content = photo(10_000)
    rep.upload(content)
    # Its first piece is refused with 409; it asks where it is, and finds itself at the end.
    upload(tus, content, retries=1, retry_delay=0).upload()


def test_a_wrong_hash_is_an_error_and_the_next_try_starts_anew(tus: TusClient, company: Company) -> None:
    content = photo(10_000)
    wrong = tus.uploader(file_stream=BytesIO(b"?" * 10_000), metadata={"sha256": digest(content)})
    with pytest.raises(TusCommunicationError):
        wrong.upload()
    again = upload(tus, content, url=wrong.url)
    assert again.offset == 0
    again.upload()
    assert is_stored(company, content)
