"""Push: every answer the server can give, and every answer that never comes."""

from collections.abc import Callable
from typing import Any

import pytest

from mobile_client import Action, Client, HttpTransport, Refused, ServerBusy, Unreachable
from mobile_client.actions import check_in, complete_visit
from mobile_client.faults import Duplicate, DuplicateLate, Fault, LoseAnswer, LoseRequest, times
from tests.mobile_client.loopback import LoopbackServer

VISIT = "00000000-0000-7000-8000-000000000010"
OTHER_VISIT = "00000000-0000-7000-8000-000000000011"


@pytest.fixture(autouse=True)
def plan_of_today(server: LoopbackServer, phone: Client):
    server.put("visit", VISIT, status="planned")
    server.put("visit", OTHER_VISIT, status="planned")
    server.put("product", "00000000-0000-7000-8000-000000000002", bucket="org", status="active")
    phone.pull()


@pytest.fixture
def wired(phone: Client, open_phone: Callable[..., Client], transport: HttpTransport):
    """Open the same phone again with a fault between it and the server."""

    def open_with(fault: type[Fault], **options: Any) -> Client:
        phone.close()
        return open_phone(through=fault(transport, **options))

    return open_with


def test_an_applied_mutation_is_unsent_no_more(phone: Client, server: LoopbackServer):
    phone.do(check_in(visit_id=VISIT, at=phone.now()))

    assert phone.push() == 1

    assert phone.status().unsent == 0
    assert server.docs["visit", VISIT]["status"] == "in_progress"


def test_a_push_says_what_when_and_with_which_app(phone: Client, server: LoopbackServer):
    phone.do(check_in(visit_id=VISIT, at=phone.now()))
    phone.push()

    [push] = server.sent("/sync/push")
    [mutation] = push["mutations"]
    assert push.keys() == {"mutations", "sent_at", "oldest_seq"}
    assert mutation.keys() == {"id", "seq", "name", "args", "base_rev", "occurred_at", "app_version"}
    assert (mutation["seq"], mutation["name"], mutation["args"]) == (1, "visit.check_in", {"visit_id": VISIT})


def test_an_order_whose_request_was_lost_is_placed_once(
    wired: Callable[..., Client], server: LoopbackServer, order_of_three: Action
):
    phone = wired(LoseRequest, hits=times(1, path="/sync/push"))
    phone.do(order_of_three)
    with pytest.raises(Unreachable):
        phone.push()

    phone.push()

    assert [order["number"] for order in server.of("order").values()] == ["SO-100001"]


def test_an_order_whose_answer_was_lost_exists_once_and_gets_its_number(
    wired: Callable[..., Client], server: LoopbackServer, order_of_three: Action
):
    phone = wired(LoseAnswer, hits=times(1, path="/sync/push"))
    phone.do(order_of_three)
    with pytest.raises(Unreachable):
        phone.push()
    assert phone.status().unsent == 1

    phone.push()

    assert phone.status().unsent == 0
    assert [order["number"] for order in server.of("order").values()] == ["SO-100001"]
    assert phone.find_document(entity="order", id=order_of_three.args["id"])["number"] == "SO-100001"


@pytest.mark.parametrize("fault", [Duplicate, DuplicateLate])
def test_a_push_that_the_network_delivers_twice_applies_once(
    wired: Callable[..., Client], server: LoopbackServer, order_of_three: Action, fault: type[Fault]
):
    phone = wired(fault)
    phone.do(order_of_three)
    phone.push()
    phone.do(check_in(visit_id=VISIT, at=phone.now()))
    phone.push()
    phone.pull()

    assert len(server.of("order")) == 1
    assert phone.status().unsent == 0


def test_a_crash_between_the_answer_and_its_keeping_repeats_the_push(
    phone: Client, open_phone: Callable[..., Client], server: LoopbackServer, order_of_three: Action
):
    phone.do(order_of_three)
    batch = phone._outbox.next_batch()
    phone._session.request("POST", "/sync/push", {"mutations": batch})
    phone.close()

    reopened = open_phone()
    reopened.sync()

    assert len(server.of("order")) == 1
    assert reopened.status().unsent == 0


def test_a_rejection_stays_with_its_reason_and_blocks_nobody(
    phone: Client, server: LoopbackServer, order_of_three: Action
):
    server.put("product", "00000000-0000-7000-8000-000000000002", bucket="org", status="withdrawn")
    phone.do(order_of_three)
    phone.do(check_in(visit_id=VISIT, at=phone.now()))

    phone.push()

    [refused] = phone.needs_attention()
    assert (refused.state, refused.name, refused.code) == ("rejected", "order.place", "orders.product_withdrawn")
    assert refused.fields == {"lines": ["The espresso is withdrawn."]}
    assert server.docs["visit", VISIT]["status"] == "in_progress"


