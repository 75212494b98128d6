"""What an admin does with people."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from domain.kernel.errors import PermissionDenied, RecordExists, ReferenceNotFound, ValidationFailed
from domain.kernel.ids import new_id
from domain.kernel.integrity import as_domain_error
from domain.kernel.receipts import Receipt
from domain.people.models import Device, Skill, User
from domain.people.passwords import verify_password
from domain.people.rules import OwnAccess
from tests.support.company import NOW, Company

LATER = NOW + timedelta(hours=1)


def hire(company: Company, **changes: Any) -> User:
    given = {
        "id": new_id(),
        "name": "Ana Beck",
        "email": "ana@test.example",
        "password": "long enough",
        "roles": ["technician"],
        **changes,
    }
    return company.do("user.create", company.admin, **given)


def another_skill(company: Company):
    skill_id = new_id()
    with company.session() as session:
        session.add(Skill(id=skill_id, name=f"skill {skill_id}", created_at=NOW))
        session.commit()
    return skill_id


def device_of(company: Company, user: User) -> Device:
    device = Device(
        id=new_id(), user_id=user.id, name="Phone", platform="web", token_hash="x", created_at=NOW, last_seen_at=NOW
    )
    with company.session() as session:
        session.add(device)
        session.commit()
    return device


def test_a_new_person_is_active_and_speaks_english(company: Company):
    user = hire(company)
    assert company.document("user", user.id) == {
        "id": str(user.id),
        "version": 1,
        "created_at": "2026-11-23T08:00:00Z",
        "updated_at": "2026-11-23T08:00:00Z",
        "name": "Ana Beck",
        "email": "ana@test.example",
        "phone": None,
        "roles": ["technician"],
        "active": True,
        "language": "en",
        "skills": [],
        "home": None,
    }


def test_a_person_has_skills_and_a_home(company: Company):
    user = hire(
        company,
        skills=[{"skill_id": company.skill_id, "level": 3}],
        home={"lat": 47.14, "lng": 9.52},
        phone="+423 1",
        language="de",
    )
    document = company.document("user", user.id)
    assert document["skills"] == [{"skill_id": str(company.skill_id), "level": 3}]
    assert document["home"] == {"lat": 47.14, "lng": 9.52, "accuracy_m": None}
    assert (document["phone"], document["language"]) == ("+423 1", "de")


def test_the_password_is_kept_as_a_hash_only(company: Company):
    user = hire(company, password="long enough")
    assert verify_password("long enough", password_hash=user.password_hash)
    assert "password" not in company.document("user", user.id)
    with company.session() as session:
        args = session.scalars(select(Receipt.args).where(Receipt.name == "user.create")).one()
    assert args["password"] == "•••"


def test_an_address_is_taken_once_in_a_company(company: Company):
    hire(company, email="ana@test.example")
    with pytest.raises(IntegrityError) as refusal:
        hire(company, email="ANA@test.example")
    error = as_domain_error(refusal.value)
    assert isinstance(error, RecordExists)
    assert error.fields == {"email": ["Exists already."]}


def test_two_companies_may_know_the_same_person(company: Company, other_company: Company):
    hire(company, email="ana@test.example")
    hire(other_company, email="ana@test.example")


def test_a_skill_must_exist(company: Company):
    with pytest.raises(ReferenceNotFound) as refusal:
        hire(company, skills=[{"skill_id": new_id(), "level": 1}])
    assert list(refusal.value.fields) == ["skills"]


def test_skills_are_replaced_as_a_list(company: Company):
    kept, dropped, added = company.skill_id, another_skill(company), another_skill(company)
    user = hire(company, skills=[{"skill_id": kept, "level": 1}, {"skill_id": dropped, "level": 2}])
    company.do(
        "user.update",
        company.admin,
        now=LATER,
        user_id=user.id,
        skills=[{"skill_id": added, "level": 5}, {"skill_id": kept, "level": 4}],
    )
    document = company.document("user", user.id)
    assert document["skills"] == [
        {"skill_id": str(kept), "level": 4},
        {"skill_id": str(added), "level": 5},
    ]
    assert document["version"] == 2


def test_a_higher_level_alone_is_a_new_version(company: Company):
    user = hire(company, skills=[{"skill_id": company.skill_id, "level": 1}])
    company.do("user.update", now=LATER, user_id=user.id, skills=[{"skill_id": company.skill_id, "level": 2}])
    assert company.document("user", user.id)["version"] == 2


def test_skills_stay_when_they_are_not_given(company: Company):
    user = hire(company, skills=[{"skill_id": company.skill_id, "level": 1}])
    company.do("user.update", company.admin, user_id=user.id, name="Ana Marxer", home={"lat": 47.2, "lng": 9.5})
    document = company.document("user", user.id)
    assert (document["name"], len(document["skills"])) == ("Ana Marxer", 1)


def test_the_devices_of_whoever_leaves_are_revoked(company: Company):
    phone, tablet = device_of(company, company.rep), device_of(company, company.rep)
    company.do("user.update", company.admin, user_id=company.rep.id, active=False)
    with company.session() as session:
        for device in (phone, tablet):
            stored = session.get_one(Device, (company.org_id, device.id))
            assert (stored.revoked_at, stored.token_hash) == (NOW, None)


def test_nobody_else_is_signed_out(company: Company):
    device = device_of(company, company.technician)
    company.do("user.update", company.admin, user_id=company.rep.id, active=False)
    with company.session() as session:
        assert session.get_one(Device, (company.org_id, device.id)).revoked_at is None


def test_whoever_comes_back_may_sign_in_again(company: Company):
    company.do("user.update", company.admin, user_id=company.rep.id, active=False)
    company.do("user.update", company.admin, user_id=company.rep.id, active=True)
    assert company.read(User, company.rep.id).active


def test_a_new_password_signs_the_person_out_everywhere(company: Company):
    device = device_of(company, company.rep)
    company.do("user.set_password", company.admin, user_id=company.rep.id, password="quite another one")
    assert verify_password("quite another one", password_hash=company.read(User, company.rep.id).password_hash)
    with company.session() as session:
        stored = session.get_one(Device, (company.org_id, device.id))
        # Signed out, but not told to delete anything.
        assert (stored.token_hash, stored.revoked_at) == (None, None)


def test_everybody_chooses_their_own_language(company: Company):
    company.do("user.set_language", company.rep, user_id=company.rep.id, language="de")
    document = company.document("user", company.rep.id)
    assert (document["language"], document["version"]) == ("de", 2)


def test_nobody_chooses_the_language_of_another(company: Company):
    with pytest.raises(PermissionDenied):
        company.do("user.set_language", company.admin, user_id=company.rep.id, language="de")


def test_a_language_that_the_app_does_not_speak_is_refused(company: Company):
    with pytest.raises(ValidationFailed) as refusal:
        company.do("user.set_language", company.rep, user_id=company.rep.id, language="rm")
    assert list(refusal.value.fields or {}) == ["language"]


@pytest.mark.parametrize("change", [{"active": False}, {"roles": ["manager"]}])
def test_an_admin_cannot_lock_themselves_out(company: Company, change: dict[str, Any]):
    with pytest.raises(OwnAccess):
        company.do("user.update", company.admin, user_id=company.admin.id, **change)


def test_a_manager_manages_no_people(company: Company):
    with pytest.raises(PermissionDenied):
        company.do("user.update", company.manager, user_id=company.rep.id, roles=["admin"])


def test_a_manager_hires_nobody(company: Company):
    args = {"id": new_id(), "name": "A", "email": "a@test.example", "password": "long enough", "roles": ["admin"]}
    with pytest.raises(PermissionDenied):
        company.do("user.create", company.manager, **args)
