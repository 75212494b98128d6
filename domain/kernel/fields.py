"""marshmallow fields with bounds: nothing that PostgreSQL could refuse gets past a schema."""

import re
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from domain.kernel.loading import Load, compiled_load

INT32_MAX = 2**31 - 1
MONEY_MAX_MINOR = 10**13
"""Largest amount accepted, in minor units: 100 billion of a currency with two decimals."""


class ArgsSchema(Schema):
    """Arguments of a command. An unknown argument is an error."""

    class Meta:
        unknown = RAISE

    @cached_property
    def _load_plain(self) -> Load | None:
        return compiled_load(self)

    def load(self, data: Any, *, many: Any = None, partial: Any = None, unknown: Any = None) -> Any:
        """Return the arguments as the handler takes them.

        Raises:
            ValidationError: names each field that is not valid.
        """
        if self._load_plain is not None and not many and partial is None and unknown in (None, RAISE):
            try:
                return self._load_plain(data)
            except ValidationError:
                pass  # what is wrong is found again, and said in full
        return super().load(data, many=many, partial=partial, unknown=unknown)


_TIME_OF_DAY = re.compile(r"(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)\Z")
_NOT_PRINTABLE = re.compile("[\x00\ud800-\udfff]")


def _printable(value: str) -> None:
    if _NOT_PRINTABLE.search(value):
        raise ValidationError("Contains characters that are not allowed.")


class Text(fields.String):
    """A text of `minimum` to `maximum` characters, without surrounding blanks."""

    def __init__(self, maximum: int = 200, *, minimum: int = 0, **kwargs: Any) -> None:
        super().__init__(validate=[validate.Length(min=minimum, max=maximum), _printable], **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        return super()._deserialize(value, attr, data, **kwargs).strip()


class TimeOfDay(fields.String):
    """A time by the organisation's clocks, from `00:00` to `24:00`, the end of the day."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            validate=validate.Regexp(_TIME_OF_DAY, error="Must be a time such as 08:30, at most 24:00."), **kwargs
        )


class Name(Text):
    """A text that may not be empty."""

    def __init__(self, maximum: int = 200, **kwargs: Any) -> None:
        super().__init__(maximum, minimum=1, **kwargs)


class Id(fields.UUID):
    """A UUID."""


def utc_text(moment: datetime | None) -> str | None:
    """Return a time as it goes over the wire."""
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


class UtcDateTime(fields.AwareDateTime):
    """An RFC 3339 time with its offset, stored and shown in UTC."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="iso", **kwargs)

    def _serialize(self, value: datetime | None, *_: Any, **__: Any) -> str | None:
        return utc_text(value)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        moment: datetime = super()._deserialize(value, attr, data, **kwargs)
        try:
            return moment.astimezone(UTC)
        except OverflowError as error:
            raise ValidationError("Not a valid datetime.") from error


class Whole(fields.Integer):
    """An integer between `minimum` and `maximum`."""

    def __init__(self, minimum: int = 0, maximum: int = INT32_MAX, **kwargs: Any) -> None:
        super().__init__(strict=True, validate=validate.Range(min=minimum, max=maximum), **kwargs)


class Minor(Whole):
    """An amount of money in minor units of the currency beside it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(0, MONEY_MAX_MINOR, **kwargs)


class OneOf(fields.String):
    """One of the values of a `StrEnum`."""

    def __init__(self, values: Any, **kwargs: Any) -> None:
        super().__init__(validate=validate.OneOf([str(value) for value in values]), **kwargs)


class RecordDocument(Schema):
    """What every document has."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    created_at = UtcDateTime(required=True)
    updated_at = UtcDateTime(required=True)
