"""The records: to what they belong, who sees them, and how they and their contents find each other."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from domain.attachments.models import Attachment
from domain.kernel.ids import new_id
from domain.people.models import User
from domain.people.permissions import Role
from tests.attachments.conftest import Uploader, addition, digest, photo
from tests.support.company import NOW, Company, wire
from tests.support.phone import Phone


def status_of(company: Company, attachment_id: Any) -> tuple[str, str | None]:
    attachment = company.read(Attachment, attachment_id)
    return attachment.status, attachment.reason


def test_a_photo_taken_off_line_reaches_the_others(app: Flask, company: Company, rep: Uploader) -> None:
    account = company.account()
    args = addition(photo(), account.id)
    assert rep.phone.do("attachment.add", **args)["status"] == "applied"
    manager = Phone.sign_in(app, company.manager)
    manager.pull()
    document = manager.document("attachment", args["id"])
    assert {name: document[name] for name in args} == wire(args)
    assert document["status"] == "pending"
    assert document["reason"] is None
    assert document["account_id"] == str(account.id)
    assert document["created_by_id"] == str(company.rep.id)


def test_the_record_says_when_its_content_is_there(app: Flask, company: Company, rep: Uploader) -> None:
    content = photo()
    args = addition(content, company.account().id)
    rep.phone.do("attachment.add", **args)
    manager = Phone.sign_in(app, company.manager)
    manager.pull()
    rep.upload(content)
    manager.pull()
    assert manager.document("attachment", args["id"])["status"] == "stored"


def test_a_record_that_comes_after_its_content_is_stored_at_once(company: Company, rep: Uploader) -> None:
    content = photo()
    rep.upload(content)
    args = addition(content, company.account().id)
    rep.phone.do("attachment.add", **args)
    assert status_of(company, args["id"]) == ("stored", None)


def test_every_record_of_the_same_content_is_told(company: Company, rep: Uploader) -> None:
    content, account = photo(), company.account()
    several = [addition(content, account.id) for _ in range(3)]
    for args in several:
        rep.phone.do("attachment.add", **args)
    rep.upload(content)
    assert {status_of(company, args["id"]) for args in several} == {("stored", None)}


def test_size_and_type_are_what_the_content_says(company: Company, rep: Uploader) -> None:
    content = photo()
    rep.upload(content)
    args = addition(content, company.account().id, size=7, media_type="image/jpeg")
    rep.phone.do("attachment.add", **args)
    attachment = company.read(Attachment, args["id"])
    assert (attachment.size, attachment.media_type) == (4_000, "image/png")


@pytest.mark.parametrize("first", ["record", "content"])
def test_a_refused_content_is_no_secret(company: Company, rep: Uploader, first: str) -> None:
    content = b"<!DOCTYPE html><p>not a photo</p>"
    args = addition(content, company.account().id)
    steps = [lambda: rep.phone.do("attachment.add", **args), lambda: rep.create(content, first=content)]
    for step in steps if first == "record" else reversed(steps):
        step()
    status, reason = status_of(company, args["id"])
    assert status == "refused"
    assert reason is not None
    assert "accepted are" in reason


def test_something_can_be_attached_to_whatever_has_an_account(company: Company, rep: Uploader) -> None:
    account = company.account()
    site = company.site(account)
    asset = company.do("asset.create", id=new_id(), account_id=account.id, site_id=site.id, name="Boiler")
    visit = company.do(
        "visit.plan", company.rep, id=new_id(), account_id=account.id, site_id=site.id, planned_start_at=NOW
    )
    for entity, record in [("account", account), ("site", site), ("asset", asset), ("visit", visit)]:
        args = addition(photo(), record.id, entity=entity)
        assert rep.phone.do("attachment.add", **args)["status"] == "applied", entity
        assert company.read(Attachment, args["id"]).account_id == account.id


def test_a_photo_may_belong_to_a_record_of_the_same_batch(company: Company, rep: Uploader) -> None:
    site = company.site(company.account())
    visit_id = new_id()
    visit = {"id": visit_id, "account_id": site.account_id, "site_id": site.id, "planned_start_at": NOW}
    results = rep.phone.push(
        rep.phone.mutation("visit.plan", **visit),
        rep.phone.mutation("attachment.add", **addition(photo(), visit_id, entity="visit")),
    )
    assert [result["status"] for result in results] == ["applied", "applied"]


@pytest.mark.parametrize("entity", ["product", "user", "attachment", "spaceship"])
def test_to_what_has_no_account_nothing_is_attached(company: Company, rep: Uploader, entity: str) -> None:
    result = rep.phone.do("attachment.add", **addition(photo(), company.product().id, entity=entity))
    assert (result["code"], list(result["fields"])) == ("validation.failed", ["entity"])


def test_to_a_record_that_one_does_not_see_nothing_is_attached(company: Company, app: Flask) -> None:
    elsewhere = company.account(territory_id=company.other_territory_id)
    local = Phone.sign_in(app, company.person(Role.REP, territory_id=company.territory_id))
    result = local.do("attachment.add", **addition(photo(), elsewhere.id))
    assert (result["code"], list(result["fields"])) == ("record.reference_not_found", ["record_id"])


def test_too_large_or_of_the_wrong_type_it_is_refused_with_the_limit(company: Company, rep: Uploader) -> None:
    account = company.account()
    large = rep.phone.do("attachment.add", **addition(photo(), account.id, size=25_000_001))
    assert (large["code"], large["fields"]) == (
        "attachment.too_large",
        {"size": ["Is 25000001 bytes; the most is 25000000."]},
    )
    program = rep.phone.do("attachment.add", **addition(photo(), account.id, media_type="text/html"))
    assert (program["code"], list(program["fields"])) == ("attachment.type_not_allowed", ["media_type"])


@pytest.mark.parametrize("sha256", ["", "a" * 63, "A" * 64, "g" * 64, "a" * 64 + "\n"])
def test_a_hash_has_64_small_hexadecimal_digits(company: Company, rep: Uploader, sha256: str) -> None:
    result = rep.phone.do("attachment.add", **addition(photo(), company.account().id, sha256=sha256))
    assert list(result["fields"]) == ["sha256"]


def test_an_attachment_moves_with_its_account(app: Flask, company: Company, rep: Uploader) -> None:
    account = company.account()
    args = addition(photo(), account.id)
    rep.phone.do("attachment.add", **args)
    local = Phone.sign_in(app, company.person(Role.REP, territory_id=company.territory_id))
    local.pull()
    assert local.ids("attachment") == {args["id"]}
    company.do("account.move", account_id=account.id, territory_id=company.other_territory_id)
    local.pull()
    assert local.ids("attachment") == set()


def test_what_one_attached_one_may_take_away(app: Flask, company: Company, rep: Uploader) -> None:
    args = addition(photo(), company.account().id)
    rep.phone.do("attachment.add", **args)
    manager = Phone.sign_in(app, company.manager)
    manager.pull()
    assert rep.phone.do("attachment.remove", attachment_id=args["id"])["status"] == "applied"
    manager.pull()
    assert manager.ids("attachment") == set()


def test_added_and_taken_away_in_one_batch_it_was_never_there(company: Company, rep: Uploader) -> None:
    args = addition(photo(), company.account().id)
    results = rep.phone.push(
        rep.phone.mutation("attachment.add", **args),
        rep.phone.mutation("attachment.remove", attachment_id=args["id"]),
        rep.phone.mutation("attachment.remove", attachment_id=args["id"]),
    )
    assert [result["code"] for result in results] == [None, None, "record.not_found"]
    rep.phone.pull()
    assert rep.phone.ids("attachment") == set()


def test_what_somebody_else_attached_takes_the_permission(
    company: Company, rep: Uploader, uploader: Callable[[User], Uploader]
) -> None:
    args = addition(photo(), company.account().id)
    rep.phone.do("attachment.add", **args)
    colleague = uploader(company.person(Role.REP)).phone
    assert colleague.do("attachment.remove", attachment_id=args["id"])["code"] == "permission.denied"
    manager = uploader(company.manager).phone
    assert manager.do("attachment.remove", attachment_id=args["id"])["status"] == "applied"


def test_it_leaves_the_phones_after_90_days_and_can_be_read_on_line(company: Company, rep: Uploader) -> None:
    args = addition(photo(), company.account().id)
    rep.phone.do("attachment.add", **args)
    with company.session() as session:
        expires_at = session.connection().exec_driver_sql(
            "select expires_at from sync_documents where id = %s", (args["id"],)
        )
        stays = expires_at.scalar_one() - company.read(Attachment, args["id"]).occurred_at
        assert stays == timedelta(days=90)
        # What the periodic job does then.
        session.connection().exec_driver_sql("update sync_entries set present = false where id = %s", (args["id"],))
        session.commit()
    assert rep.phone.get(f"/attachments/{args['id']}").status_code == 200


def test_lists_by_record_by_status_and_by_person(company: Company, rep: Uploader) -> None:
    account = company.account()
    site = company.site(account)
    of_account, of_site = addition(photo(), account.id), addition(photo(seed=1), site.id, entity="site")
    for args in (of_account, of_site):
        assert rep.phone.post("/attachments", args).status_code == 201
    rep.upload(photo(seed=1))

    def listed(query: str) -> set[str]:
        return {item["id"] for item in rep.phone.get(f"/attachments?{query}").json["items"]}

    assert listed(f"account_id={account.id}") == {str(of_account["id"]), str(of_site["id"])}
    assert listed(f"entity=site&record_id={site.id}") == {str(of_site["id"])}
    assert listed("status=stored") == {str(of_site["id"])}
    assert listed(f"created_by_id={company.manager.id}") == set()


def test_by_rest_it_is_taken_away_by_its_action(company: Company, rep: Uploader) -> None:
    args = addition(photo(), company.account().id)
    rep.phone.post("/attachments", args)
    assert rep.phone.post(f"/attachments/{args['id']}/remove", {}).status_code == 200
    assert rep.phone.get(f"/attachments/{args['id']}").status_code == 404
    assert digest(photo()) == args["sha256"]
