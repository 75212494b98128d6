"""How agreements sync: each goes where its account goes."""

from datetime import UTC, datetime, time, timedelta

from domain.contracts.models import Agreement
from domain.contracts.schemas import AgreementDocument
from domain.kernel.synced import Merge, SyncedEntity

_TERMS = (
    "name",
    "coverage",
    "site_ids",
    "asset_ids",
    "response_hours",
    "fix_hours",
    "visits_per_year",
    "starts_on",
    "ends_on",
)


def _over(agreement: Agreement) -> datetime:
    return datetime.combine(agreement.ends_on, time(), UTC) + timedelta(days=1)


AGREEMENT = SyncedEntity(
    name="agreement",
    model=Agreement,
    document=AgreementDocument,
    follows=("account", "account_id"),
    closed_at=_over,
    keep_days=90,
    merge={
        "number": Merge.SERVER,
        "account_id": Merge.SERVER,
        **dict.fromkeys(_TERMS, Merge.LAST_WRITER),
        "end_reason": Merge.COMMAND_ONLY,
        "renewed_by_id": Merge.SERVER,
    },
)
