"""The golden transcripts of `tests/vectors/sync`: what a client must send, and what it must then hold."""

import json
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from mobile_client import (
    Client,
    Create,
    Effect,
    Patch,
    Response,
    ServerBusy,
    SignInNeeded,
    Stream,
    Unreachable,
    UpgradeRequired,
)
from mobile_client.sync import KNOWN_ENTITIES

Json = dict[str, Any]

TRANSCRIPTS = sorted((Path(__file__).parents[1] / "vectors/sync").glob("*.json"))
LEFT_OUT = {"sent_at", "occurred_at", "app_version", "limit"}
STATES = {"pending": "unsent", "applied": "awaiting"}
ENDS = {
    "lost": Unreachable,
    "busy": ServerBusy,
    "upgrade": UpgradeRequired,
    "signed_out": SignInNeeded,
}


class Wire:
    """The network: answers each request as the transcript says, and fails on any other."""

    def __init__(self) -> None:
        self.expected: list[Json] = []

    def request(self, method: str, path: str, body: Json | None, *, token: str | None = None) -> Response:
        while self.expected:
            exchange = self.expected.pop(0)
            wanted = exchange["request"]
            said = {"path": path.partition("?")[0], "body": comparable(body)}
            if said == {"path": wanted["path"], "body": comparable(wanted["body"])}:
                break
            assert exchange.get("optional"), (said, wanted)
        else:
            pytest.fail(f"not expected: {path} {body}")
        assert wanted.get("token") in (None, token)
        answer = exchange["answer"]
        if answer == "lost":
            raise Unreachable("the answer was lost")
        retry_after = answer.get("headers", {}).get("Retry-After")
        return Response(
            status=answer["status"], body=answer["body"], retry_after_s=float(retry_after) if retry_after else None
        )

    def stream(self, path: str, *, token: str | None = None) -> AbstractContextManager[Stream]:
        raise Unreachable("no stream in a transcript")


def comparable(value: Any) -> Any:
    if isinstance(value, list):
        return [comparable(part) for part in value]
    if isinstance(value, dict):
        kept = {name: part for name, part in value.items() if name not in LEFT_OUT}
        return {name: comparable(part) for name, part in kept.items() if part is not None and part != []}
    return value


class Runner:
    """Carries out a transcript's steps with the Python client."""

    def __init__(self, path: Path) -> None:
        self.path, self.wire, self.ids = path, Wire(), {}
        self.knows = dict(KNOWN_ENTITIES)
        self.phone = self.opened()
        self.phone.store.save(access_token="access-1", refresh_token="refresh-1", user={"id": "me", "email": "me@x"})

    def opened(self) -> Client:
        return Client(path=self.path, transport=self.wire, knows=self.knows)

    def run(self, step: Json) -> None:
        if "expect" in step:
            self.compare(self.named(step["expect"]))
        else:
            getattr(self, step["do"])(self.named(step))

    def named(self, value: Any) -> Any:
        """Put the ids that the client made in the place of `$names`."""
        if isinstance(value, str):
            return self.ids.get(value, value)
        if isinstance(value, list):
            return [self.named(part) for part in value]
        if isinstance(value, dict):
            return {name: self.named(part) for name, part in value.items()}
        return value

    def capture(self, step: Json) -> None:
        replaced = self.ids[f"${step['replaces']}"] if "replaces" in step else None
        effects = [effect(said) for said in step["effects"]]
        id = self.phone.capture(name=step["name"], args=step["args"], effects=effects, replaces=replaced)
        self.ids[f"${step['as']}"] = id

    def discard(self, step: Json) -> None:
        self.phone.discard(id=self.ids[f"${step['mutation']}"])

    def push(self, step: Json) -> None:
        self.sync(self.phone.push, step)

    def pull(self, step: Json) -> None:
        self.sync(self.phone.pull, step)

    def sync(self, work: Any, step: Json) -> None:
        self.wire.expected = list(step["exchange"])
        if step["ends"] == "well":
            work()
        else:
            with pytest.raises(ENDS[step["ends"]]) as ended:
                work()
            if "retry_after_s" in step:
                assert ended.value.retry_after_s == step["retry_after_s"]
        assert [exchange for exchange in self.wire.expected if not exchange.get("optional")] == []

    def restart(self, step: Json) -> None:
        self.phone.close()
        self.phone = self.opened()

    def upgrade(self, step: Json) -> None:
        self.knows |= dict.fromkeys(step["learns"], 2)
        self.restart(step)

    def compare(self, expected: Json) -> None:
        found = {name: getattr(self, name)() for name in expected if name not in {"sums", "outbox"}}
        assert found == {name: unordered(expected[name]) for name in found}
        for bucket, said in expected.get("sums", {}).items():
            count, total = self.phone.store.checksum(bucket=bucket)
            assert {"count": count, "hash": total} == said
        if "outbox" in expected:
            self.compare_outbox(expected["outbox"])

    def shown(self) -> list[Json]:
        rows = self.phone.store.rows("select entity, effective from document where effective is not null")
        return unordered([{"entity": entity, "doc": json.loads(doc)} for entity, doc in rows])

    def held(self) -> list[Json]:
        buckets: dict[tuple[str, str], Json] = {}
        for bucket, entity, id, rev in self.phone.store.rows("select bucket, entity, id, rev from holding"):
            buckets.setdefault((entity, id), {})[bucket] = rev
        pulled = self.phone.pulled_documents()
        assert pulled.keys() == buckets.keys()
        return unordered([{"entity": key[0], "buckets": buckets[key], "doc": doc} for key, doc in pulled.items()])

    def compare_outbox(self, expected: list[Json]) -> None:
        rows = self.phone.store.rows("select id, seq, state, answer from mutation order by position")
        found = []
        for (id, seq, state, answer), wanted in zip(rows, expected, strict=True):
            said = {"mutation": id, "seq": seq, "state": STATES.get(state, state)} | json.loads(answer or "{}")
            said["state"] = STATES.get(state, state)
            found.append({name: said[name] for name in wanted})
        assert found == [wanted | {"mutation": self.ids[f"${wanted['mutation']}"]} for wanted in expected]

    def checkpoint(self) -> int:
        return self.phone.store.setting("checkpoint")

    def ready(self) -> bool:
        return self.phone.status().ready

    def complete(self) -> bool:
        return self.phone.status().since_pull is not None

    def progress(self) -> Json | None:
        return self.phone.status().progress

    def wiped(self) -> bool:
        return self.phone.user is None


def effect(said: Json) -> Effect:
    if "create" in said:
        return Create(entity=said["entity"], id=said["id"], doc=said["create"])
    return Patch(entity=said["entity"], id=said["id"], fields=said["patch"])


def unordered(value: Any) -> Any:
    return sorted(value, key=lambda document: document["doc"]["id"]) if isinstance(value, list) else value


@pytest.fixture
def runner(tmp_path: Path) -> Iterator[Runner]:
    runner = Runner(tmp_path / "phone.sqlite")
    yield runner
    runner.phone.close()


@pytest.mark.parametrize("transcript", TRANSCRIPTS, ids=lambda path: path.stem)
def test_the_client_passes_the_transcript(runner: Runner, transcript: Path):
    for step in json.loads(transcript.read_text())["steps"]:
        runner.run(step)
