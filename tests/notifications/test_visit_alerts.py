"""The clock: visits that were missed, visits that are late, and who is told."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from domain.kernel.ids import new_id
from domain.people.permissions import Role
from domain.visits.clock import mark_missed, notice_late
from domain.visits.models import Visit
from notifications.models import Notice
from tests.support.company import NOW, Company

HALF_AN_HOUR = timedelta(minutes=30)


def plan(company: Company, at: datetime = NOW, name: str = "Hotel Rheinblick", **changes: Any) -> Visit:
    account = company.account(name=name)
    args = {"account_id": account.id, "site_id": company.site(account).id, "planned_start_at": at, **changes}
    return company.do("visit.plan", company.rep, id=new_id(), **args)


def midnight_passes(company: Company, now: datetime) -> None:
    with company.context(now=now) as ctx:
        mark_missed(ctx)
        ctx.session.commit()


def look_at_the_clock(company: Company, now: datetime) -> None:
    with company.context(now=now) as ctx:
        notice_late(ctx, after=HALF_AN_HOUR)
        ctx.session.commit()


def notices(company: Company, kind: str) -> list[Notice]:
    with company.session() as session:
        query = select(Notice).where(Notice.org_id == company.org_id, Notice.kind == kind)
        return list(session.scalars(query.order_by(Notice.id)))


def test_a_visit_is_missed_when_its_day_has_ended_where_the_company_is(company: Company):
    visit_id = plan(company).id
    # 23:59 and 00:00 in Vaduz, in winter an hour ahead of UTC.
    midnight_passes(company, datetime(2026, 11, 23, 22, 59, tzinfo=UTC))
    assert company.read(Visit, visit_id).status == "planned"
    midnight_passes(company, datetime(2026, 11, 23, 23, 0, tzinfo=UTC))
    assert company.read(Visit, visit_id).status == "missed"


def test_what_has_begun_or_was_called_off_is_not_missed(company: Company):
    begun, canceled, confirmed = plan(company), plan(company), plan(company)
    company.do("visit.check_in", company.rep, visit_id=begun.id)
    company.do("visit.cancel", company.rep, visit_id=canceled.id, reason="Ill")
    company.do("visit.confirm", company.rep, visit_id=confirmed.id)
    midnight_passes(company, NOW + timedelta(days=1))
    states = [company.read(Visit, visit.id).status for visit in (begun, canceled, confirmed)]
    assert states == ["in_progress", "canceled", "missed"]


def test_the_manager_gets_one_digest_of_what_was_missed(company: Company):
    plan(company, name="Bakery Frick")
    plan(company, name="Hotel Adler")
    midnight_passes(company, NOW + timedelta(days=1))
    midnight_passes(company, NOW + timedelta(days=1))
    [digest] = notices(company, "visits.missed")
    assert digest.user_id == company.manager.id
    assert digest.title == "2 visits were missed"
    assert digest.body == f"{company.rep.name}: Bakery Frick, Hotel Adler"


def test_what_was_missed_long_ago_is_no_news(company: Company):
    visit_id = plan(company).id
    midnight_passes(company, NOW + timedelta(days=30))
    assert company.read(Visit, visit_id).status == "missed"
    assert notices(company, "visits.missed") == []


def test_a_visit_that_was_made_off_line_wins_over_the_clock(company: Company):
    visit_id = plan(company).id
    midnight_passes(company, NOW + timedelta(days=1))
    later = NOW + timedelta(days=1, hours=1)
    company.do("visit.check_in", company.rep, visit_id=visit_id, occurred_at=NOW, now=later)
    company.do("visit.complete", company.rep, visit_id=visit_id, outcome="order", occurred_at=NOW, now=later)
    assert company.read(Visit, visit_id).status == "completed"


def test_the_manager_is_told_once_of_a_visit_that_has_not_begun(company: Company):
    visit = plan(company)
    look_at_the_clock(company, NOW + timedelta(minutes=29))
    assert notices(company, "visit.late") == []
    for minutes in (31, 36, 41):
        look_at_the_clock(company, NOW + timedelta(minutes=minutes))
    [notice] = notices(company, "visit.late")
    assert (notice.user_id, notice.link) == (company.manager.id, f"/visits/{visit.id}")
    assert notice.title == f"{company.rep.name} has not begun a visit"
    assert notice.body == "Hotel Rheinblick\nMain house\nMon 23 Nov, 09:00"


def test_a_visit_that_was_moved_and_is_late_again_is_told_again(company: Company):
    visit = plan(company)
    look_at_the_clock(company, NOW + timedelta(hours=1))
    company.do("visit.reschedule", company.rep, visit_id=visit.id, planned_start_at=NOW + timedelta(hours=2))
    look_at_the_clock(company, NOW + timedelta(hours=2, minutes=15))
    assert len(notices(company, "visit.late")) == 1
    look_at_the_clock(company, NOW + timedelta(hours=3))
    assert len(notices(company, "visit.late")) == 2


@pytest.mark.parametrize("name", ["visit.check_in", "visit.cancel"])
def test_a_visit_that_has_begun_or_is_off_is_not_late(company: Company, name: str):
    args = {"reason": "Ill"} if name == "visit.cancel" else {}
    company.do(name, company.rep, visit_id=plan(company).id, **args)
    look_at_the_clock(company, NOW + timedelta(hours=1))
    assert notices(company, "visit.late") == []


def test_managers_of_another_area_are_not_told_and_one_s_own_hear_it_in_their_language(company: Company):
    german = company.person(Role.MANAGER, language="de")
    company.person(Role.MANAGER, territory_id=company.other_territory_id)
    plan(company)
    look_at_the_clock(company, NOW + timedelta(hours=1))
    titles = {notice.user_id: notice.title for notice in notices(company, "visit.late")}
    assert titles == {
        company.manager.id: f"{company.rep.name} has not begun a visit",
        german.id: f"{company.rep.name} hat einen Besuch nicht begonnen",
    }
