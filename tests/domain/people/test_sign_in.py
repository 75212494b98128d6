"""Signing in, and staying signed in on a bad line."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from argon2 import PasswordHasher
from sqlalchemy.orm import Session, sessionmaker

from domain.kernel.errors import DomainError, RecordNotFound
from domain.kernel.ids import new_id
from domain.people import sign_in, tokens
from domain.people.models import Device, User
from domain.people.passwords import needs_rehash
from domain.people.sign_in import SignedIn
from tests.support.company import NOW, PASSWORD, Company

SECRET = "a secret of this test, long enough for HS256"


@pytest.fixture
def log_in(sessions: sessionmaker[Session]) -> Callable[..., SignedIn]:
    """Sign in as a door would: a refusal is rolled back."""

    def log_in(user: User, **changes: Any) -> SignedIn:
        given = {
            "email": user.email,
            "password": PASSWORD,
            "organisation": None,
            "device_id": None,
            "device_name": "Phone",
            "platform": "web",
            "secret": SECRET,
            "now": NOW,
            **changes,
        }
        with sessions() as session:
            signed_in = sign_in.sign_in(session, **given)
            session.commit()
            return signed_in

    return log_in


@pytest.fixture
def refresh(sessions: sessionmaker[Session]) -> Callable[..., SignedIn]:
    def refresh(refresh_token: str, *, now: datetime = NOW) -> SignedIn:
        with sessions() as session:
            signed_in = sign_in.refresh(session, refresh_token=refresh_token, secret=SECRET, now=now)
            session.commit()
            return signed_in

    return refresh


def stored_device(company: Company, device_id: UUID) -> Device:
    with company.session() as session:
        return session.get_one(Device, (company.org_id, device_id))


def same_person_in(company: Company, user: User, *, password: str = PASSWORD) -> User:
    user_id = new_id()
    company.do("user.create", id=user_id, name=user.name, email=user.email, password=password, roles=["rep"])
    return company.read(User, user_id)


def weaken_password(company: Company, user: User) -> None:
    """Store the same password by a hash that costs next to nothing, as an older installation might have."""
    with company.session() as session:
        weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
        session.get_one(User, (company.org_id, user.id)).password_hash = weak
        session.commit()


def test_the_right_password_opens_the_door(company: Company, log_in: Callable[..., SignedIn]):
    signed_in = log_in(company.rep)
    assert (signed_in.user.id, signed_in.organisation.slug) == (company.rep.id, company.slug)
    assert tokens.read_access_token(signed_in.access_token, secret=SECRET, now=NOW) == tokens.AccessClaims(
        user_id=company.rep.id, org_id=company.org_id, device_id=signed_in.device.id
    )


def test_capitals_and_blanks_in_the_address_do_not_matter(company: Company, log_in: Callable[..., SignedIn]):
    assert log_in(company.rep, email=f" {company.rep.email.upper()} ").user.id == company.rep.id


def test_a_wrong_password_does_not(company: Company, log_in: Callable[..., SignedIn]):
    with pytest.raises(sign_in.InvalidCredentials):
        log_in(company.rep, password="wrong")


def test_an_unknown_address_gets_the_same_answer(company: Company, log_in: Callable[..., SignedIn]):
    with pytest.raises(sign_in.InvalidCredentials):
        log_in(company.rep, email="nobody@test.example")


def test_whoever_left_is_told_so_only_with_the_right_password(company: Company, log_in: Callable[..., SignedIn]):
    company.do("user.update", user_id=company.rep.id, active=False)
    with pytest.raises(sign_in.UserInactive):
        log_in(company.rep)
    with pytest.raises(sign_in.InvalidCredentials):
        log_in(company.rep, password="wrong")


def test_the_same_sign_in_in_two_companies_needs_the_slug(
    company: Company, other_company: Company, log_in: Callable[..., SignedIn]
):
    twin = same_person_in(other_company, company.rep)
    with pytest.raises(sign_in.OrganisationRequired):
        log_in(company.rep)
    assert log_in(company.rep, organisation=company.slug).user.id == company.rep.id
    assert log_in(company.rep, organisation=other_company.slug).user.id == twin.id


def test_a_slug_that_is_not_theirs_opens_nothing(company: Company, log_in: Callable[..., SignedIn]):
    with pytest.raises(sign_in.InvalidCredentials):
        log_in(company.rep, organisation="elsewhere")


def test_another_password_in_the_other_company_says_which_one_is_meant(
    company: Company, other_company: Company, log_in: Callable[..., SignedIn]
):
    twin = same_person_in(other_company, company.rep, password="another password")
    assert log_in(company.rep).user.id == company.rep.id
    assert log_in(company.rep, password="another password").user.id == twin.id


def test_a_company_that_one_left_does_not_stand_in_the_way(
    company: Company, other_company: Company, log_in: Callable[..., SignedIn]
):
    twin = same_person_in(other_company, company.rep)
    other_company.do("user.update", user_id=twin.id, active=False)
    assert log_in(company.rep).user.id == company.rep.id


def test_ten_wrong_passwords_close_the_door_for_a_quarter_of_an_hour(company: Company, log_in: Callable[..., SignedIn]):
    weaken_password(company, company.rep)
    for _ in range(10):
        with pytest.raises(sign_in.InvalidCredentials):
            log_in(company.rep, password="wrong")
    with pytest.raises(sign_in.TooManyAttempts) as refusal:
        log_in(company.rep, now=NOW + timedelta(minutes=5))
    assert refusal.value.retry_after_s == 600
    assert log_in(company.rep, now=NOW + timedelta(minutes=15)).user.id == company.rep.id


def test_many_tries_at_once_get_no_further(company: Company, log_in: Callable[..., SignedIn]):
    weaken_password(company, company.rep)

    def attempt(_: int) -> str:
        with pytest.raises(DomainError) as refusal:
            log_in(company.rep, password="wrong")
        return refusal.value.code

    with ThreadPoolExecutor(4) as pool:
        refusals = Counter(pool.map(attempt, range(14)))
    assert refusals == {"auth.invalid_credentials": 10, "auth.too_many_attempts": 4}


def test_the_right_password_wipes_the_slate(company: Company, log_in: Callable[..., SignedIn]):
    weaken_password(company, company.rep)
    for _ in range(9):
        with pytest.raises(sign_in.InvalidCredentials):
            log_in(company.rep, password="wrong")
    log_in(company.rep)
    with pytest.raises(sign_in.InvalidCredentials):
        log_in(company.rep, password="wrong")
    assert log_in(company.rep).user.id == company.rep.id


def test_one_person_s_mistakes_do_not_close_the_door_for_another(company: Company, log_in: Callable[..., SignedIn]):
    weaken_password(company, company.rep)
    for _ in range(10):
        with pytest.raises(sign_in.InvalidCredentials):
            log_in(company.rep, password="wrong")
    assert log_in(company.technician).user.id == company.technician.id


def test_a_hash_of_lower_cost_is_made_anew(company: Company, log_in: Callable[..., SignedIn]):
    weaken_password(company, company.rep)
    before = company.read(User, company.rep.id).version
    log_in(company.rep)
    after = company.read(User, company.rep.id)
    assert not needs_rehash(after.password_hash)
    assert after.version == before
    assert log_in(company.rep).user.id == company.rep.id


def test_an_installation_stays_one_device(company: Company, log_in: Callable[..., SignedIn]):
    device_id = new_id()
    log_in(company.rep, device_id=device_id)
    log_in(company.rep, device_id=device_id, device_name="Phone of Ana")
    with company.session() as session:
        devices = sign_in.list_devices(session, org_id=company.org_id, user_id=company.rep.id)
        assert [(device.id, device.name) for device in devices] == [(device_id, "Phone of Ana")]


def test_devices_are_listed_by_last_use(company: Company, log_in: Callable[..., SignedIn]):
    earlier = log_in(company.rep, now=NOW).device
    later = log_in(company.rep, now=NOW + timedelta(hours=1)).device
    with company.session() as session:
        devices = sign_in.list_devices(session, org_id=company.org_id, user_id=company.rep.id)
        assert [device.id for device in devices] == [later.id, earlier.id]


def test_a_device_that_somebody_else_takes_over_is_theirs_alone(company: Company, log_in: Callable[..., SignedIn]):
    device_id = new_id()
    before = log_in(company.rep, device_id=device_id)
    log_in(company.technician, device_id=device_id)
    claims = tokens.read_access_token(before.access_token, secret=SECRET, now=NOW)
    with company.session() as session, pytest.raises(tokens.TokenInvalid):
        sign_in.authenticate(session, claims=claims)


def test_a_refresh_gives_new_tokens(
    company: Company, log_in: Callable[..., SignedIn], refresh: Callable[..., SignedIn]
):
    first = log_in(company.rep)
    second = refresh(first.refresh_token, now=NOW + timedelta(minutes=15))
    third = refresh(second.refresh_token, now=NOW + timedelta(minutes=30))
    assert len({first.refresh_token, second.refresh_token, third.refresh_token}) == 3
    assert (third.user.id, third.device.id) == (company.rep.id, first.device.id)


def test_a_lost_answer_signs_nobody_out(
    company: Company, log_in: Callable[..., SignedIn], refresh: Callable[..., SignedIn]
):
    first = log_in(company.rep)
    lost = refresh(first.refresh_token)
    again = refresh(first.refresh_token, now=NOW + timedelta(minutes=9, seconds=59))
    assert again.refresh_token == lost.refresh_token
    assert refresh(again.refresh_token, now=NOW + timedelta(minutes=20)).user.id == company.rep.id


def test_two_requests_at_once_get_the_same_answer(
    company: Company, log_in: Callable[..., SignedIn], refresh: Callable[..., SignedIn]
):
    first = log_in(company.rep)
    with ThreadPoolExecutor(4) as pool:
        answers = {answer.refresh_token for answer in pool.map(refresh, [first.refresh_token] * 4)}
    assert len(answers) == 1
    assert refresh(answers.pop()).user.id == company.rep.id


def test_the_token_before_counts_no_longer_than_ten_minutes(
    company: Company, log_in: Callable[..., SignedIn], refresh: Callable[..., SignedIn]
):
    first = log_in(company.rep)
    refresh(first.refresh_token)
    with pytest.raises(sign_in.RefreshReused):
        refresh(first.refresh_token, now=NOW + timedelta(minutes=10, seconds=1))


def test_a_repeat_does_not_stretch_the_ten_minutes(
    company: Company, log_in: Callable[..., SignedIn], refresh: Callable[..., SignedIn]
):
    first = log_in(company.rep)
    refresh(first.refresh_token)
    refresh(first.refresh_token, now=NOW + timedelta(minutes=9))
    with pytest.raises(sign_in.RefreshReused):
        refresh(first.refresh_token, now=NOW + timedelta(minutes=11))


def test_the_token_before_counts_no_more_once_its_successor_was_used(
    company: Company, log_in: Callable[..., SignedIn], refresh: Callable[..., SignedIn]
):
    first = log_in(company.rep)
    refresh(refresh(first.refresh_token).refresh_token)
    with pytest.raises(sign_in.RefreshReused):
        refresh(first.refresh_token, now=NOW + timedelta(minutes=1))


def test_an_old_token_signs_the_device_out_for_good(
    company: Company, log_in: Callable[..., SignedIn], refresh: Callable[..., SignedIn]
):
    first = log_in(company.rep)
    latest = refresh(refresh(first.refresh_token).refresh_token)
    with pytest.raises(sign_in.RefreshReused):
        refresh(first.refresh_token, now=NOW + timedelta(minutes=1))
    with pytest.raises(sign_in.RefreshReused):
        refresh(latest.refresh_token, now=NOW + timedelta(minutes=1))
    assert stored_device(company, first.device.id).revoked_at == NOW + timedelta(minutes=1)


def test_a_revoked_device_is_welcome_again_with_the_password(
    company: Company, log_in: Callable[..., SignedIn], refresh: Callable[..., SignedIn]
):
    device_id = log_in(company.rep).device.id
    with company.session() as session:
        sign_in.revoke_device(
            session, org_id=company.org_id, device_id=device_id, user_id=company.rep.id, of_anybody=False, now=NOW
        )
        session.commit()
    again = log_in(company.rep, device_id=device_id)
    assert refresh(again.refresh_token).device.id == device_id


def test_a_token_of_an_earlier_sign_in_is_an_old_one(
    company: Company, log_in: Callable[..., SignedIn], refresh: Callable[..., SignedIn]
):
    device_id = new_id()
    earlier = log_in(company.rep, device_id=device_id)
    log_in(company.rep, device_id=device_id)
    with pytest.raises(sign_in.RefreshReused):
        refresh(earlier.refresh_token)


def test_a_token_of_a_device_that_does_not_exist_is_invalid(company: Company, refresh: Callable[..., SignedIn]):
    token = tokens.make_refresh_token(
        org_id=company.org_id, device_id=new_id(), nonce="1", secret=SECRET, issued_at=NOW
    )
    with pytest.raises(tokens.RefreshInvalid):
        refresh(token)


def test_a_token_that_we_did_not_sign_harms_no_device(
    company: Company, log_in: Callable[..., SignedIn], refresh: Callable[..., SignedIn]
):
    device = log_in(company.rep).device
    forged = tokens.make_refresh_token(
        org_id=company.org_id, device_id=device.id, nonce="1", secret=SECRET[::-1], issued_at=NOW
    )
    with pytest.raises(tokens.RefreshInvalid):
        refresh(forged)
    assert stored_device(company, device.id).revoked_at is None


def test_whoever_left_cannot_refresh(
    company: Company, log_in: Callable[..., SignedIn], refresh: Callable[..., SignedIn]
):
    signed_in = log_in(company.rep)
    with company.session() as session:
        session.get_one(User, (company.org_id, company.rep.id)).active = False
        session.commit()
    with pytest.raises(sign_in.UserInactive):
        refresh(signed_in.refresh_token)


def test_signing_out_ends_the_tokens(
    company: Company, log_in: Callable[..., SignedIn], refresh: Callable[..., SignedIn]
):
    signed_in = log_in(company.rep)
    with company.session() as session:
        session.get_one(Device, (company.org_id, signed_in.device.id)).sign_out()
        session.commit()
    with pytest.raises(tokens.RefreshInvalid):
        refresh(signed_in.refresh_token)
    assert stored_device(company, signed_in.device.id).revoked_at is None


def test_an_access_token_says_who_asks(company: Company, log_in: Callable[..., SignedIn]):
    claims = tokens.read_access_token(log_in(company.rep).access_token, secret=SECRET, now=NOW)
    with company.session() as session:
        caller = sign_in.authenticate(session, claims=claims)
        assert (caller.user_id, caller.roles) == (company.rep.id, company.rep.roles)


def test_an_access_token_ends_with_its_device(company: Company, log_in: Callable[..., SignedIn]):
    claims = tokens.read_access_token(log_in(company.rep).access_token, secret=SECRET, now=NOW)
    with company.session() as session:
        session.get_one(Device, (company.org_id, claims.device_id)).revoke(at=NOW)
        with pytest.raises(sign_in.DeviceRevoked):
            sign_in.authenticate(session, claims=claims)


def test_an_access_token_ends_with_its_person(company: Company, log_in: Callable[..., SignedIn]):
    claims = tokens.read_access_token(log_in(company.rep).access_token, secret=SECRET, now=NOW)
    company.do("user.update", user_id=company.rep.id, active=False)
    with company.session() as session, pytest.raises(sign_in.DeviceRevoked):
        sign_in.authenticate(session, claims=claims)


def test_an_access_token_ends_with_signing_out(company: Company, log_in: Callable[..., SignedIn]):
    claims = tokens.read_access_token(log_in(company.rep).access_token, secret=SECRET, now=NOW)
    with company.session() as session:
        session.get_one(Device, (company.org_id, claims.device_id)).sign_out()
        with pytest.raises(tokens.TokenInvalid):
            sign_in.authenticate(session, claims=claims)


def test_an_access_token_is_worth_nothing_in_another_company(
    company: Company, other_company: Company, log_in: Callable[..., SignedIn]
):
    claims = tokens.read_access_token(log_in(company.rep).access_token, secret=SECRET, now=NOW)
    with other_company.session() as session, pytest.raises(tokens.TokenInvalid):
        sign_in.authenticate(session, claims=claims)


@pytest.mark.parametrize("of_anybody", [False, True])
def test_a_device_of_somebody_else_is_revoked_only_by_whoever_may(
    company: Company, log_in: Callable[..., SignedIn], of_anybody: bool
):
    device = log_in(company.rep).device
    ids = {"org_id": company.org_id, "device_id": device.id, "user_id": company.admin.id}
    with company.session() as session:
        if of_anybody:
            sign_in.revoke_device(session, of_anybody=True, now=NOW, **ids)
            session.commit()
        else:
            with pytest.raises(RecordNotFound):
                sign_in.revoke_device(session, of_anybody=False, now=NOW, **ids)
    assert (stored_device(company, device.id).revoked_at is not None) is of_anybody


def test_revoking_twice_keeps_the_first_time(company: Company, log_in: Callable[..., SignedIn]):
    device = log_in(company.rep).device
    ids = {"org_id": company.org_id, "device_id": device.id, "user_id": company.rep.id, "of_anybody": False}
    with company.session() as session:
        sign_in.revoke_device(session, now=NOW, **ids)
        sign_in.revoke_device(session, now=NOW + timedelta(days=1), **ids)
        session.commit()
    assert stored_device(company, device.id).revoked_at == NOW
