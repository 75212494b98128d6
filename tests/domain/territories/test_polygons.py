"""Polygons of territories, in and out, and accounts that go where they stand."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from api.cli import main
from api.composition import REGISTRY
from api.jobs import contexts
from api.settings import Settings
from domain.customers.assignment import place_all
from domain.customers.models import Account
from domain.kernel.errors import PermissionDenied, ReferenceNotFound, ValidationFailed
from domain.kernel.ids import new_id
from domain.territories.models import Territory
from tests.support.company import Company
from tests.support.phone import Phone


def square(lat: float, lng: float, size: float = 0.1) -> dict[str, Any]:
    """A square with this corner in the south-west."""
    ring = [[lng, lat], [lng + size, lat], [lng + size, lat + size], [lng, lat + size], [lng, lat]]
    rounded = [[round(x, 6), round(y, 6)] for x, y in ring]
    return {"type": "MultiPolygon", "coordinates": [[rounded]]}


AROUND_VADUZ = square(47.1, 9.5)


@pytest.fixture
def fieldbook(settings: Settings, company: Company, tmp_path: Path) -> Callable[..., Result]:
    environ = {
        "DATABASE_URL": settings.database_url,
        "MIGRATION_DATABASE_URL": settings.migration_database_url,
        "FIELDBOOK_VAR": str(tmp_path / "var"),
    }
    return lambda *arguments: CliRunner(env=environ).invoke(main, [*arguments, "--org", company.slug])


def owner(company: Company, account: Account) -> UUID:
    return UUID(str(company.read(Account, account.id).territory_id))


def test_a_polygon_is_drawn_and_every_phone_has_it(app: Flask, company: Company):
    company.do("territory.update", company.manager, territory_id=company.territory_id, polygon=AROUND_VADUZ)
    phone = Phone.sign_in(app, company.rep)
    phone.pull()
    assert phone.document("territory", company.territory_id)["polygon"] == AROUND_VADUZ
    assert phone.document("territory", company.area_id)["polygon"] is None


def test_the_map_of_all_territories_is_geojson(app: Flask, company: Company):
    company.do("territory.update", territory_id=company.territory_id, polygon=AROUND_VADUZ)
    answer = Phone.sign_in(app, company.rep).get("/territories/map")
    assert answer.mimetype == "application/geo+json"
    [feature] = answer.json["features"]
    assert (feature["id"], feature["geometry"]) == (str(company.territory_id), AROUND_VADUZ)
    assert feature["properties"]["name"] == "Vaduz"


def test_what_is_no_polygon_is_refused_and_why(company: Company):
    with pytest.raises(ValidationFailed) as refusal:
        company.do("territory.update", territory_id=company.territory_id, polygon={"type": "Point", "coordinates": []})
    assert refusal.value.fields == {"polygon": ["Must be a GeoJSON Polygon or MultiPolygon."]}


def test_a_polygon_can_be_taken_away(company: Company):
    company.do("territory.update", territory_id=company.territory_id, polygon=AROUND_VADUZ)
    company.do("territory.update", territory_id=company.territory_id, polygon=None)
    assert company.read(Territory, company.territory_id).polygon is None


def test_accounts_go_to_the_territory_in_whose_polygon_they_stand(app: Flask, company: Company):
    company.do("territory.update", territory_id=company.territory_id, polygon=AROUND_VADUZ)
    inside, outside, nowhere = (company.account(name=name, territory_id=company.area_id) for name in ("In", "Out", "?"))
    company.site(inside, lat=47.14, lng=9.52)
    company.site(outside, lat=47.4, lng=9.52)
    manager = Phone.sign_in(app, company.manager)
    waiting = manager.get(f"/territories/{company.area_id}/unassigned-accounts").json
    assert waiting["assignable"] == 1
    assert [(each["name"], each["reason"]) for each in waiting["items"]] == [("?", "no_position"), ("Out", "outside")]

    answer = manager.post(f"/territories/{company.area_id}/assign-accounts", {})

    assert answer.status_code == 200, answer.text
    assert owner(company, inside) == company.territory_id
    assert owner(company, outside) == owner(company, nowhere) == company.area_id


def test_of_polygons_that_overlap_the_deepest_and_then_the_smallest_counts(company: Company):
    small = company.do(
        "territory.create", id=new_id(), name="S", parent_id=company.area_id, polygon=square(47.12, 9.5, 0.04)
    )
    company.do("territory.update", territory_id=company.territory_id, polygon=AROUND_VADUZ)
    deep = company.do(
        "territory.create", id=new_id(), name="D", parent_id=company.territory_id, polygon=square(47.1, 9.5, 0.03)
    )
    in_all, in_two = (company.account(name=name, territory_id=company.area_id) for name in ("All", "Two"))
    company.site(in_all, lat=47.125, lng=9.51)
    company.site(in_two, lat=47.14, lng=9.51)

    company.do("territory.assign_accounts", company.manager, territory_id=company.area_id)

    assert (owner(company, in_all), owner(company, in_two)) == (deep.id, small.id)


def test_an_account_that_somebody_owns_stays_theirs(company: Company):
    company.do("territory.update", territory_id=company.territory_id, polygon=AROUND_VADUZ)
    theirs = company.account(territory_id=company.other_territory_id)
    company.site(theirs, lat=47.14, lng=9.52)
    company.do("territory.assign_accounts", territory_id=company.area_id)
    assert owner(company, theirs) == company.other_territory_id


def test_a_rep_assigns_nothing(company: Company):
    with pytest.raises(PermissionDenied):
        company.do("territory.assign_accounts", company.rep, territory_id=company.area_id)


def test_polygons_go_out_to_a_file_and_come_back(company: Company, fieldbook: Callable[..., Result], tmp_path: Path):
    file = tmp_path / "territories.geojson"
    company.do("territory.update", territory_id=company.territory_id, polygon=AROUND_VADUZ)
    assert "1 polygons" in fieldbook("territories", "export", str(file)).output
    company.do("territory.update", territory_id=company.territory_id, polygon=None)

    result = fieldbook("territories", "import", str(file))

    assert result.exit_code == 0, result.output
    assert company.read(Territory, company.territory_id).polygon == AROUND_VADUZ


def test_a_file_of_others_makes_the_territories_that_are_missing(
    company: Company, fieldbook: Callable[..., Result], tmp_path: Path
):
    file = tmp_path / "municipalities.geojson"
    shapes = {
        "Eschen": square(47.2, 9.5),
        "Mauren": {"type": "Polygon", "coordinates": square(47.3, 9.5)["coordinates"][0]},
    }
    features = [
        {"type": "Feature", "properties": {"gemeinde": name}, "geometry": shape} for name, shape in shapes.items()
    ]
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))

    refused = fieldbook("territories", "import", str(file), "--name", "gemeinde")
    assert refused.exit_code == 1
    assert "There is no territory 'Mauren'" in refused.output
    assert company.read(Territory, company.other_territory_id).polygon is None

    result = fieldbook("territories", "import", str(file), "--name", "gemeinde", "--below", "Unterland")
    assert result.exit_code == 0, result.output
    assert "2 polygons: 1 new territories, 1 that were there." in result.output


def test_a_file_that_is_no_map_is_refused(company: Company, fieldbook: Callable[..., Result], tmp_path: Path):
    file = tmp_path / "list.csv"
    file.write_text("name;polygon\n")
    result = fieldbook("territories", "import", str(file))
    assert (result.exit_code, "no GeoJSON FeatureCollection" in result.output) == (1, True)


def test_the_command_line_assigns_and_says_who_is_left(company: Company, fieldbook: Callable[..., Result]):
    company.do("territory.update", territory_id=company.territory_id, polygon=AROUND_VADUZ)
    inside, nowhere = (company.account(name=name, territory_id=company.area_id) for name in ("Inside", "Nowhere"))
    company.site(inside, lat=47.14, lng=9.52)

    tried = fieldbook("territories", "assign", "Oberland", "--dry-run")
    assert "1 accounts would change hands, 1 stay in Oberland." in tried.output
    assert owner(company, inside) == company.area_id

    done = fieldbook("territories", "assign", "Oberland")
    assert done.exit_code == 0, done.output
    assert "Nowhere has no position" in done.output
    assert (owner(company, inside), owner(company, nowhere)) == (company.territory_id, company.area_id)


def place_all_of(company: Company) -> None:
    """Do what a worker does every quarter of an hour."""
    place_all(contexts(company.sessions, REGISTRY, org_id=company.org_id))


@pytest.mark.parametrize(
    ("rule", "inside_goes", "outside_goes"),
    [("by_hand", False, False), ("polygon", True, False), ("nearest", True, True)],
)
def test_new_accounts_go_where_the_rule_says(company: Company, rule: str, inside_goes: bool, outside_goes: bool):
    company.do("territory.update", territory_id=company.territory_id, polygon=AROUND_VADUZ)
    company.do("territory.create", id=new_id(), name="Far", parent_id=company.area_id, polygon=square(48.1, 9.5))
    company.do("territory.update", company.manager, territory_id=company.area_id, new_accounts=rule)
    inside, outside, nowhere = (company.account(name=name, territory_id=company.area_id) for name in ("In", "Out", "?"))
    company.site(inside, lat=47.14, lng=9.52)
    company.site(outside, lat=47.4, lng=9.52)
    place_all_of(company)
    assert (owner(company, inside) == company.territory_id) is inside_goes
    assert (owner(company, outside) == company.territory_id) is outside_goes
    assert owner(company, nowhere) == company.area_id


def test_accounts_are_taken_by_a_list_wherever_they_are(app: Flask, company: Company):
    unowned, neighbours, others = (
        company.account(territory_id=territory_id)
        for territory_id in (company.area_id, company.territory_id, company.area_id)
    )
    answer = Phone.sign_in(app, company.manager).post(
        f"/territories/{company.territory_id}/take-accounts", {"account_ids": [str(unowned.id), str(neighbours.id)]}
    )
    assert answer.status_code == 200, answer.text
    assert {owner(company, unowned), owner(company, neighbours)} == {company.territory_id}
    assert owner(company, others) == company.area_id


def test_accounts_of_another_area_cannot_be_taken(company: Company):
    theirs = company.account(territory_id=company.other_territory_id)
    with pytest.raises(ReferenceNotFound) as refusal:
        company.do(
            "territory.take_accounts", company.manager, territory_id=company.territory_id, account_ids=[theirs.id]
        )
    assert list(refusal.value.fields) == ["account_ids"]
    assert owner(company, theirs) == company.other_territory_id
