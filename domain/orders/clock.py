"""What the clock does with quotes. The caller commits."""

from sqlalchemy import select

from domain.kernel.command import Context, digest_of, perform
from domain.kernel.ids import new_id
from domain.orders.commands import EXPIRE
from domain.orders.models import Quote
from domain.orders.rules import QuoteStatus
from domain.people.models import Organisation
from domain.people.rules import local_date

AT_ONCE = 500


def expire_quotes(ctx: Context) -> bool:
    """Close quotes whose last day is over by the organisation's clocks. Tells whether there may be more."""
    today = local_date(ctx.now, time_zone=ctx.get(Organisation, ctx.org_id).time_zone)
    query = select(Quote.id).where(
        Quote.org_id == ctx.org_id, Quote.status == QuoteStatus.OPEN, Quote.valid_until_on < today
    )
    quote_ids = ctx.session.scalars(query.order_by(Quote.valid_until_on, Quote.id).limit(AT_ONCE)).all()
    ctx.prefetch(Quote, quote_ids)
    for quote_id in quote_ids:
        ctx.command_id = new_id()
        args = {"quote_id": str(quote_id)}
        perform(EXPIRE, args, {"quote_id": quote_id}, ctx, digest=digest_of(EXPIRE.name, args))
    return len(quote_ids) == AT_ONCE
