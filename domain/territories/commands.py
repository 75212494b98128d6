"""Drawing territories, and saying who works in them."""

from datetime import date
from typing import Any
from uuid import UUID

from domain.kernel.command import Command, Context
from domain.kernel.updates import update_command
from domain.people.models import User
from domain.people.permissions import Permission
from domain.territories import queries, rules, schemas
from domain.territories.hand_over import HAND_OVER
from domain.territories.models import Membership, Territory


def create(
    ctx: Context, *, id: UUID, name: str, parent_id: UUID | None, polygon: dict[str, Any] | None = None
) -> Territory:
    """Draw a territory, below another one or as the root of a new area.

    The parent exists before and never changes, so the tree cannot have a cycle.
    """
    area_id = ctx.refer(Territory, parent_id, "parent_id").area_id if parent_id else id
    return ctx.add(Territory(id=id, name=name, parent_id=parent_id, area_id=area_id, polygon=polygon, members=[]))


def add_member(
    ctx: Context, *, id: UUID, territory_id: UUID, user_id: UUID, role: str, starts_on: date, ends_on: date | None
) -> Territory:
    """Let somebody work in a territory, and in all below it, from a date on."""
    rules.check_period(starts_on=starts_on, ends_on=ends_on)
    territory = ctx.get(Territory, territory_id)
    user = ctx.refer(User, user_id, "user_id")
    territory.members.append(
        Membership(org_id=ctx.org_id, id=id, user_id=user.id, role=role, starts_on=starts_on, ends_on=ends_on)
    )
    # In the order in which they are read, so that the document is the same.
    territory.members.sort(key=lambda member: member.id)
    return territory


def end_membership(ctx: Context, *, membership_id: UUID, ends_on: date) -> Territory:
    """Set the last day on which somebody works in a territory."""
    membership = queries.get_membership(ctx, membership_id=membership_id)
    rules.check_period(starts_on=membership.starts_on, ends_on=ends_on)
    membership.ends_on = ends_on
    return membership.territory


_MANAGE = Permission.MANAGE_TERRITORIES

COMMANDS = (
    Command(
        name="territory.create",
        schema=schemas.CreateTerritoryArgs,
        handle=create,
        may=_MANAGE,
        loads={"parent_id": Territory},
    ),
    update_command(entity="territory", model=Territory, schema=schemas.UpdateTerritoryArgs, may=_MANAGE),
    Command(
        name="membership.add",
        schema=schemas.AddMembershipArgs,
        handle=add_member,
        may=_MANAGE,
        target=("territory_id", Territory),
        loads={"user_id": User},
    ),
    Command(name="membership.end", schema=schemas.EndMembershipArgs, handle=end_membership, may=_MANAGE),
    HAND_OVER,
)
