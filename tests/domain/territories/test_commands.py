"""Drawing territories, and who works in them."""

from datetime import date, timedelta
from uuid import UUID

import psycopg
import pytest

from domain.kernel.errors import PermissionDenied, RecordNotFound, ReferenceNotFound, ValidationFailed
from domain.kernel.ids import new_id
from domain.people.permissions import Role
from domain.territories.ownership import list_owners, owners_of_territories
from domain.territories.rules import MembershipEndsBeforeStart, OwnerRefused, OwnersOverlap
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
            "owner": True,
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


def members_of(company: Company, territory_id: UUID) -> list[tuple[str, str, str | None, bool]]:
    """Who works in a territory from when to when, and whether they own its accounts then."""
    found = company.document("territory", territory_id)["members"]
    return sorted((each["starts_on"], each["user_id"], each["ends_on"], each["owner"]) for each in found)


def test_the_second_rep_of_a_territory_helps_the_owner(company: Company):
    first, second = company.rep, company.person(Role.REP)
    join(company, user_id=first.id, ends_on=None)
    join(company, user_id=second.id, ends_on=None)
    with company.session() as session:
        owners = owners_of_territories(session, org_id=company.org_id, on=date(2026, 11, 23))
    assert owners[company.other_territory_id] == first.id


def test_two_reps_cannot_own_the_same_accounts_on_a_day(company: Company):
    join(company, ends_on=date(2026, 11, 30))
    with pytest.raises(OwnersOverlap) as refusal:
        join(company, starts_on=date(2026, 11, 30), ends_on=None, owner=True)
    assert list(refusal.value.fields) == ["owner"]


def test_owners_may_follow_one_another(company: Company):
    follower = company.person(Role.REP)
    join(company, ends_on=date(2026, 11, 30))
    join(company, user_id=follower.id, starts_on=date(2026, 12, 1), ends_on=None, owner=True)
    with company.session() as session:
        owners = list_owners(session, org_id=company.org_id, first=date(2026, 11, 23), last=date(2026, 12, 31))
    assert [(day, found[company.other_territory_id]) for day, found in owners] == [
        (date(2026, 11, 23), company.rep.id),
        (date(2026, 12, 1), follower.id),
    ]


def test_only_a_rep_owns_accounts(company: Company):
    with pytest.raises(OwnerRefused):
        join(company, user_id=company.technician.id, role="technician", owner=True)


def test_the_database_refuses_two_owners_on_a_day(company: Company):
    join(company, ends_on=None)
    with company.connection() as connection:
        connection.execute(
            "insert into memberships select org_id, gen_random_uuid(), territory_id, user_id, role, starts_on, ends_on,"
            " owner from memberships where territory_id = %s",
            [company.other_territory_id],
        )
        with pytest.raises(psycopg.errors.ExclusionViolation):
            connection.execute("set constraints all immediate")


def test_an_owner_is_followed_by_another_from_a_day_on_and_stays_a_member(company: Company):
    follower = company.person(Role.REP)
    join(company, ends_on=date(2027, 1, 31))
    company.do(
        "territory.change_owner",
        company.manager,
        now=LATER,
        territory_id=company.other_territory_id,
        user_id=follower.id,
        starts_on=date(2026, 12, 1),
    )
    assert members_of(company, company.other_territory_id) == [
        ("2026-11-23", str(company.rep.id), "2026-11-30", True),
        *sorted(
            [
                ("2026-12-01", str(company.rep.id), "2027-01-31", False),
                ("2026-12-01", str(follower.id), None, True),
            ]
        ),
    ]


def test_an_owner_who_was_a_member_before_is_one_without_a_break(company: Company):
    helper = company.person(Role.REP)
    join(company, ends_on=None)
    join(company, user_id=helper.id, ends_on=None)
    company.do(
        "territory.change_owner",
        now=LATER,
        territory_id=company.other_territory_id,
        user_id=helper.id,
        starts_on=date(2026, 12, 1),
    )
    theirs = [member for member in members_of(company, company.other_territory_id) if member[1] == str(helper.id)]
    assert theirs == [
        ("2026-11-23", str(helper.id), "2026-11-30", False),
        ("2026-12-01", str(helper.id), None, True),
    ]


@pytest.mark.parametrize(
    ("who", "day", "field"), [("technician", date(2026, 12, 1), "user_id"), ("rep", date(2026, 11, 1), "starts_on")]
)
def test_an_owner_is_an_active_rep_from_today_on(company: Company, who: str, day: date, field: str):
    with pytest.raises(OwnerRefused) as refusal:
        company.do(
            "territory.change_owner",
            territory_id=company.other_territory_id,
            user_id=company.people[Role(who)].id,
            starts_on=day,
        )
    assert list(refusal.value.fields) == [field]


def test_an_owner_does_not_stay_into_the_time_of_the_next_one(company: Company):
    membership_id = join(company, ends_on=date(2026, 11, 30))
    join(company, starts_on=date(2026, 12, 1), ends_on=None)
    with pytest.raises(OwnersOverlap):
        company.do("membership.end", membership_id=membership_id, ends_on=date(2026, 12, 1))
