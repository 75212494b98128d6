"""The working day of a rep and of a technician: each function says what to send and what to show until then.

Every function returns an `Action` for `Client.do`, or for `Client.mend` to send it again mended. `at` is when the
person did it, by the device's clock. The effects guess what the server will do; rules that refuse live on the server.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from .overlay import Create, Document, Effect, Patch
from .transport import Json
from .values import wire_time


@dataclass(frozen=True, kw_only=True, slots=True)
class Action:
    """A mutation to capture: what is sent (`name`, `args`) and what it shows (`effects`)."""

    name: str
    args: Json
    effects: tuple[Effect, ...]
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class OrderLine:
    """`quantity` of a product document, at a price in minor units of the order's currency."""

    id: str
    product: Document
    quantity: int
    unit_price_minor: int


@dataclass(frozen=True, kw_only=True, slots=True)
class PartUsed:
    """`quantity` of a product document that a repair used up."""

    id: str
    product: Document
    quantity: int


# Visits


def plan_visit(
    *,
    id: str,
    account_id: str,
    site_id: str,
    rep_id: str,
    planned_start_at: datetime,
    at: datetime,
    duration_min: int = 30,
    purpose: str | None = None,
    unplanned: bool = False,
    kind: str = "in_person",
) -> Action:
    """Plan a visit, or record one that was not planned; `kind` is `in_person` or `phone`."""
    args = {
        "account_id": account_id,
        "site_id": site_id,
        "rep_id": rep_id,
        "planned_start_at": wire_time(planned_start_at),
        "duration_min": duration_min,
        "purpose": purpose,
        "unplanned": unplanned,
        "kind": kind,
    }
    empty = (
        "notes",
        "outcome",
        "next_step",
        "follow_up_on",
        "confirmed_at",
        "checked_in_at",
        "checked_in_position",
        "distance_m",
        "completed_at",
        "canceled_at",
        "cancel_reason",
        "call_plan_id",
        "call_period_on",
    )
    effect = {**dict.fromkeys(empty), "far_away": False, **args, "status": "planned", "generated": False}
    return _create("visit.plan", "visit", id, args, effect, at)


def confirm_visit(*, visit_id: str, at: datetime) -> Action:
    """Say that the customer expects the visit."""
    return _patch("visit.confirm", "visit", visit_id, {}, {"status": "confirmed", "confirmed_at": wire_time(at)}, at)


def reschedule_visit(*, visit_id: str, at: datetime, planned_start_at: datetime) -> Action:
    """Move a visit to another time. The customer has to expect it anew."""
    said = {"planned_start_at": wire_time(planned_start_at)}
    shown = {**said, "status": "planned", "confirmed_at": None}
    return _patch("visit.reschedule", "visit", visit_id, said, shown, at)


def check_in(*, visit_id: str, at: datetime, position: Json | None = None) -> Action:
    """Start a visit at the customer's door; `position` is `{lat, lng, accuracy_m}`."""
    shown = {"status": "in_progress", "checked_in_at": wire_time(at), "checked_in_position": position}
    return _patch("visit.check_in", "visit", visit_id, {"position": position}, shown, at)


def complete_visit(*, visit_id: str, at: datetime, outcome: str, notes: str | None = None) -> Action:
    """End a visit; `outcome` is `order`, `no_order`, `follow_up` or `not_available`."""
    said = _given(outcome=outcome, notes=notes)
    shown = {"status": "completed", "completed_at": wire_time(at), **said}
    return _patch("visit.complete", "visit", visit_id, said, shown, at)


def cancel_visit(*, visit_id: str, at: datetime, reason: str) -> Action:
    """Cancel a visit; the reason is required."""
    shown = {"status": "canceled", "canceled_at": wire_time(at), "cancel_reason": reason}
    return _patch("visit.cancel", "visit", visit_id, {"reason": reason}, shown, at)


# Orders


def place_order(
    *,
    id: str,
    account_id: str,
    price_list: Document,
    lines: Sequence[OrderLine],
    placed_by_id: str,
    at: datetime,
    site_id: str | None = None,
    visit_id: str | None = None,
    notes: str | None = None,
    quote_id: str | None = None,
) -> Action:
    """Place an order. Its number is null until the server gave one. With `quote_id` it accepts that quote."""
    sent, shown = _priced(account_id, price_list, lines, site_id=site_id, visit_id=visit_id, notes=notes)
    doc = {
        **shown,
        "quote_id": quote_id,
        "placed_by_id": placed_by_id,
        "status": "placed",
        "placed_at": wire_time(at),
        "canceled_at": None,
        "cancel_reason": None,
    }
    placed = _create("order.place", "order", id, {**sent, "quote_id": quote_id}, doc, at)
    if quote_id is None:
        return placed
    accepted = Patch(entity="quote", id=quote_id, fields={"status": "accepted", "closed_at": wire_time(at)})
    return replace(placed, effects=(*placed.effects, accepted))


