"""What people do with tasks."""

from datetime import date
from typing import Any
from uuid import UUID

from domain.customers.models import Account
from domain.kernel.command import Command, Context
from domain.kernel.errors import ReferenceNotFound
from domain.kernel.updates import change_fields, update_command
from domain.people.models import User
from domain.people.permissions import Permission
from domain.tasks import schemas
from domain.tasks.events import TaskGiven
from domain.tasks.models import Task, TaskRule


def create(
    ctx: Context,
    *,
    id: UUID,
    title: str,
    notes: str | None,
    due_on: date | None,
    assignee_id: UUID | None,
    account_id: UUID | None,
    source: str | None,
    source_id: UUID | None,
) -> Task:
    """Note something to do, for oneself or for a colleague."""
    assignee_id = assignee_id or ctx.actor.user_id
    if assignee_id is None:
        raise ReferenceNotFound(fields={"assignee_id": ["Say whose task it is."]})
    _refer_active(ctx, assignee_id)
    if (source is None) != (source_id is None):
        raise ReferenceNotFound(fields={"source_id": ["Name the record that the task came out of, and its kind."]})
    if source and source_id:
        of_source: UUID = ctx.refer(ctx.registry.entities[source].model, source_id, "source_id").account_id
        if account_id not in {None, of_source}:
            raise ReferenceNotFound(fields={"account_id": ["The task came out of something of another account."]})
        account_id = of_source
    if account_id:
        ctx.refer(Account, account_id, "account_id")
    task = ctx.add(
        Task(
            id=id,
            title=title,
            notes=notes,
            due_on=due_on,
            assignee_id=assignee_id,
            account_id=account_id,
            source=source,
            source_id=source_id,
            created_by_id=ctx.actor.user_id,
        )
    )
    tell_of(ctx, task)
    return task


def update(ctx: Context, *, task_id: UUID, **changes: Any) -> Task:
    """Change what is to be done, or by when."""
    return change_fields(ctx, _own(ctx, task_id), changes)


def complete(ctx: Context, *, task_id: UUID) -> Task:
    """Tick a task off. Of two who do, the first one has done it."""
    task = _own(ctx, task_id)
    if task.done_at is None:
        task.done_at, task.done_by_id = ctx.occurred_at, ctx.actor.user_id
    return task


def reopen(ctx: Context, *, task_id: UUID) -> Task:
    """Take the tick back."""
    task = _own(ctx, task_id)
    task.done_at = task.done_by_id = None
    return task


def reassign(ctx: Context, *, task_id: UUID, assignee_id: UUID) -> Task:
    """Give a task to somebody else."""
    task = _own(ctx, task_id)
    _refer_active(ctx, assignee_id)
    if task.assignee_id != assignee_id:
        task.assignee_id = assignee_id
        if task.done_at is None:
            tell_of(ctx, task)
    return task


def tell_of(ctx: Context, task: Task) -> None:
    """Let it be known that somebody has a task, unless they gave it to themselves."""
    if task.assignee_id != ctx.actor.user_id:
        ctx.emit(TaskGiven(task_id=task.id, assignee_id=task.assignee_id))


def create_rule(ctx: Context, *, id: UUID, **values: Any) -> TaskRule:
    """Let tasks of a kind come about by themselves from now on."""
    return ctx.add(TaskRule(id=id, active=True, **values))


def _refer_active(ctx: Context, user_id: UUID) -> None:
    if not ctx.refer(User, user_id, "assignee_id").active:
        raise ReferenceNotFound(fields={"assignee_id": ["This person does not work here any more."]})


def _own(ctx: Context, task_id: UUID) -> Task:
    """Return a task that is the actor's, or that they gave, or any with the permission to manage tasks."""
    task = ctx.get(Task, task_id)
    if ctx.actor.user_id not in {task.assignee_id, task.created_by_id}:
        ctx.require(Permission.MANAGE_TASKS)
    return task


_TASK = ("task_id", Task)
_WORK, _MANAGE = Permission.WORK_TASKS, Permission.MANAGE_TASKS

COMMANDS = (
    Command(
        name="task.create",
        schema=schemas.CreateTaskArgs,
        handle=create,
        may=_WORK,
        loads={"account_id": Account, "assignee_id": User},
        offline=True,
    ),
    Command(name="task.update", schema=schemas.UpdateTaskArgs, handle=update, may=_WORK, target=_TASK, offline=True),
    Command(name="task.complete", schema=schemas.TaskArgs, handle=complete, may=_WORK, target=_TASK, offline=True),
    Command(name="task.reopen", schema=schemas.TaskArgs, handle=reopen, may=_WORK, target=_TASK, offline=True),
    Command(
        name="task.reassign",
        schema=schemas.ReassignTaskArgs,
        handle=reassign,
        may=_WORK,
        target=_TASK,
        loads={"assignee_id": User},
        offline=True,
    ),
    Command(name="task_rule.create", schema=schemas.CreateTaskRuleArgs, handle=create_rule, may=_MANAGE),
    update_command(entity="task_rule", model=TaskRule, schema=schemas.UpdateTaskRuleArgs, may=_MANAGE),
)
