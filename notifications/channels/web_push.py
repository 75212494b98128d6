"""Web Push to browsers: RFC 8030 (delivery), RFC 8291 (encryption), RFC 8292 (VAPID)."""

import base64
import hashlib
import ipaddress
import socket
import time
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urlsplit

import requests
from py_vapid import Vapid02
from pywebpush import WebPusher
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from notifications.addresses import PushEndpointNotAllowed, is_reachable, require_public_endpoint
from notifications.channels import Outcome, PushMessage, Target, Verdict
from notifications.retry_after import seconds_to_wait
from notifications.vapid import VapidKeys

TTL_S = 24 * 3600
"""How long a push service keeps a message for a phone without signal."""

PAYLOAD_LIMIT_BYTES = 3_800
"""A push service must take 4,096 encrypted bytes; the encryption adds 103."""

TOKEN_LIFETIME_S = 12 * 3600
TOKEN_RENEWED_BEFORE_S = 3600


class WebPush:
    """The channel to browsers and installed PWAs."""

    def __init__(self, *, keys: VapidKeys, subject: str, timeout_s: float, allow_loopback: bool = False) -> None:
        self._vapid = Vapid02(keys.private_key)
        self._subject = subject
        self._timeout_s = timeout_s
        self._allow_loopback = allow_loopback
        self._session = _Session(allow_loopback=allow_loopback)
        self._authorizations: dict[str, tuple[str, float]] = {}

    def send(self, *, target: Target, message: PushMessage) -> Outcome:
        """Encrypt the message for the device and hand it to its push service."""
        try:
            # Again, not only when subscribing: the operator may have changed what is allowed.
            require_public_endpoint(target.endpoint, allow_loopback=self._allow_loopback)
        except PushEndpointNotAllowed:
            return Outcome(verdict=Verdict.GONE, reason="endpoint not allowed")
        subscription = {"endpoint": target.endpoint, "keys": {"p256dh": target.p256dh, "auth": target.auth}}
        payload = message.shortened(limit_bytes=PAYLOAD_LIMIT_BYTES).as_json()
        body: bytes = WebPusher(subscription).encode(payload)["body"]
        headers = {
            "Authorization": self._authorization(target.endpoint),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(TTL_S),
            "Urgency": "high",
            "Topic": _topic(message.tag),
        }
        try:
            with self._session.post(
                target.endpoint, data=body, headers=headers, timeout=self._timeout_s, allow_redirects=False, stream=True
            ) as response:
                # The body is never read: it is not ours to trust, nor needed.
                return _outcome(response)
        except _PrivateAddress:
            return Outcome(verdict=Verdict.GONE, reason="the name leads into a private network")
        except requests.RequestException as error:
            return Outcome(verdict=Verdict.TRY_AGAIN, reason=type(error).__name__)

    def _authorization(self, endpoint: str) -> str:
        """Return the VAPID header for the push service, signed once for many messages."""
        parts = urlsplit(endpoint)
        origin = f"{parts.scheme}://{parts.netloc}"
        now = time.time()
        known, expires_at = self._authorizations.get(origin, ("", 0.0))
        if expires_at - TOKEN_RENEWED_BEFORE_S > now:
            return known
        expires_at = now + TOKEN_LIFETIME_S
        header: str = self._vapid.sign({"aud": origin, "sub": self._subject, "exp": int(expires_at)})["Authorization"]
        self._authorizations[origin] = (header, expires_at)
        return header


def _topic(tag: str) -> str:
    """Return the name under which a waiting message replaces an earlier one: at most 32 characters of base64url."""
    return base64.urlsafe_b64encode(hashlib.sha256(tag.encode()).digest())[:32].decode()


def _outcome(response: requests.Response) -> Outcome:
    status = response.status_code
    reason = f"HTTP {status}"
    if 200 <= status < 300:
        return Outcome(verdict=Verdict.SENT)
    if status in {404, 410}:
        return Outcome(verdict=Verdict.GONE, reason=reason)
    if status in {408, 429} or status >= 500:
        wait_s = seconds_to_wait(response.headers.get("Retry-After"))
        return Outcome(verdict=Verdict.TRY_AGAIN, reason=reason, retry_after_s=wait_s)
    return Outcome(verdict=Verdict.REFUSED, reason=reason)


class _PrivateAddress(Exception):
    """The push service's name leads to an address that we do not talk to."""


class _Session(requests.Session):
    """Refuses a connection to a private address, whatever a name resolved to, before anything is sent."""

    def __init__(self, *, allow_loopback: bool) -> None:
        super().__init__()
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        for scheme in ("http://", "https://"):
            self.mount(scheme, _Adapter(allow_loopback=allow_loopback))


class _Adapter(HTTPAdapter):
    def __init__(self, *, allow_loopback: bool) -> None:
        self._allow_loopback = allow_loopback
        super().__init__(max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        allow_loopback = self._allow_loopback

        class Connection(HTTPConnection):
            def _new_conn(self) -> socket.socket:
                return _checked(super()._new_conn(), allow_loopback=allow_loopback)

        class TlsConnection(HTTPSConnection):
            def _new_conn(self) -> socket.socket:
                return _checked(super()._new_conn(), allow_loopback=allow_loopback)

        class Pool(HTTPConnectionPool):
            ConnectionCls = Connection

        class TlsPool(HTTPSConnectionPool):
            ConnectionCls = TlsConnection

        self.poolmanager.pool_classes_by_scheme = {"http": Pool, "https": TlsPool}


def _checked(connection: socket.socket, *, allow_loopback: bool) -> socket.socket:
    address = ipaddress.ip_address(connection.getpeername()[0].partition("%")[0])
    if not is_reachable(address, allow_loopback=allow_loopback):
        connection.close()
        raise _PrivateAddress
    return connection
