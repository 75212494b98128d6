"""Files of unsent work that phones encrypt for this installation, and nobody else can read.

A file is a compact JWE (RFC 7516, ECDH-ES with A256GCM) for the installation's export key. It says by whom it claims to
be, and proves nothing of it: the public key is known to every client.
"""

import base64
from pathlib import Path
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import serialization
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from api.sync_door import MutationSchema
from domain.kernel.fields import Id, UtcDateTime
from domain.kernel.key_files import load_or_create_key

FORMAT = 1
MAX_BYTES = 64 * 1024 * 1024


class UnreadableExport(Exception):
    """The file cannot be imported. Its text is a sentence for the operator."""


class ExportedMutationSchema(MutationSchema):
    """A mutation as a push carries it. What a newer app adds to it is passed over."""

    class Meta:
        unknown = EXCLUDE


class ExportSchema(Schema):
    """The content of a file."""

    class Meta:
        unknown = EXCLUDE

    format = fields.Integer(required=True, strict=True, validate=validate.Equal(FORMAT))
    server_id = fields.String(load_default=None, allow_none=True)
    organisation_id = Id(required=True)
    user_id = Id(required=True)
    device_id = Id(required=True)
    exported_at = UtcDateTime(required=True)
    mutations = fields.List(fields.Nested(ExportedMutationSchema), required=True)


class _Registry(jwe.JWERegistry):
    max_ciphertext_length = MAX_BYTES


_ACCEPTED = _Registry(algorithms=["ECDH-ES", "A256GCM"])


def load_export_key(path: Path) -> ECKey:
    """Return the key in the PEM file, made now if there is none, with its thumbprint (RFC 7638) as `kid`.

    With a new key, what phones exported before cannot be read any more: the file belongs in the backup.

    Raises:
        ValueError: the file holds something else than a P-256 private key.
    """
    pem = load_or_create_key(path).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return ECKey.import_key(pem, {"kid": ECKey.import_key(pem).thumbprint()})


def public_jwk(key: ECKey) -> dict[str, Any]:
    """Return what phones are told (RFC 7517): the public half."""
    return {**key.as_dict(private=False), "use": "enc", "alg": "ECDH-ES"}


def open_export(data: bytes, *, key: ECKey, server_id: str) -> dict[str, Any]:
    """Return the content of a file, as `ExportSchema` loads it.

    Raises:
        UnreadableExport: it is none, for another server, or of another format.
    """
    if len(data) > MAX_BYTES:
        raise UnreadableExport("This is no export of a phone: it is too large.")
    try:
        opened = jwe.decrypt_compact(data.strip(), key, registry=_ACCEPTED)
    except (JoseError, InvalidTag, ValueError, TypeError) as error:
        raise UnreadableExport(_why_not_opened(data, key)) from error
    try:
        content = orjson.loads(opened.plaintext or b"")
        if isinstance(content, dict) and content.get("format", FORMAT) != FORMAT:
            raise UnreadableExport(f"The file has format {content['format']!r}; this version reads format {FORMAT}.")
        export: dict[str, Any] = ExportSchema().load(content)
    except orjson.JSONDecodeError as error:
        raise UnreadableExport("The file was opened, but its content is not JSON.") from error
    except ValidationError as error:
        place = _first_place(error.messages)
        raise UnreadableExport(f"The file was opened, but {place} is missing or not valid.") from error
    if export["server_id"] not in {None, server_id}:
        raise UnreadableExport("The file comes from a phone of another server's database.")
    return export


def _why_not_opened(data: bytes, key: ECKey) -> str:
    try:
        header_part, *others = data.strip().split(b".")
        header = orjson.loads(base64.urlsafe_b64decode(header_part + b"=="))
        kid = header.get("kid")
    except (ValueError, AttributeError):
        others, kid = [], None
    if len(others) != 4:
        return "This is no export of a phone: it is not a compact JWE."
    if kid not in {None, key.kid}:
        return "The file was encrypted for another installation, or for a key that was replaced since."
    return "The file cannot be opened: it was changed or cut off on its way, or is for another installation."


def _first_place(messages: Any) -> str:
    """Return where in the content the first mistake is, such as `mutations.3.seq`."""
    places = []
    while isinstance(messages, dict) and messages:
        name, messages = next(iter(messages.items()))
        places.append(str(name))
    return ".".join(places) or "its content"
