"""Making, changing and ending agreements."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from domain.assets.models import Asset
from domain.contracts import rules, schemas
from domain.contracts.models import Agreement
from domain.customers.models import Account, Site
from domain.kernel.command import Command, Context
from domain.kernel.numbers import give_number
from domain.kernel.updates import change_fields
from domain.people.permissions import Permission


def create(ctx: Context, *, account_id: UUID, renews_id: UUID | None, **values: Any) -> Agreement:
    """Make an agreement with a customer, or renew one."""
    account = ctx.refer(Account, account_id, "account_id")
    _cover(ctx, account.id, values)
    _check({**values})
    agreement = ctx.add(Agreement(number=None, account_id=account.id, **values))
    if renews_id is not None:
        former = ctx.refer(Agreement, renews_id, "renews_id")
        if former.account_id != account.id:
            raise rules.AgreementOfOtherAccount(fields={"renews_id": [rules.AgreementOfOtherAccount.sentence()]})
        if former.renewed_by_id is not None:
            raise rules.AgreementRenewedAlready(fields={"renews_id": [rules.AgreementRenewedAlready.sentence()]})
        former.renewed_by_id = agreement.id
    give_number(ctx.session, series="AG", receive=partial(setattr, agreement, "number"))
    return agreement


def update(ctx: Context, *, agreement_id: UUID, **changes: Any) -> Agreement:
    """Change an agreement."""
    agreement = ctx.get(Agreement, agreement_id)
    _cover(ctx, agreement.account_id, changes)
    change_fields(ctx, agreement, changes)
    _check(vars(agreement))
    return agreement


def end(ctx: Context, *, agreement_id: UUID, ends_on: date, reason: str) -> Agreement:
    """End an agreement before its time."""
    agreement = ctx.get(Agreement, agreement_id)
    rules.check_end(ends_on=ends_on, at_present=agreement.ends_on)
    agreement.ends_on, agreement.end_reason = ends_on, reason
    _check(vars(agreement))
    return agreement


def _check(terms: dict[str, Any]) -> None:
    rules.check(**{name: terms[name] for name in ("starts_on", "ends_on", "response_hours", "fix_hours")})


def _cover(ctx: Context, account_id: UUID, values: dict[str, Any]) -> None:
    """Check the sites and assets among `values`, and put them as they are stored."""
    models: Sequence[tuple[str, type[Site | Asset]]] = (("site_ids", Site), ("asset_ids", Asset))
    for name, model in models:
        if name not in values:
            continue
        ctx.prefetch(model, values[name])
        if any(ctx.refer(model, record_id, name).account_id != account_id for record_id in values[name]):
            raise rules.AgreementOfOtherAccount(fields={name: [rules.AgreementOfOtherAccount.sentence()]})
        values[name] = [str(record_id) for record_id in values[name]]


_MANAGE = Permission.MANAGE_AGREEMENTS
_AGREEMENT = ("agreement_id", Agreement)

COMMANDS = (
    Command(
        name="agreement.create",
        schema=schemas.CreateAgreementArgs,
        handle=create,
        may=_MANAGE,
        loads={"account_id": Account, "renews_id": Agreement},
    ),
    Command(name="agreement.update", schema=schemas.UpdateAgreementArgs, handle=update, may=_MANAGE, target=_AGREEMENT),
    Command(name="agreement.end", schema=schemas.EndAgreementArgs, handle=end, may=_MANAGE, target=_AGREEMENT),
)
