"""Accounts, sites and contacts."""

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from api import doors
from api.resources import Resource, contains, equals, register
from domain.customers.geocoding import list_unplaced
from domain.customers.models import Account, Contact, Site
from domain.customers.rules import AccountClass, AccountKind, AccountStatus
from domain.customers.synced import ACCOUNT, CONTACT, SITE
from domain.kernel.fields import ArgsSchema, Id, OneOf, Text
from domain.registry import COMMAND

blueprint = Blueprint("customers", __name__, description="One record per customer, with its places and people.")

register(
    blueprint,
    Resource(
        collection="accounts",
        entity=ACCOUNT,
        sorts={"name": Account.name, "created_at": Account.created_at},
        filters={
            "search": contains(Account.name, Account.number),
            "territory_id": equals(Account.territory_id),
            "kind": equals(Account.kind, OneOf(AccountKind)),
            "account_class": equals(Account.account_class, OneOf(AccountClass)),
            "status": equals(Account.status, OneOf(AccountStatus)),
            "external_id": equals(Account.external_id, Text(200)),
        },
        create=COMMAND["account.create"],
        update=COMMAND["account.update"],
        actions=[COMMAND["account.move"]],
    ),
)
register(
    blueprint,
    Resource(
        collection="sites",
        entity=SITE,
        sorts={"name": Site.name, "created_at": Site.created_at},
        filters={
            "search": contains(Site.name),
            "account_id": equals(Site.account_id),
            "external_id": equals(Site.external_id, Text(200)),
        },
        create=COMMAND["site.create"],
        update=COMMAND["site.update"],
    ),
)
register(
    blueprint,
    Resource(
        collection="contacts",
        entity=CONTACT,
        sorts={"name": Contact.name, "created_at": Contact.created_at},
        filters={
            "search": contains(Contact.name),
            "account_id": equals(Contact.account_id),
            "site_id": equals(Contact.site_id),
        },
        create=COMMAND["contact.create"],
        update=COMMAND["contact.update"],
    ),
)


class UnplacedSiteSchema(ArgsSchema):
    """A site that no map shows, and why: nobody asked yet (`waiting`), or no answer."""

    site_id = Id(required=True)
    account_id = Id(required=True)
    name = fields.String(required=True)
    reason = OneOf(["no_address", "not_found", "waiting"], required=True)


class UnplacedSitesSchema(ArgsSchema):
    """At most 1,000 of them."""

    items = fields.List(fields.Nested(UnplacedSiteSchema), required=True)


@blueprint.route("/sites/without-position", methods=["GET"], endpoint="list_unplaced_sites")
@blueprint.response(200, UnplacedSitesSchema)
def list_unplaced_sites() -> dict[str, Any]:
    """List the sites in your area that have no position, and why. Set it by hand: it stays as you set it."""
    with doors.reading() as (session, identity):
        return {"items": list_unplaced(session, org_id=identity.org_id, in_scope=identity.scope.contains(SITE))}
