"""What a rep does with a quote and an order."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any, TypeVar
from uuid import UUID

from domain.catalog.models import PriceList, Product
from domain.catalog.queries import prices_of
from domain.catalog.rules import ProductStatus
from domain.customers.models import Account, Site
from domain.customers.queries import refer_site_of
from domain.customers.rules import AccountStatus
from domain.kernel.command import Command, Context
from domain.kernel.errors import PermissionDenied, ReferenceNotFound
from domain.kernel.model import Record
from domain.kernel.numbers import give_number
from domain.orders import rules, schemas
from domain.orders.events import OrderPlaced
from domain.orders.models import Order, OrderLine, Quote, QuoteLine
from domain.people.models import Organisation
from domain.people.permissions import Permission
from domain.people.rules import local_date
from domain.territories.ownership import owners_today
from domain.visits.models import Visit

Line = Mapping[str, Any]
L = TypeVar("L", OrderLine, QuoteLine)


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
    quote_id: UUID | None,
) -> Order:
    """Take an order at the prices that the customer was told.

    It is refused, and nothing is written, when a line does not agree with the catalogue as it is now. With `quote_id`
    the customer accepts a quote: what is in it costs what the quote says.
    """
    placed_by_id = _person(ctx)
    account = _customer(ctx, account_id=account_id, site_id=site_id, visit_id=visit_id)
    price_list = ctx.refer(PriceList, price_list_id, "price_list_id")
    quote = _accepted(ctx, quote_id, account, price_list) if quote_id else None
    quoted = {line.product_id: line.unit_price_minor for line in quote.lines} if quote else {}
    order_lines = _lines(ctx, lines, price_list, partial(OrderLine, order_id=id), quoted)
    order = ctx.add(
        Order(
            id=id,
            number=None,
            account_id=account.id,
            site_id=site_id,
            visit_id=visit_id,
            placed_by_id=placed_by_id,
            status=rules.OrderStatus.PLACED,
            placed_at=ctx.occurred_at,
            price_list_id=price_list.id,
            currency=price_list.currency,
            total_minor=rules.order_total(line.total_minor for line in order_lines),
            notes=notes,
            lines=order_lines,
            quote_id=quote_id,
        )
    )
    ctx.emit(OrderPlaced(order_id=order.id))
    give_number(ctx.session, series="SO", receive=partial(setattr, order, "number"))
    return order


def write_quote(
    ctx: Context,
    *,
    id: UUID,
    account_id: UUID,
    site_id: UUID | None,
    visit_id: UUID | None,
    price_list_id: UUID,
    lines: Sequence[Line],
    notes: str | None,
    valid_until_on: date,
) -> Quote:
    """Promise a customer today's prices until a day.

    It is refused, and nothing is written, when a line does not agree with the catalogue as it is now.
    """
    written_by_id = _person(ctx)
    account = _customer(ctx, account_id=account_id, site_id=site_id, visit_id=visit_id)
    rules.check_valid_until(valid_until_on, on=_day(ctx))
    price_list = ctx.refer(PriceList, price_list_id, "price_list_id")
    quote_lines = _lines(ctx, lines, price_list, partial(QuoteLine, quote_id=id), {})
    quote = ctx.add(
        Quote(
            id=id,
            number=None,
            account_id=account.id,
            site_id=site_id,
            visit_id=visit_id,
            written_by_id=written_by_id,
            status=rules.QuoteStatus.OPEN,
            written_at=ctx.occurred_at,
            valid_until_on=valid_until_on,
            price_list_id=price_list.id,
            currency=price_list.currency,
            total_minor=rules.order_total(line.total_minor for line in quote_lines),
            notes=notes,
            lines=quote_lines,
        )
    )
    give_number(ctx.session, series="QU", receive=partial(setattr, quote, "number"))
    return quote


def prepare(ctx: Context, wanted: Sequence[Mapping[str, Any]]) -> None:
    """Fetch the products of all orders or quotes, and their prices."""
    products: dict[UUID, set[UUID]] = {}
    for one in wanted:
        products.setdefault(one["price_list_id"], set()).update(line["product_id"] for line in one["lines"])
    ctx.prefetch(Product, sorted(set().union(*products.values())))
    for price_list_id, product_ids in products.items():
        prices_of(ctx, price_list_id=price_list_id, product_ids=product_ids)


def cancel(ctx: Context, *, order_id: UUID, reason: str) -> Order:
    """Call an order off: one's own, one of a customer whom one owns or, as a manager of visits, anybody's."""
    order = ctx.get(Order, order_id)
    if order.placed_by_id != ctx.actor.user_id and not _owns(ctx, order.account_id):
        ctx.require(Permission.MANAGE_VISITS)
    order.status = rules.cancel(order.status)
    order.canceled_at = ctx.occurred_at
    order.cancel_reason = reason
    return order


def _owns(ctx: Context, account_id: UUID) -> bool:
    """Tell whether the customer is the actor's today: one that was handed over comes with its orders."""
    return owners_today(ctx).get(ctx.get(Account, account_id).territory_id) == ctx.actor.user_id


def decline_quote(ctx: Context, *, quote_id: UUID, reason: str) -> Quote:
    """Note that the customer does not take the quote, and why."""
    return _close(ctx, ctx.get(Quote, quote_id), "decline", reason)


def withdraw_quote(ctx: Context, *, quote_id: UUID, reason: str | None) -> Quote:
    """Take a quote back."""
    return _close(ctx, ctx.get(Quote, quote_id), "withdraw", reason)


