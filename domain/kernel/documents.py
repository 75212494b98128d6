"""Documents out of records, for which a schema is only read once.

A schema's own `dump` looks everything up again for each field of each record; documents are made at every write, and
by the hundred thousand after a bulk load.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from marshmallow import Schema, fields

from domain.kernel.fields import UtcDateTime, utc_text

Dump = Callable[[Any], Any]


def compiled_dump(schema: Schema) -> Callable[[Any], dict[str, Any]]:
    """Return a function that does what `schema.dump` does for one record."""
    if schema.many or schema.__class__.get_attribute is not Schema.get_attribute:
        raise TypeError(f"{type(schema).__name__} cannot be compiled")
    parts = [
        (field.data_key or name, field.attribute or name, _dump_of(field)) for name, field in schema.dump_fields.items()
    ]

    def dump(record: Any) -> dict[str, Any]:
        if isinstance(record, Mapping):
            return {key: convert(record.get(attribute)) for key, attribute, convert in parts}
        # What is loaded lies there as it is; asking the attribute for it takes longer than all the rest.
        loaded = record.__dict__
        return {
            key: convert(loaded[attribute] if attribute in loaded else getattr(record, attribute))
            for key, attribute, convert in parts
        }

    return dump


def _dump_of(field: fields.Field[Any]) -> Dump:
    match field:
        case UtcDateTime():
            return utc_text
        case fields.Nested():
            nested = compiled_dump(field.schema)
            if field.many:
                return lambda values: None if values is None else [nested(value) for value in values]
            return lambda value: None if value is None else nested(value)
        case fields.List():
            inner = _dump_of(field.inner)
            return lambda values: None if values is None else [inner(value) for value in values]
        case fields.UUID():
            return _text
        case fields.Date():
            return _iso
        case fields.Raw() | fields.String() | fields.Integer() | fields.Boolean() | fields.Float() | fields.Dict():
            # What the database gives is of the right type already.
            return _as_it_is
    raise TypeError(f"{type(field).__name__} cannot be compiled: say here how it is written")


def _as_it_is(value: Any) -> Any:
    return value


def _text(value: UUID | str | None) -> str | None:
    return None if value is None else str(value)


def _iso(value: date | None) -> str | None:
    return None if value is None else value.isoformat()
