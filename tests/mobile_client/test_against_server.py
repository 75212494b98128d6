"""The working day against the real server and its database: off line, over a bad network, on several phones."""

import random
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from domain.kernel.ids import new_id
from domain.kernel.receipts import Receipt
from domain.orders.models import Order
from domain.people.models import User
from mobile_client import (
    Action,
    Client,
    DeviceRevoked,
    Document,
    HttpTransport,
    OrderLine,
    PartUsed,
    SignInNeeded,
    Temporary,
    Transport,
    actions,
)
from mobile_client.faults import Duplicate, DuplicateLate, LoseAnswer, LoseRequest, chance, times
from tests.support.company import PASSWORD, Company

OpenPhone = Callable[..., Client]
Fault = Callable[[Transport], Transport]

EACH_SIDE_BY_ITS_OWN_CLOCK = {"version", "created_at", "updated_at", "placed_at", "checked_in_at", "completed_at"}


@pytest.fixture
def open_phone(address: str, company: Company, tmp_path: Path) -> Iterator[OpenPhone]:
    """Open somebody's phone, signed in and synced once; opening it again by its name is what happens after a crash."""
    opened: list[Client] = []
    online = HttpTransport(address)

    def open_it(person: User, *, name: str = "phone", faults: Sequence[Fault] = ()) -> Client:
        path = tmp_path / f"{name}.sqlite"
        if not path.exists():
            new = Client(path=path, transport=online)
            new.sign_in(email=person.email, password=PASSWORD, organisation=company.slug)
            new.sync()
            new.close()
        network: Transport = online
        for fault in faults:
            network = fault(network)
        opened.append(Client(path=path, transport=network))
        return opened[-1]

    yield open_it
    for client in opened:
        client.close()


@pytest.fixture
def visit(company: Company) -> Document:
    """A visit that the rep is to make in an hour."""
    account = company.account()
    site = company.site(account)
    planned = company.do(
        "visit.plan",
        company.rep,
        id=new_id(),
        account_id=account.id,
        site_id=site.id,
        planned_start_at=datetime.now(UTC) + timedelta(hours=1),
    )
    return company.document("visit", planned.id)


@pytest.fixture
def products(company: Company) -> list[Document]:
    named = {"ESP-1": "Espresso 1 kg", "DEC-1": "Decaf 1 kg", "MUG-6": "Six mugs"}
    return [company.document("product", company.product(sku=sku, name=name).id) for sku, name in named.items()]


@pytest.fixture
def job(company: Company) -> Document:
    """A repair that the dispatcher has sent to the technician."""
    site = company.site(company.account())
    appointment_id = new_id()
    company.do(
        "work_order.create",
        company.dispatcher,
        id=new_id(),
        appointment_id=appointment_id,
        site_id=site.id,
        title="Grinder is blocked",
        priority="urgent",
    )
    company.do(
        "appointment.assign",
        company.dispatcher,
        appointment_id=appointment_id,
        technician_id=company.technician.id,
        starts_at=datetime.now(UTC) + timedelta(hours=2),
    )
    company.do("appointment.dispatch", company.dispatcher, appointment_id=appointment_id)
    return company.document("appointment", appointment_id)


def no_signal(network: Transport) -> Transport:
    return LoseRequest(network)


def lost_push_answer(network: Transport) -> Transport:
    return LoseAnswer(network, hits=times(1, path="/sync/push"))


def order_of(phone: Client, products: Sequence[Document], *, visit: Document) -> Action:
    """An order of three packs of each product."""
    [price_list] = phone.list_documents(entity="price_list", is_default=True)
    return actions.place_order(
        id=phone.new_id(),
        account_id=visit["account_id"],
        site_id=visit["site_id"],
        visit_id=visit["id"],
        price_list=price_list,
        lines=[
            OrderLine(id=phone.new_id(), product=product, quantity=3, unit_price_minor=2450) for product in products
        ],
        placed_by_id=phone.user["id"],
        at=phone.now(),
    )


def order_numbers(company: Company) -> list[str]:
    """The numbers of all orders that the server has."""
    with company.session() as session:
        return list(session.scalars(select(Order.number).where(Order.org_id == company.org_id)))


def fresh_sync(open_phone: OpenPhone, person: User) -> dict[tuple[str, str], Document]:
    """What a phone holds that signs in for the first time."""
    return open_phone(person, name="fresh").pulled_documents()


