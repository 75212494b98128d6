"""The routes of one kind of record: list, read, create, change, and its actions, each a line away from its command."""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from flask import Response, jsonify, request
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, fields, validate
from sqlalchemy import ColumnElement, or_, select, tuple_
from sqlalchemy.exc import DataError

from api import doors
from domain.kernel.command import Command
from domain.kernel.errors import DomainError, RecordNotFound, ValidationFailed
from domain.kernel.fields import Id, OneOf, Text
from domain.kernel.synced import SyncedEntity

MAX_PAGE = 200
PATTERN_ESCAPES = str.maketrans({"%": r"\%", "_": r"\_", "\\": r"\\"})


class CursorInvalid(DomainError):
    """This cursor does not fit the list. Start again without one."""

    code, status, retryable = "paging.cursor_invalid", 422, False


@dataclass(frozen=True, kw_only=True)
class Filter:
    """A query parameter that narrows a list."""

    value: fields.Field[Any]
    condition: Callable[[Any], ColumnElement[bool]]
    """From the value to the condition."""

    def apply(self, value: Any) -> ColumnElement[bool]:
        """Return the condition for `value`."""
        return self.condition(value)


def equals(column: Any, value: fields.Field[Any] | None = None) -> Filter:
    """Return a filter for rows whose column has the given value, by default an id."""
    return Filter(value=value or Id(), condition=lambda wanted: column == wanted)


def contains(*columns: Any) -> Filter:
    """Return a filter for rows in one of whose columns the words appear."""

    def condition(words: str) -> ColumnElement[bool]:
        pattern = f"%{words.translate(PATTERN_ESCAPES)}%"
        return or_(*(column.ilike(pattern) for column in columns))

    return Filter(value=Text(100), condition=condition)


@dataclass(frozen=True, kw_only=True)
class Resource:
    """How a kind of record is reached by REST."""

    collection: str
    entity: SyncedEntity[Any]
    sorts: Mapping[str, Any]
    """Names that `sort` accepts → columns that are never null. The first is the default."""
    filters: Mapping[str, Filter] = field(default_factory=dict)
    create: Command | None = None
    update: Command | None = None
    actions: Sequence[Command] = ()

    @property
    def noun(self) -> str:
        """The record's name in a sentence."""
        return self.entity.name.replace("_", " ")


def register(blueprint: Blueprint, resource: Resource) -> None:
    """Add the routes of `resource` to `blueprint`."""
    _add_list(blueprint, resource)
    _add_item(blueprint, resource)
    if resource.create:
        _add_create(blueprint, resource, resource.create)
    item, argument = f"/{resource.collection}/<uuid:record_id>", f"{resource.entity.name}_id"
    if resource.update:
        command_route(blueprint, resource.update, resource.entity, argument=argument, method="PATCH", path=item)
    for action in resource.actions:
        path = f"{item}/{action.name.partition('.')[2].replace('_', '-')}"
        command_route(blueprint, action, resource.entity, argument=argument, method="POST", path=path)


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.replace(".", "_").replace("-", "_").split("_"))


def _query_schema(resource: Resource) -> type[Schema]:
    names = [sign + name for name in resource.sorts for sign in ("", "-")]

    class Meta:
        unknown = RAISE

    attributes: dict[str, Any] = {
        "Meta": Meta,
        "limit": fields.Integer(load_default=50, validate=validate.Range(min=1, max=MAX_PAGE)),
        "cursor": Text(2_000),
        "sort": OneOf(names, load_default=next(iter(resource.sorts))),
        **{name: item.value for name, item in resource.filters.items()},
    }
    return type(f"{_camel(resource.collection)}Query", (Schema,), attributes)


def page_schema(name: str, item: type[Schema]) -> type[Schema]:
    """Return the schema of a page of `item`."""
    attributes: dict[str, Any] = {
        "items": fields.List(fields.Nested(item), required=True),
        "next_cursor": fields.String(required=True, allow_none=True),
    }
    return type(f"{name}Page", (Schema,), attributes)


def _add_list(blueprint: Blueprint, resource: Resource) -> None:
    entity, model = resource.entity, resource.entity.model
    query_schema = _query_schema(resource)

    def list_records(args: dict[str, Any]) -> dict[str, Any]:
        limit, sort, after = args.pop("limit"), args.pop("sort"), args.pop("cursor", None)
        column = resource.sorts[sort.lstrip("-")]
        query = select(model, column).options(*entity.options)
        if after:
            last = decode_cursor(after, sort, column)
            query = query.where(
                tuple_(column, model.id) < last if sort.startswith("-") else tuple_(column, model.id) > last
            )
        order = (column.desc(), model.id.desc()) if sort.startswith("-") else (column, model.id)
        with doors.reading() as (session, identity):
            query = query.where(model.org_id == identity.org_id)
            in_scope = identity.scope.contains(entity)
            if in_scope is not None:
                query = query.where(in_scope)
            for name, value in args.items():
                query = query.where(resource.filters[name].apply(value))
            try:
                rows = session.execute(query.order_by(*order).limit(limit + 1)).all()
            except DataError as error:
                raise CursorInvalid from error
            page = rows[:limit]
            following = encode_cursor(sort, page[-1][1], page[-1][0].id) if len(rows) > limit else None
            return {"items": [record for record, _ in page], "next_cursor": following}

    list_records.__doc__ = f"List each {resource.noun} in your area."
    view = blueprint.response(200, page_schema(_camel(entity.name), entity.document))(list_records)
    view = blueprint.arguments(query_schema, location="query", unknown=RAISE)(view)
    blueprint.route(f"/{resource.collection}", methods=["GET"], endpoint=f"list_{resource.collection}")(view)


