"""Reading customers."""

from uuid import UUID

from sqlalchemy import Subquery, select
from sqlalchemy.dialects.postgresql import distinct_on

from domain.customers.models import Account, Site
from domain.kernel.command import Context
from domain.kernel.errors import ReferenceNotFound


def refer_site_of(ctx: Context, *, account_id: UUID, site_id: UUID) -> Site:
    """Return a site of this account that an argument `site_id` names.

    Raises:
        ReferenceNotFound: there is none in the actor's scope, or it belongs to another account.
    """
    site = ctx.refer(Site, site_id, "site_id")
    if site.account_id != account_id:
        raise ReferenceNotFound(fields={"site_id": ["This site belongs to another account."]})
    return site


def first_places(org_id: UUID) -> Subquery:
    """Return where each account is: `account_id`, `latitude`, `longitude` of the first of its sites with a position."""
    return (
        select(Site.account_id, Site.latitude, Site.longitude)
        .where(Site.org_id == org_id, Site.latitude.is_not(None), Site.longitude.is_not(None))
        .ext(distinct_on(Site.account_id))
        .order_by(Site.account_id, Site.id)
        .subquery()
    )


def lock_territory(ctx: Context, account: Account, *, to_move: bool = False) -> UUID:
    """Return the account's territory, which stays until this transaction ends.

    Whoever moves the account waits for those who write what depends on where it is, and they for the move.
    """
    query = select(Account.territory_id).where(Account.org_id == ctx.org_id, Account.id == account.id)
    with ctx.session.no_autoflush:
        found = ctx.session.scalar(query.with_for_update(read=not to_move, key_share=to_move))
    return found or account.territory_id
