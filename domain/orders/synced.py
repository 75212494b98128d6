"""How quotes and orders sync."""

from datetime import datetime

from sqlalchemy.orm import selectinload

from domain.kernel.synced import Merge, SyncedEntity, user_bucket
from domain.orders.models import Order, Quote
from domain.orders.rules import OrderStatus
from domain.orders.schemas import OrderDocument, QuoteDocument

_DONE = {OrderStatus.SHIPPED, OrderStatus.INVOICED, OrderStatus.REJECTED}


def _closed_at(order: Order) -> datetime | None:
    # For the field, an order is done once it is handed in: the office may never say what became of it. What waits for
    # somebody (held, confirmed, partly shipped) stays until it is done.
    if order.status == OrderStatus.PLACED:
        return order.placed_at
    return order.canceled_at or (order.updated_at if order.status in _DONE else None)


ORDER = SyncedEntity(
    name="order",
    model=Order,
    document=OrderDocument,
    buckets=lambda order: {user_bucket(order.placed_by_id)},
    follows=("account", "account_id"),
    closed_at=_closed_at,
    keep_days=90,
    options=(selectinload(Order.lines),),
    merge={
        "number": Merge.SERVER,
        "account_id": Merge.SERVER,
        "site_id": Merge.SERVER,
        "visit_id": Merge.SERVER,
        "placed_by_id": Merge.SERVER,
        "status": Merge.COMMAND_ONLY,
        "placed_at": Merge.SERVER,
        "price_list_id": Merge.SERVER,
        "currency": Merge.SERVER,
        "lines": Merge.COMMAND_ONLY,
        "total_minor": Merge.SERVER,
        "notes": Merge.COMMAND_ONLY,
        "canceled_at": Merge.COMMAND_ONLY,
        "cancel_reason": Merge.COMMAND_ONLY,
        "quote_id": Merge.SERVER,
    },
)

QUOTE = SyncedEntity(
    name="quote",
    model=Quote,
    document=QuoteDocument,
    buckets=lambda quote: {user_bucket(quote.written_by_id)},
    follows=("account", "account_id"),
    closed_at=lambda quote: quote.closed_at,
    keep_days=90,
    options=(selectinload(Quote.lines),),
    merge={
        "number": Merge.SERVER,
        "account_id": Merge.SERVER,
        "site_id": Merge.SERVER,
        "visit_id": Merge.SERVER,
        "written_by_id": Merge.SERVER,
        "status": Merge.COMMAND_ONLY,
        "written_at": Merge.SERVER,
        "valid_until_on": Merge.SERVER,
        "price_list_id": Merge.SERVER,
        "currency": Merge.SERVER,
        "lines": Merge.SERVER,
        "total_minor": Merge.SERVER,
        "notes": Merge.SERVER,
        "closed_at": Merge.COMMAND_ONLY,
        "close_reason": Merge.COMMAND_ONLY,
    },
)

ENTITIES = (ORDER, QUOTE)
