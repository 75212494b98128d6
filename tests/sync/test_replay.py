"""What failed on our side is kept, and carried out later, once, in the name of whoever captured it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import Engine, event, func, select
from sqlalchemy.orm import Session, sessionmaker

from api.composition import make_sessions
from api.settings import Settings
from api.support import replay_failure
from domain.customers.models import Account
from domain.kernel.clock import utc_now
from domain.kernel.conflicts import Conflict
from domain.kernel.errors import DomainError
from domain.kernel.ids import new_id
from domain.kernel.receipts import Receipt
from domain.people.models import User
from domain.visits.models import Visit
from sync import failures
from sync.models import SyncFailure
from sync.replay import Replayed
from tests.support.bugs import broken
from tests.support.company import NOW, Company
from tests.support.phone import Phone

PhoneOf = Callable[[User], Phone]


@pytest.fixture
def phone(company: Company, phone_of: PhoneOf) -> Phone:
    """A phone that has done its first sync."""
    phone = phone_of(company.rep)
    phone.pull()
    return phone


def failed_account(company: Company, phone: Phone, **args: Any) -> tuple[UUID, SyncFailure]:
    """Hand in a new account that fails; return its id and what was kept."""
    account_id = new_id()
    given = {"id": account_id, "name": "Hotel Rheinblick", "territory_id": company.territory_id, **args}
    with broken("account.create"):
        assert phone.do("account.create", **given)["status"] == "failed"
    return account_id, failures_of(company)[-1]


def failures_of(company: Company) -> list[SyncFailure]:
    with company.session() as session:
        query = select(SyncFailure).where(SyncFailure.org_id == company.org_id).order_by(SyncFailure.failed_at)
        return list(session.scalars(query))


def replayed(company: Company, failure: SyncFailure, sessions: sessionmaker[Session] | None = None) -> Replayed:
    return replay_failure(sessions or company.sessions, org_id=company.org_id, incident_id=failure.id)


def receipt_of(company: Company, failure: SyncFailure) -> Receipt:
    with company.session() as session:
        return session.get_one(Receipt, (company.org_id, failure.mutation_id))


def accounts(company: Company) -> int:
    with company.session() as session:
        return session.execute(select(func.count()).where(Account.org_id == company.org_id)).scalar_one()


def learned(phone: Phone) -> list[tuple[str, str, str | None]]:
    """What the device's next pull tells it about its mutations."""
    phone.pull()
    return [(receipt["id"], receipt["status"], receipt["code"]) for receipt in phone.answers[-1]["receipts"]]


def test_what_support_needs_is_kept(company: Company, phone: Phone) -> None:
    with broken("account.create"):
        result = phone.do("account.create", id=new_id(), name="Hotel", territory_id=company.territory_id)
    [failure] = failures_of(company)
    assert str(failure.id) in result["message"]
    assert (str(failure.mutation_id), failure.code, failure.state) == (result["id"], "sync.failed", "open")
    assert failure.error_type == "KeyError"
    assert "raise error" in (failure.traceback or "")


def test_no_secret_is_kept(company: Company, phone_of: PhoneOf) -> None:
    class Leaky(Exception):
        def __init__(self, _message: str) -> None:
            super().__init__(
                "could not set quite-secret\nDETAIL:  Key (email)=(ana@test.example)\nat postgresql://me:hidden@db/x"
            )

    admin = phone_of(company.admin)
    with broken("user.set_password", Leaky):
        admin.do("user.set_password", user_id=company.rep.id, password="quite-secret")
    [failure] = failures_of(company)
    for secret in ("quite-secret", "ana@test.example", "hidden"):
        assert secret not in (failure.traceback or "")
    assert receipt_of(company, failure).args["password"] == "•••"


