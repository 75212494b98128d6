"""When a membership may end."""

from datetime import date

import pytest

from domain.territories.rules import MembershipEndsBeforeStart, check_period


def test_a_membership_may_have_no_end():
    check_period(starts_on=date(2026, 11, 22), ends_on=None)


def test_a_membership_may_last_one_day():
    check_period(starts_on=date(2026, 11, 22), ends_on=date(2026, 11, 22))


def test_a_membership_cannot_end_the_day_before_it_starts():
    with pytest.raises(MembershipEndsBeforeStart) as refusal:
        check_period(starts_on=date(2026, 11, 22), ends_on=date(2026, 11, 21))
    assert refusal.value.code == "membership.ends_before_start"
    assert list(refusal.value.fields) == ["ends_on"]
