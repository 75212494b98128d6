"""Reading the catalogue."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from domain.catalog.models import Price


def find_price(session: Session, *, org_id: UUID, price_list_id: UUID, product_id: UUID) -> Price | None:
    """Return the price of a product in a price list, or None if it has none there."""
    return session.scalar(
        select(Price).where(
            Price.org_id == org_id, Price.price_list_id == price_list_id, Price.product_id == product_id
        )
    )
