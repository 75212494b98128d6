"""A newer version of the app that learns an entity or a field gets just its documents again."""

from flask import Flask

from domain.kernel.ids import new_id
from tests.support.company import NOW, Company
from tests.support.phone import Phone


def test_just_the_documents_of_what_was_learned_come_again(app: Flask, company: Company):
    accounts = {company.account(name=f"Customer {letter}").id for letter in "ABC"}
    company.product()
    phone = Phone.sign_in(app, company.rep)
    phone.pull()

    phone.pull(learn=["account"])

    changes = [change for page in phone.answers for change in page["changes"]]
    assert {change["entity"] for change in changes} == {"account"}
    assert {change["id"] for change in changes} == {str(account_id) for account_id in accounts}
    phone.pull()
    assert phone.answers[0]["changes"] == []


def test_learning_takes_pages_and_brings_what_changed_meanwhile(app: Flask, company: Company):
    accounts = [company.account(name=f"Customer {letter}") for letter in "ABCDE"]
    phone = Phone.sign_in(app, company.rep)
    phone.pull()
    company.do("account.update", account_id=accounts[0].id, name="Renamed")

    phone.pull(learn=["account"], limit=2)

    assert len(phone.answers) > 2
    assert {change["id"] for page in phone.answers for change in page["changes"]} == {str(each.id) for each in accounts}
    assert phone.document("account", accounts[0].id)["name"] == "Renamed"


def test_an_app_that_was_updated_in_the_middle_of_its_first_sync_learns_too(app: Flask, company: Company):
    accounts = {str(company.account(name=f"Customer {letter}").id) for letter in "ABCDE"}
    phone = Phone.sign_in(app, company.rep)
    first = phone.post("/sync/pull", {"schema_version": 1, "cursor": None, "limit": 8}).json
    phone.cursor = first["cursor"]

    phone.pull(learn=["account"], limit=3, verify=False)

    assert {str(each) for each in phone.ids("account")} == accounts


def test_what_is_not_known_here_and_what_is_held_by_others_cannot_be_learned(app: Flask, company: Company):
    hidden = company.account(territory_id=company.other_territory_id)
    phone = Phone.sign_in(app, company.rep)
    phone.pull()

    phone.pull(learn=["account", "spaceship"])

    assert hidden.id not in phone.ids("account")
    assert phone.answers[0]["changes"] == []


def test_the_app_is_told_when_it_holds_what_today_needs(app: Flask, company: Company):
    site = company.site(company.account())
    company.do(
        "visit.plan",
        id=new_id(),
        account_id=site.account_id,
        site_id=site.id,
        rep_id=company.rep.id,
        planned_start_at=NOW,
    )
    for number in range(10):
        company.product(sku=f"P-{number}")
    phone = Phone.sign_in(app, company.rep)

    phone.pull(limit=3)

    told = [page["progress"]["ready"] for page in phone.answers]
    assert [told[0], told[-1]] == [False, True]
    assert told == sorted(told)
    before_ready = [
        change for page, ready in zip(phone.answers, told, strict=True) if not ready for change in page["changes"]
    ]
    assert {change["bucket"] for change in before_ready} == {f"user:{company.rep.id}"}
