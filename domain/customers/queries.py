"""Reading customers."""

from uuid import UUID

from sqlalchemy import select

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


def lock_territory(ctx: Context, account: Account, *, to_move: bool = False) -> UUID:
    """Return the account's territory, which stays until this transaction ends.

    Whoever moves the account waits for those who write what depends on where it is, and they for the move.
    """
    query = select(Account.territory_id).where(Account.org_id == ctx.org_id, Account.id == account.id)
    with ctx.session.no_autoflush:
        found = ctx.session.scalar(query.with_for_update(read=not to_move, key_share=to_move))
    return found or account.territory_id
