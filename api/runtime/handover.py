"""Hands an open connection from a web process to the live process, so that a live stream occupies no thread of the web.

The view authenticates as always; then the socket itself goes over a Unix socket to the process that holds all streams.
Clients see one address and one origin. See docs/decisions/0005-live-streams.md.
"""

import os
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

LONGEST_MESSAGE = 160_000
"""Whose stream it is: an organisation, and some 3,000 buckets."""


def inbox_of(runtime_dir: Path) -> Path:
    """Return the address at which the live process takes connections over."""
    return runtime_dir / "live.sock"


def hand_over(environ: dict[str, Any], *, inbox: Path, org_id: UUID, buckets: Sequence[str]) -> bool:
    """Give the request's connection to the live process. Tells whether it took it.

    Afterwards nothing that the web process still writes reaches the client. Not possible, and not done, under a server
    that does not show its socket, over TLS or HTTP/2 that this process itself speaks, and without a live process.
    """
    client = environ.get("gunicorn.socket")
    message = org_id.bytes + ",".join(buckets).encode()
    if type(client) is not socket.socket or environ.get("HTTP_VERSION") == "2" or len(message) > LONGEST_MESSAGE:
        return False
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as courier:
        courier.setblocking(False)  # a live process that does not keep up must not hold up the web
        try:
            courier.connect(str(inbox))
            socket.send_fds(courier, [message], [client.fileno()])
        except OSError:
            return False
    _replace_by_dead_end(client)
    return True


def _replace_by_dead_end(client: socket.socket) -> None:
    """Put a closed connection in the socket's place: the web can then neither write to the real one nor end it."""
    dead, other = socket.socketpair()
    other.close()
    os.dup2(dead.fileno(), client.fileno(), inheritable=False)
    dead.close()
