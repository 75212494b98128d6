"""The work behind a plan, done in the background: dividing the accounts, and letting them change hands on the day."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Row, delete, select
from sqlalchemy.orm import Session

from domain.customers.models import Account
from domain.customers.queries import first_places
from domain.customers.rules import AccountStatus
from domain.kernel.command import Context, OpenContext, execute
from domain.kernel.ids import new_id
from domain.kernel.model import any_of
from domain.people.models import Organisation
from domain.people.rules import local_date
from domain.territories.models import Territory
from domain.territory_plans.models import PlannedAccount, TerritoryPlan
from domain.territory_plans.rules import PlanMethod, PlanStatus, workloads

BATCH = 200
"""Accounts that change hands in one transaction: others have their turn in between."""


@dataclass(kw_only=True)
class _Book:
    """The accounts of a plan's territories."""

    territories: list[Territory]
    accounts: list[Row[Any]] = field(default_factory=list)
    hours: Mapping[UUID, float] = field(default_factory=dict)
    without_position: int = 0


HoursAYear = Callable[[Context, Sequence[UUID]], Mapping[UUID, float]]
"""From accounts to the hours a year that call plans ask for; those without a plan are missing."""


def work_out(open_context: OpenContext, *, plan_id: UUID, hours_a_year: HoursAYear) -> None:
    """Work out the proposal that a plan asks for. Done twice it is the same."""

    def tell(share: float) -> None:
        _change(open_context, plan_id, lambda plan: setattr(plan, "progress_pct", round(share * 99)))

    try:
        with open_context() as ctx:
            plan = ctx.get(TerritoryPlan, plan_id)
            if plan.status != PlanStatus.REQUESTED:
                return
            book = _read_book(ctx, plan)
            if plan.by_call_plans:
                book.hours = hours_a_year(ctx, [account.id for account in book.accounts])
        proposal = _divide(plan, book, tell)
    except BaseException:
        _change(open_context, plan_id, _fail)
        raise
    with open_context() as ctx:
        plan = ctx.get(TerritoryPlan, plan_id)
        if plan.status != PlanStatus.REQUESTED:
            return
        former = delete(PlannedAccount).where(PlannedAccount.org_id == ctx.org_id, PlannedAccount.plan_id == plan_id)
        ctx.session.execute(former.execution_options(reaches_no_phone=True))
        for name, value in proposal.items():
            if name != "accounts":
                setattr(plan, name, value)
        ctx.session.add_all(
            PlannedAccount(org_id=ctx.org_id, id=new_id(), plan_id=plan_id, **account)
            for account in proposal["accounts"]
        )
        plan.status, plan.progress_pct, plan.without_position = PlanStatus.PROPOSED, 100, book.without_position
        ctx.session.commit()


def _change(open_context: OpenContext, plan_id: UUID, change: Callable[[TerritoryPlan], None]) -> None:
    with open_context() as ctx:
        plan = ctx.get(TerritoryPlan, plan_id)
        if plan.status == PlanStatus.REQUESTED:
            change(plan)
            ctx.session.commit()


def _fail(plan: TerritoryPlan) -> None:
    plan.status = PlanStatus.FAILED
    plan.shortcoming = {
        "code": "territory_plan.failed",
        "detail": "The plan could not be worked out; the server's log says why. Propose it again.",
    }


def _read_book(ctx: Context, plan: TerritoryPlan) -> _Book:
    wanted = [UUID(territory_id) for territory_id in plan.territory_ids]
    ctx.prefetch(Territory, wanted)
    book = _Book(territories=[ctx.get(Territory, territory_id) for territory_id in wanted])
    first = first_places(ctx.org_id)
    query = (
        select(
            Account.id, Account.territory_id, Account.account_class, Account.status, first.c.latitude, first.c.longitude
        )
        .outerjoin(first, first.c.account_id == Account.id)
        .where(Account.org_id == ctx.org_id, Account.territory_id == any_of(wanted))
        .order_by(Account.id)
    )
    for account in ctx.session.execute(query):
        if account.latitude is None:
            book.without_position += 1
        else:
            book.accounts.append(account)
    return book


def _divide(plan: TerritoryPlan, book: _Book, tell: Callable[[float], None]) -> dict[str, Any]:
    """Return what the plan's columns are to be, and its `accounts`."""
    # numpy is loaded by the worker that has something to divide.
    import numpy as np

    from domain.territories import design

    number = {territory.id: index for index, territory in enumerate(book.territories)}
    places = np.array([(account.latitude, account.longitude) for account in book.accounts]).reshape(-1, 2)
    # With an inactive account one does no business: it goes with the land.
    points = [
        float(plan.workload[account.account_class]) if account.status == AccountStatus.ACTIVE else 0.0
        for account in book.accounts
    ]
    unit, works = workloads(points, [book.hours.get(account.id) for account in book.accounts])
    workload = np.array(works)
    today = np.array([number[account.territory_id] for account in book.accounts], dtype=np.int64)
    before = design.figures_of(places=places, workload=workload, territories=len(book.territories), owners=today)
    given: dict[str, Any] = {
        "places": places,
        "workload": workload,
        "territories": plan.territories,
        "today": today,
        "tolerance": plan.tolerance_pct / 100,
    }
    if plan.method == PlanMethod.REBALANCE:
        found = design.rebalance(**given)
    else:
        found = design.propose(**given, seed=plan.seed, progress=tell)
    owners = _owners(plan.name, book.territories, found.stands_for)
    names_today = [(str(territory.id), territory.name) for territory in book.territories]
    return {
        "owners": owners,
        "workload_in": unit,
        "before": _figures(before, names_today),
        "after": _figures(found.figures, [(owner["id"], owner["name"]) for owner in owners]),
        "shortcoming": found.shortcoming and {"code": found.shortcoming.code, "detail": found.shortcoming.detail},
        "accounts": [
            {
                "account_id": account.id,
                "from_territory_id": account.territory_id,
                "to_territory_id": UUID(owners[owner]["id"]),
                "latitude": account.latitude,
                "longitude": account.longitude,
                "workload": work,
            }
            for account, owner, work in zip(book.accounts, found.owners.tolist(), workload.tolist(), strict=True)
        ],
    }


