"""What orders and quotes may be and what they cost: no database, no clock. Amounts are in minor units of a currency."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from uuid import UUID

from domain.kernel.errors import DomainError

MAX_LINES = 500
MAX_QUANTITY = 99_999
MAX_TOTAL_MINOR = 10**13
"""What a phone can still count exactly, and a `bigint` hold."""

_DECIMALS = {
    **dict.fromkeys(("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "VND", "VUV"), 0),
    **dict.fromkeys(("XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
"""ISO 4217: currencies whose minor unit is not a hundredth."""


class OrderStatus(StrEnum):
    """Where an order stands. A draft exists on the phone only."""

    PLACED = "placed"
    HELD = "held"
    CONFIRMED = "confirmed"
    PARTLY_SHIPPED = "partly_shipped"
    SHIPPED = "shipped"
    INVOICED = "invoiced"
    CANCELED = "canceled"
    REJECTED = "rejected"


class QuoteStatus(StrEnum):
    """Where a quote stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


CANCELABLE = frozenset({OrderStatus.PLACED, OrderStatus.HELD, OrderStatus.CONFIRMED})


class InvalidOrderTransition(DomainError):
    """The order is in a status that does not allow this."""

    code, status, retryable = "order.invalid_transition", 409, False


class OrderWithoutLines(DomainError):
    """An order or a quote needs at least one line."""

    code, status, retryable = "order.without_lines", 422, False


class InvalidLine(DomainError):
    """A line needs a quantity from 1 to 99,999 and a price that is not below zero."""

    code, status, retryable = "order.invalid_line", 422, False


class TotalTooLarge(DomainError):
    """The order's total is larger than an order may be."""

    code, status, retryable = "order.total_too_large", 422, False


class AccountInactive(DomainError):
    """The account is inactive: nothing can be ordered for it."""

    code, status, retryable = "order.account_inactive", 409, False


class VisitOfOtherAccount(DomainError):
    """The order's visit was to another account."""

    code, status, retryable = "order.visit_of_other_account", 422, False


class ProductWithdrawn(DomainError):
    """A product of the order was withdrawn from the catalogue. Take its line out of the order."""

    code, status, retryable = "order.product_withdrawn", 409, False


class ProductWithoutPrice(DomainError):
    """A product of the order has no price in this price list."""

    code, status, retryable = "order.product_without_price", 409, False


class PriceChanged(DomainError):
    """A price changed since the order was taken. Agree on the new price with the customer."""

    code, status, retryable = "order.price_changed", 409, False


class InvalidQuoteTransition(DomainError):
    """The quote is in a status that does not allow this."""

    code, status, retryable = "quote.invalid_transition", 409, False


class QuoteNoLongerValid(DomainError):
    """The quote was no longer valid on that day. Write a new one, or order at today's prices."""

    code, status, retryable = "quote.no_longer_valid", 409, False


class QuoteValidUntilPast(DomainError):
    """A quote is valid for at least the day on which it is written. Choose a later day."""

    code, status, retryable = "quote.valid_until_past", 422, False


class QuoteOfOtherAccount(DomainError):
    """The order's quote is for another account, or in another price list. Order without it, or from its own."""

    code, status, retryable = "order.quote_of_other_account", 422, False


@dataclass(frozen=True, kw_only=True)
class Offer:
    """How a product is offered now. `price_minor` is None when the price list has none."""

    name: str
    withdrawn: bool
    price_minor: int | None


def cancel(status: str) -> OrderStatus:
    """Return the status after an order is called off.

    Raises:
        InvalidOrderTransition: it was shipped, at least in part, or is closed already.
    """
    if status not in CANCELABLE:
        raise InvalidOrderTransition(f"An order that is {status.replace('_', ' ')} cannot be canceled.")
    return OrderStatus.CANCELED


_QUOTE_MOVES: dict[str, tuple[frozenset[QuoteStatus], QuoteStatus]] = {
    # What the customer said while the quote was valid counts, also where the clock was faster than the phone's signal.
    "accept": (frozenset({QuoteStatus.OPEN, QuoteStatus.EXPIRED}), QuoteStatus.ACCEPTED),
    "decline": (frozenset({QuoteStatus.OPEN, QuoteStatus.EXPIRED}), QuoteStatus.DECLINED),
    "withdraw": (frozenset({QuoteStatus.OPEN}), QuoteStatus.WITHDRAWN),
    "expire": (frozenset({QuoteStatus.OPEN}), QuoteStatus.EXPIRED),
}


