"""Firebase Cloud Messaging on loopback: the OAuth token endpoint and HTTP v1, checking what the real ones check."""

import json
import secrets
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

PROJECT = "fieldbook-test"
CLIENT_EMAIL = f"sender@{PROJECT}.iam.gserviceaccount.example"
AUDIENCE = "https://oauth2.googleapis.com/token"
"""What Google's library writes into its assertion, whatever `token_uri` the credentials name."""
SCOPES = {"https://www.googleapis.com/auth/cloud-platform", "https://www.googleapis.com/auth/firebase.messaging"}
"""One of these lets an account send."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the service answers instead of accepting."""

    status: int
    error: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)


class FcmService:
    """The two endpoints. Use as a context manager."""

    def __init__(self) -> None:
        self.received: list[dict[str, Any]] = []
        """The accepted messages."""
        self.refused: list[str] = []
        self.requests = 0
        self.tokens_given = 0
        self._access_token: str | None = None
        self._answers: list[Answer] = []
        self._lock = threading.Lock()
        self._private_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def origin(self) -> str:
        """The service's scheme, host and port."""
        return f"http://127.0.0.1:{self._server.server_port}"

    @property
    def url_pattern(self) -> str:
        """The address of the send method, with a place for the project's name, as the library writes it."""
        return self.origin + "/v1/projects/{0}/messages:send"

    def write_credentials(self, path: Path) -> Path:
        """Write a service-account file whose token endpoint is this service."""
        pem = self._private_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        account = {
            "type": "service_account",
            "project_id": PROJECT,
            "private_key_id": "key-1",
            "private_key": pem.decode(),
            "client_email": CLIENT_EMAIL,
            "client_id": "1",
            "token_uri": f"{self.origin}/token",
        }
        path.write_text(json.dumps(account))
        return path

    def answer_next(
        self, status: int, *, reason: str, fcm_code: str | None = None, retry_after: str | None = None
    ) -> None:
        """Answer the next message that has not been scripted yet with an error of Google's shape."""
        error: dict[str, Any] = {"code": status, "status": reason, "message": "scripted", "details": []}
        if fcm_code:
            error["details"] = [{"@type": "type.googleapis.com/google.firebase.fcm.v1.FcmError", "errorCode": fcm_code}]
        headers = {"Retry-After": retry_after} if retry_after else {}
        self._answers.append(Answer(status=status, error=error, headers=headers))

    def _grant(self, body: bytes) -> Answer | dict[str, Any]:
        form = parse_qs(body.decode())
        try:
            jwt.decode(
                form["assertion"][0],
                self._private_key.public_key(),
                algorithms=["RS256"],
                audience=AUDIENCE,
                issuer=CLIENT_EMAIL,
                options={"require": ["aud", "exp", "iat", "iss"]},
            )
            scopes = jwt.decode(form["assertion"][0], options={"verify_signature": False})["scope"].split()
        except (KeyError, jwt.InvalidTokenError) as error:
            return self._refuse(400, f"assertion: {error!r}")
        if form.get("grant_type") != ["urn:ietf:params:oauth:grant-type:jwt-bearer"] or not SCOPES.intersection(scopes):
            return self._refuse(400, f"grant {form.get('grant_type')}, scopes {scopes}")
        self.tokens_given += 1
        self._access_token = secrets.token_urlsafe(24)
        return {"access_token": self._access_token, "expires_in": 3600, "token_type": "Bearer"}

    def _send(self, headers: dict[str, str], body: bytes) -> Answer | dict[str, Any]:
        self.requests += 1
        if self._access_token is None or headers.get("authorization") != f"Bearer {self._access_token}":
            return self._refuse(401, "no valid access token")
        if self._answers:
            return self._answers.pop(0)
        message = json.loads(body)["message"]
        if sum(kind in message for kind in ("fid", "token", "topic", "condition")) != 1:
            return self._refuse(400, "one recipient is needed")
        if not all(isinstance(value, str) for value in message.get("data", {}).values()):
            return self._refuse(400, "data must be texts")
        if len(json.dumps([message.get("data"), message.get("notification")]).encode()) > 4096:
            return self._refuse(400, "too long")
        self.received.append(message)
        return {"name": f"projects/{PROJECT}/messages/{len(self.received)}"}

    def _refuse(self, status: int, reason: str) -> Answer:
        self.refused.append(reason)
        return Answer(status=status, error={"code": status, "status": "INVALID_ARGUMENT", "message": reason})

    def _take(self, path: str, headers: dict[str, str], body: bytes) -> Answer | dict[str, Any]:
        with self._lock:
            if path == "/token":
                return self._grant(body)
            if path == f"/v1/projects/{PROJECT}/messages:send":
                return self._send(headers, body)
            return self._refuse(404, path)


def _handler_of(service: FcmService) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = service._take(self.path, headers, body)
            failed = isinstance(answer, Answer)
            content = json.dumps({"error": answer.error} if failed else answer).encode()
            self.send_response(answer.status if failed else 200)
            for name, value in (answer.headers if failed else {}).items():
                self.send_header(name, value)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_args: object) -> None:
            """Say nothing: a test's output is its failures."""

    return Handler
