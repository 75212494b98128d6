"""Working weeks and absences on the wire."""

from marshmallow import RAISE, Schema, fields, validate

from domain.kernel.fields import ArgsSchema, Id, OneOf, RecordDocument, Text, TimeOfDay
from domain.working_time.rules import Weekday


class ShiftSchema(Schema):
    """From when to when somebody works on a weekday."""

    class Meta:
        unknown = RAISE

    weekday = OneOf(Weekday, required=True)
    starts = TimeOfDay(required=True)
    ends = TimeOfDay(required=True)


class WorkingWeekDocument(RecordDocument):
    """When a person works."""

    user_id = Id(required=True)
    shifts = fields.List(fields.Nested(ShiftSchema), required=True)


class AbsenceDocument(RecordDocument):
    """Days on which a person does not work, both included. One that is `withdrawn` counts no more."""

    user_id = Id(required=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)
    withdrawn = fields.Boolean(required=True)


class SetWorkingWeekArgs(ArgsSchema):
    """All shifts of a person's week. None at all: the person does not work."""

    user_id = Id(required=True)
    shifts = fields.List(fields.Nested(ShiftSchema), required=True, validate=validate.Length(max=50))


class SetSubdivisionArgs(ArgsSchema):
    """The part of the country whose public holidays count, as the holiday calendar codes it; null: all of it."""

    organisation_id = Id(required=True)
    subdivision = Text(20, required=True, allow_none=True)


class AddAbsenceArgs(ArgsSchema):
    """Days on which somebody does not work, oneself without `user_id`."""

    id = Id(required=True)
    user_id = Id(load_default=None, allow_none=True)
    starts_on = fields.Date(required=True)
    ends_on = fields.Date(required=True)


class ChangeAbsenceArgs(ArgsSchema):
    """Other days."""

    absence_id = Id(required=True)
    starts_on = fields.Date()
    ends_on = fields.Date()


class AbsenceArgs(ArgsSchema):
    """The absence that a command is about."""

    absence_id = Id(required=True)
