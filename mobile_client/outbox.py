"""The outbox: what a person did that the server has not finished answering. Nothing leaves it silently (I1, I7)."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from .errors import MutationTooLarge, NotInNeedOfAttention
from .overlay import Effect, Patch
from .store import Store
from .transport import Json

BATCH_MUTATIONS = 200
BATCH_BYTES = 1024 * 1024 - 4096
"""The server's limit of 1 MiB, less room for what stands around the mutations."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Attention:
    """A mutation that a person should look at.

    `state` is `rejected` (a rule refused it: mend or discard), `failed` (with support, who may still replay it) or
    `merged` (it was applied, but `fields` kept the server's newer value: acknowledge).
    """

    id: str
    name: str
    args: Json
    effects: list[Effect]
    occurred_at: str
    state: str
    code: str | None
    message: str | None
    fields: Json | list[Any] | None
    current: Json | None


class Outbox:
    """The mutations of one user's device, in the order in which the person acted."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def append(
        self,
        *,
        id: str,
        name: str,
        args: Json,
        effects: Iterable[Effect],
        base_rev: int,
        occurred_at: str,
        replaces: str | None = None,
    ) -> None:
        """Keep a mutation and show its effects, in one transaction. `replaces` is the refused one that it mends.

        Raises:
            MutationTooLarge: it would not fit into a push.
        """
        text = json.dumps(args)
        if len(text) > BATCH_BYTES - 1024:
            raise MutationTooLarge(f"{name} takes {len(text)} bytes")
        with self._store.transaction():
            seq = self._store.setting("next_seq", 1)
            self._store.save(next_seq=seq + 1)
            self._store.rows(
                "insert into mutation (id, seq, name, args, base_rev, occurred_at, replaces, state)"
                " values (?, ?, ?, ?, ?, ?, ?, 'pending')",
                (id, seq, name, text, base_rev, occurred_at, replaces),
            )
            self._store.add_effects(mutation=id, effects=effects)

    def unsent(self) -> int:
        """Return how many mutations the server has not answered."""
        count: int = self._store.rows("select count(*) from mutation where state = 'pending'")[0][0]
        return count

    def oldest_seq(self) -> int | None:
        """Return the smallest `seq` that may be sent again: a restored server need not ask for less."""
        oldest: int | None = self._store.rows("select min(seq) from mutation where state in ('pending', 'applied')")[0][
            0
        ]
        return oldest

    def next_batch(self, *, most: int = BATCH_MUTATIONS) -> list[Json]:
        """Return the next unanswered mutations, as many as one push may carry."""
        batch: list[Json] = []
        size = 0
        columns = ("id", "seq", "name", "args", "base_rev", "occurred_at", "replaces")
        sql = f"select {', '.join(columns)} from mutation where state = 'pending' order by position limit ?"
        for row in self._store.rows(sql, (most,)):
            mutation = dict(zip(columns, row, strict=True))
            size += len(mutation["args"]) + 512
            if batch and size > BATCH_BYTES:
                break
            if mutation["replaces"] is None:
                del mutation["replaces"]
            batch.append(mutation | {"args": json.loads(mutation["args"])})
        return batch

    def record(self, result: Json) -> None:
        """Take over the server's answer to one mutation, from a push or from a pulled receipt.

        An answer to a mutation that is not here any more, or that is known to be applied, changes nothing: answers
        come late and come twice.
        """
        status = result.get("original_status") if result["status"] == "duplicate" else result["status"]
        if status not in ("applied", "merged", "rejected", "failed"):
            return
        with self._store.transaction():
            waiting = "select 1 from mutation where id = ? and state in ('pending', 'failed')"
            if not self._store.rows(waiting, (result["id"],)):
                return
            state = "applied" if status == "merged" else status
            answer = json.dumps(result | {"status": status})
            sql = "update mutation set state = ?, rev = ?, answer = ? where id = ?"
            self._store.rows(sql, (state, result.get("rev"), answer, result["id"]))
            if state == "applied":
                self._store.add_effects(mutation=result["id"], effects=_what_the_server_gave(result.get("refs") or {}))
            else:
                self._store.rebase(self._store.keys_of(mutation=result["id"]))

    def settle(self) -> None:
        """Drop the overlay of every applied mutation whose revision has been pulled, and only of those (I6).

        To be called at the end of a round only: between rounds the server may have gone back to a backup, whose
        revisions this device has not pulled, however low they are.
        """
        with self._store.transaction():
            pulled = self._store.setting("checkpoint", 0)
            done = "select id, answer from mutation where state = 'applied' and coalesce(rev, 0) <= ?"
            for id, answer in self._store.rows(done, (pulled,)):
                if json.loads(answer)["status"] == "merged":
                    self._change(id, "update mutation set state = 'merged' where id = ?")
                else:
                    self._change(id, "delete from mutation where id = ?")

    def send_again(self) -> None:
        """The server may have gone back to a backup: hand in again what it may have forgotten, refusals too.

        Safe, because what it did not forget is answered as a duplicate. Revisions say nothing: it has given them to
        others since.
        """
        self._hand_in_again("state in ('applied', 'rejected', 'failed')")

    def start_from(self, *, next_seq: int) -> None:
        """The server expects an earlier `seq` than it was sent: it was restored, or an answer did not count.

        What it may have forgotten goes first; the rest follows without a gap.
        """
        with self._store.transaction():
            self._hand_in_again("state in ('applied', 'rejected', 'failed') and seq >= ?", next_seq)
            self.renumber(next_seq=next_seq)

    def hand_in_refused(self) -> None:
        """Make ready to send what was refused: before all is deleted here, the server must have it.

        It has, unless it went back to a backup; then this is the only copy.
        """
        self._hand_in_again("state in ('rejected', 'failed')")

    def _hand_in_again(self, which: str, *parameters: object) -> None:
        with self._store.transaction():
            for (id,) in self._store.rows(f"select id from mutation where {which}", parameters):
                self._change(id, "update mutation set state = 'pending' where id = ?")

    def renumber(self, *, next_seq: int) -> None:
        """Number the unanswered mutations from the `seq` that the server expects.

        A mutation is known by its id, so a new number never makes it a new mutation.
        """
        with self._store.transaction():
            pending = self._store.rows("select id from mutation where state = 'pending' order by position")
            for seq, (id,) in enumerate(pending, start=next_seq):
                self._store.rows("update mutation set seq = ? where id = ? and seq <> ?", (seq, id, seq))
            self._store.save(next_seq=next_seq + len(pending))

    def needs_attention(self) -> list[Attention]:
        """Return what was rejected, failed or merged, in the order in which the person acted."""
        sql = (
            "select id, name, args, occurred_at, state, answer from mutation"
            " where state in ('rejected', 'failed', 'merged') order by position"
        )
        found = []
        for id, name, args, occurred_at, state, answer in self._store.rows(sql):
            result = json.loads(answer)
            said = {part: result.get(part) for part in ("code", "message", "fields", "current")}
            found.append(
                Attention(
                    id=id,
                    name=name,
                    args=json.loads(args),
                    effects=self._store.effects_of(mutation=id),
                    occurred_at=occurred_at,
                    state=state,
                    **said,
                )
            )
        return found

    def take_out(self, *, id: str, states: Iterable[str]) -> None:
        """Forget a mutation that is in one of these states, and with it its overlay.

        Raises:
            NotInNeedOfAttention: it is not.
        """
        with self._store.transaction():
            found = self._store.rows("select state from mutation where id = ?", (id,))
            if not found or found[0][0] not in states:
                raise NotInNeedOfAttention(id)
            self._change(id, "delete from mutation where id = ?")

    def _change(self, id: str, sql: str) -> None:
        keys = self._store.keys_of(mutation=id)
        self._store.rows(sql, (id,))
        self._store.rebase(keys)


def _what_the_server_gave(refs: Json) -> list[Effect]:
    """Show a number that the server gave at once, without waiting for the pull."""
    given = {entity: {name: value for name, value in ref.items() if name != "id"} for entity, ref in refs.items()}
    return [Patch(entity=entity, id=refs[entity]["id"], fields=fields) for entity, fields in given.items() if fields]
