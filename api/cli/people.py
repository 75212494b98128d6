"""Commands about organisations and the people in them."""

import secrets
from typing import TYPE_CHECKING

import click

from api.cli.environment import database, read_settings

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from domain.people.models import User

ROLES = ("rep", "technician", "dispatcher", "manager", "admin")
ORG = click.option("--org", metavar="SLUG", help="The organisation; not needed if there is only one.")
PASSWORD = click.option("--password", help="At least 10 characters; one is made and shown if you give none.")


@click.group()
def org() -> None:
    """Make and list organisations."""


@org.command("create")
@click.argument("slug")
@click.option("--name", required=True, help="As people know it.")
@click.option("--currency", default="CHF", show_default=True, help="ISO 4217 code.")
@click.option("--country", default="LI", show_default=True, help="ISO 3166-1 code of two letters.")
@click.option("--time-zone", default="Europe/Vaduz", show_default=True, help="Name in the IANA time zone database.")
@click.option("--language", default="en", show_default=True, type=click.Choice(["en", "de"]))
def org_create(slug: str, name: str, currency: str, country: str, time_zone: str, language: str) -> None:
    """Make an organisation, with a price list and a product category to begin with.

    Its first person is added with `fieldbook user create`.
    """
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    from api.cli.operator import operating
    from api.runtime.organisations import find_organisation, knows_time_zone
    from domain.catalog.models import PriceList, ProductCategory
    from domain.kernel.clock import utc_now
    from domain.kernel.ids import new_id
    from domain.kernel.session import open_session
    from domain.people.organisations import found_organisation

    unknown = click.ClickException(f"There is no time zone {time_zone!r}.")
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise unknown from error
    with operating() as (settings, sessions):
        if not knows_time_zone(settings.migration_database_url, time_zone):
            raise unknown
        if find_organisation(settings.migration_database_url, slug):
            raise click.ClickException(f"There is an organisation {slug!r} already.")
        now = utc_now()
        org_id = found_organisation(
            sessions,
            name=name,
            slug=slug,
            currency=currency,
            country=country,
            time_zone=time_zone,
            language=language,
            now=now,
        )
        with open_session(sessions, org_id=org_id, now=now) as session:
            # What products and prices are put into: neither app nor API makes these two.
            session.add(ProductCategory(id=new_id(), name="General", sort_order=1, created_at=now))
            session.add(PriceList(id=new_id(), name="Standard", currency=currency, is_default=True, created_at=now))
            session.commit()
    click.echo(f"{name} is there. Add its first person: fieldbook user create --org {slug} --role admin EMAIL NAME")


@org.command("travel")
@click.option("--org", "slug", metavar="SLUG", help="The organisation; not needed if there is only one.")
@click.option("--detour-factor", metavar="NUMBER", help="Metres of road for each metre of straight line.")
@click.option(
    "--speeds",
    metavar="BANDS",
    help="km/h, each up to how many km of a journey: '25 to 3, 45 to 15, 75' is the default.",
)
def org_travel(slug: str | None, detour_factor: str | None, speeds: str | None) -> None:
    """Say how people travel where only the straight line is known, and show it."""
    from api.cli.operator import carry_out, organisation_session
    from domain.people.models import Organisation

    changes: dict[str, object] = {}
    if detour_factor is not None:
        changes["detour_factor"] = detour_factor
    if speeds is not None:
        changes["speeds"] = [
            {"km_per_h": pace, "up_to_km": end or None}
            for pace, _, end in ([part.strip() for part in band.partition(" to ")] for band in speeds.split(","))
        ]
    with organisation_session(slug) as session:
        org_id = session.info["org_id"]
        if changes:
            carry_out(session, "organisation.update", organisation_id=str(org_id), **changes)
        organisation = session.get_one(Organisation, (org_id, org_id))
        bands = (
            f"{band['km_per_h']:g}" + (f" to {band['up_to_km']:g}" if band["up_to_km"] else "")
            for band in organisation.speeds
        )
        click.echo(f"{organisation.name}: detour factor {organisation.detour_factor:g}, km/h {', '.join(bands)}")


@org.command("list")
def org_list() -> None:
    """List all organisations."""
    from api.runtime.organisations import list_organisations

    settings = read_settings()
    with database(settings):
        for organisation in list_organisations(settings.migration_database_url):
            click.echo(f"{organisation.slug:20} {organisation.name}{'  (demo)' if organisation.is_demo else ''}")


@click.group()
def user() -> None:
    """Add and list people, and set their passwords."""


@user.command("create")
@click.argument("email")
@click.argument("name")
@click.option(
    "--role", "roles", multiple=True, required=True, type=click.Choice(ROLES), help="May be given repeatedly."
)
@click.option("--language", default="en", show_default=True, type=click.Choice(["en", "de"]))
@PASSWORD
@ORG
def user_create(
    email: str, name: str, roles: tuple[str, ...], language: str, password: str | None, org: str | None
) -> None:
    """Add a person, who can sign in at once."""
    from api.cli.operator import carry_out, organisation_session
    from domain.kernel.ids import new_id

    chosen = password or secrets.token_urlsafe(12)
    with organisation_session(org) as session:
        carry_out(
            session,
            "user.create",
            id=str(new_id()),
            name=name,
            email=email,
            password=chosen,
            roles=list(roles),
            language=language,
        )
    click.echo(f"{name} can sign in as {email}{'' if password else f' with the password {chosen}'}")


@user.command("list")
@ORG
def user_list(org: str | None) -> None:
    """List the people of an organisation."""
    from sqlalchemy import select

    from api.cli.operator import organisation_session
    from domain.people.models import User

    with organisation_session(org) as session:
        everyone = select(User).where(User.org_id == session.info["org_id"]).order_by(User.email)
        for person in session.scalars(everyone):
            state = "" if person.active else "  (inactive)"
            click.echo(f"{person.email:36} {person.name:28} {', '.join(person.roles)}{state}")


@user.command("set-password")
@click.argument("email")
@PASSWORD
@ORG
def user_set_password(email: str, password: str | None, org: str | None) -> None:
    """Give a person a new password. Signs them out everywhere."""
    from api.cli.operator import carry_out, organisation_session

    chosen = password or secrets.token_urlsafe(12)
    with organisation_session(org) as session:
        person = _person(session, email)
        carry_out(session, "user.set_password", user_id=str(person.id), password=chosen)
    click.echo(f"{email} has a new password{'' if password else f': {chosen}'}")


def _person(session: "Session", email: str) -> "User":
    from sqlalchemy import func, select

    from domain.people.models import User

    found = session.scalar(
        select(User).where(User.org_id == session.info["org_id"], func.lower(User.email) == email.lower())
    )
    if found is None:
        raise click.ClickException(f"There is nobody with the address {email} in this organisation.")
    return found
