"""Tasks and the rules that make them."""

from flask_smorest import Blueprint
from marshmallow import fields

from api.resources import Filter, Resource, contains, equals, register
from domain.registry import COMMAND
from domain.tasks.models import Task, TaskRule
from domain.tasks.synced import TASK, TASK_RULE

blueprint = Blueprint("tasks", __name__, description="What somebody is to do.")

register(
    blueprint,
    Resource(
        collection="tasks",
        entity=TASK,
        sorts={"created_at": Task.created_at, "title": Task.title},
        filters={
            "search": contains(Task.title),
            "assignee_id": equals(Task.assignee_id),
            "account_id": equals(Task.account_id),
            "source_id": equals(Task.source_id),
            "done": Filter(value=fields.Boolean(), condition=lambda done: Task.done_at.is_not(None) == done),
            "due_before": Filter(value=fields.Date(), condition=lambda day: Task.due_on < day),
        },
        create=COMMAND["task.create"],
        update=COMMAND["task.update"],
        actions=[COMMAND[f"task.{action}"] for action in ("complete", "reopen", "reassign")],
    ),
)
register(
    blueprint,
    Resource(
        collection="task-rules",
        entity=TASK_RULE,
        sorts={"title": TaskRule.title, "created_at": TaskRule.created_at},
        create=COMMAND["task_rule.create"],
        update=COMMAND["task_rule.update"],
    ),
)
