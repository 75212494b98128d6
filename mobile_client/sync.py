"""Push and pull: the steps of `docs/sync-protocol.md`, from the device's side."""

from collections.abc import Mapping

from .attachments import Contents
from .errors import DeviceRevoked, Refused, ServerBusy
from .outbox import BATCH_MUTATIONS, Outbox
from .session import Session
from .store import Store
from .transport import Json
from .values import Clock, wire_time

SCHEMA_VERSION = 1
PAGE_CHANGES = 1000
KNOWN_ENTITIES: Mapping[str, int] = {
    "organisation": 2,
    "user": 1,
    "skill": 1,
    "territory": 1,
    "product_category": 1,
    "product": 1,
    "price_list": 1,
    "price": 1,
    "account": 1,
    "site": 1,
    "contact": 1,
    "asset": 1,
    "visit": 2,
    "order": 2,
    "work_type": 1,
    "work_order": 1,
    "appointment": 1,
    "notice": 1,
    "conflict": 1,
    "attachment": 1,
    "survey": 1,
    "survey_answer": 1,
    "observation": 1,
    "task": 1,
    "task_rule": 1,
    "call_plan": 1,
    "absence": 1,
    "working_week": 1,
    "quote": 1,
    "agreement": 1,
}
"""The entities that this client uses, each with a number that grows when the client learns to use a field of it."""


def push(
    *,
    store: Store,
    outbox: Outbox,
    session: Session,
    contents: Contents,
    clock: Clock,
    app_version: str,
    hand_in_token: str | None = None,
) -> int:
    """Send all unanswered mutations, batch by batch, and take over the answers. Return how many were answered.

    Raises:
        Temporary: try again later; what was answered is kept, the rest stays in order.
        SignInNeeded: nothing was sent.
        DeviceRevoked: all was handed in and deleted here, as the server told it to.
    """
    answered = 0
    most = BATCH_MUTATIONS
    if refused_too := hand_in_token is not None:
        outbox.hand_in_refused()
    while batch := outbox.next_batch(most=most):
        # 1. A repeated push carries the same ids and bodies: the server answers what it knows with `duplicate`.
        mutations = [mutation | {"app_version": app_version} for mutation in batch]
        body = {"mutations": mutations, "sent_at": wire_time(clock()), "oldest_seq": outbox.oldest_seq()}
        try:
            answer = session.request("POST", "/sync/push", body, hand_in_token=hand_in_token)
        except Refused as refusal:
            most = _after_refusal(refusal, batch=batch, outbox=outbox)
            continue
        # 2. All answers of the push are kept at once; a crash before that makes it a repeated push.
        with store.transaction():
            for result in answer["results"]:
                outbox.record(result)
            outbox.renumber(next_seq=answer["next_seq"])
        if answer.get("wipe") and not refused_too:
            outbox.hand_in_refused()
            refused_too = True
        if answer.get("wipe") and not outbox.unsent() and not contents.waiting():
            store.wipe()
            raise DeviceRevoked
        # 3. After a `retry` nothing was tried: stop here, keep the order.
        done = [result for result in answer["results"] if result["status"] != "retry"]
        answered += len(done)
        if len(done) < len(batch):
            raise ServerBusy("the server asked to send the rest later")
        most = BATCH_MUTATIONS
    return answered


def hand_in(
    *,
    store: Store,
    outbox: Outbox,
    session: Session,
    contents: Contents,
    clock: Clock,
    app_version: str,
    hand_in_token: str,
) -> None:
    """Give a revoked device's last work to the server, photos last; delete all local data when it is safe there.

    Raises:
        Temporary: try again later; everything is kept.
        DeviceRevoked: all is deleted already.
    """
    push(
        store=store,
        outbox=outbox,
        session=session,
        contents=contents,
        clock=clock,
        app_version=app_version,
        hand_in_token=hand_in_token,
    )
    contents.send(hand_in_token=hand_in_token)
    nothing = {"mutations": [], "sent_at": wire_time(clock())}
    if session.request("POST", "/sync/push", nothing, hand_in_token=hand_in_token).get("wipe"):
        store.wipe()


def _after_refusal(refusal: Refused, *, batch: list[Json], outbox: Outbox) -> int:
    """Make a push that was refused as a whole sendable again; return how many mutations the next one may carry.

    Raises:
        Refused, ServerBusy: nothing that this device can change would help.
    """
    alone = len(batch) == 1
    if refusal.code == "sync.sequence_gap":
        expected = refusal.body["next_seq"]
        if batch[0]["seq"] != expected:
            outbox.start_from(next_seq=expected)
            return BATCH_MUTATIONS
        if alone:
            raise ServerBusy("the server sees a gap where there is none")
        return 1
    if refusal.status not in (400, 413, 422):
        raise refusal
    if alone:
        # This one mutation is what the server cannot read. It is kept for a person to see and blocks nobody.
        outbox.record(
            {
                "id": batch[0]["id"],
                "status": "rejected",
                "code": refusal.code,
                "message": str(refusal),
                "fields": refusal.body.get("fields"),
            }
        )
        outbox.renumber(next_seq=batch[0]["seq"])
        return BATCH_MUTATIONS
    return 1


