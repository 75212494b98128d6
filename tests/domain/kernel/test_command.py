"""One way in for every business action: once, by whoever may, on the record that they saw."""

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from domain.customers.models import Account
from domain.kernel.command import Door, Outcome, digest_of, execute
from domain.kernel.errors import IdReused, PermissionDenied, RecordNotFound, ValidationFailed, VersionConflict
from domain.kernel.ids import new_id
from domain.kernel.receipts import Receipt
from domain.people.models import User
from domain.registry import COMMAND
from tests.support.company import NOW, Company, wire


def run(company: Company, name: str, by: User | None = None, *, args: dict[str, Any], **how: Any) -> Outcome:
    with company.context(by, **how) as ctx:
        outcome = execute(COMMAND[name], wire(args), ctx)
        ctx.session.commit()
        return outcome


def new_account(company: Company, **changes: Any) -> dict[str, Any]:
    return {"id": new_id(), "name": "Inn", "territory_id": company.territory_id, **changes}


def receipt(company: Company, command_id: UUID) -> Receipt:
    with company.session() as session:
        return session.get_one(Receipt, (company.org_id, command_id))


def count(company: Company, model: type) -> int:
    with company.session() as session:
        return session.scalar(select(func.count()).select_from(model))


def test_a_command_repeated_under_the_same_id_has_one_effect(company: Company):
    args, command_id = new_account(company), new_id()
    first = run(company, "account.create", args=args, command_id=command_id)
    second = run(company, "account.create", args=args, command_id=command_id)
    assert count(company, Account) == 1
    assert first.record is not None
    assert second.record is None
    assert second.receipt is not None
    assert (second.receipt.subject_entity, second.receipt.subject_id) == ("account", first.record.id)


def test_the_same_id_for_something_else_is_an_error(company: Company):
    command_id = new_id()
    run(company, "account.create", args=new_account(company), command_id=command_id)
    with pytest.raises(IdReused):
        run(company, "account.create", args=new_account(company), command_id=command_id)
    assert count(company, Account) == 1


def test_the_receipt_says_who_did_what_when_and_through_which_door(company: Company):
    args, command_id = new_account(company), new_id()
    run(company, "account.create", company.rep, args=args, command_id=command_id, door=Door.CLI)
    written = receipt(company, command_id)
    assert (written.actor_id, written.door, written.name) == (company.rep.id, "cli", "account.create")
    assert (written.status, written.occurred_at, written.recorded_at) == ("applied", NOW, NOW)
    assert written.args == wire(args)
    assert written.refs == {"account": {"id": str(args["id"]), "number": "AC-100001"}}


def test_a_refused_command_leaves_nothing(company: Company):
    command_id = new_id()
    with pytest.raises(ValidationFailed):
        run(company, "account.create", args=new_account(company, name=""), command_id=command_id)
    assert count(company, Account) == 0
    with company.session() as session:
        assert session.get(Receipt, (company.org_id, command_id)) is None


def test_every_wrong_argument_is_named(company: Company):
    with pytest.raises(ValidationFailed) as refusal:
        run(company, "account.create", args={"id": "1", "name": "Inn", "colour": "red"})
    assert set(refusal.value.fields) == {"id", "territory_id", "colour"}


def test_wrong_arguments_are_told_before_missing_permission(company: Company):
    # What is wrong with a request does not depend on who asks.
    with pytest.raises(ValidationFailed):
        run(company, "account.create", company.technician, args={})


def test_whoever_may_not_learns_nothing_about_the_record(company: Company):
    with pytest.raises(PermissionDenied):
        run(company, "product.withdraw", company.rep, args={"product_id": new_id()})


def test_the_version_that_was_read_must_be_the_present_one(company: Company):
    account = company.account()
    args = {"account_id": account.id, "name": "Inn"}
    run(company, "account.update", args=args, expected_version=1)
    with pytest.raises(VersionConflict):
        run(company, "account.update", args={**args, "name": "Bar"}, expected_version=1)


def test_without_a_version_the_last_writer_wins(company: Company):
    account = company.account()
    for name in ("Inn", "Bar"):
        run(company, "account.update", args={"account_id": account.id, "name": name})
    assert company.read(Account, account.id).name == "Bar"


def test_a_record_that_does_not_exist_is_named(company: Company):
    nowhere = new_id()
    with pytest.raises(RecordNotFound, match=f"Account {nowhere} does not exist"):
        run(company, "account.update", args={"account_id": nowhere, "name": "Inn"})


def test_a_digest_does_not_depend_on_the_order_of_arguments():
    assert digest_of("visit.confirm", {"a": 1, "b": 2}) == digest_of("visit.confirm", {"b": 2, "a": 1})


def test_a_digest_tells_names_and_arguments_apart():
    same = {digest_of("visit.confirm", {"a": 1}), digest_of("visit.cancel", {"a": 1}), digest_of("visit.confirm", {})}
    assert len(same) == 3
