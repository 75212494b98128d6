"""What is let in about people."""

from typing import Any
from uuid import UUID

import pytest
from marshmallow import ValidationError

from domain.people.schemas import CreateUserArgs, UpdateUserArgs

ANA = {
    "id": "0199aaaa-0000-7000-8000-000000000001",
    "name": "Ana Beck",
    "email": "ana@example.com",
    "password": "long enough",
    "roles": ["rep"],
}
SKILL = "0199aaaa-0000-7000-8000-0000000000aa"


def load(**changes: Any) -> dict[str, Any]:
    return CreateUserArgs().load({**ANA, **changes})


def test_what_is_not_given_has_a_default():
    assert load() == {
        **ANA,
        "id": UUID(ANA["id"]),
        "phone": None,
        "language": "en",
        "skills": [],
        "home": None,
    }


def test_an_address_is_kept_in_lower_case_without_blanks():
    assert load(email=" Ana@Example.COM ")["email"] == "ana@example.com"


def test_a_role_counts_once():
    assert load(roles=["rep", "technician", "rep"])["roles"] == ["rep", "technician"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", "ana"),
        ("email", "ana@"),
        ("email", f"{'a' * 250}@example.com"),
        ("password", "123456789"),
        ("password", "x" * 201),
        ("roles", []),
        ("roles", ["boss"]),
        ("name", "  "),
        ("name", "An\x00a"),
        ("phone", "1" * 41),
        ("language", "tlh"),
        ("skills", [{"skill_id": SKILL, "level": 0}]),
        ("skills", [{"skill_id": SKILL, "level": 6}]),
        ("skills", [{"skill_id": SKILL, "level": 1}, {"skill_id": SKILL, "level": 2}]),
        ("home", {"lat": 91, "lng": 0}),
        ("salary", 1),
    ],
)
def test_what_is_out_of_bounds_is_refused_by_name(field: str, value: Any):
    with pytest.raises(ValidationError) as refusal:
        load(**{field: value})
    assert list(refusal.value.messages) == [field]


def test_an_update_holds_only_what_is_given():
    assert UpdateUserArgs().load({"user_id": ANA["id"], "phone": None}) == {"user_id": UUID(ANA["id"]), "phone": None}


def test_an_address_and_a_password_are_not_changed_by_an_update():
    with pytest.raises(ValidationError) as refusal:
        UpdateUserArgs().load({"user_id": ANA["id"], "email": "b@example.com", "password": "long enough"})
    assert set(refusal.value.messages) == {"email", "password"}
