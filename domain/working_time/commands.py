"""Saying when people work."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from domain.kernel.command import Command, Context
from domain.kernel.errors import ReferenceNotFound
from domain.kernel.ids import new_id
from domain.kernel.updates import change_fields
from domain.people.models import Organisation, User
from domain.people.permissions import Permission
from domain.working_time import queries, rules, schemas
from domain.working_time.models import Absence, WorkingWeek


def set_working_week(ctx: Context, *, user_id: UUID, shifts: Sequence[Mapping[str, Any]]) -> WorkingWeek:
    """Set when a person works in every week. Replaces all shifts."""
    user = ctx.refer(User, user_id, "user_id")
    ordered = rules.sorted_shifts(shifts)
    week = queries.find_working_week(ctx.session, org_id=ctx.org_id, user_id=user.id)
    if week is None:
        return ctx.add(WorkingWeek(id=new_id(), user_id=user.id, shifts=ordered))
    week.shifts = ordered
    return week


def set_subdivision(ctx: Context, *, organisation_id: UUID, subdivision: str | None) -> Organisation:
    """Choose the part of the country whose public holidays count. The call cycle follows at its next run."""
    organisation = ctx.get(Organisation, organisation_id)
    if subdivision is not None:
        rules.check_subdivision(subdivision, country=organisation.country)
    organisation.subdivision = subdivision
    return organisation


def add_absence(ctx: Context, *, id: UUID, user_id: UUID | None, starts_on: date, ends_on: date) -> Absence:
    """Note that somebody does not work on some days: oneself, or with the permission for it anybody."""
    user_id = user_id or ctx.actor.user_id
    if user_id is None:
        raise ReferenceNotFound(fields={"user_id": ["Say who is absent."]})
    _require_own(ctx, user_id)
    ctx.refer(User, user_id, "user_id")
    rules.check_absence(starts_on=starts_on, ends_on=ends_on)
    return ctx.add(Absence(id=id, user_id=user_id, starts_on=starts_on, ends_on=ends_on, withdrawn=False))


def update_absence(ctx: Context, *, absence_id: UUID, **changes: Any) -> Absence:
    """Change the days of an absence."""
    absence = ctx.get(Absence, absence_id)
    _require_own(ctx, absence.user_id)
    change_fields(ctx, absence, changes)
    rules.check_absence(starts_on=absence.starts_on, ends_on=absence.ends_on)
    return absence


def withdraw_absence(ctx: Context, *, absence_id: UUID) -> Absence:
    """Note that the person works on those days after all."""
    absence = ctx.get(Absence, absence_id)
    _require_own(ctx, absence.user_id)
    absence.withdrawn = True
    return absence


def _require_own(ctx: Context, user_id: UUID) -> None:
    if user_id != ctx.actor.user_id:
        ctx.require(Permission.MANAGE_WORKING_TIME)


_ABSENCE = ("absence_id", Absence)

COMMANDS = (
    Command(
        name="working_week.set",
        schema=schemas.SetWorkingWeekArgs,
        handle=set_working_week,
        may=Permission.MANAGE_WORKING_TIME,
        loads={"user_id": User},
    ),
    Command(
        name="organisation.set_subdivision",
        schema=schemas.SetSubdivisionArgs,
        handle=set_subdivision,
        may=Permission.MANAGE_WORKING_TIME,
        target=("organisation_id", Organisation),
    ),
    Command(
        name="absence.add",
        schema=schemas.AddAbsenceArgs,
        handle=add_absence,
        may=None,
        loads={"user_id": User},
        offline=True,
    ),
    Command(
        name="absence.update",
        schema=schemas.ChangeAbsenceArgs,
        handle=update_absence,
        may=None,
        target=_ABSENCE,
        offline=True,
    ),
    Command(
        name="absence.withdraw",
        schema=schemas.AbsenceArgs,
        handle=withdraw_absence,
        may=None,
        target=_ABSENCE,
        offline=True,
    ),
)
