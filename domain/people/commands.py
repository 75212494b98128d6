"""What an admin does with the people of the organisation, and everybody for themself."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select

from domain.geo.rules import Position
from domain.kernel.command import Command, Context
from domain.kernel.errors import PermissionDenied
from domain.kernel.ids import new_id
from domain.kernel.updates import change_fields, update_command
from domain.people import rules, schemas
from domain.people.models import Device, Organisation, Skill, User, UserSkill
from domain.people.passwords import hash_password
from domain.people.permissions import Permission


def create(
    ctx: Context,
    *,
    id: UUID,
    name: str,
    email: str,
    password: str,
    roles: list[str],
    phone: str | None,
    language: str,
    skills: Sequence[dict[str, Any]],
    home: Position | None,
) -> User:
    """Add a person, who can sign in at once."""
    user = User(
        id=id,
        name=name,
        email=email,
        phone=phone,
        roles=roles,
        language=language,
        active=True,
        password_hash=hash_password(password),
        skills=[],
    )
    user.home = home
    _set_skills(ctx, user, skills)
    return ctx.add(user)


def update(ctx: Context, *, user_id: UUID, **changes: Any) -> User:
    """Change a person. The devices of someone who is no longer active are revoked."""
    user = ctx.get(User, user_id)
    if user.id == ctx.actor.user_id:
        rules.check_keeps_access(active=changes.get("active", user.active), roles=changes.get("roles", user.roles))
    if "skills" in changes:
        _set_skills(ctx, user, changes.pop("skills"))
    change_fields(ctx, user, changes)
    if not user.active:
        for device in _devices(ctx, user):
            device.revoke(at=ctx.now)
    return user


def set_password(ctx: Context, *, user_id: UUID, password: str) -> User:
    """Give a person a new password. They are signed out everywhere: whoever knew the old one may be somebody else.

    Nothing is deleted from their devices: with the new password they go on where they were.
    """
    user = ctx.get(User, user_id)
    user.password_hash = hash_password(password)
    for device in _devices(ctx, user):
        device.sign_out()
    return user


def set_language(ctx: Context, *, user_id: UUID, language: str) -> User:
    """Choose one's own language. Whoever manages people changes that of others with their other fields."""
    user = ctx.get(User, user_id)
    if ctx.actor.user_id not in {None, user.id}:
        raise PermissionDenied("You can choose the language for yourself only. An admin can change that of others.")
    return change_fields(ctx, user, {"language": language})


def _devices(ctx: Context, user: User) -> Iterable[Device]:
    return ctx.session.scalars(select(Device).where(Device.org_id == ctx.org_id, Device.user_id == user.id))


def _set_skills(ctx: Context, user: User, skills: Sequence[dict[str, Any]]) -> None:
    ctx.prefetch(Skill, [skill["skill_id"] for skill in skills])
    present = {held.skill_id: held for held in user.skills}
    wanted = []
    # In the order in which they are read, so that the document is the same.
    for skill in sorted(skills, key=lambda skill: skill["skill_id"]):
        skill_id = ctx.refer(Skill, skill["skill_id"], "skills").id
        # A skill that stays keeps its row: a new row beside the old one would break the unique key for a moment.
        held = present.get(skill_id) or UserSkill(org_id=ctx.org_id, id=new_id(), skill_id=skill_id)
        held.level = skill["level"]
        wanted.append(held)
    user.skills = wanted


_MANAGE = Permission.MANAGE_USERS

COMMANDS = (
    update_command(
        entity="organisation",
        model=Organisation,
        schema=schemas.UpdateOrganisationArgs,
        may=Permission.MANAGE_SETTINGS,
    ),
    Command(name="user.create", schema=schemas.CreateUserArgs, handle=create, may=_MANAGE),
    Command(name="user.update", schema=schemas.UpdateUserArgs, handle=update, may=_MANAGE, target=("user_id", User)),
    Command(
        name="user.set_password",
        schema=schemas.SetPasswordArgs,
        handle=set_password,
        may=_MANAGE,
        target=("user_id", User),
    ),
    Command(
        name="user.set_language",
        schema=schemas.SetLanguageArgs,
        handle=set_language,
        may=None,
        target=("user_id", User),
        offline=True,
    ),
)