def test_it_is_carried_out_as_the_person_at_the_time_when_it_happened(company: Company, phone: Phone) -> None:
    account = company.account()
    site = company.site(account)
    visit_id = new_id()
    phone.do("visit.plan", id=visit_id, account_id=account.id, site_id=site.id, planned_start_at=NOW)
    at_the_door = datetime.now(UTC) - timedelta(hours=3)
    with broken("visit.check_in"):
        phone.push({**phone.mutation("visit.check_in", visit_id=visit_id), "occurred_at": at_the_door.isoformat()})
    [failure] = failures_of(company)
    assert replayed(company, failure).status == "applied"
    visit = company.read(Visit, visit_id)
    assert (visit.status, visit.checked_in_at) == ("in_progress", at_the_door)
    receipt = receipt_of(company, failure)
    assert (receipt.actor_id, receipt.device_id, receipt.door) == (company.rep.id, phone.device_id, "push")


def test_the_device_learns_it_from_its_next_pull(company: Company, phone: Phone) -> None:
    account_id, failure = failed_account(company, phone)
    assert learned(phone) == [(str(failure.mutation_id), "failed", "sync.failed")]
    replayed(company, failure)
    assert learned(phone) == [(str(failure.mutation_id), "applied", None)]
    assert phone.document("account", account_id)["number"]
    assert learned(phone) == []


def test_a_repeated_push_gets_the_new_outcome(company: Company, phone: Phone) -> None:
    mutation = phone.mutation("account.create", id=new_id(), name="Hotel", territory_id=company.territory_id)
    with broken("account.create"):
        phone.push(mutation)
    replayed(company, failures_of(company)[0])
    [again] = phone.push(mutation)
    assert (again["status"], again["original_status"]) == ("duplicate", "applied")
    assert again["refs"]["account"]["number"]
    assert accounts(company) == 1


def test_replaying_twice_does_it_once(company: Company, phone: Phone) -> None:
    _, failure = failed_account(company, phone)
    replayed(company, failure)
    with pytest.raises(failures.FailureSettled):
        replayed(company, failure)
    assert accounts(company) == 1


def test_replaying_it_several_times_at_once_does_it_once(company: Company, phone: Phone) -> None:
    _, failure = failed_account(company, phone)

    def attempt(_: int) -> str:
        try:
            return replayed(company, failure).status
        except DomainError as error:
            return error.code

    with ThreadPoolExecutor(4) as pool:
        outcomes = sorted(pool.map(attempt, range(4)))
    assert outcomes == ["applied", *["sync.failure_settled"] * 3]
    assert accounts(company) == 1


def test_what_is_not_allowed_any_more_is_refused_for_good(company: Company, phone: Phone) -> None:
    _, failure = failed_account(company, phone)
    company.do("user.update", user_id=company.rep.id, roles=["technician"])
    outcome = replayed(company, failure)
    assert (outcome.status, outcome.code) == ("rejected", "permission.denied")
    assert learned(phone) == [(str(failure.mutation_id), "rejected", "permission.denied")]
    assert [(kept.state, kept.outcome) for kept in failures_of(company)] == [("replayed", "rejected")]


def test_its_phones_are_poked_though_no_record_changed(company: Company, phone: Phone, settings: Settings) -> None:
    _, failure = failed_account(company, phone)
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        connection.execute("listen fieldbook_revision")
        with broken("account.create"):
            replayed(company, failure)
        said = [
            notice.payload.split()[-1]
            for notice in connection.notifies(timeout=30, stop_after=1)
            if notice.payload.startswith(str(company.org_id))
        ]
    assert said == [f"user:{company.rep.id}"]


def test_what_breaks_again_is_another_incident(company: Company, phone: Phone) -> None:
    _, first = failed_account(company, phone)
    with broken("account.create", ZeroDivisionError):
        assert replayed(company, first).status == "failed"
    settled, again = failures_of(company)
    assert (settled.id, settled.state, settled.outcome) == (first.id, "replayed", "failed")
    assert (again.state, again.error_type) == ("open", "ZeroDivisionError")
    phone.pull()
    [receipt] = phone.answers[-1]["receipts"]
    assert (receipt["status"], str(again.id) in receipt["message"]) == ("failed", True)
    assert replayed(company, again).status == "applied"
    assert accounts(company) == 1