def pull(
    *,
    store: Store,
    outbox: Outbox,
    session: Session,
    clock: Clock,
    knows: Mapping[str, int],
    verify: bool = False,
) -> int:
    """Pull one round, and another if it is needed. Return the number of changes.

    A first round that was cut leads to the checkpoint at which it began: what happened since comes with a second one. A
    bucket whose checksum differs is pulled anew.

    `knows` is the entities that the client uses (`KNOWN_ENTITIES`): what it has learned since the last round comes
    again. `verify` asks for the checksums of all buckets, not only of those that changed.

    Raises:
        UpgradeRequired: the server does not serve this client's schema version any more.
        Temporary: try again later. A first round goes on at the page where it stopped, a later one starts anew.
    """
    was_cut = store.setting("cursor") is not None and store.setting("pulled_at") is None

    def pull_round(*, verify: bool) -> int:
        return _pull_round(store=store, outbox=outbox, session=session, clock=clock, knows=knows, verify=verify)

    changes = pull_round(verify=verify)
    if was_cut or store.setting("repair"):
        changes += pull_round(verify=False)
    return changes


def _pull_round(
    *, store: Store, outbox: Outbox, session: Session, clock: Clock, knows: Mapping[str, int], verify: bool
) -> int:
    first_round = store.setting("pulled_at") is None
    learn = _to_learn(store=store, knows=knows, first_round=first_round)
    repair: list[str] = store.setting("repair", [])
    body: Json = {"schema_version": SCHEMA_VERSION, "cursor": store.setting("cursor"), "limit": PAGE_CHANGES}
    body |= {name: asked for name, asked in (("repair", repair), ("learn", learn)) if asked}
    path = "/sync/pull?verify=1" if verify else "/sync/pull"
    staged: list[Json] = []
    already_reset: set[str] = set()
    changes = 0
    while True:
        # 1. The server decides what comes: the device names no bucket, except one that it holds wrongly.
        page = session.request("POST", path, body)
        staged.append(page)
        changes += len(page["changes"])
        complete = not page["more"]
        # 2. In its first round a device shows what it has as it comes. Later a screen must never show half a commit:
        #    the pages wait until all are here.
        if first_round or complete:
            with store.transaction():
                for waiting in staged:
                    _apply(waiting, store=store, already_reset=already_reset)
                    for receipt in waiting["receipts"]:
                        outbox.record(receipt)
                store.save(
                    cursor=page["cursor"],
                    progress=None if complete else page["progress"],
                    ready=complete or page["progress"].get("ready", False),
                )
                if complete:
                    _finish(page, store=store, outbox=outbox, clock=clock, reset=bool(already_reset), repaired=repair)
                if complete and learn:
                    store.save(learned=knows)
                # 3. What the person did since lies on top of what the server sent, and only the rest of it (I6).
                store.rebase(store.overlaid_keys())
            staged = []
        if complete:
            return changes
        body = {"schema_version": SCHEMA_VERSION, "cursor": page["cursor"], "limit": PAGE_CHANGES}


def _to_learn(*, store: Store, knows: Mapping[str, int], first_round: bool) -> list[str]:
    """Return the entities that the client has learned, or of which it has learned a field, since its last rounds."""
    if first_round:
        if store.setting("cursor") is None:
            store.save(learned=knows)  # all of it comes
        return []
    learned = store.setting("learned", {})
    return sorted(entity for entity, version in knows.items() if version != learned.get(entity))


def _apply(page: Json, *, store: Store, already_reset: set[str]) -> None:
    """Apply one page. A bucket starts anew once per round, however many pages say so."""
    for bucket in {*page["forget"], *(set(page["reset"]) - already_reset)}:
        store.drop_bucket(bucket=bucket)
    already_reset.update(page["reset"])
    for change in page["changes"]:
        bucket, entity, id = change["bucket"], change["entity"], change["id"]
        if change["op"] == "put":
            store.put(bucket=bucket, entity=entity, id=id, rev=change["rev"], doc=change["doc"])
        else:
            store.remove(bucket=bucket, entity=entity, id=id)


def _finish(page: Json, *, store: Store, outbox: Outbox, clock: Clock, reset: bool, repaired: list[str]) -> None:
    """Close a round: what it proves about the mutations, and whether the buckets are whole."""
    store.save(checkpoint=page["checkpoint"], pulled_at=wire_time(clock()))
    if reset:
        outbox.send_again()
    outbox.settle()
    # A bucket that is wrong is pulled anew once. If that did not help it is left alone until a checksum is right
    # again: two parties that disagree must not do so in a loop.
    sums = {said["bucket"]: (said["count"], said["hash"]) for said in page["checksums"]}
    wrong = {bucket for bucket, said in sums.items() if store.checksum(bucket=bucket) != said}
    tried = ({*store.setting("repaired", []), *repaired}) - (sums.keys() - wrong)
    store.save(repair=sorted(wrong - tried), repaired=sorted(tried))
