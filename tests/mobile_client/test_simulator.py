"""The simulator: phones that come on line against the real server."""

import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mobile_client.simulator import Arrivals, percentile
from tests.support.company import PASSWORD, Company


@pytest.mark.parametrize(("percent", "expected"), [(50, 5), (90, 9), (95, 10), (100, 10)])
def test_a_percentile_is_the_value_that_so_many_do_not_exceed(percent: int, expected: int) -> None:
    assert percentile([10, 9, 8, 7, 6, 5, 4, 3, 2, 1], percent) == expected


@pytest.mark.parametrize("arrivals", Arrivals)
def test_all_phones_come_in_time_and_one_after_the_other(arrivals: Arrivals) -> None:
    moments = arrivals.moments(200, within_s=60, rng=random.Random(1))
    assert len(moments) == 200
    assert moments == sorted(moments)
    assert moments[0] >= 0
    assert moments[-1] <= 60


def test_phones_hand_in_and_fetch_and_the_report_accounts_for_all_of_it(
    address: str, company: Company, tmp_path: Path
) -> None:
    company.site(company.account())
    company.product()
    found = simulate(address, company, tmp_path, "--mutations", "4", "--rounds", "2")
    assert found["before"]["done"] == 2
    assert found["rounds"]["done"] == 4
    assert found["rounds"]["mutations"] == {"applied": 16}
    assert found["rounds"]["documents"] > 0
    assert found["rounds"]["given_up"] == found["rounds"]["errors"] == {}


def test_a_bad_line_makes_phones_repeat_and_loses_nothing(address: str, company: Company, tmp_path: Path) -> None:
    company.site(company.account())
    found = simulate(address, company, tmp_path, "--mutations", "3", "--lose-answers", "0.3", "--duplicate", "0.3")
    answered = found["rounds"]["mutations"]
    assert found["rounds"]["given_up"] == {}
    assert answered["applied"] == 6
    assert answered.keys() <= {"applied", "duplicate"}


def simulate(address: str, company: Company, folder: Path, *options: str) -> dict[str, Any]:
    """Two phones of the rep come on line. Return the report."""
    who = ["--email", company.rep.email, "--password", PASSWORD, "--organisation", company.slug]
    command = [sys.executable, "-m", "mobile_client.simulator", address, *who, "--phones", "2", "--people", "1"]
    report = folder / "report.json"
    subprocess.run([*command, "--within", "0.1", "--json", str(report), *options], check=True, timeout=120)
    found: dict[str, Any] = json.loads(report.read_text())
    return found
