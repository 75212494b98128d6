"""Customers whose owner changes, by whatever command: what their owner has open goes to the new one.

It goes as in a hand-over, and by the same reactions. Who owned the customers last stands for a time in which nobody
does: nothing moves when an owner goes, and everything when the next one comes.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from uuid import UUID

from domain.kernel.command import Context
from domain.people.models import Organisation
from domain.people.rules import local_date, start_of_day
from domain.territories.events import BookHandedOver
from domain.territories.ownership import list_owners
from domain.territories.rules import Handed, handed

LOOK_BACK = timedelta(days=365)
"""Whoever owned customers in this time, and nobody since, is still their owner for what is open."""

Timeline = Sequence[tuple[date, Mapping[UUID, UUID]]]
"""From which day on who owns the accounts of each territory."""


@contextmanager
def owners_change(ctx: Context) -> Iterator[None]:
    """Hand over what is open in the territories whose owner is changed inside this block."""
    before = _read(ctx)
    yield
    ctx.session.flush()
    after = _read(ctx, who_left_too=False)
    territory_ids = {territory_id for owners in (before, after) for _, owned in owners for territory_id in owned}
    changes: dict[Handed, set[UUID]] = {}
    for territory_id in territory_ids:
        for change in _handed(ctx, (before, territory_id), (after, territory_id)):
            changes.setdefault(change, set()).add(territory_id)
    for change, theirs in changes.items():
        _emit(ctx, change, territory_ids=frozenset(theirs))


def accounts_move(ctx: Context, moves: Mapping[UUID, tuple[UUID, UUID]], *, told: bool = True) -> None:
    """Hand over what is open at accounts that go from a territory to another one, given as account → from, to."""
    if not moves:
        return
    before, after = _read(ctx), _read(ctx, who_left_too=False)
    accounts: dict[tuple[UUID, UUID], set[UUID]] = {}
    for account_id, move in moves.items():
        accounts.setdefault(move, set()).add(account_id)
    changes: dict[Handed, set[UUID]] = {}
    for (from_id, to_id), theirs in accounts.items():
        for change in _handed(ctx, (before, from_id), (after, to_id)):
            changes.setdefault(change, set()).update(theirs)
    for change, theirs in changes.items():
        _emit(ctx, change, account_ids=frozenset(theirs), told=told)


def _read(ctx: Context, *, who_left_too: bool = True) -> Timeline:
    first = _today(ctx) - LOOK_BACK
    return list_owners(ctx.session, org_id=ctx.org_id, first=first, last=date.max, who_left_too=who_left_too)


def _handed(ctx: Context, before: tuple[Timeline, UUID], after: tuple[Timeline, UUID]) -> Sequence[Handed]:
    days = {day for timeline, _ in (before, after) for day, _ in timeline} | {_today(ctx)}
    return handed(sorted(day for day in days if day >= _today(ctx)), before=_owner_on(*before), after=_owner_on(*after))


def _owner_on(timeline: Timeline, territory_id: UUID) -> Callable[[date], UUID | None]:
    """Return the function from a day to who owns a territory's accounts then, or did last."""
    spans = [(since, owners[territory_id]) for since, owners in reversed(timeline) if territory_id in owners]
    return lambda day: next((owner_id for since, owner_id in spans if since <= day), None)


def _emit(
    ctx: Context,
    change: Handed,
    *,
    territory_ids: frozenset[UUID] | None = None,
    account_ids: frozenset[UUID] | None = None,
    told: bool = True,
) -> None:
    zone = _organisation(ctx).time_zone
    ctx.emit(
        BookHandedOver(
            from_id=change.from_id,
            to_id=change.to_id,
            # What should have begun by now is past, too.
            starts_at=max(start_of_day(change.starts_on, time_zone=zone), ctx.now),
            ends_at=start_of_day(change.until, time_zone=zone) if change.until else None,
            territory_ids=territory_ids,
            account_ids=account_ids,
            as_owner=True,
            told=told,
        )
    )


def _organisation(ctx: Context) -> Organisation:
    return ctx.get(Organisation, ctx.org_id)


def _today(ctx: Context) -> date:
    return local_date(ctx.now, time_zone=_organisation(ctx).time_zone)
