"""A person's scope as a condition on any entity: the same for what REST shows as for what a phone holds."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Text, any_, bindparam, exists, or_

from domain.kernel.synced import SyncedEntity
from sync.models import SyncEntry


class Everything:
    """The scope of the system itself."""

    parameters: Mapping[str, Any] = {}

    def contains(self, _entity: SyncedEntity[Any]) -> ColumnElement[bool] | None:
        """Nothing is out of scope."""
        return None


class BucketScope:
    """What lies in the given buckets. What has aged out of the phones stays in scope while the record it follows is."""

    def __init__(self, *, org_id: UUID, buckets: Sequence[str]) -> None:
        self.parameters: Mapping[str, Any] = {"scope_org": org_id, "scope_buckets": list(buckets)}

    def contains(self, entity: SyncedEntity[Any]) -> ColumnElement[bool] | None:
        """Return the condition that the row, or the record that it follows, is in one of the buckets."""
        conditions = [self._in_buckets(entity.model.id)]
        if entity.follows:
            conditions.append(self._in_buckets(getattr(entity.model, entity.follows[1])))
        return or_(*conditions)

    def _in_buckets(self, record_id: Any) -> ColumnElement[bool]:
        return exists().where(
            SyncEntry.org_id == bindparam("scope_org", self.parameters["scope_org"]),
            SyncEntry.id == record_id,
            SyncEntry.present,
            SyncEntry.bucket == any_(bindparam("scope_buckets", self.parameters["scope_buckets"], ARRAY(Text()))),
        )
