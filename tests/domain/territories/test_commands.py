"""Drawing territories, and who works in them."""

from datetime import date, timedelta
from uuid import UUID

import pytest

from domain.kernel.errors import PermissionDenied, RecordNotFound, ReferenceNotFound, ValidationFailed
from domain.kernel.ids import new_id
from domain.territories.rules import MembershipEndsBeforeStart
from tests.support.company import NOW, Company

LATER = NOW + timedelta(hours=1)


def join(company: Company, **changes: object) -> UUID:
    """Let the rep work in the other area's village, on one day unless said otherwise."""
    membership_id = new_id()
    given = {
        "territory_id": company.other_territory_id,
        "user_id": company.rep.id,
        "role": "rep",
        "starts_on": date(2026, 11, 23),
        "ends_on": date(2026, 11, 23),
        **changes,
    }
    company.do("membership.add", company.manager, now=LATER, id=membership_id, **given)
    return membership_id


def test_a_root_is_an_area_of_its_own(company: Company):
    root = company.do("territory.create", company.manager, id=new_id(), name="Abroad")
    assert (root.parent_id, root.area_id) == (None, root.id)


def test_a_territory_below_belongs_to_the_area_of_the_one_above(company: Company):
    below = company.do("territory.create", id=new_id(), name="Ebenholz", parent_id=company.territory_id)
    assert below.area_id == company.area_id


def test_a_territory_stands_below_one_that_exists(company: Company):
    with pytest.raises(ReferenceNotFound) as refusal:
        company.do("territory.create", id=new_id(), name="Nowhere", parent_id=new_id())
    assert list(refusal.value.fields) == ["parent_id"]


def test_a_territory_cannot_stand_below_itself(company: Company):
    itself = new_id()
    with pytest.raises(ReferenceNotFound) as refusal:
        company.do("territory.create", id=itself, name="Loop", parent_id=itself)
    assert list(refusal.value.fields) == ["parent_id"]


def test_a_territory_never_moves_in_the_tree(company: Company):
    with pytest.raises(ValidationFailed) as refusal:
        company.do("territory.update", territory_id=company.area_id, parent_id=company.territory_id)
    assert list(refusal.value.fields) == ["parent_id"]


def test_a_territory_is_renamed(company: Company):
    company.do("territory.update", company.manager, territory_id=company.territory_id, name="Vaduz town")
    assert company.document("territory", company.territory_id)["name"] == "Vaduz town"


def test_a_member_is_part_of_the_territory(company: Company):
    membership_id = join(company)
    assert company.document("territory", company.other_territory_id)["members"] == [
        {
            "id": str(membership_id),
            "user_id": str(company.rep.id),
            "role": "rep",
            "starts_on": "2026-11-23",
            "ends_on": "2026-11-23",
        }
    ]


def test_a_new_member_is_a_new_version_of_the_territory(company: Company):
    before = company.document("territory", company.other_territory_id)["version"]
    join(company)
    assert company.document("territory", company.other_territory_id)["version"] == before + 1


def test_a_membership_cannot_end_before_it_starts(company: Company):
    with pytest.raises(MembershipEndsBeforeStart):
        join(company, ends_on=date(2026, 11, 22))


def test_a_member_is_somebody_who_exists(company: Company):
    with pytest.raises(ReferenceNotFound) as refusal:
        join(company, user_id=new_id())
    assert list(refusal.value.fields) == ["user_id"]


def test_a_member_works_in_a_territory_that_exists(company: Company):
    with pytest.raises(RecordNotFound):
        join(company, territory_id=new_id())


def test_a_member_has_a_role_that_exists(company: Company):
    with pytest.raises(ValidationFailed) as refusal:
        join(company, role="boss")
    assert list(refusal.value.fields) == ["role"]


def test_a_membership_ends_on_a_day(company: Company):
    membership_id = join(company, ends_on=None)
    company.do("membership.end", company.manager, membership_id=membership_id, ends_on=date(2026, 12, 31))
    members = company.document("territory", company.other_territory_id)["members"]
    assert [member["ends_on"] for member in members] == ["2026-12-31"]


def test_ending_a_membership_is_a_new_version_of_the_territory(company: Company):
    membership_id = join(company, ends_on=None)
    before = company.document("territory", company.other_territory_id)["version"]
    company.do(
        "membership.end", membership_id=membership_id, ends_on=date(2026, 12, 31), now=LATER + timedelta(hours=1)
    )
    assert company.document("territory", company.other_territory_id)["version"] == before + 1


def test_a_membership_cannot_be_ended_before_it_started(company: Company):
    membership_id = join(company, ends_on=None)
    with pytest.raises(MembershipEndsBeforeStart):
        company.do("membership.end", membership_id=membership_id, ends_on=date(2026, 11, 22))


def test_a_membership_that_does_not_exist_cannot_be_ended(company: Company):
    with pytest.raises(RecordNotFound):
        company.do("membership.end", membership_id=new_id(), ends_on=date(2026, 12, 31))


@pytest.mark.parametrize("name", ["territory.create", "territory.update", "membership.add", "membership.end"])
def test_a_rep_draws_no_territories(company: Company, name: str):
    args = {
        "territory.create": {"id": new_id(), "name": "Mine"},
        "territory.update": {"territory_id": company.territory_id, "name": "Mine"},
        "membership.add": {
            "id": new_id(),
            "territory_id": company.other_area_id,
            "user_id": company.rep.id,
            "role": "rep",
            "starts_on": date(2026, 1, 1),
        },
        "membership.end": {"membership_id": new_id(), "ends_on": date(2026, 1, 1)},
    }
    with pytest.raises(PermissionDenied):
        company.do(name, company.rep, **args[name])
