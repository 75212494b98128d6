"""Our blueprint, which reads bodies with our JSON, and that JSON."""

import re
from typing import Any

import orjson
from flask import Request
from flask.json.provider import JSONProvider
from flask_smorest import Blueprint as SmorestBlueprint
from marshmallow import Schema, missing
from webargs.flaskparser import FlaskParser

# A pair of surrogates, half of one, or any other escape.
_ESCAPE = re.compile(rb"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|(\\u[dD][89a-fA-F]..)|\\.", re.DOTALL)


class FastJson(JSONProvider):
    """JSON by orjson. What it reads can also be written, and so be kept."""

    def dumps(self, obj: Any, **_: Any) -> str:
        """Return `obj` as JSON text."""
        return orjson.dumps(obj, default=str).decode()

    def loads(self, s: str | bytes, **_: Any) -> Any:
        """Return the value of JSON text.

        A phone that cuts a text within an emoji leaves half a character: it becomes U+FFFD, and does not hold up the
        rest.

        Raises:
            ValueError: it is not JSON, or is nested too deeply.
        """
        try:
            value = orjson.loads(s)
        except orjson.JSONDecodeError:
            value = orjson.loads(_without_half_characters(s))
        try:
            # With room for what a receipt puts around it.
            orjson.dumps([[value]])
        except TypeError as error:
            raise ValueError("nested too deeply") from error
        return value


def _without_half_characters(text: str | bytes) -> bytes:
    encoded = text.encode() if isinstance(text, str) else text
    return _ESCAPE.sub(lambda escape: rb"\ufffd" if escape[1] else escape[0], encoded)


class BodyParser(FlaskParser):
    """Reads a body as Flask does, by the app's JSON."""

    def load_json(self, req: Request, schema: Schema) -> Any:  # noqa: ARG002 - webargs' signature
        """Return the body's value, or that there is none."""
        return req.get_json() if req.is_json and req.data else missing


class Blueprint(SmorestBlueprint):
    """A part of the API."""

    ARGUMENTS_PARSER = BodyParser()
