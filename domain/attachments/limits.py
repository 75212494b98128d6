"""What this installation accepts: the composition root says it once per process."""

from dataclasses import dataclass

from domain.kernel.errors import DomainError


class AttachmentTooLarge(DomainError):
    """This file is larger than this server accepts. Attach a smaller one."""

    code, status, retryable = "attachment.too_large", 413, False


class AttachmentTypeNotAllowed(DomainError):
    """Files of this type are not accepted. Attach one of the accepted types."""

    code, status, retryable = "attachment.type_not_allowed", 415, False


class TooManyUnfinishedUploads(DomainError):
    """You have begun too many uploads. Finish or cancel some of them; after 7 days of rest they go by themselves."""

    code, status, retryable = "upload.too_many_unfinished", 429, True
    retry_after_s = 60


@dataclass(frozen=True, kw_only=True)
class Limits:
    """What the operator accepts."""

    max_bytes: int = 25_000_000
    media_types: frozenset[str] = frozenset(
        {"image/jpeg", "image/png", "image/webp", "image/heic", "image/heif", "application/pdf"}
    )
    max_unfinished: int = 100
    """How many uploads one person may have begun and not finished."""

    @property
    def max_unfinished_bytes(self) -> int:
        """How large those may be together: 20 of the largest contents."""
        return 20 * self.max_bytes

    def check(self, *, size: int, media_type: str | None) -> None:
        """Refuse what a client itself says to be too much. `size` is in bytes, `media_type` None if it is not said.

        Raises:
            AttachmentTooLarge, AttachmentTypeNotAllowed: names the field.
        """
        if size > self.max_bytes:
            raise AttachmentTooLarge(fields={"size": [f"Is {size} bytes; the most is {self.max_bytes}."]})
        if media_type is not None and media_type not in self.media_types:
            said = f"Is {media_type}; accepted are {self.named_types}."
            raise AttachmentTypeNotAllowed(fields={"media_type": [said]})

    def check_unfinished(self, *, uploads: int, size: int) -> None:
        """Refuse a person's next upload if there are too many with it. `size` is that of all, in bytes.

        Raises:
            TooManyUnfinishedUploads
        """
        if uploads > self.max_unfinished or size > self.max_unfinished_bytes:
            raise TooManyUnfinishedUploads

    @property
    def named_types(self) -> str:
        """The accepted media types, for a sentence."""
        return ", ".join(sorted(self.media_types))


_here = Limits()


def set_limits(limits: Limits) -> None:
    """Accept this from now on."""
    global _here  # noqa: PLW0603 - there is one installation per process
    _here = limits


def limits() -> Limits:
    """Return what is accepted."""
    return _here
