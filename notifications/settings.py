"""What the operator decides about pushes."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class PushSettings:
    """How pushes leave this installation."""

    vapid_key_path: Path
    """The PEM file of the key that signs web pushes; made when it is not there."""
    vapid_subject: str
    """How a push service reaches the operator: `mailto:…` or `https://…`."""
    fcm_credentials_path: Path | None = None
    """The service-account file of Firebase; None: no pushes to store-packaged apps."""
    allow_loopback: bool = False
    """Also accept push services on this machine, by plain http: for development and tests."""
    timeout_s: float = 10
    """How long to wait for a push service to connect, and then to answer."""
