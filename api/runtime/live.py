"""The live process: holds all live streams of this machine, a greenlet each.

`gevent` must have patched the standard library before this module is imported.
"""

import signal
import socket
from pathlib import Path
from uuid import UUID

import gevent
import gevent.pool
import structlog
from gevent.event import Event

from api.runtime.handover import LONGEST_MESSAGE
from api.runtime.streams import STREAMS_REFUSED, watched
from sync.live import Pokes, TooManyStreams, events

MOST_STREAMS = 10_000
SEND_TIMEOUT_S = 20
FAREWELL_S = 3

HEAD = (
    b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\nX-Accel-Buffering: no\r\n"
    b"X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n"
)
FULL = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 30\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

log = structlog.get_logger(__name__)


def run(*, inbox: Path, conninfo: str) -> None:
    """Take connections over and serve them until SIGTERM or SIGINT; then say goodbye to each."""
    pokes = Pokes(conninfo=conninfo, most=MOST_STREAMS)
    inbox.parent.mkdir(parents=True, exist_ok=True)
    inbox.unlink(missing_ok=True)
    stopping = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        gevent.signal_handler(number, stopping.set)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
        door.bind(str(inbox))
        inbox.chmod(0o600)
        streams = gevent.pool.Group()
        reception = gevent.spawn(_receive, door, pokes, streams)
        log.info("live.started")
        stopping.wait()
        inbox.unlink(missing_ok=True)  # the web streams itself, or refuses, from now on
        reception.kill()
    pokes.close()
    streams.join(timeout=FAREWELL_S)


def _receive(door: socket.socket, pokes: Pokes, streams: "gevent.pool.Group") -> None:
    while True:
        message, descriptors, _, _ = socket.recv_fds(door, LONGEST_MESSAGE, 1)
        if descriptors:
            streams.spawn(_serve, socket.socket(fileno=descriptors[0]), message, pokes)


def _serve(client: socket.socket, message: bytes, pokes: Pokes) -> None:
    org_id, buckets = UUID(bytes=message[:16]), message[16:].decode().split(",")
    client.settimeout(SEND_TIMEOUT_S)
    with client:
        try:
            with pokes.subscribe(org_id, buckets) as box:
                client.sendall(HEAD)
                for event in watched(events(box)):
                    client.sendall(event)
        except TooManyStreams:
            STREAMS_REFUSED.inc()
            client.sendall(FULL)
        except OSError:  # the client went away
            return