def test_a_rejected_change_is_not_shown_as_if_it_had_happened(phone: Client, server: LoopbackServer):
    server.rules["visit.check_in"] = lambda _: {"status": "rejected", "code": "visit.already_closed"}
    phone.do(check_in(visit_id=VISIT, at=phone.now()))

    phone.push()

    assert phone.find_document(entity="visit", id=VISIT)["status"] == "planned"


def test_a_failed_mutation_is_with_support_and_the_rest_goes_on(phone: Client, server: LoopbackServer):
    server.rules["visit.check_in"] = lambda _: {"status": "failed", "code": "sync.failed", "message": "Incident 77."}
    phone.do(check_in(visit_id=VISIT, at=phone.now()))
    phone.do(complete_visit(visit_id=OTHER_VISIT, at=phone.now(), outcome="no_order"))

    phone.sync()

    [failed] = phone.needs_attention()
    assert (failed.state, failed.code, failed.message) == ("failed", "sync.failed", "Incident 77.")
    assert server.docs["visit", OTHER_VISIT]["status"] == "completed"


def test_a_failed_mutation_that_support_replayed_needs_attention_no_more(phone: Client, server: LoopbackServer):
    server.rules["visit.check_in"] = lambda _: {"status": "failed", "code": "sync.failed", "message": "Incident 77."}
    id = phone.do(check_in(visit_id=VISIT, at=phone.now()))
    phone.sync()

    rev = server.put("visit", VISIT, status="in_progress")
    server.new_receipts = [{"id": id, "seq": 1, "status": "applied", "rev": rev}]
    phone.pull()

    assert phone.needs_attention() == []
    assert phone.find_document(entity="visit", id=VISIT)["status"] == "in_progress"


def test_merged_is_applied_and_shown_until_the_person_has_seen_it(phone: Client, server: LoopbackServer):
    def merge(args: dict[str, Any]) -> dict[str, Any]:
        rev = server.put("visit", args["visit_id"], status="in_progress")
        return {"status": "merged", "rev": rev, "fields": ["notes"]}

    server.rules["visit.check_in"] = merge
    id = phone.do(check_in(visit_id=VISIT, at=phone.now()))
    phone.sync()

    [merged] = phone.needs_attention()
    assert (merged.id, merged.state, merged.fields) == (id, "merged", ["notes"])
    phone.discard(id=id)
    assert phone.needs_attention() == []
    assert phone.find_document(entity="visit", id=VISIT)["status"] == "in_progress"


def test_retry_stops_there_and_keeps_the_order(phone: Client, server: LoopbackServer):
    apply = server.rules["visit.check_in"]
    server.rules["visit.check_in"] = lambda _: {"status": "retry"}
    phone.do(check_in(visit_id=VISIT, at=phone.now()))
    phone.do(complete_visit(visit_id=VISIT, at=phone.now(), outcome="no_order"))
    with pytest.raises(ServerBusy):
        phone.push()
    assert phone.status().unsent == 2
    assert server.docs["visit", VISIT]["status"] == "planned"

    server.rules["visit.check_in"] = apply
    phone.push()

    assert server.docs["visit", VISIT]["status"] == "completed"


def test_a_server_restored_from_a_backup_gets_again_what_it_forgot(phone: Client, server: LoopbackServer):
    phone.do(check_in(visit_id=VISIT, at=phone.now()))
    phone.sync()
    restore = server.backup()
    phone.do(complete_visit(visit_id=VISIT, at=phone.now(), outcome="order"))
    phone.push()
    restore()
    phone.do(check_in(visit_id=OTHER_VISIT, at=phone.now()))

    phone.sync()

    assert server.docs["visit", VISIT]["status"] == "completed"
    assert server.docs["visit", OTHER_VISIT]["status"] == "in_progress"
    assert phone.status().unsent == 0


def test_a_restored_server_gets_it_again_even_if_nothing_new_is_to_be_sent(phone: Client, server: LoopbackServer):
    restore = server.backup()
    phone.do(check_in(visit_id=VISIT, at=phone.now()))
    phone.push()
    restore()

    phone.pull()
    phone.push()

    assert server.docs["visit", VISIT]["status"] == "in_progress"


