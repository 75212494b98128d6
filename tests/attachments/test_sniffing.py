"""What a content is, by its own bytes."""

import pytest

from domain.attachments.limits import Limits
from domain.attachments.sniffing import sniffed_type
from tests.attachments.conftest import photo

ALLOWED = Limits().media_types
JPEG = b"\xff\xd8\xff\xe1\x00\x10Exif\x00\x00" + b"\x00" * 300
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 " + b"\x00" * 200
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\x00" * 200
EDITED_HEIC = b"\x00\x00\x00\x18ftypmif1\x00\x00\x00\x00mif1heic" + b"\x00" * 200
PDF = b"%PDF-1.7\n" + b"1 0 obj\n" * 20


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (photo(300), "image/png"),
        (JPEG, "image/jpeg"),
        (WEBP, "image/webp"),
        (HEIC, "image/heif"),
        (EDITED_HEIC, "image/heif"),
        (PDF, "application/pdf"),
    ],
    ids=["png", "jpeg", "webp", "heic", "edited heic", "pdf"],
)
def test_what_phones_take_is_recognised(head: bytes, media_type: str) -> None:
    assert sniffed_type(head, allowed=ALLOWED) == media_type


@pytest.mark.parametrize(
    "head",
    [
        b"<!DOCTYPE html><html>",
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
        b"MZ\x90\x00" + b"\x00" * 300,
        b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00isommp42" + b"\x00" * 200,
        b"PK\x03\x04" + b"\x00" * 300,
        b"just words",
        bytes(range(256)),
        b"\x00",
    ],
    ids=["html", "svg", "program", "film", "archive", "text", "bytes", "nothing"],
)
def test_what_is_not_accepted_is_not_recognised(head: bytes) -> None:
    assert sniffed_type(head, allowed=ALLOWED) is None


def test_text_is_accepted_where_the_operator_says_so() -> None:
    for words in (b"just words", "Öl: 5 l".encode(), "Öl".encode()[:-1] + b"\xc3"):
        assert sniffed_type(words, allowed={"text/plain"}) == "text/plain"
    assert sniffed_type(b"no\x00text", allowed={"text/plain"}) is None
    assert sniffed_type(b"\xfd\xfe words", allowed={"text/plain"}) is None
