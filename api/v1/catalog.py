"""Products, categories and prices."""

from flask_smorest import Blueprint

from api.resources import Resource, contains, equals, register
from domain.catalog.models import Price, PriceList, Product, ProductCategory
from domain.catalog.rules import ProductKind, ProductStatus
from domain.catalog.synced import PRICE, PRICE_LIST, PRODUCT, PRODUCT_CATEGORY
from domain.kernel.fields import OneOf, Text
from domain.registry import COMMAND

blueprint = Blueprint("catalog", __name__, description="What is sold and built in, and for how much.")

register(
    blueprint,
    Resource(
        collection="product-categories",
        entity=PRODUCT_CATEGORY,
        sorts={"sort_order": ProductCategory.sort_order, "name": ProductCategory.name},
    ),
)
register(
    blueprint,
    Resource(
        collection="products",
        entity=PRODUCT,
        sorts={"name": Product.name, "sku": Product.sku, "created_at": Product.created_at},
        filters={
            "search": contains(Product.name, Product.sku),
            "category_id": equals(Product.category_id),
            "kind": equals(Product.kind, OneOf(ProductKind)),
            "status": equals(Product.status, OneOf(ProductStatus)),
            "sku": equals(Product.sku, Text(100)),
        },
        create=COMMAND["product.create"],
        update=COMMAND["product.update"],
        actions=[COMMAND["product.withdraw"]],
    ),
)
register(blueprint, Resource(collection="price-lists", entity=PRICE_LIST, sorts={"name": PriceList.name}))
register(
    blueprint,
    Resource(
        collection="prices",
        entity=PRICE,
        sorts={"created_at": Price.created_at},
        filters={"price_list_id": equals(Price.price_list_id), "product_id": equals(Price.product_id)},
        create=COMMAND["price.set"],
    ),
)