def test_what_hangs_on_a_failed_create_waits_with_it(company: Company, phone: Phone) -> None:
    account_id, site_id = new_id(), new_id()
    with broken("account.create"):
        results = phone.push(
            phone.mutation("account.create", id=account_id, name="Hotel", territory_id=company.territory_id),
            phone.mutation("site.create", id=site_id, account_id=account_id, name="Main house"),
        )
    assert [result["status"] for result in results] == ["failed", "failed"]
    with company.session() as session:
        waiting = [failure for failure, _ in failures.list_failures(session)]
    assert [replayed(company, failure).status for failure in waiting] == ["applied", "applied"]
    phone.pull()
    assert phone.document("site", site_id)["account_id"] == str(account_id)


def test_what_somebody_changed_meanwhile_is_kept_beside_it(company: Company, phone: Phone) -> None:
    account = company.account()
    phone.pull()
    with broken("account.update"):
        phone.do("account.update", account_id=account.id, phone="+423 1")
    company.do("account.update", company.dispatcher, account_id=account.id, phone="+423 2")
    replayed(company, failures_of(company)[0])
    with company.session() as session:
        [conflict] = session.scalars(select(Conflict).where(Conflict.org_id == company.org_id))
    assert {conflict.kept_value, conflict.lost_value} == {"+423 1", "+423 2"}


def test_support_can_give_up_on_it_and_says_why(company: Company, phone: Phone) -> None:
    _, failure = failed_account(company, phone)
    with company.session(now=utc_now()) as session:
        failures.discard(session, incident_id=failure.id, reason="The customer was entered by hand.")
        session.commit()
    phone.pull()
    [receipt] = phone.answers[-1]["receipts"]
    assert (receipt["status"], receipt["code"]) == ("rejected", "sync.discarded_by_support")
    assert receipt["message"].endswith("The customer was entered by hand.")
    with pytest.raises(failures.FailureSettled):
        replayed(company, failure)
    assert accounts(company) == 0


def test_what_the_person_mended_is_not_carried_out_as_well(company: Company, phone: Phone) -> None:
    _, failure = failed_account(company, phone)
    mended = phone.mutation("account.create", id=new_id(), name="Hotel", territory_id=company.territory_id)
    phone.push({**mended, "replaces": str(failure.mutation_id)})
    with pytest.raises(failures.FailureSettled):
        replayed(company, failure)
    assert accounts(company) == 1


def test_the_work_of_a_revoked_device_can_be_applied(company: Company, phone: Phone, phone_of: PhoneOf) -> None:
    phone_of(company.admin).post(f"/devices/{phone.device_id}/revoke", {})
    account_id = new_id()
    phone.push(
        phone.mutation("account.create", id=account_id, name="Hotel", territory_id=company.territory_id),
        phone.mutation("site.create", id=new_id(), account_id=account_id, name="Main house"),
    )
    with company.session() as session:
        waiting = [failure for failure, _ in failures.list_failures(session)]
    assert [replayed(company, failure).status for failure in waiting] == ["applied", "applied"]
    assert receipt_of(company, waiting[0]).actor_id == company.rep.id
    phone.headers = Phone.sign_in(phone.app, company.rep, device_id=phone.device_id).headers
    assert [status for _, status, _ in learned(phone)] == ["applied", "applied"]


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("moment", ["before_commit", "after_commit"])
@pytest.mark.parametrize("refused", [False, True])
def test_a_crash_leaves_it_open_or_settled_and_never_done_twice(
    company: Company, phone: Phone, engine: Engine, moment: str, refused: bool
) -> None:
    _, failure = failed_account(company, phone)
    if refused:
        company.do("user.update", user_id=company.rep.id, roles=["technician"])

    def die(_session: Session) -> None:
        raise Killed

    dying = make_sessions(engine)
    event.listen(dying, moment, die)
    with pytest.raises(Killed):
        replayed(company, failure, dying)
    if moment == "before_commit":
        assert (failures_of(company)[0].state, accounts(company)) == ("open", 0)
        replayed(company, failure)
    with pytest.raises(failures.FailureSettled):
        replayed(company, failure)
    expected = ("rejected", 0) if refused else ("applied", 1)
    assert (receipt_of(company, failure).status, accounts(company)) == expected
