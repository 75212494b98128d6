"""I3, I5, I10: no commit is skipped, a cursor that cannot be served starts anew, and cost follows change."""

import base64
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event, text

from domain.kernel.command import execute
from domain.kernel.ids import new_id
from domain.people.models import User
from sync import receipts
from tests.support.company import Company
from tests.support.phone import Phone

PhoneOf = Callable[[User], Phone]


def test_two_writers_that_interleave_their_commits_lose_no_change_for_a_puller(
    company: Company, phone_of: PhoneOf
) -> None:
    phone = phone_of(company.rep)
    with company.context() as slow, company.context() as fast:
        first, second = new_id(), new_id()
        create = {"territory_id": str(company.territory_id), "kind": "end_customer"}
        commands = slow.registry.commands
        # The slow one writes first and commits last.
        execute(commands["account.create"], {**create, "id": str(first), "name": "Slow"}, slow)
        slow.session.flush()
        execute(commands["account.create"], {**create, "id": str(second), "name": "Fast"}, fast)
        fast.session.commit()
        phone.pull()
        assert phone.ids("account") == {second}
        slow.session.commit()
    phone.pull()
    assert phone.ids("account") == {first, second}


def test_revisions_have_no_gaps(company: Company, phone_of: PhoneOf) -> None:
    phone = phone_of(company.rep)
    phone.pull()
    before = phone.checkpoint
    for _ in range(3):
        company.account()
    with company.context() as ctx:
        ctx.session.execute(text("select 1"))
        ctx.session.rollback()
    company.account()
    phone.pull()
    assert phone.checkpoint == before + 4


def test_a_round_of_several_pages_leads_to_one_checkpoint_while_others_write(
    company: Company, phone_of: PhoneOf
) -> None:
    accounts = [company.account(name=f"Customer {letter}") for letter in "ABCDE"]
    phone = phone_of(company.rep)
    page = phone.post("/sync/pull", {"schema_version": 1, "cursor": None, "limit": 3}).json
    company.do("account.update", account_id=accounts[0].id, name="Renamed")
    seen = {change["id"] for change in page["changes"]}
    while page["more"]:
        following = phone.post("/sync/pull", {"schema_version": 1, "cursor": page["cursor"], "limit": 3}).json
        assert following["checkpoint"] == page["checkpoint"]
        page = following
        seen |= {change["id"] for change in page["changes"]}
    assert f"territory:{company.territory_id}" not in {checksum["bucket"] for checksum in page["checksums"]}
    last = phone.post("/sync/pull", {"schema_version": 1, "cursor": page["cursor"]}).json
    seen |= {change["id"] for change in last["changes"]}
    assert {str(account.id) for account in accounts} <= seen


@pytest.mark.parametrize(
    "cursor", ["nonsense", "", "eJyLjgUAARUAuQ==", base64.urlsafe_b64encode(b"\x00" * 50).decode()]
)
def test_a_cursor_that_cannot_be_read_starts_anew(company: Company, phone_of: PhoneOf, cursor: str) -> None:
    account = company.account()
    phone = phone_of(company.rep)
    phone.cursor = cursor
    phone.pull()
    assert phone.ids("account") == {account.id}


def test_a_device_ahead_of_a_restored_server_starts_anew_and_keeps_nothing_that_the_server_lacks(
    company: Company, phone_of: PhoneOf
) -> None:
    kept = company.account()
    phone = phone_of(company.rep)
    phone.pull()
    lost = company.account()
    phone.pull()
    assert phone.ids("account") == {kept.id, lost.id}
    with company.session() as session:
        # As a backup from before the second account would leave it.
        for statement in (
            "delete from sync_entries where org_id = :org and id = :lost",
            "delete from sync_documents where org_id = :org and id = :lost",
            "update sync_counters set rev = rev - 1 where org_id = :org",
            """
            update sync_buckets set count = count - 1,
                   hash = mod(hash - sync_hash(:lost, :rev) + 4294967296, 4294967296)
             where org_id = :org and bucket = :bucket
            """,
        ):
            session.execute(
                text(statement),
                {
                    "org": company.org_id,
                    "lost": lost.id,
                    "rev": phone.checkpoint,
                    "bucket": f"territory:{company.territory_id}",
                },
            )
        session.commit()
    phone.pull()
    assert phone.ids("account") == {kept.id}


