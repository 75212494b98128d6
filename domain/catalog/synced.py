"""How the catalogue syncs: everybody has all of it."""

from typing import Any

from domain.catalog.models import Price, PriceList, Product, ProductCategory
from domain.catalog.schemas import PriceDocument, PriceListDocument, ProductCategoryDocument, ProductDocument
from domain.kernel.synced import ORG_BUCKET, Merge, SyncedEntity


def _everybody(_record: Any) -> set[str]:
    return {ORG_BUCKET}


PRODUCT_CATEGORY = SyncedEntity(
    name="product_category",
    model=ProductCategory,
    document=ProductCategoryDocument,
    buckets=_everybody,
    merge={"name": Merge.SERVER, "sort_order": Merge.SERVER},
)

PRODUCT = SyncedEntity(
    name="product",
    model=Product,
    document=ProductDocument,
    buckets=_everybody,
    merge={
        "sku": Merge.LAST_WRITER,
        "name": Merge.LAST_WRITER,
        "description": Merge.LAST_WRITER,
        "category_id": Merge.LAST_WRITER,
        "unit": Merge.LAST_WRITER,
        "kind": Merge.LAST_WRITER,
        "status": Merge.COMMAND_ONLY,
    },
)

PRICE_LIST = SyncedEntity(
    name="price_list",
    model=PriceList,
    document=PriceListDocument,
    buckets=_everybody,
    merge={"name": Merge.SERVER, "currency": Merge.SERVER, "is_default": Merge.SERVER},
)

PRICE = SyncedEntity(
    name="price",
    model=Price,
    document=PriceDocument,
    buckets=_everybody,
    merge={"price_list_id": Merge.SERVER, "product_id": Merge.SERVER, "amount_minor": Merge.COMMAND_ONLY},
)

ENTITIES = (PRODUCT_CATEGORY, PRODUCT, PRICE_LIST, PRICE)
