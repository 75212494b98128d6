from datetime import UTC, datetime

import pytest

from domain.kernel.errors import RecordNotFound
from notifications.texts import date_and_time
from tests.notifications.conftest import Workshop

MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_a_notice_is_read_when_the_person_says_so(workshop: Workshop):
    company = workshop.company
    workshop.dispatch(workshop.job())
    [notice] = workshop.notices(company.technician)
    assert notice.read_at is None
    company.do("notice.read", company.technician, occurred_at=MORNING, notice_id=notice.id)
    company.do("notice.read", company.technician, occurred_at=NOON, notice_id=notice.id)
    assert company.document("notice", notice.id)["read_at"] == "2026-11-23T09:00:00Z"


def test_nobody_reads_anothers_notices(workshop: Workshop):
    company = workshop.company
    workshop.dispatch(workshop.job())
    [notice] = workshop.notices(company.technician)
    for other in (company.dispatcher, company.admin, None):
        with pytest.raises(RecordNotFound):
            company.do("notice.read", other, notice_id=notice.id)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Mon 30 Mar, 00:30"),
        ("de", "Mo 30. März, 00:30"),
        ("de-LI", "Mo 30. März, 00:30"),
        ("fr", "Mon 30 Mar, 00:30"),
    ],
)
def test_times_are_those_of_the_organisations_clocks(language: str, text: str):
    late_sunday = datetime(2026, 3, 29, 22, 30, tzinfo=UTC)
    assert date_and_time(late_sunday, language=language, time_zone="Europe/Vaduz") == text
