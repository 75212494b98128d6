"""Arguments out of plain input, for which a schema is only read once.

A schema's own `load` looks everything up again for each field of each record; a batch of a phone has thousands of
fields. What is not as it should be is left to the schema itself: it finds the words.
"""

from collections.abc import Callable
from math import isfinite
from typing import Any
from uuid import UUID

from marshmallow import RAISE, Schema, ValidationError, fields, missing

Load = Callable[[Any], Any]


class NotPlain(ValidationError):
    """Something is missing, unknown or of the wrong kind: the schema says what."""

    def __init__(self) -> None:
        super().__init__("Not valid.")


def compiled_load(schema: Schema) -> Callable[[Any], dict[str, Any]] | None:
    """Return a function that does what `schema.load` does for one good input.

    It raises `ValidationError` for any other. None if the schema does more than its fields do.
    """
    if schema.many or schema.partial or schema.unknown != RAISE or any(schema._hooks.values()):  # noqa: SLF001 - no public name
        return None
    parts = [
        (field.data_key or name, field.attribute or name, _load_of(field), field.required, field.load_default)
        for name, field in schema.load_fields.items()
    ]
    if any("." in attribute for _, attribute, *_ in parts):
        return None

    def load(data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise NotPlain
        loaded, given = {}, 0
        for key, attribute, convert, required, default in parts:
            value = data.get(key, missing)
            if value is not missing:
                loaded[attribute] = convert(value)
                given += 1
            elif required:
                raise NotPlain
            elif default is not missing:
                loaded[attribute] = default() if callable(default) else default
        if given < len(data):
            raise NotPlain
        return loaded

    return load


def _load_of(field: fields.Field[Any]) -> Load:
    if field.pre_load or field.post_load:
        return field.deserialize
    convert, validators, allow_none = _conversion_of(field), tuple(field.validators), field.allow_none

    def load(value: Any) -> Any:
        if value is None:
            if allow_none:
                return None
            raise NotPlain
        value = convert(value)
        for validate in validators:
            validate(value)
        return value

    return load


def _conversion_of(field: fields.Field[Any]) -> Load:
    if type(field) is fields.Nested and not field.many and field.unknown is None:
        return field.schema.load
    if type(field) is fields.List:
        inner = _load_of(field.inner)
        return lambda values: [inner(value) for value in _list(values)]
    if type(field) is fields.Dict and type(field.key_field) is fields.String and field.value_field is None:
        return _mapping
    for kind, convert in _PLAIN:
        if isinstance(field, kind) and all(
            getattr(type(field), name) is getattr(kind, name) for name in ("_deserialize", "_validated")
        ):
            return convert
    deserialize = field._deserialize  # noqa: SLF001 - what a kind of field overrides
    return lambda value: deserialize(value, None, None)


def _mapping(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict) or not all(type(key) is str for key in value):
        raise NotPlain
    return value


def _list(values: Any) -> list[Any]:
    if not isinstance(values, list):
        raise NotPlain
    return values


def _uuid(value: Any) -> UUID:
    if not isinstance(value, str):
        raise NotPlain
    try:
        return UUID(value)
    except ValueError as error:
        raise NotPlain from error


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise NotPlain
    return value


def _number(value: Any) -> float:
    if type(value) is not float or not isfinite(value):
        raise NotPlain
    return value


_PLAIN: tuple[tuple[type[fields.Field[Any]], Load], ...] = (
    (fields.UUID, _uuid),
    (fields.Integer, _whole),
    (fields.Float, _number),
)
