"""How observations sync: with their account."""

from domain.kernel.synced import Merge, SyncedEntity, user_bucket
from domain.observations.models import Observation
from domain.observations.schemas import ObservationDocument

OBSERVATION = SyncedEntity(
    name="observation",
    model=Observation,
    document=ObservationDocument,
    buckets=lambda observation: {user_bucket(observation.observed_by_id)},
    follows=("account", "account_id"),
    closed_at=lambda observation: observation.occurred_at,
    keep_days=90,
    merge={
        "account_id": Merge.SERVER,
        "visit_id": Merge.SERVER,
        "kind": Merge.SERVER,
        "product_id": Merge.LAST_WRITER,
        "product": Merge.LAST_WRITER,
        "competitor": Merge.LAST_WRITER,
        "price_minor": Merge.LAST_WRITER,
        "currency": Merge.SERVER,
        "facings": Merge.LAST_WRITER,
        "out_of_stock": Merge.LAST_WRITER,
        "note": Merge.LAST_WRITER,
        "observed_by_id": Merge.SERVER,
        "occurred_at": Merge.SERVER,
    },
)
