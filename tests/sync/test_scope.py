"""I3, I4: a device holds exactly what its scope grants, and what leaves the scope leaves the device."""

from collections.abc import Callable
from datetime import date, timedelta

from flask import Flask

from domain.kernel.ids import new_id
from domain.people.models import User
from domain.people.permissions import Role
from tests.support.company import NOW, Company
from tests.support.phone import Phone

PhoneOf = Callable[[User], Phone]


def test_a_phone_holds_the_accounts_of_its_persons_territories_and_no_others(
    company: Company, phone_of: PhoneOf
) -> None:
    near, far = company.account(), company.account(territory_id=company.other_territory_id)
    site, far_site = company.site(near), company.site(far)
    phone = phone_of(company.rep)
    phone.pull()
    assert phone.ids("account") == {near.id}
    assert phone.ids("site") == {site.id}
    assert far_site.id not in phone.ids("site")


def test_an_account_that_moves_away_takes_all_that_hangs_on_it_along(company: Company, phone_of: PhoneOf) -> None:
    account = company.account()
    site = company.site(account)
    contact = company.do("contact.create", id=new_id(), account_id=account.id, name="Mira Beck")
    asset = company.do("asset.create", id=new_id(), account_id=account.id, site_id=site.id, name="Barista 300")
    there = company.person(Role.REP, territory_id=company.other_area_id)
    here_phone, there_phone = phone_of(company.rep), phone_of(there)
    here_phone.pull()
    there_phone.pull()
    assert here_phone.ids("asset") == {asset.id}

    company.do("account.move", account_id=account.id, territory_id=company.other_territory_id)
    here_phone.pull()
    there_phone.pull()

    for entity, record in (("account", account), ("site", site), ("contact", contact), ("asset", asset)):
        assert here_phone.ids(entity) == set()
        assert there_phone.ids(entity) == {record.id}


def test_old_accounts_arrive_when_a_territory_is_granted_later(company: Company, phone_of: PhoneOf) -> None:
    far = company.account(territory_id=company.other_territory_id)
    phone = phone_of(company.rep)
    phone.pull()
    company.do(
        "membership.add",
        id=new_id(),
        territory_id=company.other_territory_id,
        user_id=company.rep.id,
        role="rep",
        starts_on=date(2026, 1, 1),
    )
    phone.pull()
    assert far.id in phone.ids("account")


def test_a_lost_territory_is_forgotten_by_the_phone(company: Company, phone_of: PhoneOf) -> None:
    account = company.account()
    membership_id = new_id()
    person = company.person(Role.REP, territory_id=company.other_area_id)
    company.do(
        "membership.add",
        id=membership_id,
        territory_id=company.territory_id,
        user_id=person.id,
        role="rep",
        starts_on=date(2026, 1, 1),
    )
    phone = phone_of(person)
    phone.pull()
    assert phone.ids("account") == {account.id}
    company.do("membership.end", membership_id=membership_id, ends_on=date(2026, 1, 2))
    phone.pull()
    assert phone.ids("account") == set()
    assert phone.answers[-1]["forget"] == [f"territory:{company.territory_id}"]


def test_a_technician_gets_the_customer_of_a_job_outside_the_own_area_for_as_long_as_it_is_theirs(
    company: Company, phone_of: PhoneOf
) -> None:
    far = company.account(territory_id=company.other_territory_id)
    site = company.site(far)
    asset = company.do("asset.create", id=new_id(), account_id=far.id, site_id=site.id, name="Barista 300")
    appointment_id = new_id()
    work_order = company.do(
        "work_order.create",
        id=new_id(),
        appointment_id=appointment_id,
        site_id=site.id,
        asset_id=asset.id,
        title="Leaks",
    )
    colleague = company.person(Role.TECHNICIAN)
    phone, colleague_phone = phone_of(company.technician), phone_of(colleague)
    phone.pull()
    assert phone.ids("account") == set()

    company.do(
        "appointment.assign",
        appointment_id=appointment_id,
        technician_id=company.technician.id,
        starts_at=NOW + timedelta(hours=1),
    )
    company.do("appointment.dispatch", appointment_id=appointment_id)
    phone.pull()
    assert phone.ids("appointment") == {appointment_id}
    assert (phone.ids("account"), phone.ids("site"), phone.ids("asset")) == ({far.id}, {site.id}, {asset.id})
    assert phone.ids("work_order") == {work_order.id}

    company.do("appointment.unassign", appointment_id=appointment_id)
    company.do(
        "appointment.assign",
        appointment_id=appointment_id,
        technician_id=colleague.id,
        starts_at=NOW + timedelta(hours=2),
    )
    company.do("appointment.dispatch", appointment_id=appointment_id)
    phone.pull()
    colleague_phone.pull()
    assert phone.ids("appointment") | phone.ids("account") | phone.ids("asset") | phone.ids("work_order") == set()
    assert colleague_phone.ids("asset") == {asset.id}


def test_what_is_added_to_a_shared_account_reaches_those_with_whom_it_is_shared(
    company: Company, phone_of: PhoneOf
) -> None:
    far = company.account(territory_id=company.other_territory_id)
    site = company.site(far)
    phone = phone_of(company.rep)
    company.do(
        "visit.plan",
        id=new_id(),
        account_id=far.id,
        site_id=site.id,
        rep_id=company.rep.id,
        planned_start_at=NOW + timedelta(hours=1),
    )
    phone.pull()
    contact = company.do("contact.create", id=new_id(), account_id=far.id, name="Mira Beck")
    phone.pull()
    assert phone.ids("contact") == {contact.id}


def test_a_phone_that_followed_holds_the_same_as_a_new_one(company: Company, phone_of: PhoneOf) -> None:
    phone = phone_of(company.rep)
    phone.pull()
    accounts = [company.account(name=f"Customer {letter}") for letter in "ABCDEF"]
    sites = [company.site(account) for account in accounts]
    phone.pull(limit=2)
    for account in accounts[:3]:
        company.do("account.move", account_id=account.id, territory_id=company.other_territory_id)
    company.do("site.update", site_id=sites[5].id, name="Annexe")
    phone.pull(limit=3)
    company.do("account.move", account_id=accounts[0].id, territory_id=company.territory_id)
    phone.pull(limit=2)
    fresh = phone_of(company.rep)
    fresh.pull(limit=4)
    assert phone.documents == fresh.documents
    assert phone.ids("account") == {accounts[index].id for index in (0, 3, 4, 5)}


def test_a_cursor_of_somebody_else_gives_nothing_of_theirs(app: Flask, company: Company, phone_of: PhoneOf) -> None:
    far = company.account(territory_id=company.other_territory_id)
    there = phone_of(company.person(Role.REP, territory_id=company.other_area_id))
    there.pull()
    assert there.ids("account") == {far.id}
    thief = phone_of(company.rep)
    thief.cursor = there.cursor
    company.do("account.update", account_id=far.id, name="Secret name")
    thief.pull(verify=False)
    assert thief.ids("account") == set()
    assert "Secret name" not in str(thief.answers)
