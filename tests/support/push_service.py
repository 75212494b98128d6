"""A web-push service on loopback (RFC 8030), which checks what a real one checks and reads what only a browser could.

It makes the browser's side of a subscription, so it holds the keys: it verifies the VAPID signature, decrypts the
body and keeps the message.
"""

import base64
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

import http_ece
import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec


def base64url(data: bytes) -> str:
    """Return the unpadded base64url form, as browsers write keys."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_base64url(text: str) -> bytes:
    """Return the bytes of an unpadded base64url text."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass(kw_only=True)
class Received:
    """One message that the service accepted."""

    subscription: "BrowserSubscription"
    message: dict[str, Any]
    """The decrypted body."""
    headers: dict[str, str]
    """Names in lower case."""
    claims: dict[str, Any]
    """What the VAPID token says."""
    vapid_key: str


@dataclass(kw_only=True)
class BrowserSubscription:
    """What a browser's `pushManager.subscribe()` returns, with the private key that it keeps to itself."""

    endpoint: str
    private_key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth_secret: bytes = field(default_factory=lambda: os.urandom(16))

    @property
    def p256dh(self) -> str:
        """The public key as a browser gives it."""
        return base64url(
            self.private_key.public_key().public_bytes(
                serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
            )
        )

    @property
    def auth(self) -> str:
        """The shared secret as a browser gives it."""
        return base64url(self.auth_secret)

    def as_json(self) -> dict[str, Any]:
        """Return the body of `PUT /devices/current/push-subscription`."""
        return {"channel": "web", "endpoint": self.endpoint, "keys": {"p256dh": self.p256dh, "auth": self.auth}}


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the service answers instead of 201."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)


class PushService:
    """The service. Use as a context manager; `subscribe()` first, then look at `received` or `wait_for()`."""

    def __init__(self) -> None:
        self.received: list[Received] = []
        self.refused: list[str] = []
        """Why requests that a real service would not accept were not accepted."""
        self.requests = 0
        self._answers: list[Answer] = []
        self._subscriptions: dict[str, BrowserSubscription] = {}
        self._arrived = threading.Condition()
        self._open = threading.Event()
        self._open.set()
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
        """The service's scheme, host and port: what a VAPID token must be for."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def subscribe(self) -> BrowserSubscription:
        """Return a new browser's subscription to this service."""
        path = f"/push/{base64url(os.urandom(24))}"
        subscription = BrowserSubscription(endpoint=self.origin + path)
        self._subscriptions[path] = subscription
        return subscription

    def forget(self, subscription: BrowserSubscription) -> None:
        """Answer 410 for this subscription from now on, as after a person withdrew the permission."""
        self._subscriptions.pop(subscription.endpoint.removeprefix(self.origin), None)

    def answer_next(self, status: int, headers: dict[str, str] | None = None) -> None:
        """Answer the next request that has not been scripted yet with `status`, and keep nothing of it."""
        self._answers.append(Answer(status=status, headers=headers or {}))

    @contextmanager
    def slow(self) -> Iterator[None]:
        """Answer nobody until the block ends."""
        self._open.clear()
        try:
            yield
        finally:
            self._open.set()

    def wait_for_request(self, *, timeout_s: float = 30) -> None:
        """Return as soon as somebody asks.

        Raises:
            TimeoutError: nobody did within `timeout_s`.
        """
        with self._arrived:
            if not self._arrived.wait_for(lambda: self.requests > 0, timeout_s):
                raise TimeoutError("nobody asked")

    def wait_for(self, count: int, *, timeout_s: float = 30) -> list[Received]:
        """Return the messages as soon as there are `count`.

        Raises:
            TimeoutError: fewer came within `timeout_s`.
        """
        with self._arrived:
            if not self._arrived.wait_for(lambda: len(self.received) >= count, timeout_s):
                raise TimeoutError(f"{len(self.received)} of {count} messages arrived; refused: {self.refused}")
            return list(self.received)

    def _take(self, path: str, headers: dict[str, str], body: bytes) -> Answer:
        with self._arrived:
            self.requests += 1
            self._arrived.notify_all()
        self._open.wait()
        with self._arrived:
            if self._answers:
                return self._answers.pop(0)
            subscription = self._subscriptions.get(path)
            if subscription is None:
                return Answer(status=410)
            try:
                self.received.append(self._checked(subscription, headers, body))
            except _Refused as refusal:
                self.refused.append(str(refusal))
                return Answer(status=refusal.status)
            self._arrived.notify_all()
            return Answer(status=201, headers={"Location": f"{self.origin}/message/{len(self.received)}"})

    def _checked(self, subscription: BrowserSubscription, headers: dict[str, str], body: bytes) -> Received:
        claims, vapid_key = self._authorized(headers)
        if not headers.get("ttl", "").isdigit():
            raise _Refused(400, "no TTL")
        if len(body) > 4096:
            raise _Refused(413, f"{len(body)} bytes")
        if headers.get("content-encoding") != "aes128gcm":
            raise _Refused(400, "not aes128gcm")
        topic = headers.get("topic", "")
        if len(topic) > 32 or not topic.replace("-", "").replace("_", "").isalnum():
            raise _Refused(400, f"topic {topic!r}")
        plain = http_ece.decrypt(
            body, private_key=subscription.private_key, auth_secret=subscription.auth_secret, version="aes128gcm"
        )
        return Received(
            subscription=subscription, message=json.loads(plain), headers=headers, claims=claims, vapid_key=vapid_key
        )

    def _authorized(self, headers: dict[str, str]) -> tuple[dict[str, Any], str]:
        scheme, _, parameters = headers.get("authorization", "").partition(" ")
        fields = dict(part.strip().split("=", 1) for part in parameters.split(",") if "=" in part)
        if scheme.lower() != "vapid" or not {"t", "k"} <= fields.keys():
            raise _Refused(401, "no VAPID authorization")
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), from_base64url(fields["k"]))
        try:
            claims: dict[str, Any] = jwt.decode(
                fields["t"], key, algorithms=["ES256"], audience=self.origin, options={"require": ["aud", "exp", "sub"]}
            )
        except jwt.InvalidTokenError as error:
            raise _Refused(403, f"VAPID token: {error}") from error
        return claims, fields["k"]


class _Refused(Exception):
    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


def _handler_of(service: PushService) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = service._take(self.path, headers, body)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_args: object) -> None:
            """Say nothing: a test's output is its failures."""

    return Handler
