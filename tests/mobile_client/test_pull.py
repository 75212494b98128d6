"""Pull: rounds, buckets, checksums, receipts; and what a screen sees meanwhile (I3, I4, I6)."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from mobile_client import Action, Client, HttpTransport, ServerBusy, Unreachable, UpgradeRequired
from mobile_client.actions import check_in, complete_visit
from mobile_client.faults import LoseAnswer, times
from tests.mobile_client.loopback import LoopbackServer

START = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
VISIT = "00000000-0000-7000-8000-000000000010"
ACCOUNT = "00000000-0000-7000-8000-000000000020"
TERRITORY = "territory:oberland"


def five_accounts(server: LoopbackServer) -> list[str]:
    ids = [f"00000000-0000-7000-8000-0000000001{number:02x}" for number in range(5)]
    for id in ids:
        server.put("account", id, name="Gasthof")
    return ids


def test_a_first_round_shows_each_page_as_it_comes_and_its_progress(phone: Client, server: LoopbackServer):
    five_accounts(server)
    server.page_size = 2
    server.script("/sync/pull", *server.answer("/sync/pull", {"cursor": None}, server.access)[:2])
    server.script("/sync/pull", 503)

    with pytest.raises(ServerBusy):
        phone.pull()

    assert len(phone.list_documents(entity="account")) == 2
    assert phone.status().progress == {"done": 2, "total": 5, "ready": False}
    assert phone.status().since_pull is None


def test_a_first_round_that_was_cut_goes_on_at_its_page(
    phone: Client, server: LoopbackServer, open_phone: Callable[..., Client]
):
    ids = five_accounts(server)
    server.page_size = 2
    server.script("/sync/pull", *server.answer("/sync/pull", {"cursor": None}, server.access)[:2])
    server.script("/sync/pull", 503)
    with pytest.raises(ServerBusy):
        phone.pull()
    phone.close()

    reopened = open_phone()
    changes = reopened.pull()

    assert changes == 3
    assert [account["id"] for account in reopened.list_documents(entity="account")] == ids
    assert reopened.status().progress is None


def test_a_later_round_is_applied_as_a_whole_or_not_at_all(phone: Client, server: LoopbackServer):
    phone.pull()
    five_accounts(server)
    server.page_size = 2
    cursor = phone.store.setting("cursor")
    server.script("/sync/pull", *server.answer("/sync/pull", {"cursor": cursor}, server.access)[:2])
    server.script("/sync/pull", 503)

    with pytest.raises(ServerBusy):
        phone.pull()
    assert phone.list_documents(entity="account") == []

    phone.pull()
    assert len(phone.list_documents(entity="account")) == 5


def test_what_is_written_during_a_round_comes_with_the_next(phone: Client, server: LoopbackServer):
    five_accounts(server)
    server.page_size = 2
    first_page = server.answer("/sync/pull", {"cursor": None}, server.access)
    server.script("/sync/pull", *first_page[:2])
    server.put("account", ACCOUNT, name="written meanwhile")

    phone.pull()
    assert phone.find_document(entity="account", id=ACCOUNT) is None

    phone.pull()
    assert phone.find_document(entity="account", id=ACCOUNT)["name"] == "written meanwhile"


def test_a_lost_answer_loses_no_change(
    phone: Client, open_phone: Callable[..., Client], transport: HttpTransport, server: LoopbackServer
):
    server.put("account", ACCOUNT, name="Gasthof Löwen")
    phone.close()
    wired = open_phone(through=LoseAnswer(transport, hits=times(1, path="/sync/pull")))
    with pytest.raises(Unreachable):
        wired.pull()

    wired.pull()

    assert wired.find_document(entity="account", id=ACCOUNT)["name"] == "Gasthof Löwen"


def test_a_document_stays_while_any_bucket_carries_it(phone: Client, server: LoopbackServer):
    server.granted.append(TERRITORY)
    server.put("account", ACCOUNT, name="Gasthof Löwen")
    server.put("account", ACCOUNT, bucket=TERRITORY)
    phone.pull()
    assert phone.store.buckets_of(entity="account", id=ACCOUNT) == {"user:rep", TERRITORY}

    server.remove("account", ACCOUNT)
    phone.pull()
    assert phone.find_document(entity="account", id=ACCOUNT)["name"] == "Gasthof Löwen"

    server.remove("account", ACCOUNT, bucket=TERRITORY)
    phone.pull()
    assert phone.find_document(entity="account", id=ACCOUNT) is None


def test_a_bucket_that_was_taken_away_leaves_nothing_behind(phone: Client, server: LoopbackServer):
    server.granted.append(TERRITORY)
    server.put("account", ACCOUNT, bucket=TERRITORY, name="Gasthof Löwen")
    phone.pull()

    server.granted.remove(TERRITORY)
    phone.pull()

    assert phone.pulled_documents() == {}


def test_a_bucket_that_was_granted_brings_its_old_documents(phone: Client, server: LoopbackServer):
    server.put("account", ACCOUNT, bucket=TERRITORY, name="Gasthof Löwen")
    phone.pull()
    assert phone.pulled_documents() == {}

    server.granted.append(TERRITORY)
    phone.pull()

    assert phone.find_document(entity="account", id=ACCOUNT)["name"] == "Gasthof Löwen"


def test_an_older_copy_from_another_bucket_does_not_replace_a_newer_one(phone: Client):
    phone.store.put(bucket="a", entity="account", id=ACCOUNT, rev=9, doc={"name": "new"})
    phone.store.put(bucket="b", entity="account", id=ACCOUNT, rev=7, doc={"name": "old"})

    assert phone.find_document(entity="account", id=ACCOUNT) == {"name": "new"}
    assert phone.store.buckets_of(entity="account", id=ACCOUNT) == {"a", "b"}


def test_a_reset_puts_the_phone_where_the_restored_server_is(phone: Client, server: LoopbackServer):
    server.put("account", ACCOUNT, name="as backed up")
    restore = server.backup()
    server.put("account", ACCOUNT, name="written after the backup")
    server.put("visit", VISIT, status="planned")
    phone.pull()

    restore()
    phone.pull()

    assert phone.pulled_documents() == {("account", ACCOUNT): {"id": ACCOUNT, "name": "as backed up"}}


def test_a_reset_over_several_pages_keeps_them_all(phone: Client, server: LoopbackServer):
    restore_point = five_accounts(server)
    restore = server.backup()
    phone.pull()
    restore()
    server.page_size = 2

    phone.pull()

    assert [account["id"] for account in phone.list_documents(entity="account")] == restore_point


def test_a_reset_that_every_page_repeats_is_done_once(phone: Client, server: LoopbackServer):
    ids = five_accounts(server)
    phone.pull()
    server.generation += 1
    server.page_size = 2
    cursor = phone.store.setting("cursor")
    for _ in range(3):
        status, page, _ = server.answer("/sync/pull", {"cursor": cursor}, server.access)
        cursor = page["cursor"]
        server.script("/sync/pull", status, page | {"reset": ["user:rep"]})

    phone.pull()

    assert [account["id"] for account in phone.list_documents(entity="account")] == ids


def test_a_reset_leaves_the_outbox_alone(phone: Client, server: LoopbackServer):
    server.put("visit", VISIT, status="planned")
    restore = server.backup()
    phone.pull()
    phone.do(check_in(visit_id=VISIT, at=phone.now()))
    restore()

    phone.pull()

    assert phone.status().unsent == 1
    assert phone.find_document(entity="visit", id=VISIT)["status"] == "in_progress"


def test_own_work_never_flickers_between_push_and_pull(phone: Client, server: LoopbackServer, order_of_three: Action):
    server.put("product", "00000000-0000-7000-8000-000000000002", bucket="org", status="active")
    phone.pull()
    order_id = order_of_three.args["id"]
    phone.do(order_of_three)
    assert phone.find_document(entity="order", id=order_id)["number"] is None

    phone.push()
    assert phone.find_document(entity="order", id=order_id)["number"] == "SO-100001"
    assert phone.find_document(entity="order", id=order_id)["total_minor"] == 7350

    phone.pull()
    assert phone.find_document(entity="order", id=order_id) == server.docs["order", order_id]
    assert phone.store.overlaid_keys() == []


def test_an_overlay_waits_for_its_own_revision_not_for_any_pull(phone: Client, server: LoopbackServer):
    server.put("visit", VISIT, status="planned")
    phone.pull()
    server.rules["visit.check_in"] = lambda _: {"status": "applied", "rev": 100}
    phone.do(check_in(visit_id=VISIT, at=phone.now()))

    phone.sync()

    assert phone.find_document(entity="visit", id=VISIT)["status"] == "in_progress"


def test_unsent_work_is_laid_again_over_what_others_changed(phone: Client, server: LoopbackServer):
    server.put("visit", VISIT, status="planned", notes="bell is broken")
    phone.pull()
    phone.do(check_in(visit_id=VISIT, at=phone.now()))
    phone.do(complete_visit(visit_id=VISIT, at=phone.now(), outcome="order"))

    server.put("visit", VISIT, status="confirmed", notes="use the back door")
    phone.pull()

    visit = phone.find_document(entity="visit", id=VISIT)
    assert (visit["status"], visit["outcome"], visit["notes"]) == ("completed", "order", "use the back door")


def test_the_order_is_that_in_which_the_person_acted_whatever_the_clock_says(
    open_phone: Callable[..., Client], server: LoopbackServer
):
    times = iter([START + timedelta(hours=hours) for hours in range(20, 0, -1)])
    phone = open_phone(at=lambda: next(times))
    phone.sign_in(email="rep1@demo.example", password="right")
    server.put("visit", VISIT, status="planned")
    phone.pull()

    phone.do(check_in(visit_id=VISIT, at=START))
    phone.do(complete_visit(visit_id=VISIT, at=START, outcome="order"))

    assert phone.find_document(entity="visit", id=VISIT)["status"] == "completed"
    phone.push()
    assert server.docs["visit", VISIT]["status"] == "completed"


def test_unsent_work_on_a_record_that_left_the_phone_is_still_sent(phone: Client, server: LoopbackServer):
    server.put("visit", VISIT, status="planned")
    phone.pull()
    phone.do(check_in(visit_id=VISIT, at=phone.now()))
    server.remove("visit", VISIT)

    phone.pull()
    assert phone.find_document(entity="visit", id=VISIT) is None

    phone.push()
    assert server.docs["visit", VISIT]["status"] == "in_progress"


def test_a_lost_answer_is_learned_from_a_receipt(phone: Client, server: LoopbackServer):
    server.put("visit", VISIT, status="planned")
    phone.pull()
    id = phone.do(check_in(visit_id=VISIT, at=phone.now()))
    rev = server.put("visit", VISIT, status="in_progress")
    server.new_receipts = [{"id": id, "seq": 1, "status": "applied", "rev": rev}]

    phone.pull()

    assert phone.status().unsent == 0


def test_a_receipt_of_something_long_settled_changes_nothing(phone: Client, server: LoopbackServer):
    server.new_receipts = [{"id": VISIT, "seq": 1, "status": "rejected", "code": "visit.not_started"}]

    phone.pull()

    assert phone.needs_attention() == []


def test_a_bucket_that_is_held_wrongly_is_pulled_anew(phone: Client, server: LoopbackServer):
    five_accounts(server)
    phone.pull()
    phone.store.rows("delete from holding where id like '%1'")
    phone.store.rows("delete from document where id like '%1'")

    phone.pull(verify=True)

    assert len(phone.list_documents(entity="account")) == 5
    asked = [body.get("repair") for body in server.sent("/sync/pull")]
    assert asked == [None, None, ["user:rep"]]


def test_a_checksum_that_stays_wrong_is_repaired_once_not_in_a_loop(phone: Client, server: LoopbackServer):
    server.wrong_checksums.add("user:rep")
    for _ in range(3):
        five_accounts(server)
        phone.pull()

    asked = [body.get("repair") for body in server.sent("/sync/pull")]
    assert asked == [None, ["user:rep"], None, None]


def test_a_bucket_is_repaired_again_after_it_was_right_once(phone: Client, server: LoopbackServer):
    for wrong in (True, False, True):
        server.wrong_checksums = {"user:rep"} if wrong else set()
        five_accounts(server)
        phone.pull()

    asked = [body.get("repair") for body in server.sent("/sync/pull")]
    assert asked == [None, ["user:rep"], None, None, ["user:rep"]]


def test_a_repair_whose_answer_was_lost_is_asked_for_again(phone: Client, server: LoopbackServer):
    five_accounts(server)
    server.wrong_checksums.add("user:rep")
    page = server.answer("/sync/pull", {"cursor": None}, server.access)
    server.script("/sync/pull", *page[:2])
    server.script("/sync/pull", 503)
    with pytest.raises(ServerBusy):
        phone.pull()

    phone.pull()

    assert server.sent("/sync/pull")[-1]["repair"] == ["user:rep"]


def test_a_phone_that_is_too_old_to_pull_still_hands_in_its_work(phone: Client, server: LoopbackServer):
    server.put("visit", VISIT, status="planned")
    phone.pull()
    phone.do(check_in(visit_id=VISIT, at=phone.now()))
    server.script("/sync/pull", 426, {"code": "sync.upgrade_required"})

    with pytest.raises(UpgradeRequired):
        phone.sync()

    assert server.docs["visit", VISIT]["status"] == "in_progress"
    assert phone.find_document(entity="visit", id=VISIT)["status"] == "in_progress"


def test_the_age_of_the_data_is_that_of_the_last_completed_round(phone: Client):
    phone.pull()

    assert phone.status().since_pull.total_seconds() == 1


def test_records_are_found_by_their_fields(phone: Client, server: LoopbackServer):
    server.put("account", ACCOUNT, name="Gasthof Löwen", active=True)
    five_accounts(server)
    phone.pull()

    assert [account["id"] for account in phone.list_documents(entity="account", active=True)] == [ACCOUNT]
    assert len(phone.list_documents(entity="account", active=None)) == 5


def test_a_first_round_that_was_cut_is_followed_by_what_happened_since(phone: Client, server: LoopbackServer):
    five_accounts(server)
    server.page_size = 2
    server.script("/sync/pull", *server.answer("/sync/pull", {"cursor": None}, server.access)[:2])
    server.script("/sync/pull", 503)
    with pytest.raises(ServerBusy):
        phone.pull()
    server.put("visit", VISIT, status="planned")

    phone.pull()

    assert phone.find_document(entity="visit", id=VISIT)["status"] == "planned"