def test_a_reps_day_without_signal_arrives_whole_when_there_is_signal_again(
    open_phone: OpenPhone, company: Company, visit: Document, products: list[Document]
):
    phone = open_phone(company.rep, faults=[no_signal])
    order = order_of(phone, products, visit=visit)
    phone.do(actions.check_in(visit_id=visit["id"], at=phone.now(), position={"lat": 47.1411, "lng": 9.5208}))
    phone.do(order)
    phone.close()
    phone = open_phone(company.rep, faults=[no_signal])
    phone.do(actions.complete_visit(visit_id=visit["id"], at=phone.now(), outcome="order", notes="Wants a grinder"))
    with pytest.raises(Temporary):
        phone.sync()
    assert phone.status().unsent == 3
    phone.close()

    online = open_phone(company.rep)
    online.sync()

    assert online.status().unsent == 0
    assert online.needs_attention() == []
    [number] = order_numbers(company)
    assert online.find_document(entity="order", id=order.args["id"])["number"] == number
    stored = company.document("visit", UUID(visit["id"]))
    assert (stored["status"], stored["outcome"], stored["notes"]) == ("completed", "order", "Wants a grinder")
    assert online.pulled_documents() == fresh_sync(open_phone, company.rep)


def test_an_order_whose_answer_was_lost_exists_once_and_its_number_reaches_the_phone(
    open_phone: OpenPhone, company: Company, visit: Document, products: list[Document]
):
    phone = open_phone(company.rep, faults=[lost_push_answer])
    order = order_of(phone, products, visit=visit)
    phone.do(order)
    with pytest.raises(Temporary):
        phone.push()

    phone.push()

    [number] = order_numbers(company)
    assert phone.find_document(entity="order", id=order.args["id"])["number"] == number


def test_an_order_whose_answer_was_lost_is_learned_from_the_next_pull(
    open_phone: OpenPhone, company: Company, visit: Document, products: list[Document]
):
    phone = open_phone(company.rep, faults=[lost_push_answer])
    phone.do(order_of(phone, products, visit=visit))
    with pytest.raises(Temporary):
        phone.push()

    phone.pull()

    assert phone.status().unsent == 0
    assert len(order_numbers(company)) == 1


@pytest.mark.parametrize("fault", [Duplicate, DuplicateLate])
def test_an_order_that_the_network_delivers_twice_exists_once(
    open_phone: OpenPhone, company: Company, visit: Document, products: list[Document], fault: Fault
):
    phone = open_phone(company.rep, faults=[fault])
    phone.do(order_of(phone, products, visit=visit))

    phone.sync()

    assert len(order_numbers(company)) == 1
    assert phone.status().unsent == 0


