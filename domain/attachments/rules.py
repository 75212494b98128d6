"""What an attachment can be."""

from enum import StrEnum

INLINE = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})
"""Pictures that can carry no script: a browser may show them. Everything else is offered for saving."""


class AttachmentKind(StrEnum):
    """What a person attached."""

    PHOTO = "photo"
    SIGNATURE = "signature"
    FILE = "file"


class AttachmentStatus(StrEnum):
    """Where the content is."""

    PENDING = "pending"
    STORED = "stored"
    REFUSED = "refused"


class ContentStatus(StrEnum):
    """What became of a content that arrived."""

    CHECKING = "checking"
    STORED = "stored"
    REFUSED = "refused"
