"""`fieldbook plans`: what call plans ask for."""

import click


@click.group()
def plans() -> None:
    """Work with call plans."""


@plans.command("generate")
@click.option("--org", metavar="SLUG", help="The organisation; not needed if there is only one.")
def generate(org: str | None) -> None:
    """Plan the visits that call plans ask for in the next eight weeks. A worker does so every night."""
    from collections import Counter

    from api.cli.operator import operating, organisation_id
    from api.composition import REGISTRY
    from api.jobs import contexts, distances
    from domain.planning.cycle import run_cycle

    with operating() as (settings, sessions):
        org_id = organisation_id(settings, org)
        run = run_cycle(contexts(sessions, REGISTRY, org_id=org_id), distances(settings, sessions, org_id=org_id))
    if run.planned + run.moved + run.withdrawn + len(run.unplaced) == 0:
        click.echo("Nothing to do: call plans ask for nothing new. Make one under Call plans in the app.")
        return
    click.echo(f"{run.planned} visits planned, {run.moved} moved, {run.withdrawn} called off.")
    for reason, count in sorted(Counter(one["reason"] for one in run.unplaced).items()):
        click.echo(f"  {count} not placed: {reason}")
