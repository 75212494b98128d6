"""Contents arrive by tus 1.0, whatever breaks."""

import base64
import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select, update

from domain.attachments.models import Content, Upload
from domain.kernel.clock import utc_now
from domain.people.models import User
from tests.attachments.conftest import PIECE, Uploader, digest, metadata, photo
from tests.support.company import NOW, Company

MIB = 1024 * 1024


def stored(company: Company, content: bytes) -> Content | None:
    with company.session() as session:
        return session.get(Content, (company.org_id, digest(content)))


def test_the_server_says_what_it_can_do_to_whoever_asks(app: Any) -> None:
    answer = app.test_client().options("/api/v1/uploads")
    assert answer.status_code == 204
    assert answer.headers["Tus-Resumable"] == answer.headers["Tus-Version"] == "1.0.0"
    assert answer.headers["Tus-Extension"] == "creation,creation-with-upload,checksum,termination,expiration"
    assert answer.headers["Tus-Max-Size"] == "25000000"
    assert answer.headers["Tus-Checksum-Algorithm"] == "sha256,sha1,md5"


def test_a_content_in_one_request(rep: Uploader, company: Company, objects: Callable[[], set[str]]) -> None:
    content = photo()
    answer = rep.create(content, first=content)
    assert answer.status_code == 201
    assert answer.headers["Location"] == f"/api/v1/uploads/{digest(content)}"
    assert answer.headers["Upload-Offset"] == "4000"
    found = stored(company, content)
    assert found is not None
    assert (found.status, found.size, found.media_type) == ("stored", 4_000, "image/png")
    assert objects() == {found.object_key}


def test_a_content_in_many_requests_says_where_it_is(rep: Uploader, company: Company) -> None:
    content = photo(10_000)
    created = rep.create(content)
    assert created.status_code == 201
    assert created.headers["Upload-Offset"] == "0"
    for offset in (0, 4_000, 8_000):
        answer = rep.patch(content, content[offset : offset + 4_000], offset=offset)
        assert answer.status_code == 204
        assert answer.headers["Upload-Offset"] == str(min(offset + 4_000, 10_000))
        if offset == 0:
            assert "GMT" in answer.headers["Upload-Expires"]
            told = rep.ask("HEAD", f"/{digest(content)}")
            assert told.headers["Upload-Offset"] == "4000"
            assert told.headers["Upload-Length"] == "10000"
            assert told.headers["Upload-Metadata"] == metadata(sha256=digest(content), media_type="image/png")
            assert told.headers["Cache-Control"] == "no-store"
    assert stored(company, content) is not None
    assert rep.offset(content) == 10_000


def test_a_content_larger_than_what_is_held_in_memory(
    rep: Uploader, company: Company, storage: Any, objects: Callable[[], set[str]]
) -> None:
    content = photo(3 * MIB + 17)
    rep.upload(content)
    found = stored(company, content)
    assert found is not None
    assert b"".join(storage.read(found.object_key)) == content
    assert objects() == {found.object_key}


