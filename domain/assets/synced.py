"""How installed equipment syncs: with its account."""

from domain.assets.models import Asset
from domain.assets.schemas import AssetDocument
from domain.kernel.synced import Merge, SyncedEntity

ASSET = SyncedEntity(
    name="asset",
    model=Asset,
    document=AssetDocument,
    follows=("account", "account_id"),
    merge={
        "account_id": Merge.SERVER,
        "site_id": Merge.SERVER,
        "product_id": Merge.SERVER,
        "name": Merge.LAST_WRITER,
        "serial_number": Merge.LAST_WRITER,
        "installed_on": Merge.LAST_WRITER,
        "warranty_ends_on": Merge.LAST_WRITER,
        "status": Merge.LAST_WRITER,
        "notes": Merge.LAST_WRITER,
    },
)

ENTITIES = (ASSET,)
