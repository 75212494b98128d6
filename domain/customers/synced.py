"""How customers sync: an account is in its territory's bucket, and what hangs on it goes where it goes."""

from domain.customers.models import Account, Contact, Site
from domain.customers.schemas import AccountDocument, ContactDocument, SiteDocument
from domain.kernel.synced import Merge, SyncedEntity
from domain.territories.scope import territory_bucket

ACCOUNT = SyncedEntity(
    name="account",
    model=Account,
    document=AccountDocument,
    buckets=lambda account: {territory_bucket(account.territory_id)},
    merge={
        "number": Merge.SERVER,
        "name": Merge.LAST_WRITER,
        "kind": Merge.LAST_WRITER,
        "account_class": Merge.FIRST_WRITER,
        "industry": Merge.LAST_WRITER,
        "phone": Merge.LAST_WRITER,
        "email": Merge.LAST_WRITER,
        "territory_id": Merge.COMMAND_ONLY,
        "status": Merge.FIRST_WRITER,
        "notes": Merge.LAST_WRITER,
        "external_id": Merge.SERVER,
    },
)

SITE = SyncedEntity(
    name="site",
    model=Site,
    document=SiteDocument,
    follows=("account", "account_id"),
    stored_as={"position": ("latitude", "longitude")},
    merge={
        "account_id": Merge.SERVER,
        "name": Merge.LAST_WRITER,
        "address": Merge.LAST_WRITER,
        "position": Merge.LAST_WRITER,
        "opening_hours": Merge.LAST_WRITER,
        "access_notes": Merge.LAST_WRITER,
        "external_id": Merge.SERVER,
    },
)

CONTACT = SyncedEntity(
    name="contact",
    model=Contact,
    document=ContactDocument,
    follows=("account", "account_id"),
    merge={
        "account_id": Merge.SERVER,
        "site_id": Merge.LAST_WRITER,
        "name": Merge.LAST_WRITER,
        "job_title": Merge.LAST_WRITER,
        "phone": Merge.LAST_WRITER,
        "email": Merge.LAST_WRITER,
    },
)

ENTITIES = (ACCOUNT, SITE, CONTACT)
