"""What all channels share. There is one file per channel, and it alone knows its vendor's library."""

from dataclasses import asdict, dataclass, field, replace
from enum import Enum, StrEnum
from typing import Any, Protocol, Self

import orjson


class ChannelName(StrEnum):
    """The channels on the wire."""

    WEB = "web"
    FCM = "fcm"


@dataclass(frozen=True, kw_only=True)
class PushMessage:
    """What a device is told."""

    kind: str
    title: str
    body: str
    link: str | None
    tag: str
    rev: int
    """A revision of the organisation that holds all that the message is about."""

    def as_dict(self) -> dict[str, Any]:
        """Return the message as the service worker gets it."""
        return asdict(self)

    def as_json(self) -> bytes:
        """Return the message as the bytes that a service worker parses."""
        return orjson.dumps(self.as_dict())

    def shortened(self, *, limit_bytes: int) -> Self:
        """Return the message with its body cut so far that its JSON takes at most `limit_bytes`."""
        excess = len(self.as_json()) - limit_bytes
        if excess <= 0:
            return self
        kept = self.body.encode()[: -(excess + len("…".encode()))]
        return replace(self, body=kept.decode(errors="ignore") + "…")


@dataclass(frozen=True, kw_only=True)
class Target:
    """Where to send. The fields are those of a push subscription."""

    endpoint: str = field(repr=False)
    p256dh: str | None = field(default=None, repr=False)
    auth: str | None = field(default=None, repr=False)


class Verdict(Enum):
    """What became of a send."""

    SENT = "sent"
    GONE = "gone"
    """The device will never receive anything at this address again."""
    TRY_AGAIN = "try_again"
    REFUSED = "refused"
    """This message will never be accepted; the next one may be."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of a send, and why."""

    verdict: Verdict
    reason: str = ""
    retry_after_s: int | None = None
    """How long the service asks to be left alone."""


class Channel(Protocol):
    """One way to reach a device."""

    def send(self, *, target: Target, message: PushMessage) -> Outcome:
        """Hand the message over. Never raises for what the service or the network does."""
