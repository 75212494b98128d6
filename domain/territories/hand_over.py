"""Handing a rep's customers over to another rep, from a day on."""

from collections.abc import Collection
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import or_, select

from domain.kernel.command import Command, Context
from domain.kernel.errors import ReferenceNotFound
from domain.kernel.ids import new_id
from domain.people.models import Organisation, User
from domain.people.permissions import Permission, Role
from domain.people.rules import local_date, start_of_day
from domain.territories import rules, schemas
from domain.territories.events import BookHandedOver
from domain.territories.models import Membership, Territory


def hand_over(ctx: Context, *, user_id: UUID, to_id: UUID, starts_on: date, territory_ids: list[UUID] | None) -> User:
    """Let another rep work where this one does, from a day on, and have what is open there."""
    organisation = ctx.get(Organisation, ctx.org_id)
    giver, taker = ctx.get(User, user_id), ctx.refer(User, to_id, "to_id")
    rules.check_hand_over(
        to_another=giver is not taker,
        active=taker.active,
        roles=taker.roles,
        starts_on=starts_on,
        today=local_date(ctx.now, time_zone=organisation.time_zone),
    )
    for territory in _territories_of(ctx, giver, starts_on, territory_ids):
        _hand_over(ctx, territory, giver, taker, starts_on)
    ctx.emit(
        BookHandedOver(
            from_id=giver.id,
            to_id=taker.id,
            starts_at=start_of_day(starts_on, time_zone=organisation.time_zone),
            territory_ids=frozenset(territory_ids) if territory_ids else None,
        )
    )
    return giver


def _territories_of(
    ctx: Context, rep: User, starts_on: date, territory_ids: Collection[UUID] | None
) -> list[Territory]:
    """Return those in which the rep works as one on that day or later.

    Raises:
        ReferenceNotFound: one of `territory_ids` is not among them.
    """
    query = select(Membership.territory_id).where(
        Membership.org_id == ctx.org_id,
        Membership.user_id == rep.id,
        Membership.role == Role.REP,
        or_(Membership.ends_on.is_(None), Membership.ends_on >= starts_on),
    )
    theirs = set(ctx.session.scalars(query))
    if territory_ids is not None and not theirs.issuperset(territory_ids):
        sentence = "This person does not work in each of these territories from that day on."
        raise ReferenceNotFound(sentence, fields={"territory_ids": [sentence]})
    wanted = sorted(theirs if territory_ids is None else territory_ids)
    ctx.prefetch(Territory, wanted)
    return [ctx.get(Territory, territory_id) for territory_id in wanted]


def _hand_over(ctx: Context, territory: Territory, giver: User, taker: User, starts_on: date) -> None:
    members = territory.members
    for given in [member for member in members if member.user_id == giver.id and member.role == Role.REP]:
        if given.ends_on is not None and given.ends_on < starts_on:
            continue
        begins, ends = max(starts_on, given.starts_on), given.ends_on
        if given.starts_on < starts_on:
            given.ends_on = starts_on - timedelta(days=1)
        else:
            members.remove(given)
        members.append(
            Membership(
                org_id=ctx.org_id,
                id=new_id(),
                user_id=taker.id,
                role=Role.REP,
                starts_on=begins,
                ends_on=ends,
                owner=given.owner,
            )
        )
    # In the order in which they are read, so that the document is the same.
    members.sort(key=lambda member: member.id)


HAND_OVER = Command(
    name="user.hand_over",
    schema=schemas.HandOverArgs,
    handle=hand_over,
    may=Permission.MANAGE_TERRITORIES,
    target=("user_id", User),
    loads={"to_id": User},
)
