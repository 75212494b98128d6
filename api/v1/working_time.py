"""Working weeks and absences."""

from flask_smorest import Blueprint
from marshmallow import fields

from api.resources import Filter, Resource, equals, register
from domain.registry import COMMAND
from domain.working_time.models import Absence, WorkingWeek
from domain.working_time.synced import ABSENCE, WORKING_WEEK

blueprint = Blueprint("working_time", __name__, description="When people work.")

register(
    blueprint,
    Resource(
        collection="working-weeks",
        entity=WORKING_WEEK,
        sorts={"created_at": WorkingWeek.created_at},
        filters={"user_id": equals(WorkingWeek.user_id)},
        create=COMMAND["working_week.set"],
    ),
)
register(
    blueprint,
    Resource(
        collection="absences",
        entity=ABSENCE,
        sorts={"starts_on": Absence.starts_on, "created_at": Absence.created_at},
        filters={
            "user_id": equals(Absence.user_id),
            "from": Filter(value=fields.Date(), condition=lambda day: Absence.ends_on >= day),
            "before": Filter(value=fields.Date(), condition=lambda day: Absence.starts_on < day),
        },
        create=COMMAND["absence.add"],
        update=COMMAND["absence.update"],
        actions=[COMMAND["absence.withdraw"]],
    ),
)
