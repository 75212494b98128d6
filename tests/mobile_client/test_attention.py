"""Needs attention: a refusal can be mended and sent again, or given up."""

from dataclasses import replace

import pytest

from mobile_client import Action, Client, NotInNeedOfAttention
from mobile_client.actions import check_in
from tests.mobile_client.loopback import LoopbackServer

VISIT = "00000000-0000-7000-8000-000000000010"
ESPRESSO = "00000000-0000-7000-8000-000000000002"
DECAF = "00000000-0000-7000-8000-000000000004"


@pytest.fixture
def refused(phone: Client, server: LoopbackServer, order_of_three: Action) -> str:
    """The id of an order that was refused because its product was withdrawn."""
    server.put("product", ESPRESSO, bucket="org", status="withdrawn")
    server.put("product", DECAF, bucket="org", status="active")
    id = phone.do(order_of_three)
    phone.sync()
    return id


def test_a_refused_order_keeps_all_that_was_entered(phone: Client, refused: str, order_of_three: Action):
    [attention] = phone.needs_attention()

    assert attention.id == refused
    assert attention.args == order_of_three.args
    assert tuple(attention.effects) == order_of_three.effects
    assert phone.status().needs_attention == 1


def test_a_mended_order_is_sent_as_a_new_mutation_and_placed_once(
    phone: Client, server: LoopbackServer, refused: str, order_of_three: Action
):
    lines = [order_of_three.args["lines"][0] | {"product_id": DECAF}]
    mended = replace(order_of_three, args=order_of_three.args | {"lines": lines})

    again = phone.mend(id=refused, action=mended)
    phone.sync()

    assert again != refused
    assert phone.needs_attention() == []
    assert [order["lines"][0]["product_id"] for order in server.of("order").values()] == [DECAF]
    assert [mutation["seq"] for push in server.sent("/sync/push") for mutation in push["mutations"]] == [1, 2]


def test_a_refused_order_stays_visible_where_it_was_made(phone: Client, refused: str, order_of_three: Action):
    assert phone.find_document(entity="order", id=order_of_three.args["id"])["total_minor"] == 7350


def test_a_discarded_order_is_gone_from_the_phone_and_never_sent_again(
    phone: Client, server: LoopbackServer, refused: str
):
    phone.discard(id=refused)
    phone.sync()

    assert phone.needs_attention() == []
    assert phone.list_documents(entity="order") == []
    assert len(server.sent("/sync/push")) == 1


def test_what_was_not_refused_cannot_be_discarded(phone: Client):
    unsent = phone.do(check_in(visit_id=VISIT, at=phone.now()))

    with pytest.raises(NotInNeedOfAttention):
        phone.discard(id=unsent)

    assert phone.status().unsent == 1


def test_what_is_with_support_cannot_be_done_twice_by_mending_it(phone: Client, server: LoopbackServer):
    server.rules["visit.check_in"] = lambda _: {"status": "failed", "code": "sync.failed", "message": "Incident 77."}
    action = check_in(visit_id=VISIT, at=phone.now())
    failed = phone.do(action)
    phone.push()

    with pytest.raises(NotInNeedOfAttention):
        phone.mend(id=failed, action=action)

    assert [attention.id for attention in phone.needs_attention()] == [failed]
