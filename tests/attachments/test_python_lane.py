"""The reference client's lane of photos: it resumes, nothing waits for it, and it stops for nothing."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, select

from domain.attachments.models import Attachment, Content, Upload
from domain.kernel.clock import utc_now
from domain.people.models import User
from mobile_client import Client, DeviceRevoked, HttpTransport, NothingToAttachTo, Temporary, Transport, Unreachable
from mobile_client.attachments import PIECE_BYTES, remove_attachment
from mobile_client.faults import Duplicate, LoseAnswer, LoseRequest, times
from tests.attachments.conftest import digest, photo
from tests.support.company import PASSWORD, Company
from tests.support.phone import Phone

OpenPhone = Callable[..., Client]
Fault = Callable[[Transport], Transport]


@pytest.fixture
def open_phone(address: str, company: Company, tmp_path: Path) -> Iterator[OpenPhone]:
    """Open the rep's phone; opening it again is what happens after a crash."""
    opened: list[Client] = []

    def open_it(*faults: Fault, person: User = company.rep) -> Client:
        network: Transport = HttpTransport(address)
        for fault in faults:
            network = fault(network)
        client = Client(path=tmp_path / f"{person.id}.sqlite", transport=network)
        if client.user is None:
            client.sign_in(email=person.email, password=PASSWORD, organisation=company.slug)
            client.sync()
        opened.append(client)
        return client

    yield open_it
    for client in opened:
        client.close()


@pytest.fixture
def account_id(company: Company) -> str:
    return str(company.account().id)


def take(phone: Client, account_id: str, content: bytes, *, media_type: str = "image/png") -> str:
    return phone.attach(content, entity="account", record_id=account_id, media_type=media_type, name="Boiler.png")


def send_all(phones: Sequence[Client]) -> None:
    """Try again and again, as the loop does, each time with the next phone: the one before was closed or killed."""
    for phone in phones:
        with suppress(Temporary):
            phone.contents.send()


def test_the_photo_is_shown_at_once_and_follows_its_record(
    open_phone: OpenPhone, company: Company, account_id: str
) -> None:
    phone = open_phone()
    content = photo()
    attachment_id = take(phone, account_id, content)
    shown = phone.find_document(entity="attachment", id=attachment_id)
    assert shown is not None
    assert (shown["status"], shown["account_id"], shown["size"]) == ("pending", account_id, 4_000)
    assert phone.contents.find(digest(content)) == content
    assert (phone.status().unsent, phone.status().photos_waiting) == (1, 1)
    phone.sync()
    assert (phone.status().unsent, phone.status().photos_waiting) == (0, 1)
    assert phone.contents.send() == 1
    assert phone.status().photos_waiting == 0
    phone.sync()
    pulled = phone.find_document(entity="attachment", id=attachment_id)
    assert pulled is not None
    assert pulled["status"] == "stored"
    # The server has it and says so: after a week it takes no more room here.
    assert phone.contents.send() == 0
    assert phone.contents.find(digest(content)) == content
    phone.store.rows("update content set sent_at = '2026-01-01T00:00:00.000Z'")
    assert phone.contents.send() == 0
    assert phone.contents.find(digest(content)) is None


def test_the_content_may_go_first(open_phone: OpenPhone, account_id: str) -> None:
    phone = open_phone()
    attachment_id = take(phone, account_id, photo())
    phone.contents.send()
    phone.sync()
    document = phone.find_document(entity="attachment", id=attachment_id)
    assert document is not None
    assert document["status"] == "stored"


def test_data_does_not_wait_for_a_photo_that_cannot_go(open_phone: OpenPhone, account_id: str) -> None:
    phone = open_phone(lambda inner: LoseRequest(inner, hits=times(1_000, path="/uploads")))
    attachment_id = take(phone, account_id, photo())
    with pytest.raises(Unreachable):
        phone.contents.send()
    phone.sync()
    assert (phone.status().unsent, phone.status().photos_waiting) == (0, 1)
    assert phone.find_document(entity="attachment", id=attachment_id) is not None


def test_it_goes_on_where_the_line_broke(open_phone: OpenPhone, company: Company, account_id: str) -> None:
    content = photo(4 * PIECE_BYTES)
    take(open_phone(), account_id, content)
    asked: list[tuple[str, str]] = []

    class Watched(LoseRequest):
        def send(self, method: str, path: str, **given: object) -> object:
            asked.append((method, path))
            return super().send(method, path, **given)

    def third(method: str, path: str) -> bool:
        return path.startswith("/uploads") and len(asked) == 3

    send_all([open_phone(lambda inner: Watched(inner, hits=third)) for _ in range(2)])
    assert [method for method, _ in asked] == ["POST", "PATCH", "PATCH", "HEAD", "PATCH", "PATCH"]
    with company.session() as session:
        assert session.get_one(Content, (company.org_id, digest(content))).status == "stored"


