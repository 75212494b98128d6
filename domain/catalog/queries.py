"""Reading the catalogue."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.catalog.models import Price
from domain.kernel.command import Context
from domain.kernel.model import any_of


def find_price(session: Session, *, org_id: UUID, price_list_id: UUID, product_id: UUID) -> Price | None:
    """Return the price of a product in a price list, or None if it has none there."""
    return session.scalar(
        select(Price).where(
            Price.org_id == org_id, Price.price_list_id == price_list_id, Price.product_id == product_id
        )
    )


def prices_of(ctx: Context, *, price_list_id: UUID, product_ids: Iterable[UUID]) -> Mapping[UUID, int | None]:
    """Return the amounts, in minor units, of products in a price list; None for one that has none there.

    What this transaction has asked before is not asked again.
    """
    prices: dict[UUID, int | None] = ctx.unit.cache.setdefault(("prices", price_list_id), {})
    unknown = set(product_ids) - prices.keys()
    if unknown:
        query = select(Price.product_id, Price.amount_minor).where(
            Price.org_id == ctx.org_id, Price.price_list_id == price_list_id, Price.product_id == any_of(unknown)
        )
        with ctx.session.no_autoflush:
            prices.update(dict.fromkeys(unknown) | dict(ctx.session.execute(query).all()))
    return prices
