"""Keeping customers: accounts, their sites and contacts."""

from functools import partial
from typing import Any
from uuid import UUID

from domain.customers import assignment, queries, schemas
from domain.customers.events import AccountMoved
from domain.customers.models import Account, Contact, Site
from domain.customers.rules import AccountStatus
from domain.kernel.command import Command, Context
from domain.kernel.numbers import give_number
from domain.kernel.updates import change_fields, update_command
from domain.people.permissions import Permission
from domain.territories.models import Territory
from domain.territories.queries import refer_own_territory
from domain.territories.schemas import AssignAccountsArgs, TakeAccountsArgs


def create_account(ctx: Context, *, id: UUID, territory_id: UUID, **values: Any) -> Account:
    """Add a customer in a territory that one works in. The server gives it a number."""
    territory = refer_own_territory(ctx, territory_id=territory_id)
    account = ctx.add(Account(id=id, territory_id=territory.id, status=AccountStatus.ACTIVE, **values))
    give_number(ctx.session, series="AC", receive=partial(setattr, account, "number"))
    return account


def move_account(ctx: Context, *, account_id: UUID, territory_id: UUID) -> Account:
    """Hand an account, and all that hangs on it, to another territory."""
    account = ctx.get(Account, account_id)
    territory = ctx.refer(Territory, territory_id, "territory_id")
    if queries.lock_territory(ctx, account, to_move=True) != territory.id:
        account.territory_id = territory.id
        ctx.emit(AccountMoved(account_id=account.id, territory_id=territory.id))
    return account


def assign_accounts(ctx: Context, *, territory_id: UUID) -> Territory:
    """Hand each account of a territory to the one below it in whose polygon it stands. The others stay.

    At most 5,000 accounts are handed on at a time.
    """
    territory = ctx.get(Territory, territory_id)
    found = assignment.place_accounts(ctx.session, territory)
    ctx.prefetch(Account, list(found.placed))
    ctx.prefetch(Territory, list(set(found.placed.values())))
    for account_id, its_territory_id in found.placed.items():
        move_account(ctx, account_id=account_id, territory_id=its_territory_id)
    return territory


def take_accounts(ctx: Context, *, territory_id: UUID, account_ids: list[UUID]) -> Territory:
    """Hand some accounts, wherever they are now, to a territory."""
    territory = ctx.get(Territory, territory_id)
    wanted = list(dict.fromkeys(account_ids))
    ctx.prefetch(Account, wanted)
    for account_id in wanted:
        ctx.refer(Account, account_id, "account_ids")
        move_account(ctx, account_id=account_id, territory_id=territory_id)
    return territory


def create_site(ctx: Context, *, id: UUID, account_id: UUID, **values: Any) -> Site:
    """Add a place of an account."""
    account = ctx.refer(Account, account_id, "account_id")
    return ctx.add(Site(id=id, account_id=account.id, **values))


def create_contact(ctx: Context, *, id: UUID, account_id: UUID, site_id: UUID | None, **values: Any) -> Contact:
    """Add a person at an account."""
    account = ctx.refer(Account, account_id, "account_id")
    if site_id is not None:
        queries.refer_site_of(ctx, account_id=account.id, site_id=site_id)
    return ctx.add(Contact(id=id, account_id=account.id, site_id=site_id, **values))


def update_contact(ctx: Context, *, contact_id: UUID, **changes: Any) -> Contact:
    """Change a contact. Their site must be one of the account."""
    contact = ctx.get(Contact, contact_id)
    if changes.get("site_id") is not None:
        queries.refer_site_of(ctx, account_id=contact.account_id, site_id=changes["site_id"])
    return change_fields(ctx, contact, changes)


_EDIT = Permission.EDIT_CUSTOMERS

COMMANDS = (
    Command(
        name="account.create",
        schema=schemas.CreateAccountArgs,
        handle=create_account,
        may=_EDIT,
        loads={"territory_id": Territory},
        offline=True,
    ),
    update_command(entity="account", model=Account, schema=schemas.UpdateAccountArgs, may=_EDIT, offline=True),
    Command(
        name="account.move",
        schema=schemas.MoveAccountArgs,
        handle=move_account,
        may=Permission.MANAGE_TERRITORIES,
        target=("account_id", Account),
        loads={"territory_id": Territory},
    ),
    Command(
        name="territory.assign_accounts",
        schema=AssignAccountsArgs,
        handle=assign_accounts,
        may=Permission.MANAGE_TERRITORIES,
        target=("territory_id", Territory),
    ),
    Command(
        name="territory.take_accounts",
        schema=TakeAccountsArgs,
        handle=take_accounts,
        may=Permission.MANAGE_TERRITORIES,
        target=("territory_id", Territory),
    ),
    Command(
        name="site.create",
        schema=schemas.CreateSiteArgs,
        handle=create_site,
        may=_EDIT,
        loads={"account_id": Account},
        offline=True,
    ),
    update_command(entity="site", model=Site, schema=schemas.UpdateSiteArgs, may=_EDIT, offline=True),
    Command(
        name="contact.create",
        schema=schemas.CreateContactArgs,
        handle=create_contact,
        may=_EDIT,
        loads={"account_id": Account, "site_id": Site},
        offline=True,
    ),
    Command(
        name="contact.update",
        schema=schemas.UpdateContactArgs,
        handle=update_contact,
        may=_EDIT,
        target=("contact_id", Contact),
        loads={"site_id": Site},
        offline=True,
    ),
)
