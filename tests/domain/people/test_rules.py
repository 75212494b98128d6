"""Dates in a time zone, and keeping one's own access."""

from datetime import UTC, date, datetime

import pytest

from domain.people.rules import OwnAccess, check_keeps_access, local_date


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2026, 11, 22, 22, 59, tzinfo=UTC), date(2026, 11, 22)),
        (datetime(2026, 11, 22, 23, 0, tzinfo=UTC), date(2026, 11, 23)),
        # In summer the clock is two hours ahead of UTC.
        (datetime(2026, 7, 1, 22, 0, tzinfo=UTC), date(2026, 7, 2)),
    ],
)
def test_the_date_is_the_one_on_the_wall_in_vaduz(moment: datetime, expected: date):
    assert local_date(moment, time_zone="Europe/Vaduz") == expected


def test_an_admin_may_change_the_rest_of_their_own_record():
    check_keeps_access(active=True, roles=["manager", "admin"])


@pytest.mark.parametrize(("active", "roles"), [(False, ["admin"]), (True, ["manager"]), (False, [])])
def test_an_admin_cannot_lock_themselves_out(active: bool, roles: list[str]):
    with pytest.raises(OwnAccess):
        check_keeps_access(active=active, roles=roles)