def _owners(plan_name: str, territories: Sequence[Territory], stands_for: Sequence[int | None]) -> list[dict[str, Any]]:
    """Return the territories that there are to be; new ones are named after the plan and numbered."""
    return [
        {"id": str(new_id()), "name": f"{plan_name[:190]} {number}", "is_new": True}
        if former is None
        else {"id": str(territories[former].id), "name": territories[former].name, "is_new": False}
        for number, former in enumerate(stands_for, start=1)
    ]


def _figures(figures: Any, territories: Sequence[tuple[str, str]]) -> dict[str, Any]:
    return {
        "territories": [
            {"territory_id": territory_id, "name": name, "accounts": accounts, "workload": work, "distance_km": km}
            for (territory_id, name), accounts, work, km in zip(
                territories, figures.accounts, figures.workload, figures.distance_km, strict=True
            )
        ],
        "imbalance_pct": figures.imbalance_pct,
        "mean_distance_km": figures.mean_distance_km,
        "changing_hands": figures.changing_hands,
    }


def list_due(session: Session, *, org_id: UUID, now: datetime) -> list[UUID]:
    """Return the published plans whose day has come."""
    organisation = session.get_one(Organisation, (org_id, org_id))
    today = local_date(now, time_zone=organisation.time_zone)
    query = select(TerritoryPlan.id).where(
        TerritoryPlan.org_id == org_id,
        TerritoryPlan.status == PlanStatus.PUBLISHED,
        TerritoryPlan.starts_on <= today,
    )
    return list(session.scalars(query.order_by(TerritoryPlan.starts_on, TerritoryPlan.id)))


def take_effect(open_context: OpenContext, *, plan_id: UUID) -> None:
    """Let the accounts of a published plan change hands, some at a time, as if a manager moved each.

    One that somebody has moved since the proposal stays where they put it. What is interrupted goes on the next time.
    """
    with open_context() as ctx:
        changing = select(PlannedAccount.account_id, PlannedAccount.from_territory_id, PlannedAccount.to_territory_id)
        moves = ctx.session.execute(
            changing.where(
                PlannedAccount.org_id == ctx.org_id,
                PlannedAccount.plan_id == plan_id,
                PlannedAccount.from_territory_id != PlannedAccount.to_territory_id,
            ).order_by(PlannedAccount.account_id)
        ).all()
    for first in range(0, len(moves), BATCH):
        with open_context() as ctx:
            _wait_for_others(ctx, plan_id)
            plan = ctx.get(TerritoryPlan, plan_id)
            if plan.status != PlanStatus.PUBLISHED:
                return
            batch = moves[first : first + BATCH]
            plan.moved = (plan.moved or 0) + _move_all(ctx, plan_id, batch)
            plan.progress_pct = round((first + len(batch)) / len(moves) * 100)
            ctx.session.commit()
    with open_context() as ctx:
        _wait_for_others(ctx, plan_id)
        plan = ctx.get(TerritoryPlan, plan_id)
        if plan.status == PlanStatus.PUBLISHED:
            plan.status, plan.moved, plan.progress_pct = PlanStatus.IN_EFFECT, plan.moved or 0, 100
            ctx.session.commit()


def _wait_for_others(ctx: Context, plan_id: UUID) -> None:
    """Lock the plan: the job that was left to a worker and the hourly one may both be at it."""
    query = select(TerritoryPlan.id).where(TerritoryPlan.org_id == ctx.org_id, TerritoryPlan.id == plan_id)
    ctx.session.execute(query.with_for_update())


def _move_all(ctx: Context, plan_id: UUID, moves: Sequence[Row[UUID, UUID, UUID]]) -> int:
    """Move the accounts that are where the plan found them, and return how many."""
    ctx.prefetch(Account, [move.account_id for move in moves])
    still_there = [move for move in moves if ctx.get(Account, move.account_id).territory_id == move.from_territory_id]
    for move in still_there:
        _move(ctx, plan_id, move)
    return len(still_there)


def _move(ctx: Context, plan_id: UUID, move: Row[UUID, UUID, UUID]) -> None:
    """Move one account by its own command, in the transaction of the batch."""
    ctx.command_id = uuid5(plan_id, str(move.account_id))
    args = {"account_id": str(move.account_id), "territory_id": str(move.to_territory_id)}
    execute(ctx.registry.commands["account.move"], args, ctx)