@pytest.mark.parametrize("fault", [LoseRequest, LoseAnswer, Duplicate])
def test_whatever_the_network_does_the_content_arrives_whole(
    open_phone: OpenPhone, company: Company, account_id: str, fault: type
) -> None:
    contents = [photo(3 * PIECE_BYTES, seed=number) for number in range(2)]
    taken = open_phone()
    for content in contents:
        take(taken, account_id, content)
    hits = times(4, path="/uploads")
    send_all([open_phone(lambda inner: fault(inner, hits=hits)) for _ in range(6)])
    assert taken.status().photos_waiting == 0
    with company.session() as session:
        stored = session.scalars(select(Content.sha256).where(Content.org_id == company.org_id)).all()
    assert set(stored) == {digest(content) for content in contents}


def test_a_content_that_the_server_refuses_stops_no_other(
    open_phone: OpenPhone, company: Company, account_id: str
) -> None:
    phone = open_phone()
    refused = take(phone, account_id, b"<!DOCTYPE html><p>not a photo</p>")
    taken = take(phone, account_id, photo())
    assert phone.contents.send() == 1
    assert phone.status().photos_waiting == 0
    phone.sync()
    statuses = {}
    for attachment_id in (refused, taken):
        document = phone.find_document(entity="attachment", id=attachment_id)
        assert document is not None
        statuses[attachment_id] = document["status"]
    assert statuses == {refused: "refused", taken: "stored"}


def test_the_same_photo_of_two_records_is_sent_once(open_phone: OpenPhone, company: Company, account_id: str) -> None:
    phone = open_phone()
    for _ in range(2):
        take(phone, account_id, photo())
    assert phone.contents.send() == 1
    phone.sync()
    statuses = {document["status"] for document in phone.list_documents(entity="attachment")}
    assert statuses == {"stored"}


def test_what_was_taken_away_again_is_not_sent(open_phone: OpenPhone, account_id: str) -> None:
    phone = open_phone()
    attachment_id = take(phone, account_id, photo())
    phone.do(remove_attachment(attachment_id=attachment_id, at=phone.now()))
    phone.sync()
    assert phone.contents.send() == 0
    assert phone.status().photos_waiting == 0


def test_a_content_that_the_server_lost_is_sent_again(
    open_phone: OpenPhone, company: Company, account_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = photo()
    phone = open_phone()
    take(phone, account_id, content)
    phone.contents.send()
    with company.session() as session:
        session.delete(session.get_one(Content, (company.org_id, digest(content))))
        session.commit()
    phone.sync()
    phone.store.rows("update content set sent_at = '2026-01-01T00:00:00.000Z'")
    assert phone.contents.send() == 1
    with company.session() as session:
        statuses = session.scalars(select(Attachment.status).where(Attachment.org_id == company.org_id)).all()
    assert statuses == ["stored"]


def test_to_a_record_that_is_not_here_nothing_is_attached(open_phone: OpenPhone) -> None:
    with pytest.raises(NothingToAttachTo):
        take(open_phone(), "00000000-0000-7000-8000-000000000000", photo())


def test_in_the_background_photos_go_by_themselves(open_phone: OpenPhone, account_id: str) -> None:
    phone = open_phone()
    with phone.running():
        attachment_id = take(phone, account_id, photo())
        for _ in range(1_200):
            document = phone.find_document(entity="attachment", id=attachment_id)
            if document and document["status"] == "stored":
                break
            phone.loop.wake()
            time.sleep(0.1)
        else:
            pytest.fail("the photo did not arrive")


def test_a_revoked_device_hands_its_photos_in_before_it_is_wiped(
    open_phone: OpenPhone, company: Company, account_id: str, app: Flask
) -> None:
    content = photo()
    phone = open_phone()
    take(phone, account_id, content)
    admin = Phone.sign_in(app, company.admin)
    assert admin.post(f"/devices/{phone.store.setting('device_id')}/revoke", {}).status_code < 300
    with pytest.raises(DeviceRevoked):
        phone.sync()
    assert phone.user is None
    with company.session() as session:
        assert session.get_one(Content, (company.org_id, digest(content))).status == "stored"


def test_while_too_many_uploads_are_unfinished_the_photo_waits(
    open_phone: OpenPhone, company: Company, account_id: str
) -> None:
    phone = open_phone()
    content = photo()
    take(phone, account_id, content)
    lost = {"org_id": company.org_id, "user_id": company.rep.id, "size": 1, "received": 0, "parts": []}
    with company.session() as session:
        expires_at = utc_now() + timedelta(days=1)
        session.add_all(
            Upload(**lost, sha256=f"{number:064x}", metadata_header="", expires_at=expires_at) for number in range(100)
        )
        session.commit()
    with pytest.raises(Temporary) as busy:
        phone.contents.send()
    assert busy.value.retry_after_s == 60
    assert phone.contents.find(digest(content)) == content
    assert phone.status().photos_waiting == 1
    with company.session() as session:
        session.execute(delete(Upload).where(Upload.org_id == company.org_id))
        session.commit()
    assert phone.contents.send() == 1
