"""Signing in, staying signed in, and the devices from which people do.

None of this is a command: it happens before there is an actor. The door commits; what a refusal leaves behind (a failed
attempt, a device revoked for reuse) is committed here, because a door rolls back what was refused.
"""

import hmac
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import case, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from domain.kernel.errors import DomainError, RecordNotFound
from domain.kernel.ids import new_id
from domain.kernel.session import Unit, ask_first
from domain.people import tokens
from domain.people.models import Device, LoginAttempts, Organisation, Revocation, User
from domain.people.passwords import hash_password, needs_rehash, verify_password

MAX_FAILURES = 10
FAILURE_WINDOW = timedelta(minutes=15)
REFRESH_GRACE = timedelta(minutes=10)


class InvalidCredentials(DomainError):
    """The e-mail address or the password is wrong."""

    code, status, retryable = "auth.invalid_credentials", 401, False


class OrganisationRequired(DomainError):
    """You have the same sign-in in more than one organisation. Say which one."""

    code, status, retryable = "auth.organisation_required", 409, False


class TooManyAttempts(DomainError):
    """Too many failed sign-ins. Wait a while, then try again."""

    code, status, retryable = "auth.too_many_attempts", 429, True

    def __init__(self, *, retry_after_s: int) -> None:
        super().__init__()
        self.retry_after_s = retry_after_s


class UserInactive(DomainError):
    """Your access to this organisation has ended. Ask an admin."""

    code, status, retryable = "auth.user_inactive", 403, False


class DeviceRevoked(DomainError):
    """This device was signed out by an admin or from another device. Sign in again."""

    code, status, retryable = "auth.device_revoked", 401, False

    def __init__(self, *, hand_in_token: str | None = None) -> None:
        super().__init__()
        self.hand_in_token = hand_in_token


class RefreshReused(DomainError):
    """An old token was used again, so somebody else may have it. This device is signed out: sign in again."""

    code, status, retryable = "auth.refresh_reused", 401, False


@dataclass(frozen=True, kw_only=True)
class SignedIn:
    """Somebody is signed in on a device."""

    user: User
    device: Device
    organisation: Organisation
    access_token: str
    refresh_token: str


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Whom an access token speaks for."""

    user_id: UUID
    roles: Sequence[str]
    today: date
    """In their organisation's time zone."""
    territories: Sequence[tuple[str, str]]
    """In which they work today: ids of the territory and of its dispatch area."""


def sign_in(
    session: Session,
    *,
    email: str,
    password: str,
    organisation: str | None,
    device_id: UUID | None,
    device_name: str,
    platform: str,
    secret: str,
    now: datetime,
) -> SignedIn:
    """Sign somebody in on a device. `session` belongs to no organisation yet, afterwards to theirs.

    `organisation` is a slug, needed when the same e-mail and password exist in two. A revoked device is welcome again:
    the person proved who they are.

    Raises:
        InvalidCredentials, OrganisationRequired, UserInactive, TooManyAttempts
    """
    found = _with_this_password(session, email=email, password=password, organisation=organisation, now=now)
    welcome = [user for user in found if user.active]
    if not welcome:
        raise UserInactive if found else InvalidCredentials
    if len(welcome) > 1:
        raise OrganisationRequired
    user = welcome[0]
    _enter(session, user.org_id, now)
    if needs_rehash(user.password_hash):
        # A stronger hash is no news to any phone.
        session.execute(
            update(User)
            .where(User.org_id == user.org_id, User.id == user.id)
            .values(password_hash=hash_password(password))
            .execution_options(reaches_no_phone=True, synchronize_session=False)
        )
    device = session.get(Device, (user.org_id, device_id)) if device_id else None
    if device is None:
        device = Device(org_id=user.org_id, id=device_id or new_id(), created_at=now)
        session.add(device)
    device.user_id, device.name, device.platform = user.id, device_name, platform
    device.revoked_at = device.revoked_because = device.previous_token_hash = None
    return _signed_in(session, user=user, device=device, nonce=str(new_id()), secret=secret, now=now)


