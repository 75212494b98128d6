"""The door of contents: resumable uploads by tus 1.0 (https://tus.io/protocols/resumable-upload), at `/api/v1/uploads`.

The extensions are creation, creation-with-upload, checksum, termination and expiration. An upload's address ends in the
SHA-256 of its content, so that a client needs to remember nothing to go on.
"""

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from tempfile import SpooledTemporaryFile
from threading import BoundedSemaphore
from typing import IO, Any

import structlog
from flask import Blueprint, Flask, Response, current_app, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import ClientDisconnected
from werkzeug.http import http_date

from api import doors
from api.metrics import CONTENT_BYTES, UPLOADS, UPLOADS_REFUSED
from api.problems import domain_problem
from api.settings import Settings
from domain.attachments import uploads
from domain.attachments.limits import limits
from domain.attachments.schemas import SHA256
from domain.attachments.uploads import ContentRefused, Lane, Progress, UploadKey, UploadOffsetMismatch
from domain.kernel.errors import DomainError

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,checksum,termination,expiration"
CHECKSUMS: Mapping[str, Callable[[], Any]] = {"sha256": hashlib.sha256, "sha1": hashlib.sha1, "md5": hashlib.md5}
PIECE_BYTES = 1024 * 1024
"""What is held in memory of a request, and lost of it at most if the server is killed."""
CONTENT_TYPE = "application/offset+octet-stream"
METADATA_MAX = 4_000

log = structlog.get_logger(__name__)

blueprint = Blueprint("uploads", __name__)


class ProtocolVersionUnknown(DomainError):
    """This server speaks tus 1.0.0. Say so in the header Tus-Resumable."""

    code, status, retryable = "upload.protocol_version", 412, False


class UploadTypeUnknown(DomainError):
    """The bytes of an upload are sent as application/offset+octet-stream."""

    code, status, retryable = "upload.content_type", 415, False


class UploadHeaderInvalid(DomainError):
    """A header of the upload is missing or not valid."""

    code, status, retryable = "upload.header_invalid", 400, False


class PieceChecksumMismatch(DomainError):
    """What arrived does not fit the header Upload-Checksum. Nothing of it was kept; send it again."""

    code, status, retryable = "upload.checksum_mismatch", 460, True


class UploadsBusy(DomainError):
    """Many uploads are running. Photos wait a moment; the data does not."""

    code, status, retryable = "upload.busy", 503, True
    retry_after_s = 5


@dataclass(frozen=True, kw_only=True)
class Door:
    """What the uploads of this process share."""

    lane: Lane
    places: BoundedSemaphore
    """Uploads that may run at a time. A slow line holds a thread for long, and the others belong to the data."""


