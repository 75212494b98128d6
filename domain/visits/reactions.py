"""What visits do when something happens elsewhere."""

from sqlalchemy import select

from domain.customers.models import Account
from domain.kernel.command import Context
from domain.territories.events import BookHandedOver
from domain.territories.queries import ids_below
from domain.visits.models import Visit
from domain.visits.rules import VisitStatus


def follow_book(ctx: Context, book: BookHandedOver) -> None:
    """Hand over the visits that nobody has begun and that lie in the time of the new rep."""
    query = select(Visit).where(
        Visit.org_id == ctx.org_id,
        Visit.rep_id == book.from_id,
        Visit.status.in_([VisitStatus.PLANNED, VisitStatus.CONFIRMED]),
        Visit.planned_start_at >= book.starts_at,
    )
    if book.territory_ids is not None:
        territory_ids = ids_below(ctx.session, org_id=ctx.org_id, territory_ids=book.territory_ids)
        query = query.join(Account, (Account.org_id == Visit.org_id) & (Account.id == Visit.account_id)).where(
            Account.territory_id.in_(territory_ids)
        )
    for visit in ctx.session.scalars(query):
        visit.rep_id = book.to_id
        book.along["visit"] += 1


REACTIONS = ((BookHandedOver, follow_book),)
