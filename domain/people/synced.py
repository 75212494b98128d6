"""How the organisation, its people and their skills sync: everybody has them."""

from typing import Any

from sqlalchemy.orm import selectinload

from domain.kernel.synced import ORG_BUCKET, Merge, SyncedEntity
from domain.people.models import Organisation, Skill, User
from domain.people.schemas import OrganisationDocument, SkillDocument, UserDocument


def _everybody(_record: Any) -> set[str]:
    return {ORG_BUCKET}


ORGANISATION = SyncedEntity(
    name="organisation",
    model=Organisation,
    document=OrganisationDocument,
    buckets=_everybody,
    merge={
        "name": Merge.SERVER,
        "slug": Merge.SERVER,
        "currency": Merge.SERVER,
        "country": Merge.SERVER,
        "time_zone": Merge.SERVER,
        "language": Merge.SERVER,
        "far_away_m": Merge.LAST_WRITER,
        "detour_factor": Merge.LAST_WRITER,
        "speeds": Merge.LAST_WRITER,
    },
)

SKILL = SyncedEntity(
    name="skill", model=Skill, document=SkillDocument, buckets=_everybody, merge={"name": Merge.SERVER}
)

USER = SyncedEntity(
    name="user",
    model=User,
    document=UserDocument,
    buckets=_everybody,
    options=(selectinload(User.skills),),
    stored_as={"home": ("home_latitude", "home_longitude")},
    merge={
        "name": Merge.LAST_WRITER,
        "email": Merge.SERVER,
        "phone": Merge.LAST_WRITER,
        "roles": Merge.LAST_WRITER,
        "active": Merge.LAST_WRITER,
        "language": Merge.LAST_WRITER,
        "skills": Merge.LAST_WRITER,
        "home": Merge.LAST_WRITER,
    },
)

ENTITIES = (ORGANISATION, SKILL, USER)
