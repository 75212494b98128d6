"""What support does with the work of others: in their name, through the same rules, as if it came from their phone."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session, sessionmaker

from api.composition import REGISTRY
from api.identity import Identity
from domain.kernel.clock import utc_now
from domain.kernel.command import Context, Door
from domain.kernel.errors import RecordNotFound
from domain.kernel.receipts import Receipt
from domain.kernel.session import open_session
from domain.people.models import Device, Organisation, User
from domain.people.rules import local_date
from domain.territories.scope import granted_buckets, granted_territories
from sync.push import MAX_MUTATIONS, Mutation, push
from sync.receipts import find_receipts
from sync.replay import Replayed, replay


class UnknownSender(Exception):
    """An export cannot be handed in by whom it says it is. Its text is a sentence for the operator."""


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What became of a mutation of an export; of a trial, what is known of it."""

    mutation: Mutation
    status: str
    message: str | None = None


def speak_for(
    session: Session, *, user_id: UUID | None, device_id: UUID | None, mutation: Mutation, occurred_at: datetime
) -> Context:
    """Return the context in which a person's mutation is carried out: with what they may and see as of now.

    Raises:
        RecordNotFound: there is no such person any more.
    """
    user = session.get(User, (session.info["org_id"], user_id)) if user_id else None
    if user is None or device_id is None:
        raise RecordNotFound("There is nobody any more in whose name this could be carried out.")
    now = session.info["now"]
    today = local_date(now, time_zone=session.get_one(Organisation, (user.org_id, user.org_id)).time_zone)
    territories = granted_territories(session, org_id=user.org_id, user_id=user.id, today=today)
    identity = Identity(
        org_id=user.org_id,
        user_id=user.id,
        roles=user.roles,
        device_id=device_id,
        buckets=granted_buckets(user_id=user.id, roles=user.roles, territories=territories),
        today=today,
    )
    return Context(
        session=session,
        registry=REGISTRY,
        org_id=identity.org_id,
        actor=identity.actor,
        scope=identity.scope,
        now=now,
        occurred_at=occurred_at,
        command_id=mutation.id,
        door=Door.PUSH,
        base_rev=mutation.base_rev,
    )


def replay_failure(sessions: sessionmaker[Session], *, org_id: UUID, incident_id: UUID) -> Replayed:
    """Carry out a mutation that failed, or came from a revoked device, in the name of whoever captured it.

    Raises:
        RecordNotFound, FailureSettled
    """

    def open_one() -> AbstractContextManager[Session]:
        return open_session(sessions, org_id=org_id, now=utc_now())

    def make_context(session: Session, receipt: Receipt, mutation: Mutation) -> Context:
        return speak_for(
            session,
            user_id=receipt.actor_id,
            device_id=receipt.device_id,
            mutation=mutation,
            occurred_at=receipt.occurred_at,
        )

    return replay(incident_id=incident_id, registry=REGISTRY, open_session=open_one, make_context=make_context)


def find_sender(session: Session, export: Mapping[str, Any]) -> tuple[User, Device]:
    """Return the person and the device that an export names.

    Raises:
        UnknownSender: there are none such, or the person never worked on that device.
    """
    org_id = session.info["org_id"]
    user = session.get(User, (org_id, export["user_id"]))
    device = session.get(Device, (org_id, export["device_id"]))
    if user is None or device is None:
        raise UnknownSender(f"The organisation has no such {'person' if user is None else 'device'}.")
    theirs = select(Receipt.id).where(
        Receipt.org_id == org_id, Receipt.device_id == device.id, Receipt.actor_id == user.id
    )
    if device.user_id != user.id and session.execute(theirs.limit(1)).first() is None:
        raise UnknownSender(f"{user.name} never worked on that device.")
    return user, device


def import_export(
    sessions: sessionmaker[Session], export: Mapping[str, Any], *, dry_run: bool = False
) -> Iterator[Imported]:
    """Hand in the mutations of an export as its person and device would, and yield what became of each.

    What was answered before keeps that answer, so that a file can be imported again. Stops at a mutation that could not
    be tried.
    """
    org_id, user_id, device_id = export["organisation_id"], export["user_id"], export["device_id"]
    mutations = sorted((Mutation(**given) for given in export["mutations"]), key=lambda mutation: mutation.seq)

    def open_one() -> AbstractContextManager[Session]:
        return open_session(sessions, org_id=org_id, now=utc_now())

    def make_context(session: Session, mutation: Mutation) -> Context:
        occurred_at = min(mutation.occurred_at, session.info["now"])
        return speak_for(session, user_id=user_id, device_id=device_id, mutation=mutation, occurred_at=occurred_at)

    for run in _runs(mutations):
        if dry_run:
            with open_one() as session:
                answered = find_receipts(session, org_id=org_id, ids=[mutation.id for mutation in run])
            for mutation in run:
                receipt = answered.get(mutation.id)
                yield Imported(mutation=mutation, status=f"answered before: {receipt.status}" if receipt else "new")
            continue
        with open_one() as session:
            results, _ = push(
                session,
                run,
                oldest_seq=run[0].seq,
                registry=REGISTRY,
                org_id=org_id,
                device_id=device_id,
                open_session=open_one,
                make_context=make_context,
            )
        for mutation, result in zip(run, results, strict=False):
            before = f"answered before: {result['original_status']}" if result["status"] == "duplicate" else None
            yield Imported(mutation=mutation, status=before or result["status"], message=result["message"])
        if results[-1]["status"] == "retry":
            return


def _runs(mutations: Sequence[Mutation]) -> Iterator[list[Mutation]]:
    """Yield the mutations in batches without gaps: what was answered long ago is not in the file."""
    run: list[Mutation] = []
    for mutation in mutations:
        if run and (mutation.seq > run[-1].seq + 1 or len(run) == MAX_MUTATIONS):
            yield run
            run = []
        run.append(mutation)
    if run:
        yield run
