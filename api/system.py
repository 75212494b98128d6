"""Health, the machine-readable description, its documentation page, and the phone app's files."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import orjson
from flask import Blueprint as FlaskBlueprint
from flask import Flask, Response, jsonify, send_from_directory
from flask_smorest import Api
from flask_swagger_ui import get_swaggerui_blueprint
from sqlalchemy import text
from werkzeug.exceptions import NotFound

from api import doors

blueprint = FlaskBlueprint("system", __name__)


def content_security_policy(map_origins: Sequence[str]) -> str:
    """Return what the app's page may load: everything from here, and maps from where the operator says."""
    maps = " ".join(["", *map_origins])
    return (
        f"default-src 'self'; img-src 'self' data: blob:{maps}; style-src 'self' 'unsafe-inline'; "
        f"worker-src 'self' blob:; connect-src 'self'{maps}; "
        "frame-ancestors 'none'; base-uri 'self'; form-action 'self'"
    )


@blueprint.get("/healthz")
def healthz() -> Response:
    """The process answers."""
    return jsonify({"status": "ok"})


@blueprint.get("/readyz")
def readyz() -> Response:
    """The database answers too: requests can be served."""
    with doors.services().sessions() as session:
        session.execute(text("select 1"))
    return jsonify({"status": "ready"})


def openapi(api: Api) -> dict[str, Any]:
    """Return the OpenAPI 3.1 description, with errors under their own media type."""
    spec: dict[str, Any] = api.spec.to_dict()
    for answer in spec.get("components", {}).get("responses", {}).values():
        content = answer.get("content", {})
        if "application/json" in content:
            content["application/problem+json"] = content.pop("application/json")
    return spec


def register(app: Flask, api: Api) -> None:
    """Serve the description, the documentation page and the app."""
    app.register_blueprint(blueprint)
    described = orjson.dumps(openapi(api))

    @app.get("/api/openapi.json")
    def description() -> Response:
        """The API in OpenAPI 3.1."""
        return Response(described, content_type="application/json")

    page = get_swaggerui_blueprint(
        "/api/docs", "/api/openapi.json", config={"app_name": "Fieldbook API", "deepLinking": True}
    )
    app.register_blueprint(page, url_prefix="/api/docs")

    @app.get("/", defaults={"path": ""})
    @app.get("/<path:path>")
    def phone_app(path: str) -> Response:
        """The app. Any address that is not a file is a screen of it."""
        dist: Path = doors.services().settings.pwa_dist
        if path.startswith(("api/", "assets/")) and not (dist / path).is_file():
            raise NotFound
        if path and (dist / path).is_file():
            answer = send_from_directory(dist, path)
            # The names of built assets carry a hash of their content.
            answer.headers["Cache-Control"] = (
                "public, max-age=31536000, immutable" if path.startswith("assets/") else "no-cache"
            )
            return answer
        if not (dist / "index.html").is_file():
            raise NotFound("The app is not built. Run: make app")
        answer = send_from_directory(dist, "index.html")
        answer.headers["Cache-Control"] = "no-cache"
        answer.headers["Content-Security-Policy"] = content_security_policy(doors.services().settings.map_origins)
        return answer
