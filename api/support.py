"""What support does with the work of others: in their name, through the same rules, as if it came from their phone."""

from contextlib import AbstractContextManager
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session, sessionmaker

from api.composition import REGISTRY
from api.identity import identity_of
from domain.kernel.clock import utc_now
from domain.kernel.command import Context, Door
from domain.kernel.errors import RecordNotFound
from domain.kernel.receipts import Receipt
from domain.kernel.session import open_session
from domain.people.models import User
from sync.push import Mutation
from sync.replay import Replayed, replay


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
    identity = identity_of(session, user=user, device_id=device_id, now=now)
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
