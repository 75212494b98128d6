"""A person's scope as a condition on any entity: the same for what REST shows as for what a phone holds."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Text, any_, bindparam, exists, or_

from domain.kernel.synced import SyncedEntity
from sync.models import SyncEntry


class Everything:
    """The scope of the system itself."""

    def contains(self, _entity: SyncedEntity[Any]) -> ColumnElement[bool] | None:
        """Nothing is out of scope."""
        return None


class BucketScope:
    """What lies in the given buckets. What has aged out of the phones stays in scope while the record it follows is."""

    def __init__(self, *, org_id: UUID, buckets: Sequence[str]) -> None:
        self.org_id = org_id
        self.buckets = list(buckets)

    def contains(self, entity: SyncedEntity[Any]) -> ColumnElement[bool] | None:
        """Return the condition that the row, or the record that it follows, is in one of the buckets."""
        conditions = [self._in_buckets(entity.model.id)]
        if entity.follows:
            conditions.append(self._in_buckets(getattr(entity.model, entity.follows[1])))
        return or_(*conditions)

    def _in_buckets(self, record_id: Any) -> ColumnElement[bool]:
        buckets = bindparam(None, self.buckets, type_=ARRAY(Text()), unique=True)
        return exists().where(
            SyncEntry.org_id == self.org_id,
            SyncEntry.id == record_id,
            SyncEntry.present,
            SyncEntry.bucket == any_(buckets),
        )
