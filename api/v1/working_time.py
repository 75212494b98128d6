"""Working weeks, absences and public holidays."""

from datetime import timedelta
from typing import Any

from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, ValidationError, fields, validates_schema

from api import doors
from api.resources import Filter, Resource, equals, register
from domain.kernel.fields import Text
from domain.people.models import Organisation
from domain.registry import COMMAND
from domain.working_time.models import Absence, WorkingWeek
from domain.working_time.rules import list_holidays, subdivisions_of
from domain.working_time.synced import ABSENCE, WORKING_WEEK

LONGEST = timedelta(days=1_100)

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


class HolidaysQuery(Schema):
    """From when to when, both included; `language` is that of the names, where the calendar knows it."""

    class Meta:
        unknown = RAISE

    first = fields.Date(required=True, data_key="from")
    last = fields.Date(required=True, data_key="to")
    language = Text(10, load_default="en")

    @validates_schema
    def _in_order(self, data: dict[str, Any], **_: Any) -> None:
        if not data["first"] <= data["last"] <= data["first"] + LONGEST:
            raise ValidationError({"to": [f"Give a day from `from` on, at most {LONGEST.days} days later."]})


class HolidaySchema(Schema):
    """A public holiday."""

    day = fields.Date(required=True)
    name = fields.String(required=True)


class SubdivisionSchema(Schema):
    """A part of the country that has holidays of its own."""

    code = fields.String(required=True)
    name = fields.String(required=True)


class HolidaysSchema(Schema):
    """The holidays, of which part of the country they are (null: of all of it), and which parts there are to choose."""

    country = fields.String(required=True)
    subdivision = fields.String(required=True, allow_none=True)
    subdivisions = fields.List(fields.Nested(SubdivisionSchema), required=True)
    items = fields.List(fields.Nested(HolidaySchema), required=True)


@blueprint.route("/holidays", methods=["GET"])
@blueprint.arguments(HolidaysQuery, location="query")
@blueprint.response(200, HolidaysSchema)
def get_holidays(args: dict[str, Any]) -> Any:
    """List the public holidays on which nobody of the organisation works."""
    with doors.reading() as (session, identity):
        organisation = session.get_one(Organisation, (identity.org_id, identity.org_id))
    country, subdivision = organisation.country, organisation.subdivision
    found = list_holidays(country=country, subdivision=subdivision, **args)
    parts = subdivisions_of(country).items()
    return {
        "country": country,
        "subdivision": subdivision,
        "subdivisions": [{"code": code, "name": name} for code, name in sorted(parts, key=lambda part: part[1])],
        "items": [{"day": day, "name": name} for day, name in found],
    }
