"""Arguments read by a compiled schema are what the schema itself would have read, and so are the errors."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import Schema, ValidationError, fields, post_load

from api.sync_door import PullSchema, PushSchema
from domain.kernel.fields import ArgsSchema, Id, Text
from domain.kernel.loading import compiled_load
from domain.registry import COMMANDS

SCHEMAS = [PushSchema, PullSchema, *dict.fromkeys(command.schema for command in COMMANDS)]

ID = "01a2005c-64bb-7021-98a7-6b1f4ab0d5ad"
WORDS = ["", " Ada ", "a\x00", "\ud800", "x" * 300, "email@a.example", ID, ID.upper(), ID[:-1]]
DATES = ["2026-07-01", "2026-07-01T08:00:00+02:00", "2026-07-01T08:00:00", "0001-01-01T00:00:00+14:00"]
SCALARS = st.sampled_from([None, True, 0, 1, -1, 2**70, 1.5, float("nan"), *WORDS, *DATES])


def value_of(field: fields.Field[Any]) -> st.SearchStrategy[Any]:
    """Mostly what the field takes, and anything else."""
    match field:
        case fields.Nested():
            likely: st.SearchStrategy[Any] = input_of(field.schema)
        case fields.List():
            likely = st.lists(value_of(field.inner), max_size=3)
        case fields.UUID():
            likely = st.just(ID)
        case fields.AwareDateTime():
            likely = st.just("2026-07-01T08:00:00+02:00")
        case fields.Date():
            likely = st.just("2026-07-01")
        case fields.Integer() | fields.Float():
            likely = st.sampled_from([1, 40])
        case fields.Boolean():
            likely = st.booleans()
        case fields.Dict():
            likely = st.just({"a": 1})
        case _:
            likely = st.sampled_from(["Ada", *_choices(field)])
    return st.one_of(likely, likely, likely, likely, likely, likely, SCALARS, st.just({}), st.just([]))


def _choices(field: fields.Field[Any]) -> list[str]:
    return [choice for validate in field.validators for choice in getattr(validate, "choices", [])]


def input_of(schema: Schema) -> st.SearchStrategy[dict[str, Any]]:
    parts = {field.data_key or name: value_of(field) for name, field in schema.fields.items()}
    needed = {key: parts[key] for key in parts if schema.fields.get(key) and schema.fields[key].required}
    whole = st.fixed_dictionaries(needed, optional={key: parts[key] for key in parts.keys() - needed.keys()})
    some = st.fixed_dictionaries({}, optional={**parts, "unheard_of": SCALARS})
    return st.one_of(whole, whole, whole, some)


def outcome(load: Any, data: Any) -> Any:
    try:
        return load(data)
    except ValidationError as error:
        return error.messages


@pytest.mark.parametrize("schema_class", SCHEMAS)
@settings(max_examples=30)
@given(data=st.data())
def test_what_is_read_and_what_is_said_is_the_schemas_own(schema_class: type[ArgsSchema], data: st.DataObject):
    schema = schema_class()
    given_data = data.draw(st.one_of(input_of(schema), input_of(schema), input_of(schema), SCALARS))
    assert outcome(schema.load, given_data) == outcome(lambda it: Schema.load(schema, it), given_data)


@pytest.mark.parametrize("schema_class", SCHEMAS)
def test_every_command_has_arguments_that_can_be_compiled(schema_class: type[ArgsSchema]):
    assert compiled_load(schema_class()) is not None


def test_what_a_schema_does_beyond_its_fields_is_done():
    class Shouted(ArgsSchema):
        name = Text(attribute="deep.name", required=True)

        @post_load
        def shout(self, loaded: dict[str, Any], **_: Any) -> dict[str, Any]:
            return {"said": loaded["deep"]["name"].upper()}

    class Around(ArgsSchema):
        id = Id(required=True)
        inner = fields.List(fields.Nested(Shouted))

    assert compiled_load(Shouted()) is None
    assert Around().load({"id": ID, "inner": [{"name": "ada"}]})["inner"] == [{"said": "ADA"}]


def test_defaults_that_are_made_are_made_each_time():
    class Several(ArgsSchema):
        names = fields.List(Text(), load_default=list)

    schema = Several()
    schema.load({})["names"].append("Ada")
    assert schema.load({}) == {"names": []}
