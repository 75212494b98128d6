"""How territories sync: everybody has them, with their members."""

from sqlalchemy.orm import selectinload

from domain.kernel.synced import ORG_BUCKET, Merge, SyncedEntity
from domain.territories.models import Territory
from domain.territories.schemas import TerritoryDocument

TERRITORY = SyncedEntity(
    name="territory",
    model=Territory,
    document=TerritoryDocument,
    buckets=lambda _territory: {ORG_BUCKET},
    options=(selectinload(Territory.members),),
    merge={
        "name": Merge.LAST_WRITER,
        "parent_id": Merge.SERVER,
        "area_id": Merge.SERVER,
        "polygon": Merge.LAST_WRITER,
        "new_accounts": Merge.LAST_WRITER,
        "members": Merge.COMMAND_ONLY,
    },
)

ENTITIES = (TERRITORY,)