def test_a_cursor_of_another_server_starts_anew(
    app: Flask, company: Company, other_company: Company, phone_of: PhoneOf
) -> None:
    account = company.account()
    phone, other = phone_of(company.rep), phone_of(other_company.rep)
    other.pull()
    phone.cursor = other.cursor
    phone.pull(verify=False)
    assert phone.ids("account") == {account.id}


def test_an_old_schema_version_is_told_to_update_and_can_still_push(company: Company, phone_of: PhoneOf) -> None:
    phone = phone_of(company.rep)
    answer = phone.post("/sync/pull", {"schema_version": 0, "cursor": None})
    assert (answer.status_code, answer.json["code"]) == (426, "sync.upgrade_required")
    assert phone.push() == []


def test_a_bucket_is_sent_anew_when_the_device_asks_for_a_repair(company: Company, phone_of: PhoneOf) -> None:
    account = company.account()
    phone = phone_of(company.rep)
    phone.pull()
    phone.documents.clear()
    phone.buckets_of.clear()
    bucket = f"territory:{company.territory_id}"
    phone.pull(repair=[bucket], verify=False)
    assert phone.answers[-1]["reset"] == [bucket]
    assert phone.ids("account") == {account.id}


def test_a_pull_asks_the_database_as_often_for_many_changes_as_for_one(
    company: Company, phone_of: PhoneOf, app: Flask
) -> None:
    phone = phone_of(company.rep)
    phone.pull()
    company.account()
    one = queries_of(phone)
    for _ in range(10):
        company.account()
    assert queries_of(phone) == one


def queries_of(phone: Phone) -> int:
    asked: list[Any] = []

    def note(*args: Any) -> None:
        asked.append(args[2])

    event.listen(Engine, "before_cursor_execute", note)
    try:
        phone.pull()
    finally:
        event.remove(Engine, "before_cursor_execute", note)
    return len(asked)


@pytest.mark.parametrize("accepted", ["zstd", "gzip"])
def test_a_large_page_is_compressed_as_the_device_accepts(company: Company, phone_of: PhoneOf, accepted: str) -> None:
    phone = phone_of(company.rep)
    answer = phone.post("/sync/pull", {"schema_version": 1, "cursor": None}, **{"Accept-Encoding": accepted})
    assert answer.headers["Content-Encoding"] == accepted
    plain = phone.post("/sync/pull", {"schema_version": 1, "cursor": None})
    assert len(answer.data) < len(plain.data) / 2


def test_a_page_of_large_documents_ends_early_and_nothing_is_missed(company: Company, phone_of: PhoneOf) -> None:
    notes = "x" * 9_000
    accounts = {company.account(name=f"Customer {number}").id for number in range(3)}
    for account_id in accounts:
        company.do("account.update", account_id=account_id, notes=notes)
    phone = phone_of(company.rep)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sync.pull.MAX_PAGE_BYTES", 10_000)
        phone.pull()
    assert len(phone.answers) > 1
    assert phone.ids("account") == accounts


def test_more_outcomes_than_one_pull_tells_are_told_by_the_next(company: Company, phone_of: PhoneOf) -> None:
    phone = phone_of(company.rep)
    phone.pull()
    refused = [phone.mutation("visit.confirm", visit_id=new_id()) for _ in range(5)]
    for mutation in refused:
        phone.push(mutation)
    told = set()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("sync.pull.MAX_IN_PULL", 2)
        patch.setattr("sync.receipts._SINCE", receipts._SINCE.limit(2))
        for _ in range(5):
            phone.pull()
            told |= {receipt["id"] for receipt in phone.answers[-1]["receipts"]}
    assert told == {mutation["id"] for mutation in refused}


def test_what_begins_anew_still_tells_the_outcomes_since(company: Company, phone_of: PhoneOf) -> None:
    phone = phone_of(company.rep)
    phone.pull()
    result = phone.do("visit.confirm", visit_id=new_id())
    company.account()
    with company.session() as session:
        session.execute(text("update sync_counters set floor = rev where org_id = :org"), {"org": company.org_id})
        session.commit()
    phone.pull()
    assert phone.answers[0]["reset"]
    assert [receipt["id"] for receipt in phone.answers[-1]["receipts"]] == [result["id"]]
