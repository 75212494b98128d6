"""Keeping the list of installed equipment."""

from typing import Any
from uuid import UUID

from domain.assets import schemas
from domain.assets.models import Asset
from domain.assets.rules import AssetStatus
from domain.catalog.models import Product
from domain.customers.models import Account, Site
from domain.customers.queries import refer_site_of
from domain.kernel.command import Command, Context
from domain.kernel.updates import update_command
from domain.people.permissions import Permission


def create(ctx: Context, *, id: UUID, account_id: UUID, site_id: UUID, product_id: UUID | None, **values: Any) -> Asset:
    """Note a machine at a customer's site."""
    account = ctx.refer(Account, account_id, "account_id")
    site = refer_site_of(ctx, account_id=account.id, site_id=site_id)
    if product_id is not None:
        ctx.refer(Product, product_id, "product_id")
    return ctx.add(
        Asset(
            id=id,
            account_id=account.id,
            site_id=site.id,
            product_id=product_id,
            status=AssetStatus.ACTIVE,
            **values,
        )
    )


COMMANDS = (
    Command(
        name="asset.create",
        schema=schemas.CreateAssetArgs,
        handle=create,
        may=Permission.EDIT_ASSETS,
        loads={"account_id": Account, "site_id": Site, "product_id": Product},
        offline=True,
    ),
    update_command(
        entity="asset", model=Asset, schema=schemas.UpdateAssetArgs, may=Permission.EDIT_ASSETS, offline=True
    ),
)
