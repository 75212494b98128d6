"""A list's cursor comes from outside: what does not fit is refused, never an error of ours."""

import base64
from collections.abc import Callable
from typing import Any

import orjson
import pytest

from domain.kernel.ids import new_id
from domain.people.models import User
from tests.support.company import Company
from tests.support.phone import Phone


@pytest.mark.parametrize(
    ("collection", "sort", "value"),
    [
        ("accounts", "name", "\x00"),
        ("orders", "total_minor", 2**63),
        ("product-categories", "sort_order", 2**40),
        ("orders", "placed_at", "0001-01-01T00:00:00+14:00"),
    ],
)
def test_a_cursor_that_the_database_cannot_take_is_refused(
    company: Company, as_user: Callable[[User], Phone], collection: str, sort: str, value: Any
) -> None:
    cursor = base64.urlsafe_b64encode(orjson.dumps([sort, value, new_id()])).decode()
    answer = as_user(company.rep).get(f"/{collection}?sort={sort}&cursor={cursor}")
    assert answer.status_code == 200 or answer.json["code"] == "paging.cursor_invalid"
