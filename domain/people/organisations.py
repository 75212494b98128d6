"""Making a new organisation: the one action that belongs to none yet."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session, sessionmaker

from domain.kernel.ids import new_id
from domain.kernel.session import open_session
from domain.people.models import Organisation


def found_organisation(
    sessions: sessionmaker[Session],
    *,
    name: str,
    slug: str,
    currency: str,
    country: str,
    time_zone: str,
    language: str,
    now: datetime,
) -> UUID:
    """Make an organisation and return its id. It has nobody in it yet."""
    org_id = new_id()
    with open_session(sessions, org_id=org_id, now=now) as session:
        session.add(
            Organisation(
                org_id=org_id,
                id=org_id,
                name=name,
                slug=slug,
                currency=currency,
                country=country,
                time_zone=time_zone,
                language=language,
                created_at=now,
            )
        )
        session.commit()
    return org_id
