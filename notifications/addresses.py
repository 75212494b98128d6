"""Which push services we talk to. The address comes from a phone, so it must not lead into our own network."""

import ipaddress
from urllib.parse import urlsplit

from domain.kernel.errors import DomainError

MAX_ENDPOINT_LENGTH = 2_000


class PushEndpointNotAllowed(DomainError):
    """The push service's address must be a public https address."""

    code, status, retryable = "push.endpoint_not_allowed", 422, False


def require_public_endpoint(endpoint: str, *, allow_loopback: bool) -> None:
    """Refuse an address that is not public as written. What its name resolves to is checked at each connection.

    Raises:
        PushEndpointNotAllowed: it is not https, carries a password, or names an address of a private network.
    """
    try:
        parts = urlsplit(endpoint)
        host, _port = parts.hostname, parts.port
    except ValueError as error:
        raise PushEndpointNotAllowed from error
    if not host or parts.username is not None or len(endpoint) > MAX_ENDPOINT_LENGTH or not endpoint.isascii():
        raise PushEndpointNotAllowed
    loopback = allow_loopback and _is_loopback(host)
    if parts.scheme != "https" and not (loopback and parts.scheme == "http"):
        raise PushEndpointNotAllowed
    if loopback:
        return
    address = _address(host)
    allowed = _is_public_name(host) if address is None else is_reachable(address, allow_loopback=allow_loopback)
    if not allowed:
        raise PushEndpointNotAllowed


def is_reachable(address: ipaddress.IPv4Address | ipaddress.IPv6Address, *, allow_loopback: bool) -> bool:
    """Tell whether we connect to this address: one of the public internet, or of this machine where that is allowed."""
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if address.is_loopback:
        return allow_loopback
    return address.is_global and not address.is_multicast


def _is_public_name(host: str) -> bool:
    # A last label of digits would be read as an IPv4 address by some resolvers.
    *rest, last = host.rstrip(".").split(".")
    return bool(rest) and not last.isdigit() and not _is_loopback(host)


def _is_loopback(host: str) -> bool:
    address = _address(host)
    name = host.rstrip(".")
    return address.is_loopback if address else name == "localhost" or name.endswith(".localhost")


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
