"""Tasks that come about by rule, in the transaction in which their cause happened."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from domain.customers.models import Account
from domain.kernel.command import Context
from domain.orders.events import OrderPlaced
from domain.orders.models import Order
from domain.people.models import Organisation
from domain.people.rules import local_date
from domain.tasks import rules
from domain.tasks.commands import tell_of
from domain.tasks.models import Task, TaskRule
from domain.tasks.rules import AssignTo, TaskSource, Trigger
from domain.territories.events import BookHandedOver
from domain.territories.ownership import owners_today
from domain.territories.queries import ids_below
from domain.visits.events import VisitCompleted
from domain.visits.models import Visit
from domain.work_orders.events import WorkOrderCompleted


def after_visit(ctx: Context, completed: VisitCompleted) -> None:
    """Make the tasks that follow a visit with this outcome."""
    visit = ctx.get(Visit, completed.visit_id)
    for rule in _rules(ctx, Trigger.VISIT_COMPLETED):
        if rule.outcome in {None, visit.outcome}:
            _make(ctx, rule, TaskSource.VISIT, visit.id, account_id=visit.account_id, doer_id=visit.rep_id)


def after_order(ctx: Context, placed: OrderPlaced) -> None:
    """Make the tasks that follow an order."""
    order = ctx.get(Order, placed.order_id)
    for rule in _rules(ctx, Trigger.ORDER_PLACED):
        _make(ctx, rule, TaskSource.ORDER, order.id, account_id=order.account_id, doer_id=order.placed_by_id)


def after_work_order(ctx: Context, completed: WorkOrderCompleted) -> None:
    """Make the tasks that follow a repair."""
    source_id, account_id = completed.work_order_id, completed.account_id
    for rule in _rules(ctx, Trigger.WORK_ORDER_COMPLETED):
        _make(ctx, rule, TaskSource.WORK_ORDER, source_id, account_id=account_id, doer_id=ctx.actor.user_id)


def follow_book(ctx: Context, book: BookHandedOver) -> None:
    """Hand over what is still to be done for the customers, from the day on that they are the new rep's."""
    day = local_date(book.starts_at, time_zone=ctx.get(Organisation, ctx.org_id).time_zone)
    query = (
        select(Task)
        .join(Account, (Account.org_id == Task.org_id) & (Account.id == Task.account_id))
        .where(
            Task.org_id == ctx.org_id,
            Task.assignee_id == book.from_id,
            Task.done_at.is_(None),
            Task.due_on.is_(None) | (Task.due_on >= day),
        )
    )
    if book.territory_ids is not None:
        territory_ids = ids_below(ctx.session, org_id=ctx.org_id, territory_ids=book.territory_ids)
        query = query.where(Account.territory_id.in_(territory_ids))
    for task in ctx.session.scalars(query):
        task.assignee_id = book.to_id
        book.along["task"] += 1


def _rules(ctx: Context, trigger: Trigger) -> Sequence[TaskRule]:
    """Return the rules for `trigger`, asked once in a transaction."""
    if "task_rules" not in ctx.unit.cache:
        query = select(TaskRule).where(TaskRule.org_id == ctx.org_id, TaskRule.active).order_by(TaskRule.id)
        with ctx.session.no_autoflush:
            ctx.unit.cache["task_rules"] = ctx.session.scalars(query).all()
    return [rule for rule in ctx.unit.cache["task_rules"] if rule.trigger == trigger and rule.active]


def _make(
    ctx: Context, rule: TaskRule, source: TaskSource, source_id: UUID, *, account_id: UUID, doer_id: UUID | None
) -> None:
    task_id = rules.task_id(rule_id=rule.id, source_id=source_id)
    with ctx.session.no_autoflush:
        if ctx.unit.known.get((Task, task_id)) or ctx.session.get(Task, (ctx.org_id, task_id)):
            return
        assignee_id = doer_id
        if rule.assign_to == AssignTo.ACCOUNT_REP or assignee_id is None:
            assignee_id = _account_rep(ctx, account_id) or doer_id
        organisation = ctx.get(Organisation, ctx.org_id)
    if assignee_id is None:
        return
    day = local_date(ctx.occurred_at, time_zone=organisation.time_zone)
    task = ctx.add(
        Task(
            id=task_id,
            title=rule.title,
            due_on=rules.due_on(day=day, days=rule.due_in_days),
            assignee_id=assignee_id,
            account_id=account_id,
            source=source,
            source_id=source_id,
            rule_id=rule.id,
        )
    )
    tell_of(ctx, task)


def _account_rep(ctx: Context, account_id: UUID) -> UUID | None:
    """Return who owns the account today."""
    account_territory = select(Account.territory_id).where(Account.org_id == ctx.org_id, Account.id == account_id)
    return owners_today(ctx).get(ctx.session.execute(account_territory).scalar_one())


REACTIONS = (
    (VisitCompleted, after_visit),
    (OrderPlaced, after_order),
    (WorkOrderCompleted, after_work_order),
    (BookHandedOver, follow_book),
)
