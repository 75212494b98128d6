"""Private keys of this installation, each in a file of its own: elliptic curve P-256, PEM without a password."""

import os
import secrets
from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec


def load_or_create_key(path: Path) -> ec.EllipticCurvePrivateKey:
    """Return the key in the file, made now if there is none; of two processes that make it, one wins.

    Raises:
        ValueError: the file holds something else than a P-256 private key.
    """
    if not path.exists():
        _create(path)
    try:
        key = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (TypeError, ValueError) as error:
        raise ValueError(f"{path} does not hold a private key in PEM format without a password.") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise ValueError(f"{path} does not hold a private key on the curve P-256.")  # noqa: TRY004 - the file's value
    return key


def _create(path: Path) -> None:
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(pem)
    # A link, unlike a rename, fails when another process was faster.
    with suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
