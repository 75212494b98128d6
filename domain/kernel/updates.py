"""Plain field edits."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

from marshmallow import Schema

from domain.kernel.command import Command, Context
from domain.kernel.conflicts import settle
from domain.kernel.model import Record

R = TypeVar("R", bound=Record)


def change_fields(ctx: Context, record: R, changes: Mapping[str, Any]) -> R:
    """Set the given attributes of `record` and return it. What others changed meanwhile goes by its merge rule."""
    for name, value in settle(ctx, record, changes).items():
        setattr(record, name, value)
    return record


def update_command(
    *, entity: str, model: type[Record], schema: type[Schema], may: str | None, offline: bool = False
) -> Command:
    """Return the command `<entity>.update`, which sets the fields that are given and no others."""
    target = f"{entity}_id"

    def update(ctx: Context, **changes: Any) -> Record:
        record_id: UUID = changes.pop(target)
        return change_fields(ctx, ctx.get(model, record_id), changes)

    handle: Callable[..., Record] = update
    handle.__doc__ = f"Change fields of the {entity.replace('_', ' ')}. Fields that are not given stay as they are."
    return Command(
        name=f"{entity}.update", schema=schema, handle=handle, may=may, target=(target, model), offline=offline
    )
