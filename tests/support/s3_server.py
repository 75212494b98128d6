"""A real S3-compatible service on loopback: OpenStack Swift with its S3 API, all its servers on this machine.

It checks signatures and keeps what it is given on the disk, as an installation of many machines does.
"""

import ctypes
import getpass
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from pathlib import Path

import obstore
import urllib3
from obstore.store import S3Store

from api.storage.bucket import Bucket

KEY_ID, SECRET = "test:tester", "testing"
BUCKET = "contents"
START_WITHIN_S = 120

CLUSTER = """
[swift-hash]
swift_hash_path_suffix = tests
[storage-policy:0]
name = one
default = yes
"""
SERVER = """
[DEFAULT]
bind_ip = 127.0.0.1
bind_port = {port}
swift_dir = {folder}
devices = {folder}/devices
mount_check = false
workers = 0
user = {user}
"""
KEEPER = """
[pipeline:main]
pipeline = {kind}-server
[app:{kind}-server]
use = egg:swift#{kind}
"""
PROXY = """
[pipeline:main]
pipeline = catch_errors gatekeeper listing_formats s3api tempauth bulk slo dlo proxy-server
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:gatekeeper]
use = egg:swift#gatekeeper
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:bulk]
use = egg:swift#bulk
[filter:slo]
use = egg:swift#slo
[filter:dlo]
use = egg:swift#dlo
"""
# Where each kind of record is kept: on the one device.
RINGS = """
import sys
from swift.common.ring import RingBuilder
folder = sys.argv[1]
for kind, port in zip(("account", "container", "object"), map(int, sys.argv[2:])):
    ring = RingBuilder(4, 1, 0)
    place = {"ip": "127.0.0.1", "port": port, "replication_ip": "127.0.0.1", "replication_port": port}
    ring.add_dev({"id": 0, "region": 1, "zone": 1, "device": "d1", "weight": 1.0, "meta": "", **place})
    ring.rebalance()
    ring.get_ring().save(f"{folder}/{kind}.ring.gz")
"""


@contextmanager
def s3_server(folder: Path) -> Iterator[str]:
    """Run the service in `folder` and give its address. It has an empty bucket."""
    ports = {kind: _free_port() for kind in ("account", "container", "object", "proxy")}
    address = f"http://127.0.0.1:{ports['proxy']}"
    (folder / "devices" / "d1").mkdir(parents=True)
    (folder / "swift.conf").write_text(CLUSTER)
    for kind, port in ports.items():
        server = SERVER.format(port=port, folder=folder, user=getpass.getuser())
        role = PROXY if kind == "proxy" else KEEPER.format(kind=kind)
        (folder / f"{kind}.conf").write_text(server + role)
    environment = {"SWIFT_DIR": str(folder), "PYTHONWARNINGS": "ignore"}
    keepers = [str(ports[kind]) for kind in ("account", "container", "object")]
    subprocess.run([sys.executable, "-c", RINGS, str(folder), *keepers], env=environment, check=True)
    with ExitStack() as running, (folder / "log").open("wb") as log:
        for kind in ports:
            command = [str(Path(sys.executable).parent / f"swift-{kind}-server"), str(folder / f"{kind}.conf"), "-v"]
            process = subprocess.Popen(
                command,
                env=environment,
                stdout=log,
                stderr=log,
                preexec_fn=_die_with_the_tests,  # noqa: PLW1509 - one call to the kernel, no lock
            )
            running.callback(process.wait)
            running.callback(process.kill)
        _make_bucket(address, log=folder / "log")
        yield address


def _die_with_the_tests() -> None:
    """Nothing of the service stays behind, however the tests end."""
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


def bucket(address: str, *, prefix: str, secret: str = SECRET) -> Bucket:
    """The service's bucket, as the settings would name it."""
    return Bucket(
        name=BUCKET,
        prefix=prefix,
        region="us-east-1",
        endpoint=address,
        access_key_id=KEY_ID,
        secret_access_key=secret,
    )


def _make_bucket(address: str, *, log: Path) -> None:
    store = S3Store(
        BUCKET,
        config={"region": "us-east-1", "endpoint": address, "access_key_id": KEY_ID, "secret_access_key": SECRET},
    )
    signed = obstore.sign(store, "PUT", "", timedelta(minutes=10))
    until = time.monotonic() + START_WITHIN_S
    while time.monotonic() < until:
        try:
            if urllib3.request("PUT", signed, retries=False).status == 200:
                return
        except urllib3.exceptions.HTTPError:
            pass
        time.sleep(0.2)
    raise AssertionError(log.read_text())


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
        return port
