"""Passwords: argon2id with the library's recommended cost."""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()
# Checked when the user is unknown, so that the answer takes as long as for a wrong password.
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$UyJGhHOhvKKJWwybAF7U8g$m3XEayvLF4zBMHJryQE2ij9pqX6D10wlKrbm582Z4Q8"


def hash_password(password: str) -> str:
    """Return what is stored instead of the password."""
    return _HASHER.hash(_bytes(password))


def verify_password(password: str, *, password_hash: str | None) -> bool:
    """Tell whether the password is right. Takes as long when there is no hash to compare with."""
    try:
        _HASHER.verify(password_hash or _NOBODY, _bytes(password))
    except (VerificationError, InvalidHashError):
        return False
    return password_hash is not None


def needs_rehash(password_hash: str) -> bool:
    """Tell whether the hash was made with other costs than today's."""
    return _HASHER.check_needs_rehash(password_hash)


def _bytes(password: str) -> bytes:
    # JSON can hold half a character, which UTF-8 proper cannot.
    return password.encode(errors="surrogatepass")