def test_a_content_in_very_many_pieces_is_joined_meanwhile(
    rep: Uploader, company: Company, storage: Any, objects: Callable[[], set[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("domain.attachments.uploads.MOST_PARTS", 4)
    content = photo(1_000)
    rep.create(content)
    for offset in range(0, 900, 100):
        assert rep.patch(content, content[offset : offset + 100], offset=offset).status_code == 204
        assert len(objects()) < 4
    rep.patch(content, content[900:], offset=900)
    found = stored(company, content)
    assert found is not None
    assert b"".join(storage.read(found.object_key)) == content
    assert objects() == {found.object_key}


def test_creating_it_again_goes_on_where_it_stopped(rep: Uploader) -> None:
    content = photo(10_000)
    rep.create(content, first=content[:3_000])
    again = rep.create(content)
    assert (again.status_code, again.headers["Upload-Offset"]) == (201, "3000")
    assert rep.patch(content, content[3_000:], offset=3_000).status_code == 204


def test_an_offset_other_than_the_servers_is_refused(rep: Uploader) -> None:
    content = photo(10_000)
    rep.create(content, first=content[:3_000])
    for offset in (0, 2_999, 5_000):
        answer = rep.patch(content, content[offset:], offset=offset)
        assert (answer.status_code, answer.json["code"]) == (409, "upload.offset_mismatch")
    assert rep.offset(content) == 3_000


def test_a_content_that_is_there_already_needs_no_upload(
    rep: Uploader, company: Company, uploader: Callable[[User], Uploader], objects: Callable[[], set[str]]
) -> None:
    content = photo()
    rep.upload(content)
    colleague = uploader(company.technician)
    answer = colleague.create(content, first=content)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (201, "4000")
    assert colleague.offset(content) == 4_000
    assert len(objects()) == 1


def test_the_same_content_from_two_people_at_once_is_kept_once(
    rep: Uploader, company: Company, uploader: Callable[[User], Uploader], objects: Callable[[], set[str]]
) -> None:
    content = photo(2 * MIB)
    colleague = uploader(company.technician)
    for one in (rep, colleague):
        one.create(content, first=content[: MIB + 1])
    assert len(objects()) == 4
    assert rep.patch(content, content[MIB + 1 :], offset=MIB + 1).status_code == 204
    answer = colleague.patch(content, content[MIB + 1 :], offset=MIB + 1)
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, str(2 * MIB))
    assert len(objects()) == 1


def test_two_organisations_do_not_share_a_content(
    rep: Uploader, other_company: Company, uploader: Callable[[User], Uploader]
) -> None:
    content = photo()
    rep.upload(content)
    assert uploader(other_company.rep).ask("HEAD", f"/{digest(content)}").status_code == 404


def test_the_wrong_content_is_refused_and_the_upload_starts_anew(
    rep: Uploader, company: Company, objects: Callable[[], set[str]]
) -> None:
    content = photo(10_000)
    rep.create(content, first=content[:9_999])
    answer = rep.patch(content, b"?", offset=9_999)
    assert (answer.status_code, answer.json["code"]) == (460, "upload.hash_mismatch")
    assert rep.offset(content) == 0
    assert objects() == set()
    assert rep.patch(content, content, offset=0).status_code == 204
    assert stored(company, content) is not None


@pytest.mark.parametrize("algorithm", ["sha256", "sha1", "md5"])
def test_a_piece_with_a_right_checksum_is_taken(rep: Uploader, algorithm: str) -> None:
    content = photo(10_000, seed=len(algorithm))
    rep.create(content)
    checksum = base64.b64encode(hashlib.new(algorithm, content[:4_000]).digest()).decode()
    answer = rep.patch(content, content[:4_000], offset=0, Upload_Checksum=f"{algorithm} {checksum}")
    assert (answer.status_code, answer.headers["Upload-Offset"]) == (204, "4000")


def test_nothing_of_a_piece_with_a_wrong_checksum_is_kept(rep: Uploader) -> None:
    content = photo(3 * MIB)
    rep.create(content)
    checksum = base64.b64encode(hashlib.sha256(b"other").digest()).decode()
    answer = rep.patch(content, content, offset=0, Upload_Checksum=f"sha256 {checksum}")
    assert (answer.status_code, answer.json["code"]) == (460, "upload.checksum_mismatch")
    assert rep.offset(content) == 0


def test_a_checksum_by_an_unknown_algorithm_is_refused(rep: Uploader) -> None:
    content = photo()
    rep.create(content)
    answer = rep.patch(content, content, offset=0, Upload_Checksum="crc32 AAAA")
    assert (answer.status_code, answer.json["code"]) == (400, "upload.header_invalid")


class BrokenLine(BytesIO):
    """A body that ends before its announced length."""


def test_what_arrived_before_the_line_broke_is_kept(rep: Uploader) -> None:
    content = photo(3 * MIB)
    rep.create(content)
    answer = rep.phone.app.test_client().open(
        f"/api/v1/uploads/{digest(content)}",
        method="PATCH",
        input_stream=BrokenLine(content[:-1_000]),
        content_length=len(content),
        headers={**rep.phone.headers, **PIECE, "Upload-Offset": "0"},
    )
    assert answer.status_code == 204
    assert rep.offset(content) == 3 * MIB - 1_000


def test_of_two_that_send_the_same_at_once_one_is_late(rep: Uploader, company: Company) -> None:
    content = photo(200_000)
    rep.create(content)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: rep.patch(content, content, offset=0), range(4)))
    assert {answer.status_code for answer in answers} <= {204, 409, 503}
    assert [answer.status_code for answer in answers].count(204) == 1
    assert stored(company, content) is not None


def test_more_bytes_than_were_announced_are_refused(rep: Uploader) -> None:
    content = photo(5_000)
    rep.create(content)
    answer = rep.patch(content, content + b"more", offset=0)
    assert (answer.status_code, answer.json["code"]) == (413, "upload.longer_than_said")


