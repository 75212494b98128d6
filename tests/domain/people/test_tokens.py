"""Tokens: signed by us, for one use, for a time."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
import pytest

from domain.people import tokens

SECRET = "a secret of this test, long enough for HS256"
NOW = datetime(2026, 11, 22, 8, 15, tzinfo=UTC)
USER, ORG, DEVICE = (UUID(int=number) for number in (1, 2, 3))


def access_token(**changes: Any) -> str:
    return tokens.make_access_token(
        **{"user_id": USER, "org_id": ORG, "device_id": DEVICE, "secret": SECRET, "now": NOW, **changes}
    )


def refresh_token(**changes: Any) -> str:
    return tokens.make_refresh_token(
        **{"org_id": ORG, "device_id": DEVICE, "nonce": "1", "secret": SECRET, "issued_at": NOW, **changes}
    )


def test_an_access_token_says_who_and_from_which_device():
    claims = tokens.read_access_token(access_token(), secret=SECRET, now=NOW)
    assert claims == tokens.AccessClaims(user_id=USER, org_id=ORG, device_id=DEVICE)


def test_an_access_token_lasts_fifteen_minutes():
    token = access_token()
    tokens.read_access_token(token, secret=SECRET, now=NOW + timedelta(minutes=14, seconds=59))
    with pytest.raises(tokens.TokenExpired):
        tokens.read_access_token(token, secret=SECRET, now=NOW + timedelta(minutes=15))


@pytest.mark.parametrize(
    "token",
    [
        "",
        "nonsense",
        access_token(secret="another secret, just as long as the first"),
        refresh_token(),
        access_token()[:-2],
        jwt.encode({"use": "access", "sub": str(USER)}, SECRET, algorithm="HS256"),
        jwt.encode(
            {"use": "access", "sub": "me", "org": str(ORG), "dev": str(DEVICE), "iat": NOW, "exp": NOW},
            SECRET,
            algorithm="HS256",
        ),
        jwt.encode({"use": "access", "sub": str(USER)}, None, algorithm="none"),
    ],
    ids=["empty", "nonsense", "other secret", "refresh token", "cut off", "incomplete", "no ids", "unsigned"],
)
def test_what_is_not_our_access_token_is_refused(token: str):
    with pytest.raises(tokens.TokenInvalid):
        tokens.read_access_token(token, secret=SECRET, now=NOW)


def test_a_refresh_token_names_its_device():
    claims = tokens.read_refresh_token(refresh_token(), secret=SECRET, now=NOW)
    assert claims == tokens.RefreshClaims(org_id=ORG, device_id=DEVICE)


def test_a_refresh_token_lasts_as_long_as_a_phone_may_be_off_line():
    token = refresh_token()
    tokens.read_refresh_token(token, secret=SECRET, now=NOW + timedelta(days=179))
    with pytest.raises(tokens.RefreshInvalid):
        tokens.read_refresh_token(token, secret=SECRET, now=NOW + timedelta(days=180))


def test_an_access_token_refreshes_nothing():
    with pytest.raises(tokens.RefreshInvalid):
        tokens.read_refresh_token(access_token(), secret=SECRET, now=NOW)


def test_the_same_rotation_gives_the_same_token():
    assert refresh_token(nonce="a") == refresh_token(nonce="a")
    assert refresh_token(nonce="a") != refresh_token(nonce="b")


def test_a_token_is_stored_as_its_digest():
    # printf abc | sha256sum
    assert tokens.token_digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