def expire_quote(ctx: Context, *, quote_id: UUID) -> Quote:
    """Close a quote whose last day is over. The clock says so; nobody has to."""
    return _close(ctx, ctx.get(Quote, quote_id), "expire", None)


def _close(ctx: Context, quote: Quote, action: str, reason: str | None) -> Quote:
    quote.status = rules.move_quote(quote.status, action)
    quote.closed_at, quote.close_reason = ctx.occurred_at, reason
    return quote


def _accepted(ctx: Context, quote_id: UUID, account: Account, price_list: PriceList) -> Quote:
    quote = ctx.refer(Quote, quote_id, "quote_id")
    if (quote.account_id, quote.price_list_id) != (account.id, price_list.id):
        raise rules.QuoteOfOtherAccount(fields={"quote_id": [rules.QuoteOfOtherAccount.sentence()]})
    quote.status = rules.accept_quote(quote.status, valid_until_on=quote.valid_until_on, on=_day(ctx))
    quote.closed_at = ctx.occurred_at
    return quote


def _person(ctx: Context) -> UUID:
    if ctx.actor.user_id is None:
        raise PermissionDenied("A person writes quotes and takes orders.")
    return ctx.actor.user_id


def _customer(ctx: Context, *, account_id: UUID, site_id: UUID | None, visit_id: UUID | None) -> Account:
    account = ctx.refer(Account, account_id, "account_id")
    if account.status == AccountStatus.INACTIVE:
        sentence = f"{account.name} is inactive: nothing can be ordered for it."
        raise rules.AccountInactive(sentence, fields={"account_id": [sentence]})
    if site_id:
        refer_site_of(ctx, account_id=account.id, site_id=site_id)
    if visit_id and ctx.refer(Visit, visit_id, "visit_id").account_id != account.id:
        raise rules.VisitOfOtherAccount(fields={"visit_id": ["This visit was to another account."]})
    return account


def _day(ctx: Context) -> date:
    return local_date(ctx.occurred_at, time_zone=ctx.get(Organisation, ctx.org_id).time_zone)


def _lines(
    ctx: Context,
    lines: Sequence[Line],
    price_list: PriceList,
    make: Callable[..., L],
    quoted: Mapping[UUID, int],
) -> list[L]:
    """Return what `make` makes of lines that agree with what is offered now, or with the prices that were `quoted`."""
    totals = [rules.line_total(quantity=line["quantity"], unit_price_minor=line["unit_price_minor"]) for line in lines]
    products = _products(ctx, lines)
    prices = {**prices_of(ctx, price_list_id=price_list.id, product_ids=products), **quoted}
    offers = {
        product_id: rules.Offer(
            name=product.name,
            withdrawn=product.status == ProductStatus.WITHDRAWN,
            price_minor=prices[product_id],
        )
        for product_id, product in products.items()
    }
    rules.check_offers(lines, offers, currency=price_list.currency)
    return [
        make(
            id=line["id"],
            line_no=line_no,
            product_id=line["product_id"],
            sku=products[line["product_id"]].sku,
            name=products[line["product_id"]].name,
            unit=products[line["product_id"]].unit,
            quantity=line["quantity"],
            unit_price_minor=line["unit_price_minor"],
            total_minor=total,
        )
        for line_no, (line, total) in enumerate(zip(lines, totals, strict=True), start=1)
    ]


def _products(ctx: Context, lines: Sequence[Line]) -> dict[UUID, Product]:
    ctx.prefetch(Product, [line["product_id"] for line in lines])
    found = {product.id: product for line in lines if (product := ctx.find(Product, line["product_id"]))}
    unknown = {
        str(index): {"product_id": ["There is no such product."]}
        for index, line in enumerate(lines)
        if line["product_id"] not in found
    }
    if unknown:
        raise ReferenceNotFound("One of the products does not exist.", fields={"lines": unknown})
    return found


_PLACE = Permission.PLACE_ORDERS
_QUOTE = ("quote_id", Quote)
_LOADS: Mapping[str, type[Record]] = {
    "account_id": Account,
    "site_id": Site,
    "visit_id": Visit,
    "price_list_id": PriceList,
}

EXPIRE = Command(name="quote.expire", schema=schemas.QuoteArgs, handle=expire_quote, may=None, target=_QUOTE)
"""For the clock alone: no door leads to it."""

COMMANDS = (
    Command(
        name="order.place",
        schema=schemas.PlaceOrderArgs,
        handle=place,
        may=_PLACE,
        loads={**_LOADS, "quote_id": Quote},
        prepare=prepare,
        offline=True,
    ),
    Command(
        name="order.cancel",
        schema=schemas.CancelOrderArgs,
        handle=cancel,
        may=_PLACE,
        target=("order_id", Order),
        offline=True,
    ),
    Command(
        name="quote.write",
        schema=schemas.WriteQuoteArgs,
        handle=write_quote,
        may=_PLACE,
        loads=_LOADS,
        prepare=prepare,
        offline=True,
    ),
    Command(
        name="quote.decline",
        schema=schemas.DeclineQuoteArgs,
        handle=decline_quote,
        may=_PLACE,
        target=_QUOTE,
        offline=True,
    ),
    Command(
        name="quote.withdraw",
        schema=schemas.WithdrawQuoteArgs,
        handle=withdraw_quote,
        may=_PLACE,
        target=_QUOTE,
        offline=True,
    ),
)
