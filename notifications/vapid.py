"""The key that identifies this installation to push services (RFC 8292), made at first start."""

import base64
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from domain.kernel.key_files import load_or_create_key


@dataclass(frozen=True)
class VapidKeys:
    """An ECDSA key pair on P-256."""

    private_key: ec.EllipticCurvePrivateKey

    @property
    def public_key(self) -> str:
        """The `applicationServerKey` of a browser's subscription: the uncompressed point in unpadded base64url."""
        point = self.private_key.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


def load_or_create_vapid_keys(path: Path) -> VapidKeys:
    """Return the keys in the PEM file, made now if there is none; of two processes that make them, one wins.

    A new key makes every subscription worthless, so the file belongs in the backup.

    Raises:
        ValueError: the file holds something else than a P-256 private key.
    """
    return VapidKeys(load_or_create_key(path))
