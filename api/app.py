"""The composition root: makes the Flask app out of settings."""

from time import perf_counter

import structlog
from flask import Flask, Response, g, request
from flask_smorest import Api
from werkzeug.exceptions import HTTPException

import api.auth
import api.limits
import api.metrics
import api.problems
import api.sync_door
import api.sync_review
import api.system
import api.uploads
import api.v1.agreements
import api.v1.assets
import api.v1.attachments
import api.v1.calendar
import api.v1.call_cycle
import api.v1.call_plans
import api.v1.catalog
import api.v1.conflicts
import api.v1.customers
import api.v1.figures
import api.v1.notices
import api.v1.observations
import api.v1.orders
import api.v1.people
import api.v1.roads
import api.v1.route_plans
import api.v1.surveys
import api.v1.tasks
import api.v1.territories
import api.v1.territory_plans
import api.v1.visits
import api.v1.work_orders
import api.v1.working_time
from api.blueprint import FastJson
from api.composition import REGISTRY, configure_notifications, make_sessions, open_lane, read_server_id
from api.doors import Services
from api.exports import load_export_key, public_jwk
from api.problems import ProblemSchema
from api.runtime.database import make_engine
from api.settings import Settings
from domain.kernel.ids import new_id
from sync.live import Pokes

log = structlog.get_logger(__name__)

MAX_REQUEST_BYTES = 4 * 1024 * 1024
BLUEPRINTS = (
    api.auth.blueprint,
    api.sync_door.blueprint,
    api.sync_review.blueprint,
    api.v1.customers.blueprint,
    api.v1.territories.blueprint,
    api.v1.territory_plans.blueprint,
    api.v1.people.blueprint,
    api.v1.roads.blueprint,
    api.v1.catalog.blueprint,
    api.v1.assets.blueprint,
    api.v1.agreements.blueprint,
    api.v1.working_time.blueprint,
    api.v1.call_plans.blueprint,
    api.v1.call_cycle.blueprint,
    api.v1.route_plans.blueprint,
    api.v1.calendar.blueprint,
    api.v1.figures.blueprint,
    api.v1.visits.blueprint,
    api.v1.surveys.blueprint,
    api.v1.observations.blueprint,
    api.v1.orders.blueprint,
    api.v1.work_orders.blueprint,
    api.v1.tasks.blueprint,
    api.v1.notices.blueprint,
    api.v1.attachments.blueprint,
    api.v1.conflicts.blueprint,
)


class ProblemApi(Api):
    """An API whose errors are RFC 9457 problem details."""

    ERROR_SCHEMA = ProblemSchema

    def handle_http_exception(self, error: HTTPException) -> Response:
        """Return the answer for an error of Flask or of webargs."""
        return api.problems.http_problem(error)


def create_app(settings: Settings, *, most_streams: int = 4) -> Flask:
    """Return the app. `most_streams` is how many live streams this process may hold open."""
    engine = make_engine(
        settings.database_url,
        role=settings.app_role_to_set,
        pool_size=max(settings.web_threads, 4),
        timeouts=settings.database_timeouts,
    )
    sessions = make_sessions(engine)
    configure_notifications(settings, sessions)
    app = Flask("fieldbook", static_folder=None)
    app.json_provider_class = FastJson
    app.json = FastJson(app)
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_REQUEST_BYTES,
        API_TITLE="Fieldbook",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        PROPAGATE_EXCEPTIONS=False,
    )
    app.extensions["fieldbook"] = Services(
        settings=settings,
        registry=REGISTRY,
        engine=engine,
        sessions=sessions,
        server_id=read_server_id(engine),
        export_key=public_jwk(load_export_key(settings.export_key_path)),
        pokes=Pokes(conninfo=settings.database_url, most=most_streams),
    )
    _trace_requests(app)
    api.limits.register(app, settings, sessions=sessions)
    api.metrics.register(app, engine=engine, runtime_dir=settings.runtime_dir)
    described = ProblemApi(
        app, spec_kwargs={"components": {"securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}}}
    )
    for blueprint in BLUEPRINTS:
        described.register_blueprint(blueprint, url_prefix="/api/v1")
    api.uploads.register(app, settings, lane=open_lane(settings))
    api.problems.register(app)
    api.system.register(app, described)
    return app


def _path_to_log() -> str:
    """Return the request's path without a secret: the address of a calendar is one."""
    secret = (request.view_args or {}).get("token")
    return request.path.replace(secret, "…") if secret else request.path


def _trace_requests(app: Flask) -> None:
    """Give every request an id, in the answer and in each line of the log, and log each request of the API."""

    @app.before_request
    def begin() -> None:
        g.request_id, g.began = str(new_id()), perf_counter()
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=g.request_id, method=request.method, path=_path_to_log())

    @app.after_request
    def end(answer: Response) -> Response:
        answer.headers["X-Request-Id"] = g.request_id
        answer.headers.setdefault("X-Content-Type-Options", "nosniff")
        answer.headers.setdefault("Referrer-Policy", "same-origin")
        if request.path.startswith("/api/"):
            # The path holds ids only. The query, which may hold a name that somebody looked for, stays out.
            log.info("request", status=answer.status_code, ms=round((perf_counter() - g.began) * 1000, 1))
        return answer
