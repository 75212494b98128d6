"""Figures, as JSON and as CSV."""

import csv
import io
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from flask import Response
from flask_smorest import Blueprint
from marshmallow import RAISE, Schema, fields, validate
from sqlalchemy import select
from sqlalchemy.orm import Session

from api import doors
from api.identity import Identity
from domain.kernel.errors import PermissionDenied, ValidationFailed
from domain.kernel.fields import Id, OneOf
from domain.kernel.model import any_of
from domain.people.models import Organisation
from domain.people.permissions import Permission
from domain.reporting.figures import By, Per, Question, read_figures
from domain.territories.models import Territory
from domain.territories.ownership import owners_of_territories
from domain.territories.scope import territories_of

LONGEST = timedelta(days=1_100)
MOST_CHOSEN = 100

blueprint = Blueprint("figures", __name__, description="What came of the visits.")


class FiguresQuery(Schema):
    """From when to when (both included), in what parts, of whom.

    `rep_id` and `territory_id` may be given several times; a territory includes all below it.
    """

    class Meta:
        unknown = RAISE

    first = fields.Date(required=True, data_key="from")
    last = fields.Date(required=True, data_key="to")
    per = OneOf(Per, load_default=Per.TOTAL)
    by = OneOf(By, load_default=By.ALL)
    rep_id = fields.List(Id(), load_default=list, validate=validate.Length(max=MOST_CHOSEN))
    territory_id = fields.List(Id(), load_default=list, validate=validate.Length(max=MOST_CHOSEN))
    format = OneOf(("json", "csv"), load_default="json")


class FiguresRowSchema(Schema):
    """The figures of a period and a rep or territory. See docs/figures.md."""

    period_on = fields.Date(required=True)
    rep_id = Id(required=True, allow_none=True)
    territory_id = Id(required=True, allow_none=True)
    name = fields.String(required=True, allow_none=True)
    planned = fields.Integer(required=True)
    on_their_day = fields.Integer(required=True)
    missed = fields.Integer(required=True)
    made = fields.Integer(required=True)
    with_order = fields.Integer(required=True)
    orders = fields.Integer(required=True)
    lines = fields.Integer(required=True)
    value_minor = fields.Integer(required=True)
    accounts_visited = fields.Integer(required=True)
    accounts_assigned = fields.Integer(required=True)
    on_site_min = fields.Integer(required=True)
    on_road_min = fields.Integer(required=True)
    km = fields.Float(required=True)
    coverage = fields.Float(required=True, allow_none=True)
    call_compliance = fields.Float(required=True, allow_none=True)
    strike_rate = fields.Float(required=True, allow_none=True)
    lines_per_call = fields.Float(required=True, allow_none=True)
    drop_size_minor = fields.Integer(required=True, allow_none=True)


class FiguresSchema(Schema):
    """All rows in which something was planned or done, and the currency of what is money."""

    items = fields.List(fields.Nested(FiguresRowSchema), required=True)
    currency = fields.String(required=True)


@blueprint.route("/figures", methods=["GET"])
@blueprint.arguments(FiguresQuery, location="query", unknown=RAISE)
@blueprint.response(200, FiguresSchema)
def get_figures(args: dict[str, Any]) -> Any:
    """Read figures: your own, or with the permission to manage visits those of your territories."""
    if not timedelta() <= args["last"] - args["first"] <= LONGEST:
        raise ValidationFailed(fields={"to": ["Must not be before `from`, and at most three years after it."]})
    with doors.reading() as (session, identity):
        organisation = session.get_one(Organisation, (identity.org_id, identity.org_id))
        question = Question(
            first=args["first"],
            last=args["last"],
            per=Per(args["per"]),
            by=By(args["by"]),
            territory_ids=_territories(session, identity, args["territory_id"]),
            rep_ids=_whose(identity, args["rep_id"]),
        )
        owners = owners_of_territories(session, org_id=identity.org_id, on=identity.today)
        rows = list(
            read_figures(session, organisation=organisation, owners=owners, question=question, today=identity.today)
        )
    if args["format"] == "csv":
        return as_csv(FiguresRowSchema(), rows, name=f"figures-{args['first']}-{args['last']}")
    return {"items": rows, "currency": organisation.currency}


def _whose(identity: Identity, rep_ids: Sequence[UUID]) -> Sequence[UUID] | None:
    """Return the people who were chosen, or None for all. A rep sees nobody else."""
    if identity.actor.may(Permission.MANAGE_VISITS):
        return rep_ids or None
    if not identity.actor.may(Permission.WORK_VISITS) or not set(rep_ids) <= {identity.user_id}:
        raise PermissionDenied
    return [identity.user_id]


def _territories(session: Session, identity: Identity, chosen: Sequence[UUID]) -> Sequence[UUID]:
    """Return those whose accounts the person sees; of these, if some were chosen, only them and those below them."""
    seen = territories_of(identity.buckets)
    if not chosen:
        return seen
    below = (
        select(Territory.id)
        .where(Territory.org_id == identity.org_id, Territory.id == any_of(chosen))
        .cte(recursive=True)
    )
    below = below.union(
        select(Territory.id).where(Territory.org_id == identity.org_id, Territory.parent_id == below.c.id)
    )
    return [found for found in session.scalars(select(below.c.id)) if found in set(seen)]


def as_csv(schema: Schema, rows: Sequence[dict[str, Any]], *, name: str) -> Response:
    """Return rows as a CSV file (RFC 4180) that spreadsheet programs open."""
    text = io.StringIO()
    writer = csv.DictWriter(text, fieldnames=list(schema.fields))
    writer.writeheader()
    for row in schema.dump(rows, many=True):
        writer.writerow({key: _harmless(value) for key, value in row.items()})
    answer = Response(text.getvalue().encode("utf-8-sig"), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _harmless(value: Any) -> Any:
    # A spreadsheet program would take a name that begins like this for a formula.
    return f"'{value}" if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value
