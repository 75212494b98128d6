"""The iCalendar feed of a person."""

from typing import Any

from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import Schema, fields

from api import doors
from domain.kernel.fields import UtcDateTime
from domain.planning import feed
from domain.planning.models import CalendarFeed

blueprint = Blueprint("calendar", __name__, description="One's visits and appointments in the calendar one uses.")


class FeedSchema(Schema):
    """Since when there is an address, or null. The address itself is shown once, when it is made."""

    created_at = UtcDateTime(required=True, allow_none=True)


class NewFeedSchema(Schema):
    """The address to subscribe to. Keep it to yourself: whoever has it can read your plan."""

    path = fields.String(required=True)
    created_at = UtcDateTime(required=True)


@blueprint.route("/calendar-feed", methods=["GET"])
@blueprint.response(200, FeedSchema)
def get_feed() -> Any:
    """Tell whether your calendar has an address."""
    with doors.reading() as (session, identity):
        found = session.get(CalendarFeed, (identity.org_id, identity.user_id))
        return {"created_at": found.created_at if found else None}


@blueprint.route("/calendar-feed", methods=["PUT"])
@blueprint.response(200, NewFeedSchema)
def renew_feed() -> Any:
    """Make a new address for your calendar. The one before does not work any more."""
    with doors.signed_in() as (session, identity):
        now = session.info["now"]
        token = feed.renew_token(session, org_id=identity.org_id, user_id=identity.user_id, now=now)
        session.commit()
        return {"path": f"/api/v1/calendar/{token}.ics", "created_at": now}


@blueprint.route("/calendar-feed", methods=["DELETE"])
@blueprint.response(204)
def revoke_feed() -> None:
    """Take the address of your calendar back. Safe to repeat."""
    with doors.signed_in() as (session, identity):
        feed.revoke_token(session, org_id=identity.org_id, user_id=identity.user_id)
        session.commit()


@blueprint.route("/calendar/<token>.ics", methods=["GET"])
@blueprint.doc(security=[])
@blueprint.response(200, content_type="text/calendar")
@blueprint.alt_response(304, description="Not modified", success=True)
def read_calendar(token: str) -> Any:
    """Read a calendar by its secret address, as calendar programs do."""
    with doors.org_session(feed.organisation_of(token), only_reads=True) as session:
        body = feed.read_feed(session, token=token, now=session.info["now"])
    answer = Response(body, content_type="text/calendar; charset=utf-8")
    answer.add_etag()
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer.make_conditional(request)
