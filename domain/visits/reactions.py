"""What visits do when something happens elsewhere."""

from sqlalchemy import or_, select

from domain.call_plans.models import CallPlan
from domain.customers.models import Account
from domain.kernel.command import Context
from domain.kernel.model import any_of
from domain.territories.events import BookHandedOver
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
    if book.ends_at is not None:
        query = query.where(Visit.planned_start_at < book.ends_at)
    if book.account_ids is not None:
        query = query.where(Visit.account_id == any_of(book.account_ids))
    if book.territory_ids is not None:
        query = query.join(Account, (Account.org_id == Visit.org_id) & (Account.id == Visit.account_id)).where(
            Account.territory_id == any_of(book.territory_ids)
        )
    if book.as_owner:
        by_name = select(CallPlan.id).where(CallPlan.org_id == ctx.org_id, CallPlan.rep_id == book.from_id)
        query = query.where(or_(Visit.call_plan_id.is_(None), Visit.call_plan_id.not_in(by_name)))
    for visit in ctx.session.scalars(query):
        visit.rep_id = book.to_id
        book.along["visit"] += 1


REACTIONS = ((BookHandedOver, follow_book),)
