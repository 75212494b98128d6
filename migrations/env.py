"""Alembic's environment. The connection is handed in by `api.runtime.migrations`."""

from typing import Any

from alembic import context

# Every table belongs to one of these.
import domain.geo.models
import domain.kernel.numbers
import domain.registry
import notifications.models
import sync.models
from domain.kernel.model import Model

MODULES_WITH_TABLES = (domain.geo.models, domain.kernel.numbers, domain.registry, notifications.models, sync.models)


def ours(_object: Any, name: str | None, kind: str, *_: Any) -> bool:
    """Leave the job queue's tables and what belongs to no model to their own revisions."""
    return not (kind == "table" and (name or "").startswith(("procrastinate_", "server_identity")))


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Model.metadata,
    include_object=ours,
    compare_server_default=True,
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
