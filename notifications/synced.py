"""How notices sync."""

from datetime import timedelta

from domain.kernel.synced import Merge, SyncedEntity, user_bucket
from notifications.models import Notice
from notifications.schemas import NoticeDocument

NOTICE = SyncedEntity(
    name="notice",
    model=Notice,
    document=NoticeDocument,
    buckets=lambda notice: {user_bucket(notice.user_id)},
    # One that nobody reads is old news after two months more.
    closed_at=lambda notice: notice.read_at or notice.created_at + timedelta(days=60),
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
