"""The reference offline client of Fieldbook. It knows only the wire: `docs/sync-protocol.md` and `docs/model.md`."""

from .actions import Action, OrderLine, PartUsed
from .attachments import NothingToAttachTo
from .client import Client, Status
from .errors import (
    ClientError,
    DeviceRevoked,
    MutationTooLarge,
    NotInNeedOfAttention,
    OtherUser,
    Refused,
    ServerBusy,
    SignInNeeded,
    Temporary,
    Unreachable,
    UpgradeRequired,
)
from .outbox import Attention
from .overlay import Create, Document, Effect, Patch
from .transport import HttpTransport, Response, Stream, Transport

__all__ = [
    "Action",
    "Attention",
    "Client",
    "ClientError",
    "Create",
    "DeviceRevoked",
    "Document",
    "Effect",
    "HttpTransport",
    "MutationTooLarge",
    "NotInNeedOfAttention",
    "NothingToAttachTo",
    "OrderLine",
    "OtherUser",
    "PartUsed",
    "Patch",
    "Refused",
    "Response",
    "ServerBusy",
    "SignInNeeded",
    "Status",
    "Stream",
    "Temporary",
    "Transport",
    "Unreachable",
    "UpgradeRequired",
]
