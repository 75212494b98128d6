"""What is done by the clock: the periodic jobs that a worker carries out."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session, sessionmaker

from domain.kernel.session import open_session
from notifications.queue import Periodic
from sync import retention


def periodic_jobs(sessions: sessionmaker[Session]) -> tuple[Periodic, ...]:
    """Return all periodic jobs."""

    def age(now: datetime) -> None:
        retention.carry_out(
            org_ids=list_organisation_ids(sessions),
            open_session=lambda org_id: open_session(sessions, org_id=org_id, now=now),
            now=now,
        )

    return (Periodic(name="sync.retention", cron="17 * * * *", run=age),)


def list_organisation_ids(sessions: sessionmaker[Session]) -> list[UUID]:
    """Return the ids of all organisations."""
    with sessions() as session:
        session.execute(text("select set_config('app.operator', 'on', true)"))
        return list(session.scalars(text("select id from organisations order by id")))
