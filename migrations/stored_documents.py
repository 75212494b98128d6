"""The documents that phones fetch are stored, and get the fields that a migration adds to their records."""

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

_ADD = sa.text("update sync_documents set doc = left(doc, -1) || :more where org_id = :org and entity = :entity")


def add_fields(entity: str, fields: Mapping[str, Any]) -> None:
    """Add fields with these values to all stored documents of an entity, in every organisation."""
    more = "," + json.dumps(dict(fields), separators=(",", ":"))[1:]
    connection = op.get_bind()
    connection.execute(sa.text("select set_config('app.operator', 'on', true)"))
    for org_id in connection.scalars(sa.text("select id from organisations")).all():
        connection.execute(sa.text("select set_config('app.org_id', :org, true)"), {"org": str(org_id)})
        connection.execute(_ADD, {"more": more, "org": org_id, "entity": entity})
