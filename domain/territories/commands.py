"""Drawing territories, and saying who works in them."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from domain.kernel.command import Command, Context
from domain.kernel.ids import new_id
from domain.kernel.updates import update_command
from domain.people.models import Organisation, User
from domain.people.permissions import Permission, Role
from domain.people.rules import local_date
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
    ctx: Context,
    *,
    id: UUID,
    territory_id: UUID,
    user_id: UUID,
    role: str,
    starts_on: date,
    ends_on: date | None,
    owner: bool | None,
) -> Territory:
    """Let somebody work in a territory, and in all below it, from a date on."""
    rules.check_period(starts_on=starts_on, ends_on=ends_on)
    territory = ctx.get(Territory, territory_id)
    user = ctx.refer(User, user_id, "user_id")
    member = Membership(org_id=ctx.org_id, id=id, user_id=user.id, role=role, starts_on=starts_on, ends_on=ends_on)
    member.owner = rules.owns(member, wanted=owner, others=territory.members)
    _set_members(territory, [*territory.members, member])
    return territory


def change_owner(ctx: Context, *, territory_id: UUID, user_id: UUID, starts_on: date) -> Territory:
    """Let a rep own the accounts of a territory from a day on. Who owned them stays a member."""
    territory, user = ctx.get(Territory, territory_id), ctx.refer(User, user_id, "user_id")
    today = local_date(ctx.now, time_zone=ctx.get(Organisation, ctx.org_id).time_zone)
    rules.check_owner(active=user.active, roles=user.roles, starts_on=starts_on, today=today)
    members = []
    for member in territory.members:
        its_own = member.user_id == user.id and member.role == Role.REP
        if not (its_own or member.owner) or (member.ends_on is not None and member.ends_on < starts_on):
            members.append(member)
            continue
        if not its_own:
            members.append(_member(ctx, member.user_id, max(member.starts_on, starts_on), member.ends_on))
        if member.starts_on < starts_on:
            member.ends_on = starts_on - timedelta(days=1)
            members.append(member)
    members.append(_member(ctx, user.id, starts_on, None, owner=True))
    _set_members(territory, members)
    return territory


def _member(ctx: Context, user_id: UUID, starts_on: date, ends_on: date | None, *, owner: bool = False) -> Membership:
    return Membership(
        org_id=ctx.org_id,
        id=new_id(),
        user_id=user_id,
        role=Role.REP,
        starts_on=starts_on,
        ends_on=ends_on,
        owner=owner,
    )


def _set_members(territory: Territory, members: Iterable[Membership]) -> None:
    """Set the members in the order in which they are read, so that the document is the same."""
    territory.members[:] = sorted(members, key=lambda member: member.id)


def end_membership(ctx: Context, *, membership_id: UUID, ends_on: date) -> Territory:
    """Set the last day on which somebody works in a territory."""
    membership = queries.get_membership(ctx, membership_id=membership_id)
    rules.check_period(starts_on=membership.starts_on, ends_on=ends_on)
    membership.ends_on = ends_on
    rules.owns(
        membership,
        wanted=membership.owner,
        others=[member for member in membership.territory.members if member is not membership],
    )
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
    Command(
        name="territory.change_owner",
        schema=schemas.ChangeOwnerArgs,
        handle=change_owner,
        may=_MANAGE,
        target=("territory_id", Territory),
        loads={"user_id": User},
    ),
    Command(name="membership.end", schema=schemas.EndMembershipArgs, handle=end_membership, may=_MANAGE),
    HAND_OVER,
)