def register(app: Flask, settings: Settings, *, lane: Lane) -> None:
    """Add the door to `app`."""
    places = BoundedSemaphore(max(1, settings.web_threads // 2))
    app.extensions["uploads"] = Door(lane=lane, places=places)
    app.register_blueprint(blueprint, url_prefix="/api/v1")


@blueprint.before_request
def _speak_the_same_version() -> None:
    if request.method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
        raise ProtocolVersionUnknown


@blueprint.after_request
def _name_the_version(answer: Response) -> Response:
    answer.headers["Tus-Resumable"] = VERSION
    answer.headers["Cache-Control"] = "no-store"
    if answer.status_code == HTTPStatus.PRECONDITION_FAILED:
        answer.headers["Tus-Version"] = VERSION
    return answer


@blueprint.errorhandler(DomainError)
def _count_and_answer(error: DomainError) -> Response:
    UPLOADS_REFUSED.labels(error.code).inc()
    return domain_problem(error)


@blueprint.route("/uploads", methods=["OPTIONS"], provide_automatic_options=False)
@blueprint.route("/uploads/<sha256>", methods=["OPTIONS"], provide_automatic_options=False)
def describe(**_: str) -> ResponseReturnValue:
    """Say what this server can do."""
    headers = {
        "Tus-Version": VERSION,
        "Tus-Extension": EXTENSIONS,
        "Tus-Max-Size": str(limits().max_bytes),
        "Tus-Checksum-Algorithm": ",".join(CHECKSUMS),
    }
    return Response(status=HTTPStatus.NO_CONTENT, headers=headers)


@blueprint.route("/uploads", methods=["POST"], provide_automatic_options=False)
def create() -> ResponseReturnValue:
    """Begin an upload, or find it where it stopped; the first bytes may come along."""
    header = request.headers.get("Upload-Metadata", "")
    metadata = _metadata(header)
    sha256 = metadata.get("sha256", "").lower()
    if not re.match(SHA256, sha256):
        raise UploadHeaderInvalid(fields={"Upload-Metadata": ["sha256 must be the content's, in hexadecimal."]})
    size = _number("Upload-Length", least=1)
    begin = partial(uploads.create, size=size, media_type=metadata.get("media_type"), metadata_header=header)
    progress = _settled(sha256, begin)
    UPLOADS.labels("begun").inc(progress.is_new)
    if request.mimetype == CONTENT_TYPE and progress.offset == 0:
        progress = _receive(sha256, progress)
    headers = {"Location": f"/api/v1/uploads/{sha256}", **_where(progress)}
    return Response(status=HTTPStatus.CREATED, headers=headers)


@blueprint.route("/uploads/<sha256>", methods=["HEAD"], provide_automatic_options=False)
def tell(sha256: str) -> ResponseReturnValue:
    """Say how far the upload is."""
    try:
        progress = _settled(sha256, uploads.find)
    except ContentRefused:
        # A HEAD cannot say more. Creating it again gets the reason.
        return Response(status=HTTPStatus.GONE)
    headers = {"Upload-Length": str(progress.size), **_where(progress)}
    if progress.metadata_header:
        headers["Upload-Metadata"] = progress.metadata_header
    return Response(status=HTTPStatus.OK, headers=headers)


@blueprint.route("/uploads/<sha256>", methods=["PATCH"], provide_automatic_options=False)
def receive(sha256: str) -> ResponseReturnValue:
    """Take the next bytes."""
    if request.mimetype != CONTENT_TYPE:
        raise UploadTypeUnknown
    offset = _number("Upload-Offset")
    progress = _settled(sha256, uploads.find)
    if progress.offset != offset:
        raise UploadOffsetMismatch(f"The upload is at {progress.offset}, not at {offset}.")
    return Response(status=HTTPStatus.NO_CONTENT, headers=_where(_receive(sha256, progress)))


@blueprint.route("/uploads/<sha256>", methods=["DELETE"], provide_automatic_options=False)
def cancel(sha256: str) -> ResponseReturnValue:
    """Give an unfinished upload up."""
    with doors.handing_in() as (session, identity):
        leftovers = uploads.cancel(session, _key(identity.org_id, identity.user_id, sha256, session.info["now"]))
        session.commit()
    _forget(leftovers)
    return Response(status=HTTPStatus.NO_CONTENT)


@blueprint.route("/uploads/<sha256>", methods=["POST"], provide_automatic_options=False)
def overridden(sha256: str) -> ResponseReturnValue:
    """Do what `X-HTTP-Method-Override` says: some networks let no other methods through."""
    views = {"PATCH": receive, "DELETE": cancel, "HEAD": tell}
    view = views.get(request.headers.get("X-HTTP-Method-Override", ""))
    if view is None:
        raise UploadHeaderInvalid(fields={"X-HTTP-Method-Override": [f"Must be one of {', '.join(views)}."]})
    return view(sha256)


def _receive(sha256: str, progress: Progress) -> Progress:
    """Take the request's body, piece by piece. What arrived before the line broke is kept."""
    door = _door()
    if not door.places.acquire(blocking=False):
        raise UploadsBusy
    try:
        # The app's own limit is meant for JSON. More than what is missing is refused by the upload itself.
        request.max_content_length = limits().max_bytes + 1
        for piece in _pieces():
            append = partial(uploads.append, lane=door.lane, offset=progress.offset, piece=piece)
            progress = _settled(sha256, append)
            CONTENT_BYTES.labels("received").inc(len(piece))
            UPLOADS.labels("finished").inc(progress.expires_at is None)
    finally:
        door.places.release()
    return progress


def _settled(sha256: str, act: Callable[..., Progress]) -> Progress:
    """Do one step of the upload in a transaction of its own."""
    with doors.handing_in() as (session, identity):
        progress = act(session, _key(identity.org_id, identity.user_id, sha256, session.info["now"]))
        session.commit()
    _forget(progress.leftovers)
    if progress.refusal is not None:
        raise progress.refusal
    return progress


def _forget(objects: Collection[str]) -> None:
    try:
        _door().lane.storage.delete(objects)
    except Exception:
        # What was asked is done. The worker removes what no row names.
        log.exception("uploads.leftovers_stay")


def _pieces() -> Iterator[bytes]:
    said = request.headers.get("Upload-Checksum")
    if said is None:
        yield from _read(request.stream)
        return
    algorithm, _, encoded = said.partition(" ")
    if algorithm not in CHECKSUMS:
        raise UploadHeaderInvalid(fields={"Upload-Checksum": [f"Must be by one of {', '.join(CHECKSUMS)}."]})
    # Nothing of it may count before all of it is known to be right.
    digest = CHECKSUMS[algorithm]()
    with SpooledTemporaryFile(max_size=PIECE_BYTES) as spool:
        for piece in _read(request.stream):
            digest.update(piece)
            spool.write(piece)
        if base64.b64encode(digest.digest()).decode() != encoded:
            raise PieceChecksumMismatch
        spool.seek(0)
        yield from _read(spool)


def _read(stream: IO[bytes]) -> Iterator[bytes]:
    """Cut the stream into pieces. A line that breaks ends it."""
    piece, ended = bytearray(), False
    while not ended:
        try:
            arrived = stream.read(PIECE_BYTES - len(piece))
        except (ClientDisconnected, OSError):
            arrived = b""
        piece += arrived
        ended = not arrived
        if piece and (ended or len(piece) == PIECE_BYTES):
            yield bytes(piece)
            piece.clear()


def _where(progress: Progress) -> dict[str, str]:
    headers = {"Upload-Offset": str(progress.offset)}
    if progress.expires_at is not None:
        headers["Upload-Expires"] = http_date(progress.expires_at)
    return headers


def _metadata(header: str) -> dict[str, str]:
    if len(header) > METADATA_MAX:
        raise UploadHeaderInvalid(fields={"Upload-Metadata": [f"Must be shorter than {METADATA_MAX} characters."]})
    found = {}
    for pair in header.split(","):
        name, _, encoded = pair.strip().partition(" ")
        try:
            found[name] = base64.b64decode(encoded, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise UploadHeaderInvalid(fields={"Upload-Metadata": [f"{name} is not in Base64."]}) from error
    return found


def _number(header: str, *, least: int = 0) -> int:
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdecimal() and len(text) < 19 and int(text) >= least):
        raise UploadHeaderInvalid(fields={header: [f"Must be a whole number from {least}."]})
    return int(text)


def _key(org_id: Any, user_id: Any, sha256: str, now: Any) -> UploadKey:
    if not re.match(SHA256, sha256):
        raise uploads.UploadNotFound
    return UploadKey(org_id=org_id, user_id=user_id, sha256=sha256, now=now)


def _door() -> Door:
    door: Door = current_app.extensions["uploads"]
    return door
