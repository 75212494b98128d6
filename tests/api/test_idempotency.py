"""The same `Idempotency-Key` is carried out once, also while the first request is still under way."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from domain.kernel.ids import new_id
from domain.people.models import User
from domain.people.permissions import Role
from tests.support.company import NOW, Company
from tests.support.phone import Phone

AsUser = Callable[[User], Phone]
KEY = {"Idempotency-Key": "morning-1"}


def test_a_create_to_which_the_server_gives_the_id_can_be_repeated(company: Company, as_user: AsUser) -> None:
    rep = as_user(company.rep)
    body = {"name": "Hotel Rheinblick", "territory_id": company.territory_id}
    first, second = rep.post("/accounts", body, **KEY), rep.post("/accounts", body, **KEY)
    assert second.json == first.json
    assert second.headers["Idempotent-Replay"] == "true"


def test_the_same_create_several_times_at_once_gives_everybody_the_one_record(
    company: Company, as_user: AsUser
) -> None:
    rep = as_user(company.rep)
    body = {"id": new_id(), "name": "Hotel Rheinblick", "territory_id": company.territory_id}
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: rep.post("/accounts", body, **KEY), range(4)))
    assert [answer.status_code for answer in answers] == [201] * 4
    assert {answer.json["id"] for answer in answers} == {str(body["id"])}


def test_the_same_action_several_times_at_once_succeeds_for_everybody(company: Company, as_user: AsUser) -> None:
    rep = as_user(company.rep)
    account = company.account()
    site, visit_id = company.site(account), new_id()
    company.do("visit.plan", company.rep, id=visit_id, account_id=account.id, site_id=site.id, planned_start_at=NOW)
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: rep.post(f"/visits/{visit_id}/confirm", {}, **KEY), range(4)))
    assert [answer.status_code for answer in answers] == [200] * 4


def test_the_same_key_of_two_people_means_two_things(company: Company, as_user: AsUser) -> None:
    body = {"name": "Hotel Rheinblick", "territory_id": company.territory_id}
    first = as_user(company.rep).post("/accounts", body, **KEY)
    second = as_user(company.person(Role.REP)).post("/accounts", body, **KEY)
    assert first.json["id"] != second.json["id"]
