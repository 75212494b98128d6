"""Opening hours in OpenStreetMap's syntax."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from domain.customers.opening_hours import UnreadableOpeningHours, check, open_spans
from domain.kernel.errors import ValidationFailed
from domain.kernel.ids import new_id
from tests.support.company import Company

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "opening_hours.json").read_text(encoding="utf-8"))
MONDAY, WEDNESDAY, CHRISTMAS = date(2026, 11, 23), date(2026, 11, 25), date(2026, 12, 25)


@pytest.mark.parametrize(
    ("text", "day", "spans"),
    [
        (None, MONDAY, [(0, 1440)]),
        ("24/7", MONDAY, [(0, 1440)]),
        ("Mo-Fr 08:00-12:00,13:30-18:00", MONDAY, [(480, 720), (810, 1080)]),
        ("Mo-Fr 08:00-18:00; We off", WEDNESDAY, []),
        ("Mo-Fr 08:00-18:00; PH off", CHRISTMAS, []),
        ("Mo-Fr 08:00-18:00", CHRISTMAS, [(480, 1080)]),
        ("Mo-Su 18:00-02:00", MONDAY, [(0, 120), (1080, 1440)]),
        ("by the bell", MONDAY, [(0, 1440)]),
    ],
)
def test_when_a_site_is_open(text: str | None, day: date, spans: list[tuple[int, int]]):
    assert list(open_spans(text, day=day, country="LI")) == spans


def test_a_country_without_a_calendar_has_no_holidays():
    assert list(open_spans("Mo-Fr 08:00-18:00; PH off", day=CHRISTMAS, country="XX")) == [(480, 1080)]


def test_a_text_that_cannot_be_read_is_refused_by_name(company: Company):
    account = company.account()
    with pytest.raises(ValidationFailed) as refusal:
        company.do("site.create", id=new_id(), account_id=account.id, name="Shop", opening_hours="Mo-Xx 8-12")
    assert refusal.value.fields == {
        "opening_hours": [
            "Not opening hours as OpenStreetMap writes them, such as “Mo-Fr 08:00-12:00,13:30-18:00”. See “Xx 8-12”."
        ]
    }


def test_half_a_character_cannot_be_read():
    with pytest.raises(UnreadableOpeningHours):
        check("\ud800")


def test_no_opening_hours_are_no_text(company: Company):
    site = company.site(company.account())
    assert company.do("site.update", site_id=site.id, opening_hours=" ").opening_hours == ""


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_the_phone_reads_opening_hours_alike(vector: dict[str, Any]):
    day = date.fromisoformat(vector["given"]["day"])
    assert [list(span) for span in open_spans(vector["given"]["text"], day=day, country="LI")] == vector["expect"]
