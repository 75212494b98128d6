"""`fieldbook geocode`: places on the map for sites that have only an address."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from domain.customers.geocoding import Unplaced

REASONS = {
    "no_address": "has no address that could be looked up",
    "not_found": "the geocoder does not know the address",
    "waiting": "was not looked up yet",
}


@click.command()
@click.option("--org", metavar="SLUG", help="The organisation; not needed if there is only one.")
@click.option("--most", default=1_000, show_default=True, type=click.IntRange(1), help="Addresses to look up at most.")
@click.option("--list", "only_list", is_flag=True, help="Only list the sites without a position, and why.")
def geocode(org: str | None, most: int, *, only_list: bool) -> None:
    """Look up where the sites without a position are. Positions that people have set stay as they are."""
    from api.cli.operator import operating, organisation_session
    from api.composition import REGISTRY
    from api.geocoding import BadGeocoder, open_geocoder
    from api.jobs import contexts
    from domain.customers.geocoding import fill_positions, list_unplaced
    from domain.kernel.clock import utc_now

    with organisation_session(org) as session:
        org_id = session.info["org_id"]
        unplaced = list_unplaced(session, org_id=org_id) if only_list else []
    if not only_list:
        with operating() as (settings, sessions):
            if settings.geocoder is None:
                raise click.ClickException("No geocoder is chosen. Set GEOCODER, such as GEOCODER=nominatim.")
            try:
                ask = open_geocoder(settings.geocoder)
            except BadGeocoder as error:
                raise click.ClickException(str(error)) from error
            opened = contexts(sessions, REGISTRY, org_id=org_id)
            filled = fill_positions(opened, geocode=ask, now=utc_now(), most=most, progress=_tell)
            with opened() as ctx:
                unplaced = list_unplaced(ctx.session, org_id=org_id)
        click.echo(f"{filled.placed} sites have a position now ({filled.asked} addresses looked up).")
        if filled.stopped:
            click.echo(filled.stopped, err=True)
    _show(unplaced)


def _tell(done: int, of: int) -> None:
    if done % 50 == 0 or done == of:
        click.echo(f"{done:,} of {of:,} sites")


def _show(unplaced: "list[Unplaced]") -> None:
    for site in unplaced:
        click.echo(f"  {site.site_id}  {site.name}: {REASONS[site.reason]}")
    click.echo(f"{len(unplaced)} sites have no position." if unplaced else "Every site has a position.")
