"""A rep's customers are handed over to another rep from a day on."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from domain.kernel.errors import PermissionDenied, ReferenceNotFound
from domain.kernel.ids import new_id
from domain.people.models import User
from domain.people.permissions import Role
from domain.territories.models import Territory
from domain.territories.rules import HandOverRefused
from domain.visits.models import Visit
from tests.support.company import NOW, Company

LATER = NOW + timedelta(hours=1)
IN_A_WEEK = NOW.date() + timedelta(days=7)


@pytest.fixture
def successor(company: Company) -> User:
    return company.person(Role.REP, territory_id=company.other_territory_id)


def visit(company: Company, *, in_days: int, territory_id: UUID | None = None) -> UUID:
    account = company.account(**({"territory_id": territory_id} if territory_id else {}))
    visit_id = new_id()
    company.do(
        "visit.plan",
        id=visit_id,
        account_id=account.id,
        site_id=company.site(account).id,
        rep_id=company.rep.id,
        planned_start_at=NOW + timedelta(days=in_days),
    )
    return visit_id


def rep_of(company: Company, visit_id: UUID) -> UUID:
    found: Visit = company.read(Visit, visit_id)
    return found.rep_id


def works(company: Company, territory_id: UUID) -> set[tuple[UUID, date, date | None]]:
    territory: Territory = company.read(Territory, territory_id)
    return {(each.user_id, each.starts_on, each.ends_on) for each in territory.members if each.role == Role.REP}


def hand_over(company: Company, to: User, **changes: object) -> None:
    given = {"user_id": company.rep.id, "to_id": to.id, "starts_on": IN_A_WEEK, **changes}
    company.do("user.hand_over", company.manager, now=LATER, **given)


def test_the_successor_works_there_from_the_day_on_and_the_other_until_the_day_before(
    company: Company, successor: User
):
    [(_, began, _)] = works(company, company.area_id)
    hand_over(company, successor)
    assert works(company, company.area_id) == {
        (company.rep.id, began, IN_A_WEEK - timedelta(days=1)),
        (successor.id, IN_A_WEEK, None),
    }


def test_what_is_planned_for_then_goes_to_the_successor_and_the_rest_stays(company: Company, successor: User):
    before, then = visit(company, in_days=6), visit(company, in_days=7)
    done = visit(company, in_days=8)
    company.do("visit.check_in", company.rep, visit_id=done)
    hand_over(company, successor)
    assert [rep_of(company, each) for each in (before, then, done)] == [company.rep.id, successor.id, company.rep.id]


def test_one_territory_alone_is_handed_over_with_its_visits(company: Company, successor: User):
    membership = {"user_id": company.rep.id, "role": "rep", "starts_on": NOW.date()}
    company.do("membership.add", id=new_id(), territory_id=company.other_territory_id, **membership)
    here, there = visit(company, in_days=7), visit(company, in_days=7, territory_id=company.other_territory_id)
    hand_over(company, successor, territory_ids=[company.other_territory_id])
    assert [rep_of(company, here), rep_of(company, there)] == [company.rep.id, successor.id]
    assert (company.rep.id, NOW.date(), IN_A_WEEK - timedelta(days=1)) in works(company, company.other_territory_id)
    assert {user_id for user_id, *_ in works(company, company.area_id)} == {company.rep.id}


def test_the_visits_of_the_territories_below_go_along(company: Company, successor: User):
    below = visit(company, in_days=7, territory_id=company.territory_id)
    hand_over(company, successor, territory_ids=[company.area_id])
    assert rep_of(company, below) == successor.id


def test_handing_it_back_from_the_same_day_restores_what_was(company: Company, successor: User):
    planned = visit(company, in_days=7)
    hand_over(company, successor)
    hand_over(company, company.rep, user_id=successor.id, territory_ids=[company.area_id])
    assert rep_of(company, planned) == company.rep.id
    assert {(user_id, ends) for user_id, _, ends in works(company, company.area_id)} == {
        (company.rep.id, IN_A_WEEK - timedelta(days=1)),
        (company.rep.id, None),
    }


def test_a_membership_that_ended_before_stays_as_it_was(company: Company, successor: User):
    ended = {"user_id": company.rep.id, "role": "rep", "starts_on": NOW.date(), "ends_on": NOW.date()}
    company.do("membership.add", id=new_id(), territory_id=company.other_territory_id, **ended)
    before = works(company, company.other_territory_id)
    hand_over(company, successor)
    assert works(company, company.other_territory_id) == before


@pytest.mark.parametrize("whom", [Role.REP, Role.TECHNICIAN])
def test_it_goes_to_another_rep(company: Company, whom: Role):
    with pytest.raises(HandOverRefused) as refusal:
        hand_over(company, company.people[whom])
    assert list(refusal.value.fields) == ["to_id"]


def test_it_begins_today_or_later(company: Company, successor: User):
    with pytest.raises(HandOverRefused) as refusal:
        hand_over(company, successor, starts_on=NOW.date() - timedelta(days=1))
    assert list(refusal.value.fields) == ["starts_on"]


def test_it_does_not_go_to_somebody_who_has_left(company: Company, successor: User):
    company.do("user.update", company.admin, user_id=successor.id, active=False)
    with pytest.raises(HandOverRefused):
        hand_over(company, successor)


def test_only_territories_of_the_rep_are_handed_over(company: Company, successor: User):
    with pytest.raises(ReferenceNotFound) as refusal:
        hand_over(company, successor, territory_ids=[company.other_territory_id])
    assert list(refusal.value.fields) == ["territory_ids"]


def test_a_rep_may_not_hand_over(company: Company, successor: User):
    with pytest.raises(PermissionDenied):
        company.do("user.hand_over", company.rep, user_id=company.rep.id, to_id=successor.id, starts_on=IN_A_WEEK)
