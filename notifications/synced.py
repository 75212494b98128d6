"""How notices sync."""

from domain.kernel.synced import Merge, SyncedEntity, user_bucket
from notifications.models import Notice
from notifications.schemas import NoticeDocument

NOTICE = SyncedEntity(
    name="notice",
    model=Notice,
    document=NoticeDocument,
    buckets=lambda notice: {user_bucket(notice.user_id)},
    closed_at=lambda notice: notice.read_at,
    keep_days=30,
    merge={
        "user_id": Merge.SERVER,
        "kind": Merge.SERVER,
        "title": Merge.SERVER,
        "body": Merge.SERVER,
        "params": Merge.SERVER,
        "link": Merge.SERVER,
        "read_at": Merge.COMMAND_ONLY,
    },
)

ENTITIES = (NOTICE,)
