"""How attachments sync: with their account. The contents do not; they have a lane of their own."""

from domain.attachments.models import Attachment
from domain.attachments.schemas import AttachmentDocument
from domain.kernel.synced import Merge, SyncedEntity

ATTACHMENT = SyncedEntity(
    name="attachment",
    model=Attachment,
    document=AttachmentDocument,
    follows=("account", "account_id"),
    closed_at=lambda attachment: attachment.occurred_at,
    keep_days=90,
    merge={
        "entity": Merge.SERVER,
        "record_id": Merge.SERVER,
        "account_id": Merge.SERVER,
        "kind": Merge.SERVER,
        "sha256": Merge.SERVER,
        "size": Merge.SERVER,
        "media_type": Merge.SERVER,
        "name": Merge.SERVER,
        "width": Merge.SERVER,
        "height": Merge.SERVER,
        "status": Merge.SERVER,
        "reason": Merge.SERVER,
        "created_by_id": Merge.SERVER,
        "occurred_at": Merge.SERVER,
    },
)
