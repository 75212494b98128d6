"""Contents go out whole or in ranges, to whoever sees the record, and never as something that runs."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from domain.attachments.models import Content
from domain.attachments.storage import Storage
from domain.people.models import User
from domain.people.permissions import Role
from tests.attachments.conftest import Uploader, addition, digest, photo
from tests.support.company import Company
from tests.support.phone import Phone

MIB = 1024 * 1024
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" + b"1 0 obj\n" * 50 + b"%%EOF"


def attach(company: Company, uploader: Uploader, content: bytes, **given: Any) -> str:
    """Attach something to a new account of Vaduz and return the address of its content."""
    args = addition(content, company.account().id, **given)
    uploader.upload(content)
    assert uploader.phone.do("attachment.add", **args)["status"] == "applied"
    return f"/attachments/{args['id']}/content"


def test_the_whole_content(company: Company, rep: Uploader) -> None:
    content = photo(2 * MIB)
    answer = rep.phone.get(attach(company, rep, content, name="Öl\r\nKeller.png"))
    assert answer.status_code == 200
    assert answer.data == content
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Content-Length"] == str(2 * MIB)
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["ETag"] == f'"{digest(content)}"'
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert (
        answer.headers["Content-Disposition"]
        == "inline; filename=\"_l__Keller.png\"; filename*=UTF-8''%C3%96l%0D%0AKeller.png"
    )


@pytest.mark.parametrize(
    ("asked", "start", "stop"),
    [("bytes=0-99", 0, 100), ("bytes=1000000-", 1_000_000, 2 * MIB), ("bytes=-7", 2 * MIB - 7, 2 * MIB)],
)
def test_a_range(company: Company, rep: Uploader, asked: str, start: int, stop: int) -> None:
    content = photo(2 * MIB)
    answer = rep.phone.get(attach(company, rep, content), Range=asked)
    assert answer.status_code == 206
    assert answer.data == content[start:stop]
    assert answer.headers["Content-Range"] == f"bytes {start}-{stop - 1}/{2 * MIB}"


def test_a_range_of_what_it_had_before_is_the_whole(company: Company, rep: Uploader) -> None:
    content = photo()
    address = attach(company, rep, content)
    still = rep.phone.get(address, Range="bytes=0-9", If_Range=f'"{digest(content)}"')
    assert (still.status_code, still.data) == (206, content[:10])
    other = rep.phone.app.test_client().get(
        f"/api/v1{address}", headers={**rep.phone.headers, "Range": "bytes=0-9", "If-Range": '"another"'}
    )
    assert (other.status_code, other.data) == (200, content)


def test_several_ranges_at_once_are_the_whole(company: Company, rep: Uploader) -> None:
    content = photo()
    answer = rep.phone.get(attach(company, rep, content), Range="bytes=0-9,20-29")
    assert (answer.status_code, answer.data) == (200, content)


def test_a_range_beyond_the_end_is_refused(company: Company, rep: Uploader) -> None:
    answer = rep.phone.get(attach(company, rep, photo()), Range="bytes=4000-")
    assert (answer.status_code, answer.json["code"]) == (416, "attachment.range_not_satisfiable")


def test_what_the_client_has_is_not_sent_again(company: Company, rep: Uploader) -> None:
    content = photo()
    address = attach(company, rep, content)
    headers = {**rep.phone.headers, "If-None-Match": f'"{digest(content)}"'}
    answer = rep.phone.app.test_client().get(f"/api/v1{address}", headers=headers)
    assert (answer.status_code, answer.data) == (304, b"")


def test_what_could_carry_a_script_is_offered_for_saving(company: Company, rep: Uploader) -> None:
    answer = rep.phone.get(attach(company, rep, PDF, media_type="application/pdf", kind="file", name='a"b.html'))
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.headers["Content-Disposition"] == "attachment; filename=\"a_b.html\"; filename*=UTF-8''a%22b.html"


def test_whoever_does_not_see_the_record_does_not_get_the_content(company: Company, rep: Uploader, app: Flask) -> None:
    address = attach(company, rep, photo())
    elsewhere = Phone.sign_in(app, company.person(Role.REP, territory_id=company.other_territory_id))
    assert elsewhere.get(address).json["code"] == "record.not_found"
    there = Phone.sign_in(app, company.person(Role.REP, territory_id=company.territory_id))
    assert there.get(address).status_code == 200


def test_another_organisation_does_not_get_the_content(
    company: Company, other_company: Company, rep: Uploader, uploader: Callable[[User], Uploader]
) -> None:
    address = attach(company, rep, photo())
    assert uploader(other_company.admin).phone.get(address).status_code == 404


def test_before_the_content_is_there_the_answer_says_so(company: Company, rep: Uploader) -> None:
    args = addition(photo(), company.account().id)
    rep.phone.do("attachment.add", **args)
    answer = rep.phone.get(f"/attachments/{args['id']}/content")
    assert (answer.status_code, answer.json["code"]) == (409, "attachment.content_not_there")


def test_a_content_that_the_storage_has_lost_is_no_server_error(
    company: Company, rep: Uploader, storage: Storage
) -> None:
    content = photo()
    address = attach(company, rep, content)
    with company.session() as session:
        storage.delete([session.get_one(Content, (company.org_id, digest(content))).object_key or ""])
    assert rep.phone.get(address).json["code"] == "attachment.content_not_there"
