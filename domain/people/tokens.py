"""Access and refresh tokens: JSON Web Tokens (RFC 7519) signed with HS256.

A refresh token is bound to a device. Its successor is made of nothing but itself and the time of the rotation, so that
a repeated request gets the same answer: whoever asks twice on a bad line is not left with a token that the second
answer replaced.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import Any
from uuid import UUID

import jwt

from domain.kernel.errors import DomainError

ACCESS_TOKEN_LIFETIME = timedelta(minutes=15)
REFRESH_TOKEN_LIFETIME = timedelta(days=180)
"""As long as a phone may stay off line."""

HAND_IN_TOKEN_LIFETIME = timedelta(hours=1)
HAND_IN_AUDIENCE = "fieldbook:hand-in"

_ALGORITHM = "HS256"


class TokenInvalid(DomainError):
    """The access token is not valid. Sign in again."""

    code, status, retryable = "auth.token_invalid", 401, False


class TokenExpired(DomainError):
    """The access token has expired. Refresh it."""

    code, status, retryable = "auth.token_expired", 401, True


class RefreshInvalid(DomainError):
    """The refresh token is not valid any more. Sign in again."""

    code, status, retryable = "auth.refresh_invalid", 401, False


@dataclass(frozen=True, kw_only=True)
class AccessClaims:
    """Who an access token speaks for, and from which device."""

    user_id: UUID
    org_id: UUID
    device_id: UUID


@dataclass(frozen=True, kw_only=True)
class RefreshClaims:
    """Which device a refresh token belongs to."""

    org_id: UUID
    device_id: UUID


def make_access_token(*, user_id: UUID, org_id: UUID, device_id: UUID, secret: str, now: datetime) -> str:
    """Return a token that is valid for `ACCESS_TOKEN_LIFETIME`."""
    claims = {"use": "access", "sub": str(user_id), "org": str(org_id), "dev": str(device_id)}
    return _sign(claims, secret=secret, issued_at=now, lifetime=ACCESS_TOKEN_LIFETIME)


def read_access_token(token: str, *, secret: str, now: datetime) -> AccessClaims:
    """Return what an access token says.

    Raises:
        TokenInvalid: it is not ours.
        TokenExpired: it was.
    """
    return _access_claims(token, use="access", audience=None, secret=secret, now=now)


def make_hand_in_token(*, user_id: UUID, org_id: UUID, device_id: UUID, secret: str, now: datetime) -> str:
    """Return a token with which a revoked device may hand in its work for a while, and do nothing else."""
    claims = {
        "use": "hand_in",
        "aud": HAND_IN_AUDIENCE,
        "sub": str(user_id),
        "org": str(org_id),
        "dev": str(device_id),
    }
    return _sign(claims, secret=secret, issued_at=now, lifetime=HAND_IN_TOKEN_LIFETIME)


def read_hand_in_token(token: str, *, secret: str, now: datetime) -> AccessClaims:
    """Return whose work a hand-in token stands for.

    Raises:
        TokenInvalid: it is not ours, or gives access.
        TokenExpired: it was.
    """
    return _access_claims(token, use="hand_in", audience=HAND_IN_AUDIENCE, secret=secret, now=now)


def _access_claims(token: str, *, use: str, audience: str | None, secret: str, now: datetime) -> AccessClaims:
    try:
        claims = _verify(token, use=use, audience=audience, secret=secret)
        access = AccessClaims(user_id=UUID(claims["sub"]), org_id=UUID(claims["org"]), device_id=UUID(claims["dev"]))
    except (jwt.InvalidTokenError, ValueError) as error:
        raise TokenInvalid from error
    if claims["exp"] <= now.timestamp():
        raise TokenExpired
    return access


def make_refresh_token(*, org_id: UUID, device_id: UUID, nonce: str, secret: str, issued_at: datetime) -> str:
    """Return a token that is valid for `REFRESH_TOKEN_LIFETIME`. The same arguments give the same token."""
    claims = {"use": "refresh", "jti": nonce, "org": str(org_id), "dev": str(device_id)}
    return _sign(claims, secret=secret, issued_at=issued_at, lifetime=REFRESH_TOKEN_LIFETIME)


def read_refresh_token(token: str, *, secret: str, now: datetime) -> RefreshClaims:
    """Return what a refresh token says. Whether it is the device's latest, only the device's row knows.

    Raises:
        RefreshInvalid: it is not ours, or has expired.
    """
    try:
        claims = _verify(token, use="refresh", secret=secret)
        refresh = RefreshClaims(org_id=UUID(claims["org"]), device_id=UUID(claims["dev"]))
    except (jwt.InvalidTokenError, ValueError) as error:
        raise RefreshInvalid from error
    if claims["exp"] <= now.timestamp():
        raise RefreshInvalid
    return refresh


def token_digest(token: str) -> str:
    """Return the SHA-256 of a token, which is stored instead of it."""
    return hashlib.sha256(token.encode()).hexdigest()


def _sign(claims: dict[str, Any], *, secret: str, issued_at: datetime, lifetime: timedelta) -> str:
    issued_at = issued_at.astimezone(UTC)
    return jwt.encode({**claims, "iat": issued_at, "exp": issued_at + lifetime}, secret, algorithm=_ALGORITHM)


@lru_cache(maxsize=4096)
def _verify(token: str, *, use: str, secret: str, audience: str | None = None) -> Mapping[str, Any]:
    """Return what a token says that was signed by us. A phone comes with the same one a hundred times."""
    # The times are ours to check: the library would ask the system clock.
    claims: dict[str, Any] = jwt.decode(
        token,
        secret,
        algorithms=[_ALGORITHM],
        audience=audience,
        options={"verify_exp": False, "verify_iat": False, "require": ["use", "org", "dev", "iat", "exp"]},
    )
    if claims["use"] != use:
        raise jwt.InvalidTokenError("a token for another use")
    return MappingProxyType(claims)