def test_too_large_a_content_is_refused_before_a_byte_is_sent(rep: Uploader) -> None:
    answer = rep.create(photo(), Upload_Length="25000001")
    assert (answer.status_code, answer.json["code"]) == (413, "attachment.too_large")


def test_a_type_that_is_not_accepted_is_refused_before_a_byte_is_sent(rep: Uploader) -> None:
    answer = rep.create(photo(), media_type="text/html")
    assert (answer.status_code, answer.json["code"]) == (415, "attachment.type_not_allowed")


@pytest.mark.parametrize(
    "content",
    [
        b"<!DOCTYPE html><script>alert(1)</script>",
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b"MZ\x90\0" + b"\0" * 99,
    ],
    ids=["html", "svg", "program"],
)
def test_a_content_that_is_not_what_it_says_is_refused_for_good(
    rep: Uploader, company: Company, content: bytes, objects: Callable[[], set[str]]
) -> None:
    answer = rep.create(content, first=content)
    assert (answer.status_code, answer.json["code"]) == (403, "attachment.content_refused")
    assert "accepted are" in answer.json["detail"]
    found = stored(company, content)
    assert found is not None
    assert (found.status, found.object_key) == ("refused", None)
    assert objects() == set()
    assert rep.ask("HEAD", f"/{digest(content)}").status_code == 410
    assert rep.create(content, first=content).json["code"] == "attachment.content_refused"


def test_an_upload_can_be_given_up(rep: Uploader, objects: Callable[[], set[str]]) -> None:
    content = photo()
    rep.create(content, first=content[:1_000])
    assert rep.ask("DELETE", f"/{digest(content)}").status_code == 204
    assert rep.ask("HEAD", f"/{digest(content)}").status_code == 404
    assert objects() == set()


def test_what_is_whole_is_not_taken_back_by_giving_the_upload_up(rep: Uploader, company: Company) -> None:
    content = photo()
    rep.upload(content)
    assert rep.ask("DELETE", f"/{digest(content)}").status_code == 204
    assert stored(company, content) is not None


def test_an_upload_of_somebody_else_is_out_of_reach(
    rep: Uploader, company: Company, uploader: Callable[[User], Uploader]
) -> None:
    content = photo()
    rep.create(content, first=content[:1_000])
    colleague = uploader(company.technician)
    assert colleague.ask("HEAD", f"/{digest(content)}").status_code == 404
    assert colleague.ask("DELETE", f"/{digest(content)}").status_code == 404
    assert rep.offset(content) == 1_000


def test_an_upload_that_rested_too_long_starts_anew(
    rep: Uploader, company: Company, objects: Callable[[], set[str]]
) -> None:
    content = photo()
    rep.create(content, first=content[:1_000])
    with company.session() as session:
        session.execute(update(Upload).where(Upload.org_id == company.org_id).values(expires_at=NOW.replace(year=2020)))
        session.commit()
    assert rep.ask("HEAD", f"/{digest(content)}").status_code == 404
    assert rep.patch(content, content[1_000:], offset=1_000).status_code == 404
    assert rep.create(content).headers["Upload-Offset"] == "0"
    assert objects() == set()


def test_the_same_hash_with_another_length_starts_anew(rep: Uploader, company: Company) -> None:
    content = photo()
    rep.create(content, Upload_Length="3", first=b"abc"[:2])
    assert rep.create(content, first=content).headers["Upload-Offset"] == "4000"
    assert stored(company, content) is not None


def test_methods_that_a_network_does_not_let_through_come_as_post(rep: Uploader, company: Company) -> None:
    content = photo()
    rep.create(content)
    answer = rep.ask(
        "POST",
        f"/{digest(content)}",
        content,
        X_HTTP_Method_Override="PATCH",
        Content_Type=PIECE["Content-Type"],
        Upload_Offset="0",
    )
    assert answer.status_code == 204
    assert stored(company, content) is not None


def test_another_version_of_the_protocol_is_refused(rep: Uploader) -> None:
    answer = rep.create(photo(), Tus_Resumable="0.2.2")
    assert (answer.status_code, answer.headers["Tus-Version"]) == (412, "1.0.0")


