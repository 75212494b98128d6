"""`fieldbook roads`: a road server of one's own."""

import os
import sys
from pathlib import Path

import click

from api.cli.environment import read_settings


@click.group()
def roads() -> None:
    """Distances along roads: make a map for a road server, and run one."""


@roads.command("build")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def build(file: Path) -> None:
    """Make the road server's map from an OpenStreetMap extract, FILE.osm.pbf.

    It takes seconds for a small country, and hours and tens of gigabytes of memory for a large one.
    """
    from api.roads.tools import RoadsNotBuilt, find_tools
    from api.roads.tools import build as build_map

    settings = read_settings()
    try:
        folder = build_map(find_tools(), source=file, folder=settings.roads_dir, say=click.echo)
    except (RoadsNotBuilt, OSError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"The map is in {folder}. Serve it: fieldbook roads serve")


@roads.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=5000, show_default=True, type=click.IntRange(1, 65535), help="TCP port to listen on.")
def serve(host: str, port: int) -> None:
    """Serve the map until Ctrl+C. Nobody is asked who they are: keep it inside."""
    from api.roads.tools import TABLE_SIZE, RoadsNotBuilt, find_tools, serving

    settings = read_settings()
    try:
        command = serving(find_tools(), folder=settings.roads_dir, host=host, port=port)
    except RoadsNotBuilt as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"Roads at http://{host}:{port}. For Fieldbook: ROADS_URL=http://{host}:{port} ROADS_TABLE_SIZE={TABLE_SIZE}"
    )
    sys.stdout.flush()
    os.execv(command[0], command)  # noqa: S606 - it takes this process's place, signals and all


@roads.command("forget")
def forget() -> None:
    """Forget the distances that were asked for, after the road server got another map."""
    from functools import partial

    from api.cli.operator import operating
    from api.roads.cache import forget_old
    from api.upkeep import list_organisation_ids
    from domain.kernel.clock import utc_now
    from domain.kernel.session import open_session

    with operating() as (_, sessions):
        now = utc_now()
        count = sum(
            forget_old(org_id=org_id, open_session=partial(open_session, sessions, org_id=org_id, now=now), before=now)
            for org_id in list_organisation_ids(sessions)
        )
    click.echo(f"Forgotten: the roads from {count:,} places.")
