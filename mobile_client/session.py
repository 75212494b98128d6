"""Who is signed in on this device. A 401 makes the client refresh once; it never deletes anything."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from .errors import DeviceRevoked, OtherUser, Refused, ServerBusy, SignInNeeded, UpgradeRequired
from .store import Store
from .transport import Json, Response, Stream, Transport


class Session:
    """Sends requests in the person's name and keeps the tokens."""

    def __init__(self, *, store: Store, transport: Transport) -> None:
        self._store = store
        self._transport = transport
        self._refreshing = threading.Lock()

    @property
    def user(self) -> Json | None:
        """The person this database belongs to, as the last sign-in described them."""
        user: Json | None = self._store.setting("user")
        return user

    def sign_in(self, *, email: str, password: str, organisation: str | None, device: Json) -> Json:
        """Sign in and return the server's answer. `device` carries the id that this installation made.

        Raises:
            Refused: wrong password (401), or `auth.organisation_required` (409).
            OtherUser: this database holds another person's work; the tokens are not kept.
            Temporary: no answer.
        """
        body: Json = {"email": email, "password": password, "device": device}
        if organisation:
            body["organisation"] = organisation
        response = self._transport.request("POST", "/auth/login", body)
        if response.status == 401:
            raise Refused(status=401, body=response.body)
        answer = _answer(response)
        if self.user and self.user["id"] != answer["user"]["id"]:
            raise OtherUser(self.user["email"])
        self._keep(answer)
        return answer

    def sign_out(self) -> None:
        """Revoke this device's tokens and forget them. Documents and outbox stay for the next sign-in.

        Raises:
            Temporary: no answer; the person is still signed in.
        """
        with suppress(SignInNeeded):  # signed out already, from elsewhere
            self.request("POST", "/auth/logout", {})
        self._store.save(access_token=None, refresh_token=None)

    def request(self, method: str, path: str, body: Json | None, *, hand_in_token: str | None = None) -> Json:
        """Send a signed request and return its answer; at a 401 refresh the tokens and try once more.

        A revoked device signs with its `hand_in_token`, which cannot be refreshed.

        Raises:
            SignInNeeded: the tokens are of no use any more.
            DeviceRevoked: nor will they be again.
            UpgradeRequired: 426.
            Refused: any other 4xx.
            Temporary: no answer, 429 or 5xx.
        """
        token = hand_in_token or self._token()
        response = self._transport.request(method, path, body, token=token)
        if response.status == 401 and hand_in_token is None:
            response = self._transport.request(method, path, body, token=self._refreshed(stale=token))
        return _answer(response)

    def send(
        self,
        method: str,
        path: str,
        *,
        content: bytes,
        headers: Mapping[str, str],
        hand_in_token: str | None = None,
    ) -> Response:
        """Send bytes, signed, and return the answer with its headers. Raises as `request` does."""
        token = hand_in_token or self._token()
        response = self._transport.send(method, path, content=content, headers=headers, token=token)
        if response.status == 401 and hand_in_token is None:
            fresh = self._refreshed(stale=token)
            response = self._transport.send(method, path, content=content, headers=headers, token=fresh)
        _answer(response)
        return response

    @contextmanager
    def stream(self, path: str) -> Iterator[Stream]:
        """Open a signed live stream.

        Raises:
            SignInNeeded: nobody is signed in.
            Temporary: no connection, or the server has no stream to give.
        """
        token = self._token()
        with ExitStack() as open_until_done:
            try:
                stream = open_until_done.enter_context(self._transport.stream(path, token=token))
            except SignInNeeded:
                again = self._transport.stream(path, token=self._refreshed(stale=token))
                stream = open_until_done.enter_context(again)
            yield stream

    def _token(self) -> str:
        token: str | None = self._store.setting("access_token")
        if token is None:
            raise SignInNeeded("auth.signed_out")
        return token

    def _refreshed(self, *, stale: str) -> str:
        """Return a newer access token than `stale`. One thread refreshes, the others take what it brought."""
        with self._refreshing:
            if self._token() == stale:
                body = {"refresh_token": self._store.setting("refresh_token")}
                self._keep(_answer(self._transport.request("POST", "/auth/refresh", body)))
            return self._token()

    def _keep(self, answer: Json) -> None:
        kept: dict[str, Any] = {
            name: answer[name]
            for name in ("access_token", "refresh_token", "user", "organisation", "server_id")
            if name in answer
        }
        self._store.save(**kept, device_id=answer["device"]["id"])


def _answer(response: Response) -> Json:
    """Return the body of a success; raise what any other status means."""
    match response.status:
        case status if status < 400:
            return response.body
        case 401 if "hand_in_token" in response.body:
            raise DeviceRevoked(hand_in_token=response.body["hand_in_token"])
        case 401:
            raise SignInNeeded(response.body.get("code") or "http.401")
        case 426:
            raise UpgradeRequired(response.body.get("detail") or "this version is too old to pull")
        case status if status in (408, 425, 429) or status >= 500:
            raise ServerBusy(f"the server answered {status}", retry_after_s=response.retry_after_s)
        case status:
            raise Refused(status=status, body=response.body)
