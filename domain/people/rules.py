"""What holds for people, whatever the database says."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from domain.kernel.errors import DomainError
from domain.people.permissions import Role


class OwnAccess(DomainError):
    """You cannot take away your own access. Ask another admin to do it."""

    code, status, retryable = "user.own_access", 409, False


def local_date(moment: datetime, *, time_zone: str) -> date:
    """Return the date of `moment` in an IANA time zone such as `Europe/Vaduz`."""
    return moment.astimezone(ZoneInfo(time_zone)).date()


def start_of_day(day: date, *, time_zone: str) -> datetime:
    """Return the moment in which `day` begins in an IANA time zone."""
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(time_zone))


def check_keeps_access(*, active: bool, roles: list[str]) -> None:
    """Check a change that an admin makes to their own user: an organisation must not lock itself out.

    Raises:
        OwnAccess: they would no longer be an active admin.
    """
    if not active or Role.ADMIN not in roles:
        raise OwnAccess
