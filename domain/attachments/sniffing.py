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
    # Text has no mark of its own.
    found = found or (["text/plain"] if _is_text(head) else [])
    return next((media_type for media_type in found if media_type in allowed), None)


def _is_text(head: bytes) -> bool:
    # The last character may be cut in two.
    return b"\x00" not in head and "\ufffd" not in head.decode(errors="replace")[:-1]
