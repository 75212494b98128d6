"""One rule, every door: each command gives the same refusal through REST as through push."""

from typing import Any

import pytest
from flask import Flask

from api.composition import REGISTRY
from domain.kernel.command import Command
from domain.kernel.ids import new_id
from domain.people.permissions import Role
from tests.support.company import Company
from tests.support.phone import Phone

COMMANDS = sorted(REGISTRY.commands.values(), key=lambda command: command.name)
PATH_ARGUMENTS = {"membership.end": "membership_id"}
"""Commands whose address names something else than the record that is locked."""


def by_rest(phone: Phone, command: Command, record_id: str) -> Any:
    """Ask with an empty body, whatever the command's address is."""
    endpoint = command.name.replace(".", "_")
    [rule] = [rule for rule in phone.app.url_map.iter_rules() if rule.endpoint.rpartition(".")[2] == endpoint]
    [method] = (rule.methods or set()) - {"OPTIONS", "HEAD"}
    path = rule.rule.replace("<uuid:record_id>", record_id)
    return phone.app.test_client().open(path, method=method, json={}, headers=phone.headers).json


def by_push(phone: Phone, command: Command, record_id: str) -> dict[str, Any]:
    argument = PATH_ARGUMENTS.get(command.name) or (command.target[0] if command.target else None)
    args = {argument: record_id} if argument else {}
    if "id" in command.schema().fields:
        args["id"] = str(new_id())
    return phone.do(command.name, **args)


@pytest.fixture
def everybody(app: Flask, company: Company) -> Phone:
    """Somebody with every role."""
    return Phone.sign_in(app, company.person(*Role))


def test_every_command_is_reached_by_both_doors_and_refused_alike(everybody: Phone) -> None:
    different = []
    for command in COMMANDS:
        record_id = str(new_id())
        rest, pushed = by_rest(everybody, command, record_id), by_push(everybody, command, record_id)
        if (rest["code"], rest["fields"], rest["detail"]) != (pushed["code"], pushed["fields"], pushed["message"]):
            different.append((command.name, rest, pushed))
    assert different == []


def test_a_person_without_any_permission_is_refused_by_both_doors(app: Flask, company: Company) -> None:
    # A technician may do field work only; what a manager alone may do shows whether each door asks.
    phone = Phone.sign_in(app, company.technician)
    territory = {"id": str(new_id()), "name": "Mine"}
    assert phone.post("/territories", territory).json["code"] == "permission.denied"
    assert phone.do("territory.create", **territory)["code"] == "permission.denied"


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_a_command_says_what_it_does(command: Command) -> None:
    assert command.handle.__doc__
    assert command.schema.__doc__