def refresh(session: Session, *, refresh_token: str, secret: str, now: datetime) -> SignedIn:
    """Return new tokens for a refresh token. `session` belongs to no organisation yet, afterwards to theirs.

    The token before is accepted for `REFRESH_GRACE` more, until its successor was used, and gives that same successor.

    Raises:
        RefreshInvalid: the token is not ours, has expired, or the device was signed out.
        RefreshReused: the token is an old one. The device is revoked, or was for an earlier one.
        DeviceRevoked: the device was signed out. Carries the token with which it may hand in its work.
        UserInactive
    """
    claims = tokens.read_refresh_token(refresh_token, secret=secret, now=now)
    _enter(session, claims.org_id, now)
    device = session.scalar(
        select(Device).where(Device.org_id == claims.org_id, Device.id == claims.device_id).with_for_update()
    )
    if device is None:
        raise tokens.RefreshInvalid
    if device.revoked_because == Revocation.TOKEN_REUSED:
        raise RefreshReused
    if device.revoked_at is not None:
        raise DeviceRevoked(
            hand_in_token=tokens.make_hand_in_token(
                user_id=device.user_id, org_id=device.org_id, device_id=device.id, secret=secret, now=now
            )
        )
    if device.token_hash is None:
        raise tokens.RefreshInvalid
    user = session.get_one(User, (device.org_id, device.user_id))
    if not user.active:
        raise UserInactive
    digest = tokens.token_digest(refresh_token)
    if hmac.compare_digest(digest, device.token_hash):
        device.previous_token_hash = digest
        return _signed_in(session, user=user, device=device, nonce=digest, secret=secret, now=now)
    if (
        device.previous_token_hash is not None
        and device.rotated_at is not None
        and hmac.compare_digest(digest, device.previous_token_hash)
        and now <= device.rotated_at + REFRESH_GRACE
    ):
        return _signed_in(
            session, user=user, device=device, nonce=digest, secret=secret, now=now, rotated_at=device.rotated_at
        )
    device.revoke(at=now, because=Revocation.TOKEN_REUSED)
    session.commit()
    raise RefreshReused


def authenticate(session: Session, *, claims: tokens.AccessClaims) -> Caller:
    """Return whom an access token speaks for. `session` belongs to the token's organisation.

    Raises:
        TokenInvalid: the person signed out, or somebody else uses the device now.
        DeviceRevoked, RefreshReused, UserInactive
    """
    found = _whose(session, claims)
    if found["revoked"]:
        raise DeviceRevoked
    if not found["active"]:
        raise UserInactive
    if not found["signed_in"]:
        raise tokens.TokenInvalid
    return _caller(found)


def authenticate_revoked(session: Session, *, claims: tokens.AccessClaims) -> Caller:
    """Return whose work a revoked device hands in: also that of somebody who has left.

    Raises:
        TokenInvalid: the device is not revoked, or somebody else uses it now.
        RefreshReused: it was revoked for a reused token: who signs in again hands in as themselves.
    """
    found = _whose(session, claims)
    if not found["revoked"]:
        raise tokens.TokenInvalid
    return _caller(found)


def _whose(session: Session, claims: tokens.AccessClaims) -> Mapping[str, Any]:
    now: datetime = session.info["now"]
    found: Mapping[str, Any] | None = ask_first(
        session,
        f"select caller('{claims.org_id}', '{claims.user_id}', '{claims.device_id}', '{now.isoformat()}')",
    )
    if found is None:
        raise tokens.TokenInvalid
    if found["revoked_because"] == Revocation.TOKEN_REUSED:
        raise RefreshReused
    return found


def _caller(found: Mapping[str, Any]) -> Caller:
    return Caller(
        user_id=UUID(found["user_id"]),
        roles=found["roles"],
        today=date.fromisoformat(found["today"]),
        territories=found["territories"],
    )


def list_devices(session: Session, *, org_id: UUID, user_id: UUID) -> Sequence[Device]:
    """Return somebody's devices, the one used last in front."""
    query = select(Device).where(Device.org_id == org_id, Device.user_id == user_id)
    return session.scalars(query.order_by(Device.last_seen_at.desc(), Device.id)).all()


