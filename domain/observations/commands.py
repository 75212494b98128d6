"""Noting what was seen at a customer's."""

from typing import Any
from uuid import UUID

from domain.catalog.models import Product
from domain.customers.models import Account
from domain.kernel.command import Command, Context
from domain.kernel.errors import PermissionDenied, ReferenceNotFound
from domain.kernel.updates import change_fields
from domain.observations import rules, schemas
from domain.observations.models import Observation
from domain.people.models import Organisation
from domain.people.permissions import Permission
from domain.visits.models import Visit


def add(
    ctx: Context, *, id: UUID, account_id: UUID, visit_id: UUID | None, product_id: UUID | None, **seen: Any
) -> Observation:
    """Note something seen at a customer's, at a visit or in passing."""
    if ctx.actor.user_id is None:
        raise PermissionDenied("Something is observed by a person.")
    account = ctx.refer(Account, account_id, "account_id")
    if visit_id and ctx.refer(Visit, visit_id, "visit_id").account_id != account.id:
        raise ReferenceNotFound(fields={"visit_id": ["This visit was to another account."]})
    if product_id:
        ctx.refer(Product, product_id, "product_id")
    _check(product_id=product_id, **seen)
    return ctx.add(
        Observation(
            id=id,
            account_id=account.id,
            visit_id=visit_id,
            product_id=product_id,
            currency=ctx.get(Organisation, ctx.org_id).currency,
            observed_by_id=ctx.actor.user_id,
            occurred_at=ctx.occurred_at,
            **seen,
        )
    )


def update(ctx: Context, *, observation_id: UUID, **changes: Any) -> Observation:
    """Correct what one noted oneself or, with the permission to manage visits, what somebody else did."""
    observation = _own(ctx, observation_id)
    if changes.get("product_id"):
        ctx.refer(Product, changes["product_id"], "product_id")
    said = {name: getattr(observation, name) for name in ("kind", "product_id", "product", "competitor")}
    _check(**{**said, **changes})
    return change_fields(ctx, observation, changes)


def remove(ctx: Context, *, observation_id: UUID) -> Observation:
    """Take away what one noted oneself or, with the permission to manage visits, what somebody else did."""
    observation = _own(ctx, observation_id)
    # It may have been added in this very batch.
    ctx.session.flush()
    ctx.session.delete(observation)
    ctx.unit.known[Observation, observation_id] = None
    return observation


def _check(*, kind: str, product_id: UUID | None, product: str | None, competitor: str | None, **_rest: Any) -> None:
    rules.check_says_something(kind=kind, product_id=product_id, product=product, competitor=competitor)


def _own(ctx: Context, observation_id: UUID) -> Observation:
    observation = ctx.get(Observation, observation_id)
    if observation.observed_by_id != ctx.actor.user_id:
        ctx.require(Permission.MANAGE_VISITS)
    return observation


_OBSERVATION = ("observation_id", Observation)
_WORK = Permission.WORK_VISITS

COMMANDS = (
    Command(
        name="observation.add",
        schema=schemas.AddObservationArgs,
        handle=add,
        may=_WORK,
        loads={"account_id": Account, "visit_id": Visit, "product_id": Product},
        offline=True,
    ),
    Command(
        name="observation.update",
        schema=schemas.UpdateObservationArgs,
        handle=update,
        may=_WORK,
        target=_OBSERVATION,
        loads={"product_id": Product},
        offline=True,
    ),
    Command(
        name="observation.remove",
        schema=schemas.ObservationArgs,
        handle=remove,
        may=_WORK,
        target=_OBSERVATION,
        offline=True,
    ),
)
