"""How tasks sync: to who is to do them, to who gave them, and with their account."""

from collections.abc import Sequence

from domain.kernel.synced import ORG_BUCKET, Merge, Share, SyncedEntity, user_bucket
from domain.tasks.models import Task, TaskRule
from domain.tasks.schemas import TaskDocument, TaskRuleDocument


def _shares(task: Task) -> Sequence[Share]:
    # Who is to do it needs the customer, whoever's territory it is in.
    if task.done_at is not None or task.account_id is None:
        return ()
    return (Share(bucket=user_bucket(task.assignee_id), entity="account", record_id=task.account_id),)


TASK_RULE = SyncedEntity(
    name="task_rule",
    model=TaskRule,
    document=TaskRuleDocument,
    buckets=lambda _rule: {ORG_BUCKET},
    merge={
        "trigger": Merge.SERVER,
        "outcome": Merge.LAST_WRITER,
        "title": Merge.LAST_WRITER,
        "due_in_days": Merge.LAST_WRITER,
        "assign_to": Merge.LAST_WRITER,
        "active": Merge.LAST_WRITER,
    },
)

TASK = SyncedEntity(
    name="task",
    model=Task,
    document=TaskDocument,
    buckets=lambda task: {user_bucket(person) for person in (task.assignee_id, task.created_by_id) if person},
    follows=("account", "account_id"),
    shares=_shares,
    closed_at=lambda task: task.done_at,
    keep_days=90,
    merge={
        "title": Merge.LAST_WRITER,
        "notes": Merge.LAST_WRITER,
        "due_on": Merge.LAST_WRITER,
        "assignee_id": Merge.COMMAND_ONLY,
        "account_id": Merge.SERVER,
        "source": Merge.SERVER,
        "source_id": Merge.SERVER,
        "rule_id": Merge.SERVER,
        "created_by_id": Merge.SERVER,
        "done_at": Merge.COMMAND_ONLY,
        "done_by_id": Merge.COMMAND_ONLY,
    },
)

ENTITIES = (TASK_RULE, TASK)