def move_quote(status: str, action: str) -> QuoteStatus:
    """Return the status of a quote after `action` (accept, decline, withdraw, expire).

    Raises:
        InvalidQuoteTransition: the present status does not allow it.
    """
    sources, target = _QUOTE_MOVES[action]
    if status not in sources:
        sentence = f"A quote that is {status} cannot be changed this way ({action})."
        raise InvalidQuoteTransition(sentence, fields={"quote_id": [sentence]})
    return target


def accept_quote(status: str, *, valid_until_on: date, on: date) -> QuoteStatus:
    """Return the status of a quote that the customer accepts on a day.

    Raises:
        InvalidQuoteTransition: the present status does not allow it.
        QuoteNoLongerValid: its last day was before.
    """
    accepted = move_quote(status, "accept")
    if on > valid_until_on:
        raise QuoteNoLongerValid(fields={"quote_id": [QuoteNoLongerValid.sentence()]})
    return accepted


def check_valid_until(valid_until_on: date, *, on: date) -> None:
    """Check the last day of a quote that is written on a day.

    Raises:
        QuoteValidUntilPast: it is before.
    """
    if valid_until_on < on:
        raise QuoteValidUntilPast(fields={"valid_until_on": [QuoteValidUntilPast.sentence()]})


def line_total(*, quantity: int, unit_price_minor: int) -> int:
    """Return what a line costs.

    Raises:
        InvalidLine: the quantity is not from 1 to 99,999, or the price is below zero.
    """
    if not 1 <= quantity <= MAX_QUANTITY or unit_price_minor < 0:
        raise InvalidLine
    return quantity * unit_price_minor


def order_total(line_totals: Iterable[int]) -> int:
    """Return what an order or a quote costs.

    Raises:
        OrderWithoutLines: there is no line.
        TotalTooLarge: it is more than an order may cost.
    """
    totals = list(line_totals)
    if not totals:
        raise OrderWithoutLines
    if sum(totals) > MAX_TOTAL_MINOR:
        raise TotalTooLarge
    return sum(totals)


def check_offers(lines: Sequence[Mapping[str, Any]], offers: Mapping[UUID, Offer], *, currency: str) -> None:
    """Refuse lines (`product_id`, `unit_price_minor`) that do not agree with what is offered now.

    The error is the gravest one; its `fields` name every line that is to be mended, by its place in the order from 0.

    Raises:
        ProductWithdrawn, ProductWithoutPrice, PriceChanged: for at least one line.
    """
    sentences: dict[type[DomainError], str] = {}
    marks: dict[str, dict[str, list[str]]] = {}
    for index, line in enumerate(lines):
        problem = _disagreement(line, offers[line["product_id"]], currency)
        if problem is not None:
            error, field, sentence = problem
            sentences.setdefault(error, sentence)
            marks[str(index)] = {field: [sentence]}
    for gravest in (ProductWithdrawn, ProductWithoutPrice, PriceChanged):
        if gravest in sentences:
            raise gravest(sentences[gravest], fields={"lines": marks})


def _disagreement(line: Mapping[str, Any], offer: Offer, currency: str) -> tuple[type[DomainError], str, str] | None:
    told: int = line["unit_price_minor"]
    if offer.withdrawn:
        return ProductWithdrawn, "product_id", f"{offer.name} was withdrawn from the catalogue."
    if offer.price_minor is None:
        return ProductWithoutPrice, "product_id", f"{offer.name} has no price in this price list."
    if offer.price_minor != told:
        now, before = amount_text(offer.price_minor, currency), amount_text(told, currency)
        return PriceChanged, "unit_price_minor", f"{offer.name} costs {now} now, not {before}."
    return None


def amount_text(amount_minor: int, currency: str) -> str:
    """Return an amount for a sentence, such as `18.90 CHF`."""
    decimals = _DECIMALS.get(currency, 2)
    return f"{amount_minor / 10**decimals:.{decimals}f} {currency}"