def _add_item(blueprint: Blueprint, resource: Resource) -> None:
    entity, model = resource.entity, resource.entity.model

    def get_record(record_id: UUID) -> Any:
        with doors.reading() as (session, identity):
            query = select(model).where(model.org_id == identity.org_id, model.id == record_id).options(*entity.options)
            in_scope = identity.scope.contains(entity)
            record = session.scalar(query if in_scope is None else query.where(in_scope))
            if record is None:
                raise RecordNotFound
            return _answer(entity.dump(record), record.version).make_conditional(request)

    get_record.__doc__ = f"Read one {resource.noun}."
    view = blueprint.alt_response(304, description="Not modified", success=True)(get_record)
    view = blueprint.response(200, entity.document)(view)
    blueprint.route(f"/{resource.collection}/<uuid:record_id>", methods=["GET"], endpoint=f"get_{entity.name}")(view)


def _add_create(blueprint: Blueprint, resource: Resource, command: Command) -> None:
    makes_a_record = "id" in command.schema().fields

    def create_record() -> Any:
        done = doors.run(command, json_body(), gives_id=makes_a_record)
        answer = _answer(done.document, done.version, replayed=done.replayed)
        answer.status_code = 201
        answer.headers["Location"] = f"/api/v1/{resource.collection}/{done.document['id']}"
        return answer

    body = command.schema(partial=("id",) if makes_a_record else None)
    view = _document(blueprint, resource.entity, command, create_record, body, status=201)
    blueprint.route(f"/{resource.collection}", methods=["POST"], endpoint=command.name.replace(".", "_"))(view)


def command_route(
    blueprint: Blueprint,
    command: Command,
    entity: SyncedEntity[Any],
    *,
    argument: str,
    method: str,
    path: str,
) -> None:
    """Add the route of a command whose `argument` is the `record_id` in `path`. It answers with an `entity`."""
    makes_a_record = argument != "id" and "id" in command.schema().fields

    def run_command(record_id: UUID) -> Any:
        args = json_body()
        if argument in args:
            raise ValidationFailed(fields={argument: ["Is part of the address; leave it out of the body."]})
        done = doors.run(command, {**args, argument: str(record_id)}, gives_id=makes_a_record)
        return _answer(done.document, done.version, replayed=done.replayed)

    body = command.schema(exclude=(argument,), partial=("id",) if makes_a_record else None)
    view = _document(blueprint, entity, command, run_command, body, status=200)
    blueprint.route(path, methods=[method], endpoint=command.name.replace(".", "_"))(view)


HEADER_PARAMETERS: list[dict[str, Any]] = [
    {
        "in": "header",
        "name": "Idempotency-Key",
        "description": "Makes the request safe to repeat: the same key is carried out once.",
        "schema": {"type": "string", "minLength": 1, "maxLength": doors.IDEMPOTENCY_KEY_MAX},
    },
    {
        "in": "header",
        "name": "If-Match",
        "description": "The ETag that you read; the request is refused with 412 if the record was changed since.",
        "schema": {"type": "string"},
    },
]


def _document(
    blueprint: Blueprint, entity: SyncedEntity[Any], command: Command, view: Any, body: Schema, *, status: int
) -> Any:
    view.__doc__ = command.handle.__doc__
    required = any(item.required for item in body.load_fields.values()) and not body.partial
    view = blueprint.doc(
        requestBody={"required": required, "content": {"application/json": {"schema": body}}},
        parameters=HEADER_PARAMETERS[: 1 if status == 201 else 2],
    )(view)
    return blueprint.response(status, entity.document)(view)


def json_body() -> dict[str, Any]:
    """Return the request's JSON object; an empty body counts as `{}`.

    Raises:
        ValidationFailed: it is JSON, but not an object.
    """
    if not request.data:
        return {}
    body = request.get_json()
    if not isinstance(body, dict):
        raise ValidationFailed("The body must be a JSON object.")
    return body


def _answer(document: dict[str, Any], version: int, *, replayed: bool = False) -> Response:
    answer: Response = jsonify(document)
    answer.set_etag(str(version))
    if replayed:
        answer.headers["Idempotent-Replay"] = "true"
    return answer


def encode_cursor(sort: str, value: Any, record_id: UUID) -> str:
    """Return the cursor of a page that ends with this record."""
    return base64.urlsafe_b64encode(orjson.dumps([sort, value, record_id])).decode()


def decode_cursor(cursor: str, sort: str, column: Any) -> tuple[Any, UUID]:
    """Return the value of `column` and the id after which the next page begins.

    Raises:
        CursorInvalid: it is not ours, or one of another sort.
    """
    try:
        its_sort, value, record_id = orjson.loads(base64.urlsafe_b64decode(cursor))
        if its_sort != sort:
            raise CursorInvalid
        python_type = column.type.python_type
        parsed = value if isinstance(value, python_type) else python_type.fromisoformat(value)
        return parsed, UUID(record_id)
    except (ValueError, TypeError, AttributeError, binascii.Error) as error:
        raise CursorInvalid from error
