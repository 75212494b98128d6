"""The rule for accounts that nobody owns yet: who brings in customers puts them into a territory that has others below
it, and each goes to the one in whose polygon it stands.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.customers.models import Account
from domain.customers.queries import first_places
from domain.geo.rules import Position
from domain.kernel.command import OpenContext, execute
from domain.kernel.ids import new_id
from domain.territories.models import Territory
from domain.territories.queries import list_lands_below
from domain.territories.rules import Placing, nearest_territory, territory_at

MOST = 5_000


@dataclass(kw_only=True)
class Placed:
    """Where the accounts of a territory belong."""

    placed: dict[UUID, UUID] = field(default_factory=dict)
    """Account → the territory below."""
    unplaced: list[dict[str, Any]] = field(default_factory=list)
    """`{account_id, name, reason}`, the reason `no_position` or `outside`."""


def place_accounts(session: Session, territory: Territory) -> Placed:
    """Return where the accounts that are directly in a territory belong, at most 5,000 of them with a place."""
    lands = list_lands_below(session, territory)
    found = Placed()
    for account_id, name, position in _accounts(session, territory):
        owner = territory_at(position, lands) if position else None
        if owner is None and position and territory.new_accounts == Placing.NEAREST:
            owner = nearest_territory(position, lands)
        if owner is None:
            reason = "outside" if position else "no_position"
            found.unplaced.append({"account_id": account_id, "name": name, "reason": reason})
        elif len(found.placed) < MOST:
            found.placed[account_id] = owner
    return found


def _accounts(session: Session, territory: Territory) -> list[tuple[UUID, str, Position | None]]:
    """Return the accounts with the position of the first of their sites that has one."""
    first = first_places(territory.org_id)
    query = (
        select(Account.id, Account.name, first.c.latitude, first.c.longitude)
        .outerjoin(first, first.c.account_id == Account.id)
        .where(Account.org_id == territory.org_id, Account.territory_id == territory.id)
        .order_by(Account.name, Account.id)
    )
    return [
        (account_id, name, None if lat is None else Position(lat=lat, lng=lng))
        for account_id, name, lat, lng in session.execute(query)
    ]


def place_all(open_context: OpenContext) -> None:
    """Hand on the accounts of the territories whose rule says so, a territory at a time."""
    with open_context() as ctx:
        query = select(Territory.id).where(Territory.org_id == ctx.org_id, Territory.new_accounts != Placing.BY_HAND)
        territory_ids = list(ctx.session.scalars(query.order_by(Territory.id)))
    for territory_id in territory_ids:
        with open_context() as ctx:
            if place_accounts(ctx.session, ctx.get(Territory, territory_id)).placed:
                ctx.command_id = new_id()
                execute(ctx.registry.commands["territory.assign_accounts"], {"territory_id": str(territory_id)}, ctx)
                ctx.session.commit()
