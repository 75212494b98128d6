"""Who owns the accounts on a day, by the vectors that the app reads too: in the database, as everybody asks it."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from domain.kernel.ids import new_id
from domain.people.permissions import Role
from domain.territories.models import Membership, Territory
from domain.territories.ownership import owners_of_territories
from tests.support.company import NOW, Company

VECTORS = json.loads((Path(__file__).parents[2] / "vectors" / "owners.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_the_owner_on_a_day_is_as_the_vectors_say(company: Company, vector: dict[str, Any]):
    given = vector["given"]
    ids = {territory["id"]: new_id() for territory in given["territories"]}
    members = [member for territory in given["territories"] for member in territory["members"]]
    people = {name: company.person(Role.REP).id for name in sorted({member["user_id"] for member in members})}
    with company.session() as session:
        session.add_all(
            Territory(
                id=ids[territory["id"]],
                name=territory["id"],
                parent_id=ids.get(territory["parent_id"]),
                area_id=ids[given["territories"][0]["id"]],
                created_at=NOW,
                members=[
                    Membership(
                        id=new_id(),
                        user_id=people[member["user_id"]],
                        role=Role.REP,
                        starts_on=date.fromisoformat(member["starts_on"]),
                        ends_on=date.fromisoformat(member["ends_on"]) if member["ends_on"] else None,
                        owner=member["owner"],
                    )
                    for member in territory["members"]
                ],
            )
            for territory in given["territories"]
        )
        session.commit()
    for name in given["left"]:
        company.do("user.update", company.admin, user_id=people[name], active=False)
    with company.session() as session:
        owners = owners_of_territories(session, org_id=company.org_id, on=date.fromisoformat(given["day"]))
    names = {user_id: name for name, user_id in people.items()}
    assert {name: names[owners[id_]] for name, id_ in ids.items() if id_ in owners} == vector["expect"]