def test_a_sequence_gap_is_closed_by_sending_from_the_expected_number(phone: Client, server: LoopbackServer):
    phone.store.save(next_seq=5)
    phone.do(check_in(visit_id=VISIT, at=phone.now()))
    phone.do(complete_visit(visit_id=VISIT, at=phone.now(), outcome="no_order"))

    phone.push()

    numbers = [[mutation["seq"] for mutation in push["mutations"]] for push in server.sent("/sync/push")]
    assert numbers == [[5, 6], [1, 2]]
    assert server.docs["visit", VISIT]["status"] == "completed"


def test_a_server_that_sees_gaps_where_there_are_none_is_not_asked_in_a_loop(phone: Client, server: LoopbackServer):
    for _ in range(3):
        server.script("/sync/push", 409, {"code": "sync.sequence_gap", "next_seq": 1})
    phone.do(check_in(visit_id=VISIT, at=phone.now()))

    with pytest.raises(ServerBusy):
        phone.push()

    assert phone.status().unsent == 1
    assert len(server.sent("/sync/push")) == 1


def test_mutations_are_numbered_on_from_where_the_server_says_it_is(phone: Client, server: LoopbackServer):
    server.expected_seq = 40
    for _ in range(2):
        phone.do(check_in(visit_id=VISIT, at=phone.now()))
        phone.push()

    numbers = [[mutation["seq"] for mutation in push["mutations"]] for push in server.sent("/sync/push")]
    assert numbers == [[1], [40]]


def test_a_database_restored_from_an_old_copy_goes_on_where_the_server_is(phone: Client, server: LoopbackServer):
    server.expected_seq = 40
    phone.do(check_in(visit_id=VISIT, at=phone.now()))

    phone.sign_in(email="rep1@demo.example", password="right")
    phone.push()

    [push] = server.sent("/sync/push")
    assert [mutation["seq"] for mutation in push["mutations"]] == [40]


def test_one_mutation_that_the_server_cannot_read_does_not_stop_the_others(phone: Client, server: LoopbackServer):
    phone.do(check_in(visit_id=VISIT, at=phone.now()))
    phone.do(check_in(visit_id=OTHER_VISIT, at=phone.now()))
    unreadable = {"code": "http.unprocessable", "title": "Not readable"}
    server.script("/sync/push", 422, unreadable)  # the batch
    server.script("/sync/push", 422, unreadable)  # its first mutation, alone

    phone.push()

    [refused] = phone.needs_attention()
    assert (refused.state, refused.args, refused.code) == ("rejected", {"visit_id": VISIT}, "http.unprocessable")
    assert server.docs["visit", OTHER_VISIT]["status"] == "in_progress"
    assert phone.status().unsent == 0


def test_a_push_carries_at_most_two_hundred_mutations(phone: Client, server: LoopbackServer):
    for _ in range(201):
        phone.do(check_in(visit_id=VISIT, at=phone.now()))

    assert phone.push() == 201

    assert [len(push["mutations"]) for push in server.sent("/sync/push")] == [200, 1]


def test_a_push_carries_at_most_a_mebibyte(phone: Client, server: LoopbackServer):
    for _ in range(4):
        phone.capture(name="visit.check_in", args={"visit_id": VISIT, "notes": "x" * 400_000})

    phone.push()

    assert [len(push["mutations"]) for push in server.sent("/sync/push")] == [2, 2]


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_server_in_trouble_costs_nothing_but_time(phone: Client, server: LoopbackServer, status: int):
    server.script("/sync/push", status, Retry_After="7")
    phone.do(check_in(visit_id=VISIT, at=phone.now()))

    with pytest.raises(ServerBusy) as busy:
        phone.push()

    assert busy.value.retry_after_s == 7
    assert phone.status().unsent == 1


def test_a_refusal_of_the_whole_push_keeps_everything(phone: Client, server: LoopbackServer):
    server.script("/sync/push", 404, {"code": "http.not_found"})
    phone.do(check_in(visit_id=VISIT, at=phone.now()))

    with pytest.raises(Refused):
        phone.push()

    assert phone.status().unsent == 1


def test_the_log_in_page_of_a_hotel_is_not_taken_for_an_answer(phone: Client, server: LoopbackServer):
    server.script("/sync/push", 200, {"html": "<h1>Welcome to the Alpenhof</h1>"})
    phone.do(check_in(visit_id=VISIT, at=phone.now()))

    with pytest.raises(Unreachable):
        phone.push()

    assert phone.status().unsent == 1
