from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from notifications.vapid import load_or_create_vapid_keys
from tests.support.push_service import from_base64url


def test_the_key_is_made_once_and_only_its_owner_may_read_it(tmp_path: Path):
    path = tmp_path / "secrets" / "vapid.pem"
    first = load_or_create_vapid_keys(path)
    second = load_or_create_vapid_keys(path)
    assert first.public_key == second.public_key
    assert path.stat().st_mode & 0o777 == 0o600
    assert [entry.name for entry in path.parent.iterdir()] == ["vapid.pem"]


def test_the_public_key_is_an_uncompressed_point(tmp_path: Path):
    point = from_base64url(load_or_create_vapid_keys(tmp_path / "vapid.pem").public_key)
    assert len(point) == 65
    assert point[0] == 4


def test_a_file_that_holds_something_else_is_named(tmp_path: Path):
    path = tmp_path / "vapid.pem"
    path.write_text("not a key")
    with pytest.raises(ValueError, match=r"vapid\.pem does not hold a private key in PEM format"):
        load_or_create_vapid_keys(path)


def test_a_key_of_another_kind_is_named(tmp_path: Path):
    path = tmp_path / "vapid.pem"
    path.write_bytes(
        rsa.generate_private_key(public_exponent=65537, key_size=2048).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    with pytest.raises(ValueError, match="P-256"):
        load_or_create_vapid_keys(path)
