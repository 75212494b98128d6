"""What a content is, by its own bytes: a client may say anything."""

from collections.abc import Collection

import puremagic

HEAD_BYTES = 8 * 1024
"""How much of a content is looked at."""


def sniffed_type(head: bytes, *, allowed: Collection[str]) -> str | None:
    """Return the media type among `allowed` that the content's first bytes show, or None if they show another."""
    try:
        found = [match.mime_type for match in puremagic.magic_string(head)]
    except puremagic.PureError:
        found = []
    found = found or (["image/heif"] if _is_heif(head) else [])
    # Text has no mark of its own.
    found = found or (["text/plain"] if _is_text(head) else [])
    return next((media_type for media_type in found if media_type in allowed), None)


def _is_heif(head: bytes) -> bool:
    # Of the brands of ISO 23008-12 puremagic knows only that of an HEVC picture as the main one; others come first in
    # pictures that were edited, or hold several.
    size = int.from_bytes(head[:4])
    brands = {head[start : start + 4] for start in (8, *range(16, min(size, 256), 4))}
    return head[4:8] == b"ftyp" and bool(brands & {b"mif1", b"msf1", b"heic", b"heix", b"heim", b"heis", b"hevc"})


def _is_text(head: bytes) -> bool:
    # The last character may be cut in two.
    return b"\x00" not in head and "\ufffd" not in head.decode(errors="replace")[:-1]
