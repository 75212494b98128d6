"""A connection that is handed over belongs to the other process: what the web server still does has no effect."""

import socket
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from uuid import UUID

import pytest

from api.runtime.handover import hand_over

ORGANISATION = UUID("01a200fd-d759-7011-b9be-785d000a3a8f")


@pytest.fixture
def inbox() -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder) / "live.sock"


@pytest.fixture
def receiver(inbox: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
        door.bind(str(inbox))
        door.settimeout(10)
        yield door


@pytest.fixture
def connection() -> Iterator[tuple[socket.socket, socket.socket]]:
    """The web server's end and the client's."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = socket.create_connection(server.getsockname())
        accepted, _ = server.accept()
    client.settimeout(10)
    with client, accepted:
        yield accepted, client


def test_the_receiver_speaks_to_the_client_and_the_web_server_no_more(
    inbox: Path, receiver: socket.socket, connection: tuple[socket.socket, socket.socket]
):
    accepted, client = connection

    assert hand_over({"gunicorn.socket": accepted}, inbox=inbox, org_id=ORGANISATION, buckets=["org"])
    with pytest.raises(BrokenPipeError):
        accepted.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    accepted.close()

    message, descriptors, _, _ = socket.recv_fds(receiver, 100, 1)
    assert (UUID(bytes=message[:16]), message[16:]) == (ORGANISATION, b"org")
    with socket.socket(fileno=descriptors[0]) as taken_over:
        taken_over.sendall(b"event: poke")
    assert client.recv(100) == b"event: poke"
    assert client.recv(100) == b""


def test_without_a_live_process_the_connection_stays_with_the_web_server(
    inbox: Path, connection: tuple[socket.socket, socket.socket]
):
    accepted, client = connection

    assert not hand_over({"gunicorn.socket": accepted}, inbox=inbox, org_id=ORGANISATION, buckets=["org"])

    accepted.sendall(b"still here")
    assert client.recv(100) == b"still here"


def test_a_live_process_that_does_not_keep_up_holds_nobody_up(
    inbox: Path, receiver: socket.socket, connection: tuple[socket.socket, socket.socket]
):
    accepted, client = connection
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as other:
        other.setblocking(False)
        other.connect(str(inbox))
        with suppress(BlockingIOError):
            while True:
                other.send(b"full")

    assert not hand_over({"gunicorn.socket": accepted}, inbox=inbox, org_id=ORGANISATION, buckets=["org"])

    accepted.sendall(b"still here")
    assert client.recv(100) == b"still here"


@pytest.mark.parametrize("environ", [{}, {"gunicorn.socket": object()}])
def test_a_server_that_does_not_show_its_socket_keeps_the_connection(environ: dict[str, object], inbox: Path):
    assert not hand_over(environ, inbox=inbox, org_id=ORGANISATION, buckets=["org"])


def test_http_2_keeps_the_connection(
    inbox: Path, receiver: socket.socket, connection: tuple[socket.socket, socket.socket]
):
    environ = {"gunicorn.socket": connection[0], "HTTP_VERSION": "2"}
    assert not hand_over(environ, inbox=inbox, org_id=ORGANISATION, buckets=["org"])


def test_no_descriptor_is_left_open(
    inbox: Path, receiver: socket.socket, connection: tuple[socket.socket, socket.socket]
):
    before = open_descriptors()
    hand_over({"gunicorn.socket": connection[0]}, inbox=inbox, org_id=ORGANISATION, buckets=["org"])
    assert open_descriptors() == before


def open_descriptors() -> int:
    return len(list(Path("/dev/fd").iterdir()))
