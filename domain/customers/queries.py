"""Reading customers."""

from uuid import UUID

from domain.customers.models import Site
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