def test_a_push_from_two_open_copies_of_the_app_places_one_order(
    open_phone: OpenPhone, company: Company, visit: Document, products: list[Document]
):
    phone = open_phone(company.rep)
    phone.do(order_of(phone, products, visit=visit))
    copies = [phone, open_phone(company.rep)]
    both = threading.Barrier(2)

    def push(copy: Client) -> None:
        both.wait(timeout=10)
        copy.push()

    threads = [threading.Thread(target=push, args=[copy]) for copy in copies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(order_numbers(company)) == 1
    assert phone.status().unsent == 0


def test_what_the_phone_shows_before_the_push_is_what_the_server_makes_of_it(
    open_phone: OpenPhone, company: Company, visit: Document, products: list[Document]
):
    phone = open_phone(company.rep)
    order = order_of(phone, products, visit=visit)
    phone.do(actions.check_in(visit_id=visit["id"], at=phone.now()))
    phone.do(order)
    phone.do(actions.complete_visit(visit_id=visit["id"], at=phone.now(), outcome="order", notes="Wants a grinder"))
    guessed_order = phone.find_document(entity="order", id=order.args["id"])
    guessed_visit = phone.find_document(entity="visit", id=visit["id"])

    phone.sync()

    assert comparable(company.document("order", UUID(order.args["id"]))) == comparable(guessed_order) | {
        "number": order_numbers(company)[0]
    }
    assert comparable(company.document("visit", UUID(visit["id"]))) == comparable(guessed_visit)


def comparable(doc: Document) -> Document:
    return {name: value for name, value in doc.items() if name not in EACH_SIDE_BY_ITS_OWN_CLOCK}


def test_an_order_of_a_withdrawn_product_needs_attention_and_can_be_mended(
    open_phone: OpenPhone, company: Company, visit: Document, products: list[Document]
):
    espresso, decaf, _ = products
    phone = open_phone(company.rep)
    order = order_of(phone, [espresso], visit=visit)
    phone.do(order)
    company.do("product.withdraw", company.manager, product_id=espresso["id"])

    phone.sync()

    [refused] = phone.needs_attention()
    assert (refused.state, refused.name, refused.args) == ("rejected", "order.place", order.args)
    assert refused.code == "order.product_withdrawn"
    assert refused.message
    assert order_numbers(company) == []

    phone.mend(id=refused.id, action=order_of(phone, [decaf], visit=visit))
    phone.sync()

    assert phone.needs_attention() == []
    assert len(order_numbers(company)) == 1
    assert [line["sku"] for order in phone.list_documents(entity="order") for line in order["lines"]] == ["DEC-1"]


def test_an_order_of_a_withdrawn_product_can_be_discarded(
    open_phone: OpenPhone, company: Company, visit: Document, products: list[Document]
):
    phone = open_phone(company.rep)
    phone.do(order_of(phone, products[:1], visit=visit))
    company.do("product.withdraw", company.manager, product_id=products[0]["id"])
    phone.sync()

    phone.discard(id=phone.needs_attention()[0].id)
    phone.sync()

    assert phone.list_documents(entity="order") == []
    assert order_numbers(company) == []
    assert phone.status().needs_attention == 0


def test_a_technicians_job_without_signal_is_on_the_dispatchers_phone_after_the_sync(
    open_phone: OpenPhone, company: Company, job: Document, products: list[Document]
):
    dispatcher = open_phone(company.dispatcher, name="dispatcher")
    phone = open_phone(company.technician, faults=[no_signal])
    parts = [PartUsed(id=phone.new_id(), product=product, quantity=1) for product in products[:2]]
    phone.do(actions.accept(appointment_id=job["id"], at=phone.now()))
    phone.do(actions.travel(appointment_id=job["id"], at=phone.now()))
    phone.do(actions.start(appointment_id=job["id"], at=phone.now(), position={"lat": 47.14, "lng": 9.52}))
    phone.do(actions.complete(appointment_id=job["id"], at=phone.now(), notes="Replaced both", parts=parts))
    phone.close()

    phone = open_phone(company.technician)
    shown = phone.find_document(entity="appointment", id=job["id"])
    phone.sync()
    dispatcher.sync()

    assert phone.needs_attention() == []
    seen = dispatcher.find_document(entity="appointment", id=job["id"])
    assert (seen["status"], seen["notes"]) == (shown["status"], shown["notes"]) == ("completed", "Replaced both")
    assert seen["parts"] == shown["parts"]
    assert [step["to"] for step in seen["transitions"]][-4:] == ["accepted", "traveling", "in_progress", "completed"]


def test_two_phones_of_one_person_end_up_with_the_same(
    open_phone: OpenPhone, company: Company, visit: Document, products: list[Document]
):
    phone, tablet = open_phone(company.rep), open_phone(company.rep, name="tablet")
    phone.do(actions.check_in(visit_id=visit["id"], at=phone.now()))
    tablet.do(order_of(tablet, products, visit=visit))

    for device in (phone, tablet, phone):
        device.sync()

    assert tablet.find_document(entity="visit", id=visit["id"])["status"] == "in_progress"
    assert len(phone.list_documents(entity="order")) == 1
    assert phone.pulled_documents() == tablet.pulled_documents() == fresh_sync(open_phone, company.rep)


def test_of_two_phones_that_close_the_same_visit_the_second_is_told_why_it_may_not(
    open_phone: OpenPhone, company: Company, visit: Document
):
    phone, tablet = open_phone(company.rep), open_phone(company.rep, name="tablet")
    phone.do(actions.cancel_visit(visit_id=visit["id"], at=phone.now(), reason="Closed on Mondays"))
    tablet.do(actions.check_in(visit_id=visit["id"], at=tablet.now()))
    phone.sync()

    tablet.sync()

    [refused] = tablet.needs_attention()
    assert refused.state == "rejected"
    assert refused.current["status"] == "canceled"
    assert tablet.find_document(entity="visit", id=visit["id"])["status"] == "canceled"


def test_what_is_taken_from_a_reps_territory_leaves_the_phone(open_phone: OpenPhone, company: Company):
    account = company.account()
    phone = open_phone(company.rep)
    assert phone.find_document(entity="account", id=str(account.id))

    company.do("account.move", company.manager, account_id=account.id, territory_id=company.other_territory_id)
    phone.sync()

    assert phone.find_document(entity="account", id=str(account.id)) is None
    assert phone.pulled_documents() == fresh_sync(open_phone, company.rep)


def test_a_first_sync_in_small_pages_is_whole(
    open_phone: OpenPhone, company: Company, visit: Document, monkeypatch: pytest.MonkeyPatch
):
    whole = open_phone(company.rep).pulled_documents()
    monkeypatch.setattr("mobile_client.sync.PAGE_CHANGES", 3)

    assert open_phone(company.rep, name="small pages").pulled_documents() == whole
    assert ("visit", visit["id"]) in whole


def test_a_bucket_that_the_phone_lost_a_part_of_is_repaired(open_phone: OpenPhone, company: Company, visit: Document):
    phone = open_phone(company.rep)
    phone.store.rows("delete from holding where entity = 'visit'")
    phone.store.rows("delete from document where entity = 'visit'")

    phone.pull(verify=True)

    assert phone.pulled_documents() == fresh_sync(open_phone, company.rep)


def test_the_checksums_of_all_buckets_agree(open_phone: OpenPhone, company: Company, visit: Document, job: Document):
    for person in (company.rep, company.technician, company.dispatcher, company.admin):
        phone = open_phone(person, name=f"of {person.name}")
        phone.pull(verify=True)

        assert phone.store.setting("repair") == []
        assert phone.store.setting("repaired") == []


def test_a_poke_brings_a_dispatched_job_to_a_running_phone(open_phone: OpenPhone, company: Company, visit: Document):
    phone = open_phone(company.rep)
    with phone.running():
        wait_until(lambda: phone.loop.live)
        company.do("visit.confirm", company.rep, visit_id=visit["id"])

        wait_until(lambda: phone.find_document(entity="visit", id=visit["id"])["status"] == "confirmed")


def test_signing_out_ends_the_session_and_the_work_waits_for_the_next(
    open_phone: OpenPhone, company: Company, visit: Document
):
    phone = open_phone(company.rep)
    phone.do(actions.check_in(visit_id=visit["id"], at=phone.now()))
    phone.sign_out()
    with pytest.raises(SignInNeeded):
        phone.sync()

    phone.sign_in(email=company.rep.email, password=PASSWORD, organisation=company.slug)
    phone.sync()

    assert company.document("visit", UUID(visit["id"]))["status"] == "in_progress"


def test_a_phone_with_a_worn_out_access_token_goes_on_by_itself(open_phone: OpenPhone, company: Company):
    phone = open_phone(company.rep)
    phone.store.save(access_token="worn out")

    phone.sync()

    assert phone.store.setting("access_token") != "worn out"


def test_a_revoked_device_hands_in_its_work_and_deletes_everything(
    open_phone: OpenPhone, company: Company, visit: Document
):
    phone, tablet = open_phone(company.rep), open_phone(company.rep, name="tablet")
    mutation = phone.do(actions.check_in(visit_id=visit["id"], at=phone.now()))
    lost = phone.store.setting("device_id")
    tablet._session.request("POST", f"/devices/{lost}/revoke", {})

    with pytest.raises(DeviceRevoked):
        phone.sync()

    with company.session() as session:
        assert session.get_one(Receipt, (company.org_id, UUID(mutation))).code == "sync.device_revoked"
    assert company.document("visit", UUID(visit["id"]))["status"] == "planned"
    assert (phone.user, phone.pulled_documents(), phone.status().unsent) == (None, {}, 0)

    phone.sign_in(email=company.rep.email, password=PASSWORD, organisation=company.slug)
    phone.sync()
    assert phone.pulled_documents() == fresh_sync(open_phone, company.rep)


def test_what_lies_on_the_disk_of_a_revoked_device_cannot_be_read_any_more(
    open_phone: OpenPhone, company: Company, visit: Document, tmp_path: Path
):
    phone, tablet = open_phone(company.rep), open_phone(company.rep, name="tablet")
    assert visit["id"] in on_the_disk(tmp_path)
    tablet._session.request("POST", f"/devices/{phone.store.setting('device_id')}/revoke", {})

    with pytest.raises(DeviceRevoked):
        phone.sync()

    assert visit["id"] not in on_the_disk(tmp_path)


def on_the_disk(folder: Path) -> str:
    return "".join(path.read_bytes().decode(errors="replace") for path in folder.glob("phone.sqlite*"))


def test_a_phone_restored_from_an_old_copy_hands_in_everything_once(
    open_phone: OpenPhone, company: Company, visit: Document, products: list[Document], tmp_path: Path
):
    phone = open_phone(company.rep)
    phone.do(order_of(phone, products, visit=visit))
    phone.close()
    old_copy = (tmp_path / "phone.sqlite").read_bytes()
    phone = open_phone(company.rep)
    phone.sync()
    phone.do(order_of(phone, products, visit=visit))
    phone.sync()
    phone.close()
    (tmp_path / "phone.sqlite").write_bytes(old_copy)

    phone = open_phone(company.rep)
    phone.do(order_of(phone, products, visit=visit))
    phone.sign_in(email=company.rep.email, password=PASSWORD, organisation=company.slug)
    phone.sync()

    assert phone.status().unsent == 0
    assert phone.needs_attention() == []
    assert len(order_numbers(company)) == 3
    assert phone.pulled_documents() == fresh_sync(open_phone, company.rep)


@pytest.mark.parametrize("seed", range(6))
def test_a_bad_day_on_a_bad_network_loses_and_doubles_nothing(
    open_phone: OpenPhone, company: Company, visit: Document, products: list[Document], seed: int
):
    rng = random.Random(seed)
    bad: list[Fault] = [
        lambda network, kind=kind: kind(network, hits=chance(0.2, rng=rng))
        for kind in (LoseRequest, LoseAnswer, Duplicate, DuplicateLate)
    ]
    phone = open_phone(company.rep, faults=bad)
    placed: list[Any] = []
    for _ in range(25):
        match rng.choice(["order", "sync", "push", "crash", "elsewhere"]):
            case "order":
                order = order_of(phone, products, visit=visit)
                phone.do(order)
                placed.append(order.args["id"])
            case "elsewhere":
                company.account(name="Gasthof Löwen")
            case "crash":
                phone.close()
                phone = open_phone(company.rep, faults=bad)
            case step:
                attempt(phone.push if step == "push" else phone.sync)
        assert [order["id"] for order in phone.list_documents(entity="order")] == placed
    phone.close()

    quiet = open_phone(company.rep)
    quiet.sync()

    assert quiet.status().unsent == 0
    assert quiet.needs_attention() == []
    assert len(order_numbers(company)) == len(placed)
    assert quiet.pulled_documents() == fresh_sync(open_phone, company.rep)


def test_the_example_in_the_documentation_runs(
    address: str, company: Company, visit: Document, products: list[Document], tmp_path: Path
):
    text = (Path(__file__).parents[2] / "docs/python-client.md").read_text()
    example = text.split("```python\n")[1].split("```")[0]
    (tmp_path / "door.jpg").write_bytes(b"\xff\xd8\xff\xe1\x00\x10Exif\x00\x00" + bytes(300))
    here = {
        "door.jpg": str(tmp_path / "door.jpg"),
        "rep1.sqlite": str(tmp_path / "rep1.sqlite"),
        "http://127.0.0.1:8000": address,
        "rep1@demo.example": company.rep.email,
        "demo-fieldbook": PASSWORD,
    }
    for written, meant in here.items():
        example = example.replace(written, meant)
    names: dict[str, Any] = {}

    exec(example, names)

    assert names["phone"].status().unsent == names["phone"].status().photos_waiting == 0
    assert len(order_numbers(company)) == 1
    names["phone"].close()


def attempt(sync: Callable[[], object]) -> None:
    with suppress(Temporary):
        sync()


def wait_until(fact: Callable[[], object]) -> None:
    """Wait for another thread; the ten seconds are only what a broken program takes to be called broken."""
    pause = threading.Event()
    for _ in range(1000):
        if fact():
            return
        pause.wait(0.01)
    pytest.fail("it never happened")
