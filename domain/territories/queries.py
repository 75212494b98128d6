"""Reading territories."""

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from domain.kernel.command import Context
from domain.kernel.errors import RecordNotFound, ReferenceNotFound
from domain.people.models import Organisation
from domain.people.rules import local_date
from domain.territories.models import Membership, Territory
from domain.territories.rules import Land, in_order_of_claim
from domain.territories.scope import granted_territories


def refer_own_territory(ctx: Context, *, territory_id: UUID) -> Territory:
    """Return a territory that the actor works in today: what is put into another one, they would never see again.

    Raises:
        ReferenceNotFound: there is none, or it is not the actor's. Names `territory_id`.
    """
    territory = ctx.refer(Territory, territory_id, "territory_id")
    if not works_in(ctx, [territory.id]):
        raise ReferenceNotFound(fields={"territory_id": ["You do not work in this territory."]})
    return territory


def works_in(ctx: Context, territory_ids: Collection[UUID]) -> bool:
    """Tell whether the actor works in all of these territories today. The system does."""
    if ctx.actor.user_id is None:
        return True
    today = local_date(ctx.now, time_zone=ctx.get(Organisation, ctx.org_id).time_zone)
    granted = granted_territories(ctx.session, org_id=ctx.org_id, user_id=ctx.actor.user_id, today=today)
    return {str(territory_id) for territory_id in territory_ids} <= {territory_id for territory_id, _ in granted}


def get_membership(ctx: Context, *, membership_id: UUID) -> Membership:
    """Return a membership. Its territory is loaded with all members.

    Raises:
        RecordNotFound: there is none.
    """
    owner = select(Membership.territory_id).where(Membership.org_id == ctx.org_id, Membership.id == membership_id)
    territory_id = ctx.session.scalar(owner)
    if territory_id is None:
        raise RecordNotFound(f"Membership {membership_id} does not exist.")
    return next(member for member in ctx.get(Territory, territory_id).members if member.id == membership_id)


def members_of(*, org_id: UUID, territory_ids: Sequence[UUID], today: date) -> Select[UUID]:
    """Return the query for the ids of those who work in one of the territories on `today`."""
    return select(Membership.user_id).where(
        Membership.org_id == org_id,
        Membership.territory_id.in_(territory_ids),
        Membership.starts_on <= today,
        or_(Membership.ends_on.is_(None), Membership.ends_on >= today),
    )


def ids_below(session: Session, *, org_id: UUID, territory_ids: Collection[UUID]) -> list[UUID]:
    """Return the ids of these territories and of all below them."""
    top = select(Territory.id).where(Territory.org_id == org_id, Territory.id.in_(territory_ids)).cte(recursive=True)
    tree = top.union(select(Territory.id).where(Territory.org_id == org_id, Territory.parent_id == top.c.id))
    return list(session.scalars(select(tree.c.id)))


def list_lands_below(session: Session, territory: Territory) -> list[Land]:
    """Return the territories below one that have a polygon, in the order in which they may claim a place."""
    query = select(Territory).where(Territory.org_id == territory.org_id, Territory.area_id == territory.area_id)
    below: dict[UUID | None, list[Territory]] = {}
    for each in session.scalars(query):
        below.setdefault(each.parent_id, []).append(each)
    lands, level, depth = [], below.get(territory.id, []), 1
    while level:
        lands += [
            Land(territory_id=each.id, depth=depth, polygon=each.polygon) for each in level if each.polygon is not None
        ]
        level, depth = [child for each in level for child in below.get(each.id, [])], depth + 1
    return in_order_of_claim(lands)


def map_of_territories(session: Session, *, org_id: UUID) -> dict[str, Any]:
    """Return a GeoJSON FeatureCollection of the territories that have a polygon."""
    query = select(Territory).where(Territory.org_id == org_id, Territory.polygon.is_not(None))
    return {
        "type": "FeatureCollection",
        "features": [
            {
                "type": "Feature",
                "id": str(territory.id),
                "geometry": territory.polygon,
                "properties": {
                    "name": territory.name,
                    "parent_id": str(territory.parent_id) if territory.parent_id else None,
                    "area_id": str(territory.area_id),
                },
            }
            for territory in session.scalars(query.order_by(Territory.name, Territory.id))
        ],
    }
