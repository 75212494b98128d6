"""Which organisations there are: for the operator, who belongs to none."""

from dataclasses import dataclass
from uuid import UUID

import psycopg


@dataclass(frozen=True)
class OrganisationName:
    """An organisation, as the operator sees it."""

    id: UUID
    slug: str
    name: str
    is_demo: bool


def list_organisations(owner_url: str) -> list[OrganisationName]:
    """Return all organisations by slug. `owner_url` is that of the owner of the tables."""
    with psycopg.connect(owner_url) as connection:
        connection.execute("select set_config('app.operator', 'on', true)")
        rows = connection.execute("select id, slug, name, is_demo from organisations order by slug").fetchall()
    return [OrganisationName(*row) for row in rows]


def find_organisation(owner_url: str, slug: str) -> OrganisationName | None:
    """Return the organisation of that slug, or None."""
    return next((one for one in list_organisations(owner_url) if one.slug == slug), None)


def knows_time_zone(owner_url: str, name: str) -> bool:
    """Tell whether PostgreSQL knows that time zone, which every request of an organisation asks for its date."""
    with psycopg.connect(owner_url) as connection:
        try:
            connection.execute("select now() at time zone %s", [name])
        except psycopg.errors.InvalidParameterValue:
            return False
    return True
