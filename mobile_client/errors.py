"""What can go wrong between a device and its server. None of these errors ever deletes local data."""

from typing import Any


class ClientError(Exception):
    """Base of every error that this client raises on purpose."""


class Temporary(ClientError):
    """It may work later: try again after a pause.

    `retry_after_s` is the pause in seconds that the server asked for, or None.
    """

    def __init__(self, reason: str, *, retry_after_s: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after_s = retry_after_s


class Unreachable(Temporary):
    """No answer came. Whether the server saw the request is unknown."""


class ServerBusy(Temporary):
    """The server answered that it cannot do it now (429, 5xx, or a mutation's `retry`)."""


class SignInNeeded(ClientError):
    """The server does not know this device's tokens any more; the person signs in again. `code` is the server's."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class DeviceRevoked(SignInNeeded):
    """An admin took this device out of use. What was unsent was handed in, and everything here is deleted.

    `hand_in_token` is for the session: with it the device hands in what it still has.
    """

    def __init__(self, *, hand_in_token: str | None = None) -> None:
        super().__init__("auth.device_revoked")
        self.hand_in_token = hand_in_token


class UpgradeRequired(ClientError):
    """The server no longer serves pulls to this version of the client. Pushing goes on working."""


class Refused(ClientError):
    """The server refused the request as a whole (4xx). `body` is its problem document."""

    def __init__(self, *, status: int, body: dict[str, Any]) -> None:
        self.status = status
        self.code: str = body.get("code") or f"http.{status}"
        self.body = body
        super().__init__(f"{status} {self.code}: {body.get('detail') or body.get('title') or ''}")


class OtherUser(ClientError):
    """This database belongs to another person: one database per user."""


class NotInNeedOfAttention(ClientError):
    """The mutation was not refused, or is gone: there is nothing to mend or discard."""


class MutationTooLarge(ClientError):
    """The mutation would not fit into a push: shorten it before it is captured."""
