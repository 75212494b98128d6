"""The actions send what `docs/model.md` lists, and show documents of the shape that it lists."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from mobile_client import Action, Create, OrderLine, PartUsed, Patch, actions

AT = actions.datetime.fromisoformat("2026-11-22T08:15:00+01:00")
DAY = actions.date(2026, 12, 24)
ID = "00000000-0000-7000-8000-000000000001"
OTHER = "00000000-0000-7000-8000-000000000002"
GRINDER = {"id": OTHER, "sku": "GR-1", "name": "Grinder disc", "unit": "piece"}
POSITION = {"lat": 47.14, "lng": 9.52, "accuracy_m": 8}
PART = PartUsed(id=OTHER, product=GRINDER, quantity=2)
CONFLICT = {"id": ID, "entity": "account", "record_id": OTHER, "field": "phone", "lost_value": "+423 1"}
MODEL = (Path(__file__).parents[2] / "docs/model.md").read_text()


def vectors(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((Path(__file__).parents[1] / f"vectors/{name}.json").read_text())
    return found


EVERY_ACTION = [
    actions.plan_visit(
        id=ID, account_id=OTHER, site_id=OTHER, rep_id=OTHER, planned_start_at=AT, at=AT, purpose="Demo"
    ),
    actions.confirm_visit(visit_id=ID, at=AT),
    actions.check_in(visit_id=ID, at=AT, position=POSITION),
    actions.complete_visit(visit_id=ID, at=AT, outcome="order", notes="Wants a second grinder"),
    actions.cancel_visit(visit_id=ID, at=AT, reason="Closed on Mondays"),
    actions.place_order(
        id=ID,
        account_id=OTHER,
        site_id=OTHER,
        visit_id=OTHER,
        price_list={"id": OTHER, "currency": "CHF"},
        lines=[OrderLine(id=OTHER, product=GRINDER, quantity=2, unit_price_minor=1990)],
        placed_by_id=OTHER,
        at=AT,
        notes="Before noon",
    ),
    actions.write_quote(
        id=ID,
        account_id=OTHER,
        price_list={"id": OTHER, "currency": "CHF"},
        lines=[OrderLine(id=ID, product=GRINDER, quantity=2, unit_price_minor=1990)],
        valid_until_on=DAY,
        written_by_id=OTHER,
        at=AT,
    ),
    actions.decline_quote(quote_id=ID, at=AT, reason="Too dear"),
    actions.withdraw_quote(quote_id=ID, at=AT),
    actions.cancel_order(order_id=ID, at=AT, reason="Ordered twice"),
    actions.accept(appointment_id=ID, at=AT),
    actions.decline(appointment_id=ID, at=AT, reason="Van broke down"),
    actions.travel(appointment_id=ID, at=AT, position=POSITION),
    actions.start(appointment_id=ID, at=AT, position=POSITION),
    actions.pause(appointment_id=ID, at=AT, reason="Lunch"),
    actions.resume(appointment_id=ID, at=AT),
    actions.complete(appointment_id=ID, at=AT, notes="Replaced the disc", parts=[PART]),
    actions.complete_partially(
        appointment_id=ID, next_appointment_id=OTHER, at=AT, reason="Part missing", notes="Pump leaks", parts=[PART]
    ),
    actions.cannot_complete(appointment_id=ID, at=AT, reason="No water", notes="Main valve shut"),
    actions.no_show(appointment_id=ID, at=AT, reason="Nobody opened", position=POSITION),
    actions.add_absence(id=ID, user_id=OTHER, starts_on=DAY, ends_on=DAY, at=AT),
    actions.withdraw_absence(absence_id=ID, at=AT),
    actions.restore_lost_value(conflict=CONFLICT, at=AT),
    actions.dismiss_conflict(conflict_id=ID, at=AT),
    actions.read_notice(notice_id=ID, at=AT),
    actions.set_language(user_id=ID, language="de", at=AT),
]


@pytest.mark.parametrize("action", EVERY_ACTION, ids=lambda action: action.name)
def test_an_action_sends_only_arguments_that_the_wire_has(action: Action):
    required, optional = documented_args(action.name)

    assert required <= action.args.keys() <= required | optional


@pytest.mark.parametrize("action", EVERY_ACTION, ids=lambda action: action.name)
def test_an_action_shows_only_fields_that_the_document_has(action: Action):
    effect = action.effects[0]
    common = {"id", "version", "created_at", "updated_at"}
    documented = documented_fields(effect.entity) | common

    if isinstance(effect, Create):
        assert effect.doc.keys() == documented
    else:
        assert effect.fields.keys() <= documented


@pytest.mark.parametrize("vector", [v for v in vectors("order_totals") if "expect" in v], ids=lambda v: v["name"])
def test_an_order_shows_the_totals_of_the_golden_vectors(vector: dict[str, Any]):
    lines = [OrderLine(id=ID, product=GRINDER, **line) for line in vector["given"]["lines"]]
    price_list = {"id": OTHER, "currency": "CHF"}

    [effect] = actions.place_order(
        id=ID, account_id=OTHER, price_list=price_list, lines=lines, placed_by_id=OTHER, at=AT
    ).effects

    assert isinstance(effect, Create)
    shown = {
        "line_totals": [line["total_minor"] for line in effect.doc["lines"]],
        "total_minor": effect.doc["total_minor"],
    }
    assert shown == vector["expect"]


@pytest.mark.parametrize("entity", ["visit", "appointment", "quote"])
def test_the_actions_show_the_statuses_of_the_golden_vectors(entity: str):
    expected = {v["when"]: v["expect"]["status"] for v in vectors(f"{entity}_status") if "expect" in v}

    shown = {
        action.name.partition(".")[2]: effect.fields["status"]
        for action in EVERY_ACTION
        for effect in action.effects
        if isinstance(effect, Patch) and effect.entity == entity
    }

    assert shown.items() <= expected.items()


def test_a_lost_value_is_shown_again_at_once():
    action = actions.restore_lost_value(conflict=CONFLICT, at=AT)

    assert action.effects[1] == Patch(entity="account", id=OTHER, fields={"phone": "+423 1"})


def test_what_was_not_said_is_not_sent():
    assert actions.check_in(visit_id=ID, at=AT).args == {"visit_id": ID}


def test_an_order_of_a_quote_shows_it_accepted_at_once():
    lines = [OrderLine(id=ID, product=GRINDER, quantity=2, unit_price_minor=1990)]
    price_list = {"id": OTHER, "currency": "CHF"}
    action = actions.place_order(
        id=ID, account_id=OTHER, price_list=price_list, lines=lines, placed_by_id=OTHER, at=AT, quote_id=OTHER
    )

    accepted = {"status": "accepted", "closed_at": "2026-11-22T07:15:00.000Z"}
    assert action.effects[1] == Patch(entity="quote", id=OTHER, fields=accepted)


def test_an_order_shows_its_totals_in_minor_units():
    lines = [
        OrderLine(id=ID, product=GRINDER, quantity=2, unit_price_minor=1990),
        OrderLine(id=OTHER, product=GRINDER, quantity=3, unit_price_minor=5),
    ]
    price_list = {"id": OTHER, "currency": "CHF"}
    action = actions.place_order(id=ID, account_id=OTHER, price_list=price_list, lines=lines, placed_by_id=OTHER, at=AT)

    [effect] = action.effects
    assert isinstance(effect, Create)
    assert [line["total_minor"] for line in effect.doc["lines"]] == [3980, 15]
    assert (effect.doc["total_minor"], effect.doc["currency"]) == (3995, "CHF")
    assert effect.doc["lines"][0].keys() == set(
        re.findall(r"\w+", documented_row("order").split("lines `[{")[1].split("}")[0])
    )


def test_times_go_out_in_utc():
    [effect] = actions.confirm_visit(visit_id=ID, at=AT).effects

    assert effect.fields["confirmed_at"] == "2026-11-22T07:15:00.000Z"


def documented_row(entity: str) -> str:
    return next(line for line in MODEL.splitlines() if line.startswith(f"| `{entity}` | ")).split("|", 2)[2]


def documented_fields(entity: str) -> set[str]:
    plain = re.sub(r"`[^`]*`|\([^)]*\)", "", documented_row(entity))
    return set(re.findall(r"[a-z_]+", plain))


def documented_args(name: str) -> tuple[set[str], set[str]]:
    """Return the required and the optional arguments of a mutation, as its row in the table says."""
    subject, _, verb = name.partition(".")
    row = next(
        line
        for line in MODEL.splitlines()
        if line.startswith(f"| `{name}`")
        or (line.startswith(f"| `{subject}.") and f"`.{verb}`" in line)
        or (line.startswith(f"| `{subject}.") and f"/ `{name}`" in line)
    )
    plain = re.sub(r"`[^`]*`|\([^)]*\)", "", row.split("|")[2])
    named = re.findall(r"([a-z_]+)(\??)", plain)
    optional = {arg for arg, mark in named if mark} | ({"reason"} if "`.pause`" in row or "(pause)" in row else set())
    return {arg for arg, _ in named} - optional, optional