def revoke_device(
    session: Session, *, org_id: UUID, device_id: UUID, user_id: UUID, of_anybody: bool, now: datetime
) -> Device:
    """Sign a device out for good: one of the person's own, or, `of_anybody`, any of the organisation.

    Raises:
        RecordNotFound: there is no such device, or it is somebody else's.
    """
    device = session.get(Device, (org_id, device_id))
    if device is None or not (of_anybody or device.user_id == user_id):
        raise RecordNotFound(f"Device {device_id} does not exist, or is not yours.")
    device.revoke(at=now)
    return device


def _with_this_password(
    session: Session, *, email: str, password: str, organisation: str | None, now: datetime
) -> list[User]:
    """Return who has this e-mail and password, in whatever organisation."""
    candidates = _find_candidates(session, email=email)
    if organisation is not None:
        candidates = [user for user in candidates if _slug(session, user.org_id, now) == organisation]
    if not candidates:
        verify_password(password, password_hash=None)
    found = []
    for user in candidates:
        _enter(session, user.org_id, now)
        _count_attempt(session, user, now)
        if verify_password(password, password_hash=user.password_hash):
            found.append(user)
            _forget_attempts(session, user)
    if not found:
        session.commit()
    return found


def _find_candidates(session: Session, *, email: str) -> Sequence[User]:
    # Row-level security shows this address's users of all organisations for as long as the setting stands.
    address = email.strip().lower()
    set_address = text("select set_config('app.login_email', :address, true)")
    session.execute(set_address, {"address": address})
    users = session.scalars(select(User).where(func.lower(User.email) == address).order_by(User.org_id)).all()
    session.execute(set_address, {"address": ""})
    return users


def _slug(session: Session, org_id: UUID, now: datetime) -> str:
    _enter(session, org_id, now)
    return session.get_one(Organisation, (org_id, org_id)).slug


def _enter(session: Session, org_id: UUID, now: datetime) -> None:
    """Make the session one of this organisation, from here on."""
    session.info.update(org_id=org_id, now=now, unit=Unit())
    session.execute(text("select set_config('app.org_id', :org_id, true)"), {"org_id": str(org_id)})


def _count_attempt(session: Session, user: User, now: datetime) -> None:
    # Counted before the password is checked, and the row is locked: many tries at once get no further than one by one.
    running = LoginAttempts.window_started_at > now - FAILURE_WINDOW
    attempt = insert(LoginAttempts).values(org_id=user.org_id, id=user.id, failures=1, window_started_at=now)
    attempt = attempt.on_conflict_do_update(
        index_elements=["org_id", "id"],
        set_={
            "failures": case((running, LoginAttempts.failures + 1), else_=1),
            "window_started_at": case((running, LoginAttempts.window_started_at), else_=now),
        },
    )
    failures, since = session.execute(attempt.returning(LoginAttempts.failures, LoginAttempts.window_started_at)).one()
    if failures > MAX_FAILURES:
        raise TooManyAttempts(retry_after_s=math.ceil((since + FAILURE_WINDOW - now).total_seconds()))


def _forget_attempts(session: Session, user: User) -> None:
    session.execute(
        delete(LoginAttempts)
        .where(LoginAttempts.org_id == user.org_id, LoginAttempts.id == user.id)
        .execution_options(reaches_no_phone=True, synchronize_session=False)
    )


def _signed_in(
    session: Session,
    *,
    user: User,
    device: Device,
    nonce: str,
    secret: str,
    now: datetime,
    rotated_at: datetime | None = None,
) -> SignedIn:
    device.rotated_at = rotated_at or now
    refresh_token = tokens.make_refresh_token(
        org_id=device.org_id, device_id=device.id, nonce=nonce, secret=secret, issued_at=device.rotated_at
    )
    device.token_hash = tokens.token_digest(refresh_token)
    device.token_expires_at = device.rotated_at + tokens.REFRESH_TOKEN_LIFETIME
    device.last_seen_at = now
    access_token = tokens.make_access_token(
        user_id=user.id, org_id=user.org_id, device_id=device.id, secret=secret, now=now
    )
    return SignedIn(
        user=user,
        device=device,
        organisation=session.get_one(Organisation, (user.org_id, user.org_id)),
        access_token=access_token,
        refresh_token=refresh_token,
    )
