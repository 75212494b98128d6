"""A real map under the territories: a style and its tiles from another server, and the plain ground when it is gone."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect

from api.runtime.postgres import EmbeddedPostgres
from mobile_client.pwa.e2e.device import DESK, Device
from mobile_client.pwa.e2e.pictures import picture
from mobile_client.pwa.e2e.server import Fieldbook
from mobile_client.pwa.e2e.test_accessibility import violations

pytestmark = pytest.mark.long

COPYRIGHT = "© OpenStreetMap contributors"


class MapServer(ThreadingHTTPServer):
    """Serves a style with raster and vector tiles, and remembers what it was asked for."""

    asked: list[str]

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.asked = []
        threading.Thread(target=self.serve_forever, daemon=True).start()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def style(self) -> bytes:
        raster = {"type": "raster", "tiles": [f"{self.address}/grey/{{z}}/{{x}}/{{y}}.png"], "tileSize": 256}
        vector = {"type": "vector", "tiles": [f"{self.address}/land/{{z}}/{{x}}/{{y}}.pbf"], "maxzoom": 14}
        layers = [
            {"id": "grey", "type": "raster", "source": "grey"},
            {"id": "land", "type": "line", "source": "land", "source-layer": "land", "paint": {"line-color": "#c00"}},
        ]
        return json.dumps({"version": 8, "sources": {"grey": raster, "land": vector}, "layers": layers}).encode()


class _Answers(BaseHTTPRequestHandler):
    server: MapServer

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        if self.path == "/style.json":
            kind, content = "application/json", self.server.style()
        elif self.path.startswith("/grey/"):
            kind, content = "image/png", picture(9, width=256, height=256, noise=0)
        else:
            kind, content = "application/x-protobuf", DIAGONAL
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _field(number: int, content: bytes) -> bytes:
    return bytes([number << 3 | 2, len(content)]) + content


def _whole(number: int, value: int) -> bytes:
    later = value >> 7
    return bytes([number << 3, value & 0x7F | 0x80, later]) if later else bytes([number << 3, value])


# A vector tile (Mapbox Vector Tile 2.1): one layer `land` with a line from 0, 0 to 62, 62.
_LINE = bytes([9, 0, 0, 10, 124, 124])
_FEATURE = _whole(3, 2) + _field(4, _LINE)
DIAGONAL = _field(3, _field(1, b"land") + _field(2, _FEATURE) + _whole(5, 4096) + _whole(15, 2))


@pytest.fixture
def map_server() -> Iterator[MapServer]:
    server = MapServer()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def desk(
    playwright: Playwright, map_server: MapServer, tmp_path_factory: pytest.TempPathFactory, tmp_path: Path
) -> Iterator[Device]:
    """A manager's desk at an installation with a map."""
    var_dir = tmp_path_factory.mktemp("with-map")
    with Fieldbook(var_dir=var_dir, MAP_STYLE_URL=f"{map_server.address}/style.json") as fieldbook:
        device = Device(playwright, folder=tmp_path / "browser", address=fieldbook.address, looks=DESK)
        device.open()
        yield device
        device.close()
        assert device.errors == []
    EmbeddedPostgres(var_dir / "postgres").start().destroy()


def look_at_territories(page: Page) -> None:
    page.goto("/territories")
    expect(page.get_by_role("list", name="All territories")).to_be_visible()
    expect(page.locator(".map canvas")).to_be_visible()


def test_the_operators_map_lies_under_the_territories_and_is_missed_by_nobody(
    desk: Device, map_server: MapServer
) -> None:
    page = desk.page
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)
    desk.sign_in("manager1@demo.example")
    with (
        page.expect_response(lambda answer: "/grey/" in answer.url),
        page.expect_response(lambda answer: "/land/" in answer.url),
    ):
        look_at_territories(page)
    expect(page.get_by_text(COPYRIGHT)).to_be_visible()
    assert violations(page) == []
    assert refused == []
    assert "/style.json" in map_server.asked

    map_server.shutdown()
    map_server.server_close()
    desk.expect_synced()
    look_at_territories(page)
    page.get_by_role("link", name="Balzers").click()
    expect(page.get_by_role("heading", name="Balzers", level=1)).to_be_visible()
    expect(page.locator(".map-frame").get_by_role("region")).to_be_visible()
