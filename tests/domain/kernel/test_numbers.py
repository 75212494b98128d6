"""Numbers without gaps, also when two commit at once and when one rolls back."""

from concurrent.futures import ThreadPoolExecutor

from domain.kernel.numbers import give_number
from tests.support.company import Company


def take(company: Company, series: str, *, times: int = 1, commit: bool = True) -> list[str]:
    given: list[str] = []
    with company.session() as session:
        for _ in range(times):
            give_number(session, series=series, receive=given.append)
        if commit:
            session.commit()
    return given


def test_a_series_begins_at_100001(company: Company):
    assert take(company, "SO") == ["SO-100001"]


def test_several_of_one_transaction_follow_one_another(company: Company):
    assert take(company, "SO", times=3) == ["SO-100001", "SO-100002", "SO-100003"]
    assert take(company, "SO") == ["SO-100004"]


def test_each_series_counts_for_itself(company: Company):
    take(company, "SO")
    assert take(company, "WO") == ["WO-100001"]


def test_each_organisation_counts_for_itself(company: Company, other_company: Company):
    take(company, "SO")
    assert take(other_company, "SO") == ["SO-100001"]


def test_what_does_not_commit_uses_up_no_number(company: Company):
    assert take(company, "SO", commit=False) == []
    assert take(company, "SO") == ["SO-100001"]


def test_a_number_is_given_late_so_that_nobody_waits_long(company: Company):
    given: list[str] = []
    with company.session() as session:
        give_number(session, series="SO", receive=given.append)
        session.flush()
        assert given == []
        # Another transaction is through before this one commits.
        assert take(company, "SO") == ["SO-100001"]
        session.commit()
    assert given == ["SO-100002"]


def test_many_at_once_get_different_numbers(company: Company):
    with ThreadPoolExecutor(4) as pool:
        taken = [number for numbers in pool.map(lambda _: take(company, "SO"), range(20)) for number in numbers]
    assert sorted(taken) == [f"SO-{number}" for number in range(100_001, 100_021)]
