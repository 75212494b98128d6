"""Photos, signatures and files: the record goes with the data, the content has a lane of its own that data never waits
for.

A content is kept in the local database until the server has it and says so in the record: in the same transaction with
the mutation that made the record, so that neither is ever there without the other.
"""

import base64
import hashlib
from datetime import datetime, timedelta

from .actions import Action
from .errors import ClientError, Refused, Temporary, Unreachable
from .overlay import Create, Document
from .session import Session
from .store import Store
from .transport import Json, Response
from .values import Clock, wire_time

PIECE_BYTES = 512 * 1024
"""What one request carries, and what a broken line costs at most."""
KEEP_SENT = timedelta(days=7)
"""How long a content stays after it was sent: a server that was restored from a backup may need it again."""
ASK_AGAIN = timedelta(hours=1)
"""When a content that was sent is asked after, if its record does not say so by then."""
FINAL = (400, 403, 413, 415, 422)
"""The statuses with which the server says that it will never take this content."""
TUS = {"Tus-Resumable": "1.0.0"}
PIECE = {"Content-Type": "application/offset+octet-stream"}

TABLE = """
create table if not exists content (
    sha256 text primary key,
    content blob not null,
    media_type text not null,
    failures integer not null default 0,
    sent_at text, -- null while it waits
    reason text   -- why the server will never take it
)
"""

# Only of these the server needs the content: of what it has or has refused, the record says so.
NEEDED = """
    exists (select 1 from document where entity = 'attachment' and json_extract(effective, '$.sha256') = content.sha256
            and json_extract(effective, '$.status') = 'pending')
"""


class NothingToAttachTo(ClientError):
    """This device does not hold the record."""


class Contents:
    """The contents of attachments on this device. It may be used from several threads."""

    def __init__(self, *, store: Store, session: Session, clock: Clock) -> None:
        self._store = store
        self._session = session
        self._clock = clock
        store.rows(TABLE)

    def keep(self, content: bytes, *, media_type: str) -> str:
        """Keep a content until the server has it, and return its SHA-256 in hexadecimal."""
        sha256 = hashlib.sha256(content).hexdigest()
        self._store.rows(
            "insert into content (sha256, content, media_type) values (?, ?, ?) on conflict do nothing",
            (sha256, content, media_type),
        )
        return sha256

    def find(self, sha256: str) -> bytes | None:
        """Return a content that is still on this device."""
        found = self._store.rows("select content from content where sha256 = ?", (sha256,))
        return found[0][0] if found else None

    def waiting(self) -> int:
        """Return how many contents the server does not have yet."""
        count: int = self._store.rows("select count(*) from content where sent_at is null and reason is null")[0][0]
        return count

    def send(self, *, hand_in_token: str | None = None) -> int:
        """Send what waits, from where it stopped; return how many contents the server has taken.

        One that fails stops no other, and is tried again the next time, after the others.

        Raises:
            Temporary: some were not taken for now.
            SignInNeeded: the tokens are of no use; everything is kept.
        """
        long_ago = wire_time(self._clock() - KEEP_SENT)
        self._store.rows(f"delete from content where not {NEEDED} and coalesce(sent_at, '') < ?", (long_ago,))
        taken, trouble = 0, None
        for sha256, failures in self._due():
            try:
                self._upload(sha256, asks_first=failures > 0, hand_in_token=hand_in_token)
            except Unreachable:
                self._note(sha256, "failures = failures + 1")
                raise
            except Temporary as error:
                self._note(sha256, "failures = failures + 1")
                trouble = error
            except Refused as refusal:
                if refusal.status in FINAL:
                    self._note(sha256, "reason = ?", str(refusal))
                else:
                    self._note(sha256, "failures = failures + 1")
                    trouble = Temporary(str(refusal))
            else:
                self._note(sha256, "sent_at = ?", wire_time(self._clock()))
                taken += 1
        if trouble is not None:
            raise trouble
        return taken

    def _due(self) -> list[tuple[str, int]]:
        long_ago = wire_time(self._clock() - ASK_AGAIN)
        return self._store.rows(
            "select sha256, failures + (sent_at is not null) from content"
            f" where reason is null and (sent_at is null or sent_at < ?) and {NEEDED} order by failures, rowid",
            (long_ago,),
        )

    def _note(self, sha256: str, change: str, *values: str) -> None:
        self._store.rows(f"update content set {change} where sha256 = ?", (*values, sha256))

    def _upload(self, sha256: str, *, asks_first: bool, hand_in_token: str | None) -> None:
        """Bring one content to the server by tus 1.0. Its address there follows from its hash."""
        ((content, media_type),) = self._store.rows(
            "select content, media_type from content where sha256 = ?", (sha256,)
        )
        address = f"/uploads/{sha256}"

        def ask(method: str, path: str, *, piece: bytes = b"", **headers: str) -> Response:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return self._session.send(
                method, path, content=piece, headers={**TUS, **PIECE, **named}, hand_in_token=hand_in_token
            )

        offset = None
        if asks_first:
            try:
                offset = _offset(ask("HEAD", address))
            except Refused as refusal:
                if refusal.status not in (404, 410):
                    raise
        if offset is None:
            said = {"sha256": sha256, "media_type": media_type}
            metadata = ",".join(f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in said.items())
            size = str(len(content))
            offset = _offset(
                ask("POST", "/uploads", piece=content[:PIECE_BYTES], Upload_Length=size, Upload_Metadata=metadata)
            )
        while offset < len(content):
            piece = content[offset : offset + PIECE_BYTES]
            before = offset
            offset = _offset(ask("PATCH", address, piece=piece, Upload_Offset=str(offset)))
            if offset <= before:
                raise Temporary("the server took nothing of the content")


def _offset(answer: Response) -> int:
    text = answer.headers.get("Upload-Offset", "")
    if not text.isdecimal():
        # Something between us and the server answered, such as the log-in page of a hotel's network.
        raise Unreachable("the answer is not an upload server's")
    return int(text)


def add_attachment(
    *,
    id: str,
    record: Document,
    entity: str,
    sha256: str,
    size: int,
    media_type: str,
    name: str,
    created_by_id: str,
    at: datetime,
    kind: str = "photo",
    width: int | None = None,
    height: int | None = None,
) -> Action:
    """Attach something to `record`, a document of `entity` that has an account or is one."""
    args: Json = {
        "id": id,
        "entity": entity,
        "record_id": record["id"],
        "kind": kind,
        "sha256": sha256,
        "size": size,
        "media_type": media_type,
        "name": name,
        "width": width,
        "height": height,
    }
    doc = {
        **args,
        "account_id": record["id"] if entity == "account" else record["account_id"],
        "status": "pending",
        "reason": None,
        "created_by_id": created_by_id,
        "occurred_at": wire_time(at),
        "version": 0,
        "created_at": wire_time(at),
        "updated_at": wire_time(at),
    }
    shown = Create(entity="attachment", id=id, doc=doc)
    return Action(name="attachment.add", args=args, effects=(shown,), at=at)


def remove_attachment(*, attachment_id: str, at: datetime) -> Action:
    """Take an attachment away; it goes from the screen when the server has answered."""
    return Action(name="attachment.remove", args={"attachment_id": attachment_id}, effects=(), at=at)
