"""Installed equipment."""

from flask_smorest import Blueprint

from api.resources import Resource, contains, equals, register
from domain.assets.models import Asset
from domain.assets.rules import AssetStatus
from domain.assets.synced import ASSET
from domain.kernel.fields import OneOf
from domain.registry import COMMAND

blueprint = Blueprint("assets", __name__, description="Machines at customers' sites.")

register(
    blueprint,
    Resource(
        collection="assets",
        entity=ASSET,
        sorts={"name": Asset.name, "created_at": Asset.created_at},
        filters={
            "search": contains(Asset.name, Asset.serial_number),
            "account_id": equals(Asset.account_id),
            "site_id": equals(Asset.site_id),
            "status": equals(Asset.status, OneOf(AssetStatus)),
        },
        create=COMMAND["asset.create"],
        update=COMMAND["asset.update"],
    ),
)
