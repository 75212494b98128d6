"""Organisations, people and skills on the wire."""

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from domain.geo.schemas import PositionSchema, Speeds
from domain.kernel.fields import ArgsSchema, Id, Name, OneOf, RecordDocument, Whole
from domain.people.contact_fields import Email, Phone
from domain.people.permissions import Role

PASSWORD_MIN, PASSWORD_MAX = 10, 200
LANGUAGES = ("en", "de")


class SkillLevelSchema(Schema):
    """A skill and how well it is mastered, from 1 to 5."""

    class Meta:
        unknown = RAISE

    skill_id = Id(required=True)
    level = Whole(1, 5, required=True)


def each_skill_once(skills: list[dict[str, Any]]) -> None:
    """Check that no skill is listed twice.

    Raises:
        ValidationError: one is.
    """
    if len({skill["skill_id"] for skill in skills}) != len(skills):
        raise ValidationError("The same skill is listed twice.")


class SkillLevels(fields.List[Any]):
    """The skills that somebody has or a job needs, each once."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            fields.Nested(SkillLevelSchema), validate=[validate.Length(max=100), each_skill_once], **kwargs
        )


class Roles(fields.List[Any]):
    """What a person does: one role or several."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(OneOf(Role), validate=validate.Length(min=1, max=len(Role)), **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        return list(dict.fromkeys(super()._deserialize(value, attr, data, **kwargs)))


class Language(fields.String):
    """A language that the app speaks."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validate=validate.OneOf(LANGUAGES), **kwargs)


class OrganisationDocument(RecordDocument):
    """The company."""

    name = fields.String(required=True)
    slug = fields.String(required=True)
    currency = fields.String(required=True)
    country = fields.String(required=True)
    time_zone = fields.String(required=True)
    language = fields.String(required=True)
    far_away_m = fields.Integer(required=True)
    detour_factor = fields.Float(required=True)
    speeds = Speeds(required=True)


class UpdateOrganisationArgs(ArgsSchema):
    """The fields to change. `speeds` replaces the whole profile; from `far_away_m` on a check-in is flagged."""

    organisation_id = Id(required=True)
    detour_factor = fields.Float(allow_nan=False, validate=validate.Range(min=1, max=5))
    speeds = Speeds()
    far_away_m = Whole(10, 100_000)


class SkillDocument(RecordDocument):
    """A skill."""

    name = fields.String(required=True)


class UserDocument(RecordDocument):
    """A person of the organisation."""

    name = fields.String(required=True)
    email = fields.String(required=True)
    phone = fields.String(required=True, allow_none=True)
    roles = fields.List(OneOf(Role), required=True)
    active = fields.Boolean(required=True)
    language = fields.String(required=True)
    skills = fields.List(fields.Nested(SkillLevelSchema), required=True)
    home = fields.Nested(PositionSchema, required=True, allow_none=True)


class CreateUserArgs(ArgsSchema):
    """A new person, who can sign in at once."""

    id = Id(required=True)
    name = Name(required=True)
    email = Email(required=True)
    password = fields.String(required=True, load_only=True, validate=validate.Length(PASSWORD_MIN, PASSWORD_MAX))
    roles = Roles(required=True)
    phone = Phone(load_default=None, allow_none=True)
    language = Language(load_default="en")
    skills = SkillLevels(load_default=list)
    home = fields.Nested(PositionSchema, load_default=None, allow_none=True)


class SetPasswordArgs(ArgsSchema):
    """A new password for somebody."""

    user_id = Id(required=True)
    password = fields.String(required=True, load_only=True, validate=validate.Length(PASSWORD_MIN, PASSWORD_MAX))


class SetLanguageArgs(ArgsSchema):
    """The language in which somebody reads the app and is told of things."""

    user_id = Id(required=True)
    language = Language(required=True)


class UpdateUserArgs(ArgsSchema):
    """The fields to change. `skills` replaces the whole list."""

    user_id = Id(required=True)
    name = Name()
    phone = Phone(allow_none=True)
    roles = Roles()
    language = Language()
    skills = SkillLevels()
    home = fields.Nested(PositionSchema, allow_none=True)
    active = fields.Boolean()
