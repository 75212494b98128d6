"""A real server with the demo company, real browsers, and a picture of each screen when a test fails."""

import os
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Playwright, expect, sync_playwright

from api.runtime.postgres import EmbeddedPostgres
from mobile_client.pwa.e2e.device import DESK, PHONE, Device
from mobile_client.pwa.e2e.server import Fieldbook

# Long enough for a busy machine, and shorter than the app's polling: what appears without a reload came by itself.
expect.set_options(timeout=20_000)

MakeDevice = Callable[..., Device]
FAILED = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture(scope="session")
def fieldbook(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fieldbook]:
    """An installation with the demo company, shared by all tests: each uses other people."""
    var_dir = tmp_path_factory.mktemp("fieldbook")
    with Fieldbook(var_dir=var_dir) as running:
        yield running
    # Run by root, the data may lie outside of the folder.
    EmbeddedPostgres(var_dir / "postgres").start().destroy()


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as running:
        yield running


@pytest.fixture
def make_device(
    request: pytest.FixtureRequest, playwright: Playwright, fieldbook: Fieldbook, tmp_path: Path
) -> Iterator[MakeDevice]:
    """Make a new device; `looks` is `PHONE` or `DESK`. Of a failed test, pictures are kept in `E2E_PICTURES`."""
    devices: list[Device] = []

    def make(*, looks: dict[str, Any], address: str = fieldbook.address) -> Device:
        folder = tmp_path / f"browser-{len(devices)}"
        device = Device(playwright, folder=folder, address=address, looks=looks)
        devices.append(device)
        return device

    yield make
    for number, device in enumerate(devices):
        if request.node.stash.get(FAILED, False) and not device.page.is_closed():
            picture = Path(os.environ.get("E2E_PICTURES", tmp_path)) / f"{request.node.name}-{number}.png"
            device.page.screenshot(path=picture)
            print(f"The screen of device {number}: {picture}")
        device.close()
    assert [error for device in devices for error in device.errors] == []


@pytest.fixture
def phone(make_device: MakeDevice) -> Device:
    device = make_device(looks=PHONE)
    device.open()
    return device


@pytest.fixture
def desk(make_device: MakeDevice) -> Device:
    device = make_device(looks=DESK)
    device.open()
    return device
