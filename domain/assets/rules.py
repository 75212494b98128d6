"""What an asset can be."""

from enum import StrEnum


class AssetStatus(StrEnum):
    """Whether the machine still stands there."""

    ACTIVE = "active"
    RETIRED = "retired"