def write_quote(
    *,
    id: str,
    account_id: str,
    price_list: Document,
    lines: Sequence[OrderLine],
    valid_until_on: date,
    written_by_id: str,
    at: datetime,
    site_id: str | None = None,
    visit_id: str | None = None,
    notes: str | None = None,
) -> Action:
    """Promise prices until a day. The quote's number is null until the server gave one."""
    sent, shown = _priced(account_id, price_list, lines, site_id=site_id, visit_id=visit_id, notes=notes)
    valid = {"valid_until_on": valid_until_on.isoformat()}
    doc = {
        **shown,
        **valid,
        "written_by_id": written_by_id,
        "status": "open",
        "written_at": wire_time(at),
        "closed_at": None,
        "close_reason": None,
    }
    return _create("quote.write", "quote", id, {**sent, **valid}, doc, at)


def decline_quote(*, quote_id: str, at: datetime, reason: str) -> Action:
    """Note that the customer does not take a quote; the reason is required."""
    shown = {"status": "declined", "closed_at": wire_time(at), "close_reason": reason}
    return _patch("quote.decline", "quote", quote_id, {"reason": reason}, shown, at)


def withdraw_quote(*, quote_id: str, at: datetime, reason: str | None = None) -> Action:
    """Take a quote back."""
    shown = {"status": "withdrawn", "closed_at": wire_time(at), "close_reason": reason}
    return _patch("quote.withdraw", "quote", quote_id, {"reason": reason}, shown, at)


def cancel_order(*, order_id: str, at: datetime, reason: str) -> Action:
    """Cancel an order; the reason is required."""
    shown = {"status": "canceled", "canceled_at": wire_time(at), "cancel_reason": reason}
    return _patch("order.cancel", "order", order_id, {"reason": reason}, shown, at)


# Appointments


def accept(*, appointment_id: str, at: datetime) -> Action:
    """Take a dispatched job."""
    return _move("accept", "accepted", appointment_id, at, shown={"accepted_at": wire_time(at)})


def decline(*, appointment_id: str, at: datetime, reason: str) -> Action:
    """Hand a dispatched job back; the reason is required."""
    return _move("decline", "declined", appointment_id, at, sent={"reason": reason}, shown={"reason": reason})


def travel(*, appointment_id: str, at: datetime, position: Json | None = None) -> Action:
    """Set out for the site."""
    shown = {"travel_started_at": wire_time(at)}
    return _move("travel", "traveling", appointment_id, at, sent={"position": position}, shown=shown)


def start(*, appointment_id: str, at: datetime, position: Json | None = None) -> Action:
    """Start work on site. Without signal a technician may skip accepting and travelling."""
    shown = {"started_at": wire_time(at)}
    return _move("start", "in_progress", appointment_id, at, sent={"position": position}, shown=shown)


def pause(*, appointment_id: str, at: datetime, reason: str) -> Action:
    """Interrupt the work; the reason is required."""
    return _move("pause", "paused", appointment_id, at, sent={"reason": reason}, shown={"reason": reason})


def resume(*, appointment_id: str, at: datetime) -> Action:
    """Go on with the work."""
    return _move("resume", "in_progress", appointment_id, at)


def complete(*, appointment_id: str, at: datetime, notes: str | None = None, parts: Sequence[PartUsed] = ()) -> Action:
    """Finish the job, with what was done and which parts it took."""
    sent, shown = _work_done(at=at, notes=notes, parts=parts)
    return _move("complete", "completed", appointment_id, at, sent=sent, shown=shown)


def complete_partially(
    *,
    appointment_id: str,
    next_appointment_id: str,
    at: datetime,
    reason: str,
    notes: str | None = None,
    parts: Sequence[PartUsed] = (),
) -> Action:
    """Finish a part of the job; the rest becomes the appointment `next_appointment_id`."""
    sent, shown = _work_done(at=at, notes=notes, parts=parts)
    sent |= {"next_appointment_id": next_appointment_id, "reason": reason}
    return _move("complete_partially", "partially_completed", appointment_id, at, sent, shown | {"reason": reason})


def cannot_complete(*, appointment_id: str, at: datetime, reason: str, notes: str | None = None) -> Action:
    """Give the job up; the reason is required."""
    said = _given(reason=reason, notes=notes)
    shown = {"finished_at": wire_time(at), **said}
    return _move("cannot_complete", "cannot_complete", appointment_id, at, sent=said, shown=shown)


