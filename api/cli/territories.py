"""`fieldbook territories`: polygons in and out, and the accounts that nobody owns yet."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from domain.territories.models import Territory

ORG = click.option("--org", metavar="SLUG", help="The organisation; not needed if there is only one.")


@click.group()
def territories() -> None:
    """Bring polygons of territories in and out, and give accounts to whom they belong."""


@territories.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@ORG
@click.option("--name", "name_property", default="name", show_default=True, help="The property that holds the name.")
@click.option("--below", metavar="NAME", help="Make territories that are missing, below this one.")
def import_(file: Path, org: str | None, name_property: str, below: str | None) -> None:
    """Give territories the polygons of a GeoJSON file, by the id or the name of each feature. All of them or none."""
    import orjson

    from api.cli.operator import organisation_session, perform_all

    try:
        features = orjson.loads(file.read_bytes())["features"]
        given = [
            (_text(each.get("id")), _text(each["properties"].get(name_property)), each["geometry"]) for each in features
        ]
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
        raise click.ClickException(f"{file.name} is no GeoJSON FeatureCollection.") from error
    with organisation_session(org) as session:
        known = _territories(session)
        parent = _named(known, below) if below else None
        commands = [_command(known, parent, *feature) for feature in given]
        perform_all(session, commands)
    made = sum(name == "territory.create" for name, _ in commands)
    click.echo(f"{len(commands)} polygons: {made} new territories, {len(commands) - made} that were there.")


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _command(
    known: Sequence["Territory"], parent: "Territory | None", given_id: str, name: str, geometry: Any
) -> tuple[str, Mapping[str, Any]]:
    """Return the command that gives a territory its polygon."""
    from domain.kernel.ids import new_id

    if any(_is_id(given_id, each.id) for each in known):
        return "territory.update", {"territory_id": given_id, "polygon": geometry}
    if parent is None or any(each.name.casefold() == name.casefold() for each in known):
        return "territory.update", {"territory_id": str(_named(known, name).id), "polygon": geometry}
    return "territory.create", {"id": str(new_id()), "name": name, "parent_id": str(parent.id), "polygon": geometry}


@territories.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@ORG
def export(file: Path, org: str | None) -> None:
    """Write the territories that have a polygon to a GeoJSON file."""
    import orjson

    from api.cli.operator import organisation_session
    from domain.territories.queries import map_of_territories

    with organisation_session(org) as session:
        collection = map_of_territories(session, org_id=session.info["org_id"])
    file.write_bytes(orjson.dumps(collection, option=orjson.OPT_INDENT_2))
    click.echo(f"{file}: {len(collection['features'])} polygons.")


@territories.command("assign")
@click.argument("name")
@ORG
@click.option("--dry-run", is_flag=True, help="Only say what would be done.")
def assign(name: str, org: str | None, *, dry_run: bool) -> None:
    """Hand the accounts of territory NAME to those below it in whose polygons they stand."""
    from api.cli.operator import carry_out, organisation_session
    from domain.customers.assignment import place_accounts

    with organisation_session(org) as session:
        territory = _named(_territories(session), name)
        found = place_accounts(session, territory)
        for each in found.unplaced:
            why = "has no position" if each["reason"] == "no_position" else "stands in no polygon"
            click.echo(f"  {each['name']} {why}")
        if not dry_run and found.placed:
            carry_out(session, "territory.assign_accounts", territory_id=str(territory.id))
    done = "would change" if dry_run else "changed"
    click.echo(f"{len(found.placed)} accounts {done} hands, {len(found.unplaced)} stay in {territory.name}.")


def _territories(session: "Session") -> list["Territory"]:
    from sqlalchemy import select

    from domain.territories.models import Territory

    return list(session.scalars(select(Territory).where(Territory.org_id == session.info["org_id"])))


def _named(known: Sequence["Territory"], name: str) -> "Territory":
    found = [each for each in known if each.name.casefold() == name.casefold() or _is_id(name, each.id)]
    if len(found) != 1:
        names = ", ".join(sorted(each.name for each in known)) or "none"
        many = f"are {len(found)} territories" if found else "is no territory"
        raise click.ClickException(f"There {many} {name!r}. There are: {names}.")
    return found[0]


def _is_id(text: str, record_id: UUID) -> bool:
    return text == str(record_id)