@pytest.mark.parametrize(
    "headers",
    [
        {"Upload_Length": "0"},
        {"Upload_Length": "many"},
        {"Upload_Metadata": ""},
        {"Upload_Metadata": "sha256 ???"},
        {"Upload_Metadata": metadata(sha256="abc")},
        {"Upload_Metadata": metadata(sha256="a" * 64, note="n" * 5_000)},
    ],
)
def test_headers_that_make_no_sense_are_named(rep: Uploader, headers: dict[str, str]) -> None:
    answer = rep.create(photo(), **headers)
    assert (answer.status_code, answer.json["code"]) == (400, "upload.header_invalid")
    assert set(answer.json["fields"]) == {next(iter(headers)).replace("_", "-")}


def test_a_body_of_another_type_is_refused(rep: Uploader) -> None:
    content = photo()
    rep.create(content)
    answer = rep.patch(content, content, offset=0, Content_Type="image/png")
    assert (answer.status_code, answer.json["code"]) == (415, "upload.content_type")


@pytest.mark.parametrize("method", ["HEAD", "PATCH", "DELETE"])
def test_an_address_that_is_no_hash_is_not_found(rep: Uploader, method: str) -> None:
    answer = rep.ask(method, f"/{'g' * 64}", Upload_Offset="0", Content_Type=PIECE["Content-Type"])
    assert answer.status_code == 404


def test_nobody_uploads_without_a_token(app: Any) -> None:
    content = photo()
    headers = {**PIECE, "Upload-Length": "4000", "Upload-Metadata": metadata(sha256=digest(content))}
    assert app.test_client().post("/api/v1/uploads", data=content, headers=headers).status_code == 401


def test_uploads_leave_places_for_the_data(rep: Uploader, app: Any) -> None:
    content = photo()
    rep.create(content)
    places = app.extensions["uploads"].places
    taken = 0
    while places.acquire(blocking=False):
        taken += 1
    try:
        answer = rep.patch(content, content, offset=0)
        assert (answer.status_code, answer.json["code"]) == (503, "upload.busy")
        assert answer.headers["Retry-After"] == "5"
        assert rep.phone.get("/me").status_code == 200
    finally:
        for _ in range(taken):
            places.release()
    assert rep.patch(content, content, offset=0).status_code == 204


def test_the_rows_of_finished_uploads_are_gone(rep: Uploader, company: Company) -> None:
    rep.upload(photo())
    with company.session() as session:
        assert session.scalars(select(Upload).where(Upload.org_id == company.org_id)).all() == []


def begin(rep: Uploader, count: int, *, size: int = 4_000) -> list[Any]:
    """Begin so many uploads of contents that nobody has."""
    return [
        rep.create(b"", Upload_Length=str(size), Upload_Metadata=metadata(sha256=f"{number:064x}"))
        for number in range(count)
    ]


def test_a_person_may_have_begun_a_hundred_uploads(
    rep: Uploader, uploader: Callable[[User], Uploader], company: Company
):
    assert {answer.status_code for answer in begin(rep, 99)} == {201}
    begun, one_more = photo(seed=1), photo(seed=2)
    assert rep.create(begun, first=begun[:1_000]).status_code == 201

    refused = rep.create(one_more, first=one_more)

    assert refused.status_code == 429
    assert refused.json["code"] == "upload.too_many_unfinished"
    assert refused.headers["Retry-After"] == "60"
    assert rep.ask("HEAD", f"/{digest(one_more)}").status_code == 404
    # Nobody else is concerned, and what was begun goes on, which makes room.
    uploader(company.technician).upload(photo(seed=3))
    assert rep.create(begun).headers["Upload-Offset"] == "1000"
    assert rep.patch(begun, begun[1_000:], offset=1_000).status_code == 204
    rep.upload(one_more)


def test_uploads_that_were_given_up_make_room(rep: Uploader, company: Company):
    begin(rep, 100)
    content = photo()
    assert rep.create(content).status_code == 429
    with company.session() as session:
        session.execute(update(Upload).where(Upload.org_id == company.org_id).values(expires_at=utc_now()))
        session.commit()
    # One of them anew, and one that was not there.
    assert begin(rep, 1)[0].status_code == 201
    rep.upload(content)


def test_what_a_person_has_begun_is_limited_in_bytes(rep: Uploader):
    answers = begin(rep, 21, size=25_000_000)
    assert [answer.status_code for answer in answers] == 20 * [201] + [429]
    assert rep.create(photo()).status_code == 429
    assert rep.ask("DELETE", f"/{0:064x}").status_code == 204
    rep.upload(photo())