def no_show(*, appointment_id: str, at: datetime, reason: str | None = None, position: Json | None = None) -> Action:
    """Nobody was there."""
    shown = {"finished_at": wire_time(at), **_given(reason=reason)}
    sent = _given(reason=reason, position=position)
    return _move("no_show", "no_show", appointment_id, at, sent=sent, shown=shown)


# Absences


def add_absence(*, id: str, user_id: str, starts_on: date, ends_on: date, at: datetime) -> Action:
    """Say on which days one does not work, both included."""
    said = {"user_id": user_id, "starts_on": starts_on.isoformat(), "ends_on": ends_on.isoformat()}
    return _create("absence.add", "absence", id, said, {**said, "withdrawn": False}, at)


def withdraw_absence(*, absence_id: str, at: datetime) -> Action:
    """Say that one works on those days after all."""
    return _patch("absence.withdraw", "absence", absence_id, {}, {"withdrawn": True}, at)


# Conflicts, notices and oneself


def restore_lost_value(*, conflict: Document, at: datetime) -> Action:
    """Give a field the value again that lost when two people changed it."""
    settled = {"status": "restored", "settled_at": wire_time(at)}
    field = Patch(
        entity=conflict["entity"], id=conflict["record_id"], fields={conflict["field"]: conflict["lost_value"]}
    )
    action = _patch("conflict.restore", "conflict", conflict["id"], {}, settled, at)
    return replace(action, effects=(*action.effects, field))


def dismiss_conflict(*, conflict_id: str, at: datetime) -> Action:
    """Leave the field as it is."""
    settled = {"status": "dismissed", "settled_at": wire_time(at)}
    return _patch("conflict.dismiss", "conflict", conflict_id, {}, settled, at)


def read_notice(*, notice_id: str, at: datetime) -> Action:
    """Mark a notice as read."""
    return _patch("notice.read", "notice", notice_id, {}, {"read_at": wire_time(at)}, at)


def set_language(*, user_id: str, language: str, at: datetime) -> Action:
    """Choose the language (`en`, `de`) of the signed-in person's app and notices."""
    return _patch("user.set_language", "user", user_id, {"language": language}, {"language": language}, at)


def _priced(
    account_id: str, price_list: Document, lines: Sequence[OrderLine], **about: str | None
) -> tuple[Json, Document]:
    """Return what an order and a quote have in common, as it is sent and as it is shown."""
    said = {"account_id": account_id, **about, "price_list_id": price_list["id"]}
    sent = [
        {
            "id": line.id,
            "product_id": line.product["id"],
            "quantity": line.quantity,
            "unit_price_minor": line.unit_price_minor,
        }
        for line in lines
    ]
    shown = [
        {
            **line_sent,
            **_named(line.product),
            "unit": line.product["unit"],
            "total_minor": line.quantity * line.unit_price_minor,
        }
        for line, line_sent in zip(lines, sent, strict=True)
    ]
    total_minor = sum(line.quantity * line.unit_price_minor for line in lines)
    doc = {"number": None, "currency": price_list["currency"], "lines": shown, "total_minor": total_minor}
    return {**said, "lines": sent}, {**said, **doc}


def _create(name: str, entity: str, id: str, args: Json, doc: Document, at: datetime) -> Action:
    born = {"id": id, "version": 0, "created_at": wire_time(at), "updated_at": wire_time(at)}
    sent = _given(id=id, **args)
    return Action(name=name, args=sent, effects=(Create(entity=entity, id=id, doc=born | doc),), at=at)


def _patch(name: str, entity: str, id: str, sent: Json, shown: Document, at: datetime) -> Action:
    args = {f"{entity}_id": id, **_given(**sent)}
    return Action(name=name, args=args, effects=(Patch(entity=entity, id=id, fields=shown),), at=at)


def _move(
    verb: str, status: str, id: str, at: datetime, sent: Json | None = None, shown: Document | None = None
) -> Action:
    return _patch(f"appointment.{verb}", "appointment", id, sent or {}, {"status": status, **(shown or {})}, at)


def _work_done(*, at: datetime, notes: str | None, parts: Sequence[PartUsed]) -> tuple[Json, Document]:
    used = [{"id": part.id, "product_id": part.product["id"], "quantity": part.quantity} for part in parts]
    named = [{**sent, **_named(part.product)} for part, sent in zip(parts, used, strict=True)]
    said = _given(notes=notes)
    return {**said, "parts": used}, {**said, "parts": named, "finished_at": wire_time(at)}


def _named(product: Document) -> Json:
    return {"sku": product["sku"], "name": product["name"]}


def _given(**values: Any) -> Json:
    """Leave out what was not said: an absent argument is optional on the wire, a null one may not be allowed."""
    return {name: value for name, value in values.items() if value is not None}
