"""A bare device for tests of the server: it speaks the protocol, keeps what it is told, and checks the checksums."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from flask import Flask

from domain.kernel.ids import new_id
from domain.people.models import User
from tests.support.company import PASSWORD, wire


@dataclass(kw_only=True)
class Phone:
    """One device of one person."""

    app: Flask
    headers: dict[str, str]
    device_id: UUID
    next_seq: int = 1
    cursor: str | None = None
    checkpoint: int = 0
    buckets_of: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)
    documents: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    answers: list[dict[str, Any]] = field(default_factory=list)
    """Every page of the last round."""

    @classmethod
    def sign_in(cls, app: Flask, user: User, *, device_id: UUID | None = None) -> "Phone":
        device_id = device_id or new_id()
        device = {"id": str(device_id), "name": "Phone", "platform": "web"}
        answer = app.test_client().post(
            "/api/v1/auth/login", json={"email": user.email, "password": PASSWORD, "device": device}
        )
        assert answer.status_code == 200, answer.text
        return cls(app=app, headers={"Authorization": f"Bearer {answer.json['access_token']}"}, device_id=device_id)

    def post(self, path: str, body: Any, **headers: str) -> Any:
        return self.app.test_client().post(f"/api/v1{path}", json=wire(body), headers={**self.headers, **headers})

    def get(self, path: str, **headers: str) -> Any:
        return self.app.test_client().get(f"/api/v1{path}", headers={**self.headers, **headers})

    def mutation(self, name: str, /, **args: Any) -> dict[str, Any]:
        """A new mutation with the next number."""
        self.next_seq += 1
        return {
            "id": str(new_id()),
            "seq": self.next_seq - 1,
            "name": name,
            "args": wire(args),
            "base_rev": self.checkpoint,
            "occurred_at": datetime.now(UTC).isoformat(),
        }

    def push(self, *mutations: dict[str, Any]) -> list[dict[str, Any]]:
        """Hand in the mutations and return their results."""
        answer = self.post("/sync/push", {"mutations": list(mutations)})
        assert answer.status_code == 200, answer.text
        results: list[dict[str, Any]] = answer.json["results"]
        return results

    def do(self, name: str, /, **args: Any) -> dict[str, Any]:
        """Capture and hand in one mutation and return its result."""
        return self.push(self.mutation(name, **args))[0]

    def pull(
        self, *, limit: int = 1_000, repair: Sequence[str] = (), learn: Sequence[str] = (), verify: bool = True
    ) -> None:
        """Pull until nothing is left, apply it, and check the checksums."""
        self.answers = []
        path, body = "/sync/pull?verify=1", {"schema_version": 1, "limit": limit}
        while True:
            answer = self.post(path, {**body, "cursor": self.cursor, "repair": list(repair), "learn": list(learn)})
            assert answer.status_code == 200, answer.text
            repair = learn = ()
            page = answer.json
            self.answers.append(page)
            self.cursor = page["cursor"]
            if not page["more"]:
                break
        for page in self.answers:
            for bucket in (*page["forget"], *page["reset"]):
                for key in list(self.buckets_of):
                    self._leave(key, bucket)
            for change in page["changes"]:
                key = (change["entity"], change["id"])
                if change["op"] == "remove":
                    self._leave(key, change["bucket"])
                else:
                    held = self.buckets_of.setdefault(key, {})
                    if change["rev"] >= max(held.values(), default=0):
                        self.documents[key] = change["doc"]
                    held[change["bucket"]] = change["rev"]
        self.checkpoint = self.answers[-1]["checkpoint"]
        for checksum in self.answers[-1]["checksums"] if verify else ():
            assert checksum == self._checksum(checksum["bucket"])

    def ids(self, entity: str) -> set[UUID]:
        """The records of one kind that the device holds."""
        return {UUID(record_id) for name, record_id in self.documents if name == entity}

    def document(self, entity: str, record_id: UUID) -> dict[str, Any]:
        """A record as the device holds it."""
        return self.documents[entity, str(record_id)]

    def _leave(self, key: tuple[str, str], bucket: str) -> None:
        held = self.buckets_of.get(key, {})
        held.pop(bucket, None)
        if not held:
            self.buckets_of.pop(key, None)
            self.documents.pop(key, None)

    def _checksum(self, bucket: str) -> dict[str, Any]:
        revisions = [(record_id, held[bucket]) for (_, record_id), held in self.buckets_of.items() if bucket in held]
        total = sum(int(record_id[-8:], 16) ^ (rev * 2654435761 % 2**32) for record_id, rev in revisions)
        return {"bucket": bucket, "count": len(revisions), "hash": total % 2**32}
