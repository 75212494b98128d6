"""What a product can be."""

from enum import StrEnum


class ProductKind(StrEnum):
    """What kind of thing is sold."""

    GOODS = "goods"
    PART = "part"
    SERVICE = "service"


class ProductStatus(StrEnum):
    """Whether it may still be ordered."""

    ACTIVE = "active"
    WITHDRAWN = "withdrawn"
