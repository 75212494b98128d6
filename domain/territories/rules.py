"""From when to when somebody works in a territory."""

from datetime import date

from domain.kernel.errors import DomainError


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
