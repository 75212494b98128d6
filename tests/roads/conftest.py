"""A real OSRM server with the roads of Liechtenstein, and one that is ours to break."""

import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
import urllib3

from api.roads.tools import RoadsNotBuilt, Tools, build, find_tools, serving

DATA = Path(os.environ.get("FIELDBOOK_TEST_DATA", Path(__file__).parents[3] / "shared" / "data"))
EXTRACT = DATA / "liechtenstein.osm.pbf"


@pytest.fixture(scope="session")
def extract() -> Path:
    if not EXTRACT.is_file():
        pytest.skip(f"there is no {EXTRACT}; set FIELDBOOK_TEST_DATA to a directory that has it")
    return EXTRACT


@pytest.fixture(scope="session")
def tools() -> Tools:
    try:
        return find_tools()
    except RoadsNotBuilt as error:
        pytest.skip(str(error))


@pytest.fixture(scope="session")
def roads_dir(tools: Tools, extract: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the map of Liechtenstein."""
    folder = tmp_path_factory.mktemp("roads")
    build(tools, source=extract, folder=folder, say=lambda _line: None)
    return folder


@pytest.fixture(scope="session")
def osrm(tools: Tools, roads_dir: Path) -> Iterator[str]:
    """The address of a real OSRM server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with subprocess.Popen(
        serving(tools, folder=roads_dir, host="127.0.0.1", port=port), stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as server:
        url = f"http://127.0.0.1:{port}"
        for _ in range(100):
            try:
                urllib3.request("GET", url, retries=False, timeout=1)
                break
            except urllib3.exceptions.HTTPError:
                time.sleep(0.1)
        yield url
        server.terminate()
        said = server.communicate()[0]
    assert b"9.5" not in said, "the road server logged where people drive"


@pytest.fixture
def answering() -> Iterator[Callable[..., str]]:
    """Start a server that gives one answer to everything, and return its address."""
    servers: list[ThreadingHTTPServer] = []

    def start(body: bytes, *, status: int = 200, after_s: float = 0) -> str:
        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                time.sleep(after_s)
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        Thread(target=server.serve_forever, daemon=True).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()
