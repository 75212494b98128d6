"""Call plans."""

from flask_smorest import Blueprint
from marshmallow import fields

from api.resources import Resource, contains, equals, register
from domain.call_plans.models import CallPlan
from domain.call_plans.synced import CALL_PLAN
from domain.customers.rules import AccountClass
from domain.kernel.fields import OneOf
from domain.registry import COMMAND

blueprint = Blueprint("call_plans", __name__, description="How often which accounts are to be visited.")

register(
    blueprint,
    Resource(
        collection="call-plans",
        entity=CALL_PLAN,
        sorts={"name": CallPlan.name, "created_at": CallPlan.created_at},
        filters={
            "search": contains(CallPlan.name),
            "account_id": equals(CallPlan.account_id),
            "account_class": equals(CallPlan.account_class, OneOf(AccountClass)),
            "rep_id": equals(CallPlan.rep_id),
            "enabled": equals(CallPlan.enabled, fields.Boolean()),
        },
        create=COMMAND["call_plan.create"],
        update=COMMAND["call_plan.update"],
        actions=[COMMAND["call_plan.end"]],
    ),
)
