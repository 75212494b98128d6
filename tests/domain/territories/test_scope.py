"""What a person holds: from roles, memberships and dates."""

from datetime import date

import pytest

from domain.kernel.ids import new_id
from domain.people.models import User
from domain.people.permissions import Role
from domain.territories.scope import dispatch_bucket, granted_buckets, granted_territories, territory_bucket
from tests.support.company import Company

MONDAY = date(2026, 11, 23)


def buckets(company: Company, user: User, *, today: date = MONDAY) -> list[str]:
    with company.session() as session:
        territories = granted_territories(session, org_id=company.org_id, user_id=user.id, today=today)
        return granted_buckets(user_id=user.id, roles=user.roles, territories=territories)


def test_a_member_of_an_area_has_it_and_all_below_it(company: Company):
    assert set(buckets(company, company.rep)) == {
        f"user:{company.rep.id}",
        territory_bucket(company.area_id),
        territory_bucket(company.territory_id),
        "org",
    }


def test_a_member_of_a_village_has_not_the_area_above_it(company: Company):
    rep = company.person(Role.REP, territory_id=company.territory_id)
    assert set(buckets(company, rep)) == {f"user:{rep.id}", territory_bucket(company.territory_id), "org"}


def test_what_is_needed_first_stands_in_front(company: Company):
    assert buckets(company, company.rep)[:2] == [f"user:{company.rep.id}", "org"]


def test_a_dispatcher_also_has_the_appointments_of_the_area(company: Company):
    assert dispatch_bucket(company.area_id) in buckets(company, company.dispatcher)
    assert dispatch_bucket(company.other_area_id) not in buckets(company, company.dispatcher)


def test_a_technician_has_not(company: Company):
    assert dispatch_bucket(company.area_id) not in buckets(company, company.technician)


def test_an_admin_has_everything(company: Company):
    assert set(buckets(company, company.admin)) == {
        f"user:{company.admin.id}",
        dispatch_bucket(company.area_id),
        dispatch_bucket(company.other_area_id),
        territory_bucket(company.area_id),
        territory_bucket(company.territory_id),
        territory_bucket(company.other_area_id),
        territory_bucket(company.other_territory_id),
        "org",
    }


@pytest.mark.parametrize(
    ("today", "holds"),
    [
        (date(2026, 11, 22), False),
        (date(2026, 11, 23), True),
        (date(2026, 11, 25), True),
        (date(2026, 11, 26), False),
    ],
)
def test_a_membership_counts_from_its_first_to_its_last_day(company: Company, today: date, holds: bool):
    company.do(
        "membership.add",
        id=new_id(),
        territory_id=company.other_territory_id,
        user_id=company.rep.id,
        role="rep",
        starts_on=date(2026, 11, 23),
        ends_on=date(2026, 11, 25),
    )
    assert (territory_bucket(company.other_territory_id) in buckets(company, company.rep, today=today)) is holds


def test_two_memberships_are_one_scope(company: Company):
    company.do(
        "membership.add",
        id=new_id(),
        territory_id=company.territory_id,
        user_id=company.rep.id,
        role="rep",
        starts_on=MONDAY,
    )
    assert len(buckets(company, company.rep)) == len(set(buckets(company, company.rep))) == 4
