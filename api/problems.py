"""Errors on the wire: RFC 9457 problem details, with our stable codes."""

from typing import Any

import orjson
import structlog
from flask import Flask, Response, g
from marshmallow import Schema, fields
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException

from domain.kernel.errors import DomainError, ValidationFailed
from domain.kernel.integrity import is_transient

log = structlog.get_logger(__name__)

CODES_BY_STATUS = {
    400: "request.malformed",
    401: "auth.token_invalid",
    403: "permission.denied",
    404: "request.not_found",
    405: "request.method_not_allowed",
    413: "request.too_large",
    415: "request.unsupported_media_type",
    422: "validation.failed",
    500: "server.error",
}
FURTHER_MEMBERS = ("next_seq", "hand_in_token")
"""What some errors carry for the client."""


class ServerBusy(DomainError):
    """The server is busy. Try again in a moment."""

    code, status, retryable = "server.busy", 503, True


class ProblemSchema(Schema):
    """What went wrong, by RFC 9457."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    code = fields.String(required=True)
    fields_ = fields.Dict(keys=fields.String(), data_key="fields", required=True, allow_none=True)
    request_id = fields.String(required=True)
    next_seq = fields.Integer()
    hand_in_token = fields.String()


def problem(
    *, status: int, code: str, title: str, detail: str, errors: Any = None, headers: Any = None, **extra: Any
) -> Response:
    """Return a problem-details answer."""
    body = {
        "type": f"/api/errors/{code}",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        "fields": errors,
        "request_id": g.get("request_id", ""),
        **extra,
    }
    answer = Response(orjson.dumps(body, default=str), status=status, content_type="application/problem+json")
    for name, value in (headers or {}).items():
        answer.headers[name] = str(value)
    return answer


def domain_problem(error: DomainError) -> Response:
    """Return the answer for an error of ours."""
    retry_after = getattr(error, "retry_after_s", None) or (5 if error.status == 503 else None)
    headers: dict[str, Any] = {"Retry-After": retry_after} if retry_after else {}
    if error.status == 401:
        headers["WWW-Authenticate"] = "Bearer"
    extra = {name: getattr(error, name) for name in FURTHER_MEMBERS if getattr(error, name, None) is not None}
    return problem(
        status=error.status,
        code=error.code,
        title=error.sentence(),
        detail=error.detail,
        errors=error.fields,
        headers=headers,
        **extra,
    )


def http_problem(error: HTTPException) -> Response:
    """Return the answer for an error of Flask, or for arguments that webargs refused."""
    status = error.code or 500
    data = getattr(error, "data", None) or {}
    messages = data.get("messages") or data.get("errors")
    if status == 422:
        by_place = messages if isinstance(messages, dict) else {}
        merged = {
            name: texts for place in by_place.values() if isinstance(place, dict) for name, texts in place.items()
        }
        return domain_problem(ValidationFailed(fields=merged or messages))
    headers = {name: value for name, value in error.get_headers() if name in {"Allow", "Retry-After"}}
    return problem(
        status=status,
        code=CODES_BY_STATUS.get(status, f"http.{status}"),
        title=error.name,
        detail=data.get("message") or error.description or error.name,
        headers=headers,
    )


def unexpected(error: Exception) -> Response:
    """Return the answer for what should not have happened, and log it."""
    if is_transient(error):
        return domain_problem(ServerBusy())
    log.error("request.failed", exc_info=error, database=isinstance(error, SQLAlchemyError))
    return problem(
        status=500,
        code="server.error",
        title="Something went wrong on our side",
        detail="Something went wrong on our side. Nothing was changed. "
        "Try again; if it stays so, tell support the request id.",
    )


def register(app: Flask) -> None:
    """Let `app` answer every error as problem details."""
    app.register_error_handler(DomainError, domain_problem)
    app.register_error_handler(HTTPException, http_problem)
    app.register_error_handler(Exception, unexpected)
