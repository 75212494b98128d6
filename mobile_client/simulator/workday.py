"""What a simulated rep does: visit after visit, with an order at each. Others only look."""

import random
from collections.abc import Iterator
from datetime import timedelta

from mobile_client import actions
from mobile_client.actions import Action, OrderLine
from mobile_client.client import Client
from mobile_client.overlay import Document

LINES = 3
"""Of an order."""


def workday(client: Client, *, rng: random.Random) -> Iterator[Action]:
    """Yield what the person does next, without end if there is anything to do at all.

    Each action must have been captured before the next one is asked for. People with several phones do different
    things on each.
    """
    user = client.user
    if user is None or "visits.work" not in user["permissions"]:
        return
    mine = client.list_documents(entity="visit", rep_id=user["id"])
    planned = [visit for visit in mine if visit["status"] in {"planned", "confirmed"}]
    rng.shuffle(planned)
    while True:
        if planned:
            visit = planned.pop(0)
        else:
            sites = client.list_documents(entity="site")
            if not sites:
                return
            visit = _new_visit(client, rng.choice(sites), rep_id=user["id"])
            yield _plan(client, visit)
        yield actions.check_in(visit_id=visit["id"], at=client.now())
        order = _order(client, visit, rng=rng, user_id=user["id"])
        if order:
            yield order
        yield actions.complete_visit(visit_id=visit["id"], at=client.now(), outcome="order" if order else "no_order")


def _new_visit(client: Client, site: Document, *, rep_id: str) -> Document:
    return {"id": client.new_id(), "account_id": site["account_id"], "site_id": site["id"], "rep_id": rep_id}


def _plan(client: Client, visit: Document) -> Action:
    now = client.now()
    return actions.plan_visit(**visit, planned_start_at=now + timedelta(minutes=5), at=now, unplanned=True)


def _order(client: Client, visit: Document, *, rng: random.Random, user_id: str) -> Action | None:
    """Return an order for the visit's account, or None if this phone holds nothing that can be sold."""
    price_list = next(iter(client.list_documents(entity="price_list", is_default=True)), None)
    if price_list is None:
        return None
    prices = client.list_documents(entity="price", price_list_id=price_list["id"])
    amounts = {price["product_id"]: price["amount_minor"] for price in prices}
    offered = [
        product for product in client.list_documents(entity="product", status="active") if product["id"] in amounts
    ]
    if not offered:
        return None
    lines = [
        OrderLine(
            id=client.new_id(),
            product=product,
            quantity=rng.randint(1, 9),
            unit_price_minor=amounts[product["id"]],
        )
        for product in rng.sample(offered, min(LINES, len(offered)))
    ]
    return actions.place_order(
        id=client.new_id(),
        account_id=visit["account_id"],
        visit_id=visit["id"],
        price_list=price_list,
        lines=lines,
        placed_by_id=user_id,
        at=client.now(),
    )
