"""Errors that a person or a client can act on.

Each error is a class beside the code that raises it. Its docstring is its sentence, `code` is a wire contract,
`status` the HTTP status.
`docs/errors.md` is generated from the subclasses.
"""

from collections.abc import Iterator, Mapping
from typing import Any, ClassVar

FieldErrors = Mapping[str, Any]


class DomainError(Exception):
    """The request cannot be carried out."""

    code: ClassVar[str]
    status: ClassVar[int]
    retryable: ClassVar[bool]

    def __init_subclass__(cls) -> None:
        for attribute in ("code", "status", "retryable"):
            if not hasattr(cls, attribute):
                raise TypeError(f"{cls.__name__} must set {attribute}")
        if not cls.__doc__:
            raise TypeError(f"{cls.__name__} needs a docstring: it is the message")

    def __init__(self, detail: str | None = None, *, fields: FieldErrors | None = None) -> None:
        self.detail = detail or self.sentence()
        self.fields = _with_text_keys(fields)
        super().__init__(self.detail)

    @classmethod
    def sentence(cls) -> str:
        """Return the first line of the docstring: what happened, in a plain sentence."""
        return (cls.__doc__ or "").strip().splitlines()[0]


def error_classes() -> list[type[DomainError]]:
    """Return every error of the modules that are imported, by code."""
    return sorted(set(_subclasses(DomainError)), key=lambda error: error.code)


def _subclasses(error: type[DomainError]) -> Iterator[type[DomainError]]:
    for subclass in error.__subclasses__():
        yield subclass
        yield from _subclasses(subclass)


def _with_text_keys(value: Any) -> Any:
    """Return nested messages with every key as text: those of a list's items are numbers, and JSON has none as keys."""
    if isinstance(value, Mapping):
        return {str(key): _with_text_keys(part) for key, part in value.items()}
    return value


class ValidationFailed(DomainError):
    """Some fields are not valid."""

    code, status, retryable = "validation.failed", 422, False


class PermissionDenied(DomainError):
    """Your role does not allow this."""

    code, status, retryable = "permission.denied", 403, False


class RecordNotFound(DomainError):
    """There is no such record, or it is not in your area."""

    code, status, retryable = "record.not_found", 404, False


class ReferenceNotFound(DomainError):
    """A record that this one refers to does not exist, or is not in your area."""

    code, status, retryable = "record.reference_not_found", 422, False


class RecordExists(DomainError):
    """A record with this id or unique value exists already."""

    code, status, retryable = "record.exists", 409, False


class VersionConflict(DomainError):
    """The record was changed since you read it. Read it again and repeat your change."""

    code, status, retryable = "record.version_conflict", 412, False


class IdReused(DomainError):
    """This id was used before for a different request."""

    code, status, retryable = "sync.id_reused", 422, False
