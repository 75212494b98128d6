"""What a rep does with an order."""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any
from uuid import UUID

from domain.catalog.models import PriceList, Product
from domain.catalog.queries import prices_of
from domain.catalog.rules import ProductStatus
from domain.customers.models import Account, Site
from domain.customers.queries import refer_site_of
from domain.customers.rules import AccountStatus
from domain.kernel.command import Command, Context
from domain.kernel.errors import PermissionDenied, ReferenceNotFound
from domain.kernel.numbers import give_number
from domain.orders import rules, schemas
from domain.orders.events import OrderPlaced
from domain.orders.models import Order, OrderLine
from domain.people.permissions import Permission
from domain.visits.models import Visit

Line = Mapping[str, Any]


def place(
    ctx: Context,
    *,
    id: UUID,
    account_id: UUID,
    site_id: UUID | None,
    visit_id: UUID | None,
    price_list_id: UUID,
    lines: Sequence[Line],
    notes: str | None,
) -> Order:
    """Take an order at the prices that the customer was told.

    It is refused, and nothing is written, when a line does not agree with the catalogue as it is now.
    """
    if ctx.actor.user_id is None:
        raise PermissionDenied("An order is placed by a person.")
    account = ctx.refer(Account, account_id, "account_id")
    if account.status == AccountStatus.INACTIVE:
        sentence = f"{account.name} is inactive: nothing can be ordered for it."
        raise rules.AccountInactive(sentence, fields={"account_id": [sentence]})
    if site_id:
        refer_site_of(ctx, account_id=account.id, site_id=site_id)
    if visit_id and ctx.refer(Visit, visit_id, "visit_id").account_id != account.id:
        raise rules.VisitOfOtherAccount(fields={"visit_id": ["This visit was to another account."]})
    price_list = ctx.refer(PriceList, price_list_id, "price_list_id")
    totals = [rules.line_total(quantity=line["quantity"], unit_price_minor=line["unit_price_minor"]) for line in lines]
    total = rules.order_total(totals)
    products = _products(ctx, lines)
    prices = prices_of(ctx, price_list_id=price_list.id, product_ids=products)
    offers = {
        product_id: rules.Offer(
            name=product.name,
            withdrawn=product.status == ProductStatus.WITHDRAWN,
            price_minor=prices[product_id],
        )
        for product_id, product in products.items()
    }
    rules.check_offers(lines, offers, currency=price_list.currency)

    order = ctx.add(
        Order(
            id=id,
            number=None,
            account_id=account.id,
            site_id=site_id,
            visit_id=visit_id,
            placed_by_id=ctx.actor.user_id,
            status=rules.OrderStatus.PLACED,
            placed_at=ctx.occurred_at,
            price_list_id=price_list.id,
            currency=price_list.currency,
            total_minor=total,
            notes=notes,
            lines=[
                _line(id, line_no, line, products[line["product_id"]], line_total)
                for line_no, (line, line_total) in enumerate(zip(lines, totals, strict=True), start=1)
            ],
        )
    )
    ctx.emit(OrderPlaced(order_id=order.id))
    give_number(ctx.session, series="SO", receive=partial(setattr, order, "number"))
    return order


def prepare(ctx: Context, orders: Sequence[Mapping[str, Any]]) -> None:
    """Fetch the products of all orders, and their prices."""
    products: dict[UUID, set[UUID]] = {}
    for order in orders:
        products.setdefault(order["price_list_id"], set()).update(line["product_id"] for line in order["lines"])
    ctx.prefetch(Product, sorted(set().union(*products.values())))
    for price_list_id, product_ids in products.items():
        prices_of(ctx, price_list_id=price_list_id, product_ids=product_ids)


def cancel(ctx: Context, *, order_id: UUID, reason: str) -> Order:
    """Call an order off: one's own or, with the permission to manage visits, anybody's."""
    order = ctx.get(Order, order_id)
    if order.placed_by_id != ctx.actor.user_id:
        ctx.require(Permission.MANAGE_VISITS)
    order.status = rules.cancel(order.status)
    order.canceled_at = ctx.occurred_at
    order.cancel_reason = reason
    return order


def _products(ctx: Context, lines: Sequence[Line]) -> dict[UUID, Product]:
    ctx.prefetch(Product, [line["product_id"] for line in lines])
    found = {product.id: product for line in lines if (product := ctx.find(Product, line["product_id"]))}
    unknown = {
        str(index): {"product_id": ["There is no such product."]}
        for index, line in enumerate(lines)
        if line["product_id"] not in found
    }
    if unknown:
        raise ReferenceNotFound("A product of the order does not exist.", fields={"lines": unknown})
    return found


def _line(order_id: UUID, line_no: int, line: Line, product: Product, total_minor: int) -> OrderLine:
    return OrderLine(
        id=line["id"],
        order_id=order_id,
        line_no=line_no,
        product_id=product.id,
        sku=product.sku,
        name=product.name,
        unit=product.unit,
        quantity=line["quantity"],
        unit_price_minor=line["unit_price_minor"],
        total_minor=total_minor,
    )


COMMANDS = (
    Command(
        name="order.place",
        schema=schemas.PlaceOrderArgs,
        handle=place,
        may=Permission.PLACE_ORDERS,
        loads={"account_id": Account, "site_id": Site, "visit_id": Visit, "price_list_id": PriceList},
        prepare=prepare,
        offline=True,
    ),
    Command(
        name="order.cancel",
        schema=schemas.CancelOrderArgs,
        handle=cancel,
        may=Permission.PLACE_ORDERS,
        target=("order_id", Order),
        offline=True,
    ),
)
