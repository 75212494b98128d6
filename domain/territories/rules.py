"""From when to when somebody works in a territory, and to whom their customers may go."""

from collections.abc import Collection
from datetime import date

from domain.kernel.errors import DomainError
from domain.people.permissions import Role


class MembershipEndsBeforeStart(DomainError):
    """A membership cannot end before it starts."""

    code, status, retryable = "membership.ends_before_start", 422, False


def check_period(*, starts_on: date, ends_on: date | None) -> None:
    """Check the dates of a membership. Both are included, so one day is the shortest.

    Raises:
        MembershipEndsBeforeStart: the end is before the start.
    """
    if ends_on is not None and ends_on < starts_on:
        raise MembershipEndsBeforeStart(fields={"ends_on": [MembershipEndsBeforeStart.sentence()]})


class HandOverRefused(DomainError):
    """Customers are handed over to another active rep, from today or a later day on."""

    code, status, retryable = "territory.hand_over_refused", 422, False


def check_hand_over(*, to_another: bool, active: bool, roles: Collection[str], starts_on: date, today: date) -> None:
    """Check to whom, and from when on, a rep's customers are handed over.

    Raises:
        HandOverRefused: names each field that does not fit.
    """
    refused = {}
    if not to_another:
        refused["to_id"] = ["This is the same person."]
    elif not active or Role.REP not in roles:
        refused["to_id"] = ["This person is no active rep."]
    if starts_on < today:
        refused["starts_on"] = ["This day is over."]
    if refused:
        raise HandOverRefused(fields=refused)
