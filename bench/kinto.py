"""The peer that is measured beside Fieldbook: Kinto, with its PostgreSQL backends on the same server.

It is installed into a folder of its own and set up as its documentation advises: records validated by a JSON schema,
one transaction a request, as many gunicorn workers and threads as Fieldbook has. Of its ways to sign in the cheapest
one is taken, which checks no password. Each device writes into a collection of its own: two transactions at a time in
one collection refuse one another there.
"""

import base64
import hashlib
import http.client
import os
import random
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime
from itertools import cycle, islice
from pathlib import Path
from time import perf_counter
from typing import Any

import orjson
import psycopg
from psycopg.types.json import Jsonb

from bench.figures import Samples
from bench.installation import HOME, WEB_PROCESSES, Postgres, free_port, running
from bench.organisation import words
from bench.pushing import DEVICES, MUTATIONS
from domain.kernel.ids import new_id

PACKAGES = ("kinto==26.5.0", "sqlalchemy<2.1", "psycopg2-binary", "zope.sqlalchemy", "gunicorn")
RECORDS = 10_000
PAGE = 1_000
THREADS = 8
REQUESTS_ALONE = 4
REQUESTS_TOGETHER = 2
_ENVIRONMENT = HOME / "kinto"
_BUCKET = "/v1/buckets/bench"
_TEXTS = ("purpose", "notes", "outcome", "confirmed_at", "checked_in_at", "completed_at", "canceled_at",
          "cancel_reason", "created_at", "updated_at")  # fmt: skip
_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["account_id", "site_id", "rep_id", "status", "planned_start_at", "duration_min"],
    "properties": {
        **{name: {"type": "string", "format": "uuid"} for name in ("id", "account_id", "site_id", "rep_id")},
        **{name: {"type": ["string", "null"]} for name in _TEXTS},
        "planned_start_at": {"type": "string", "format": "date-time"},
        "status": {"enum": ["planned", "confirmed", "in_progress", "completed", "canceled", "missed"]},
        "duration_min": {"type": "integer", "minimum": 5, "maximum": 1440},
        "unplanned": {"type": "boolean"},
        "distance_m": {"type": ["integer", "null"], "minimum": 0},
        "version": {"type": "integer"},
        "checked_in_position": {
            "type": ["object", "null"],
            "properties": {"lat": {"type": "number"}, "lng": {"type": "number"}, "accuracy_m": {"type": "number"}},
        },
    },
}  # fmt: skip
_COLLECTIONS = {"visits": RECORDS, **{f"visits_{device}": 1_000 for device in range(1, DEVICES + 1)}}
"""Name → records. The first one is pulled, and written by the device that is alone."""
_CHECK_IN = {
    "status": "in_progress",
    "checked_in_at": "2026-11-23T08:00:00Z",
    "checked_in_position": {"lat": 47.141, "lng": 9.5209, "accuracy_m": 8.0},
    "distance_m": 12,
}
_INI = """\
[app:main]
use = egg:kinto
kinto.storage_backend = kinto.core.storage.postgresql
kinto.storage_url = {url}
kinto.permission_backend = kinto.core.permission.postgresql
kinto.permission_url = {url}
kinto.cache_backend = kinto.core.cache.memory
kinto.experimental_collection_schema_validation = true
kinto.batch_max_requests = 500
kinto.userid_hmac_secret = bench
multiauth.policies = basicauth
"""


def measure(postgres: Postgres, *, runs: int, pulls: bool, pushes: bool) -> Samples:
    """Measure Kinto's first pull and its pushes, as `kinto_…`, if they are wanted."""
    _install()

    def load(owner_url: str) -> list[list[str]]:
        ini = _configure(owner_url)
        migrate = [str(_ENVIRONMENT / "bin" / "kinto"), "migrate", "--ini", str(ini)]
        subprocess.run(migrate, check=True, capture_output=True)
        with _serving(ini) as port, closing(_Client(port)) as client:
            visits = {name: _visits(name, count) for name, count in _COLLECTIONS.items()}
            for name, (first, *_) in visits.items():
                client.make(name, first)
        for name, (first, *others) in visits.items():
            _fill(owner_url, name, first, others)
        return [[visit["id"] for visit in of_one] for of_one in visits.values()]

    shape = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]
    database, ids = postgres.fresh_copy("kinto", shape=shape, make=load)
    with _serving(_configure(postgres.url(database, owner=True))) as port:
        samples = {
            **(_first_pulls(port, runs=runs) if pulls else {}),
            **(_push_rates(port, ids, runs=runs) if pushes else {}),
        }
    postgres.drop(database)
    return samples


def _first_pulls(port: int, *, runs: int) -> Samples:
    with closing(_Client(port)) as client:
        client.pull_all()
        rates = []
        for _ in range(runs):
            began = perf_counter()
            client.pull_all()
            rates.append(RECORDS / (perf_counter() - began))
    return {"kinto_first_pull_rows_per_s": rates}


def _push_rates(port: int, ids: Sequence[Sequence[str]], *, runs: int) -> Samples:
    waiting = [_check_ins(collection, of) for collection, of in zip(_COLLECTIONS, ids, strict=True)]
    samples = {}
    for bodies_of, requests in ((waiting[:1], REQUESTS_ALONE), (waiting[1:], REQUESTS_TOGETHER)):
        with ExitStack() as open_clients, ThreadPoolExecutor(len(bodies_of)) as threads:
            clients = [open_clients.enter_context(closing(_Client(port))) for _ in bodies_of]
            rates = []
            for _ in range(runs + 1):
                bodies = [list(islice(bodies, requests)) for bodies in bodies_of]
                began = perf_counter()
                answers = [answer for per_device in threads.map(_push_all, clients, bodies) for answer in per_device]
                rates.append(len(clients) * requests * MUTATIONS / (perf_counter() - began))
                refused = [part for answer in answers for part in _refused(answer)]
                if refused or len(answers) < len(clients) * requests:
                    raise RuntimeError(f"Kinto refused something: {refused[:1]}")
        samples[f"kinto_push_{len(bodies_of)}_per_s"] = rates[1:]  # the first run warms up
    return samples


def _check_ins(collection: str, ids: Sequence[str]) -> Iterator[bytes]:
    """Yield batches that check each of the records in."""
    for first in range(0, len(ids) - MUTATIONS + 1, MUTATIONS):
        requests = [
            {"path": f"{_records(collection)}/{id}", "body": {"data": _CHECK_IN}}
            for id in ids[first : first + MUTATIONS]
        ]
        yield orjson.dumps({"defaults": {"method": "PATCH"}, "requests": requests})


def _refused(answer: bytes) -> list[Any]:
    return [part for part in orjson.loads(answer)["responses"] if part["status"] >= 300]


def _push_all(client: "_Client", bodies: list[bytes]) -> list[bytes]:
    return [client.post_batch(body) for body in bodies]


class _Client:
    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        credentials = base64.b64encode(b"bench:bench").decode()
        self._headers = {"Authorization": f"Basic {credentials}", "Content-Type": "application/json"}

    def pull_all(self) -> None:
        """Fetch all records, page by page."""
        path: str | None = f"{_records('visits')}?_limit={PAGE}"
        pages = 0
        while path is not None:
            _, following = self._request("GET", path)
            pages += 1
            # The header is an absolute address.
            path = following["Next-Page"].partition("/v1/")[2] if following["Next-Page"] else None
            path = path and f"/v1/{path}"
        if pages != RECORDS // PAGE:
            raise RuntimeError(f"Kinto sent {pages} pages")

    def post_batch(self, body: bytes) -> bytes:
        """Send a prepared batch and return the answer as it came."""
        return self._request("POST", "/v1/batch", body)[0]

    def make(self, collection: str, first: dict[str, Any]) -> None:
        """Make a collection and its first record."""
        self._request("PUT", _BUCKET, b"{}")
        self._request("PUT", f"{_BUCKET}/collections/{collection}", orjson.dumps({"data": {"schema": _SCHEMA}}))
        self._request("PUT", f"{_records(collection)}/{first['id']}", orjson.dumps({"data": first}))

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _request(self, method: str, path: str, body: bytes | None = None) -> tuple[bytes, http.client.HTTPMessage]:
        self._connection.request(method, path, body, self._headers)
        answer = self._connection.getresponse()
        content = answer.read()
        if answer.status >= 400:
            raise RuntimeError(f"{answer.status} for {path}: {content[:500]!r}")
        return content, answer.headers


def _fill(owner_url: str, collection: str, first: dict[str, Any], others: Sequence[dict[str, Any]]) -> None:
    """Write further records as Kinto wrote the first: by itself it would take minutes."""
    parent = f"/buckets/bench/collections/{collection}"
    with psycopg.connect(owner_url) as connection, connection.cursor() as cursor:
        cursor.executemany(
            "insert into objects (id, parent_id, resource_name, data, deleted)"
            " select %(id)s, parent_id, resource_name, data || %(data)s, false from objects"
            "  where parent_id = %(parent)s and resource_name = 'record' and id = %(first)s",
            [
                {
                    "id": visit["id"],
                    "data": Jsonb({name: value for name, value in visit.items() if name != "id"}),
                    "parent": parent,
                    "first": first["id"],
                }
                for visit in others
            ],
        )
        cursor.execute(
            "insert into access_control_entries (object_id, permission, principal)"
            " select %(parent)s || '/records/' || o.id, a.permission, a.principal"
            "   from objects o, access_control_entries a"
            "  where o.parent_id = %(parent)s and o.resource_name = 'record' and o.id <> %(first)s"
            "    and a.object_id = %(parent)s || '/records/' || %(first)s",
            {"parent": parent, "first": first["id"]},
        )


def _visits(seed: str, count: int) -> list[dict[str, Any]]:
    """Return documents of about 600 bytes, as Fieldbook's are."""
    chance = random.Random(seed)
    now = datetime.now(UTC).isoformat()
    empty = ("outcome", "confirmed_at", "checked_in_at", "checked_in_position", "distance_m", "completed_at",
             "canceled_at", "cancel_reason")  # fmt: skip
    accounts = [(str(new_id()), str(new_id())) for _ in range(500)]
    rep_id = str(new_id())
    return [
        {
            "id": str(new_id()), "version": 1, "created_at": now, "updated_at": now, "account_id": account_id,
            "site_id": site_id, "rep_id": rep_id, "status": "planned", "unplanned": False, "planned_start_at": now,
            "duration_min": 30, "purpose": words(chance, 4), "notes": words(chance, 7), **dict.fromkeys(empty),
        }
        for account_id, site_id in islice(cycle(accounts), count)
    ]  # fmt: skip


def _records(collection: str) -> str:
    return f"{_BUCKET}/collections/{collection}/records"


def _install() -> None:
    """Install Kinto into a folder of its own, once."""
    noted = _ENVIRONMENT / "packages"
    wanted = "\n".join(PACKAGES)
    if noted.exists() and noted.read_text() == wanted:
        return
    uv = [sys.executable, "-m", "uv"]
    subprocess.run([*uv, "venv", "--quiet", "--clear", "--python", sys.executable, str(_ENVIRONMENT)], check=True)
    python = str(_ENVIRONMENT / "bin" / "python")
    subprocess.run([*uv, "pip", "install", "--quiet", "--python", python, *PACKAGES], check=True)
    noted.write_text(wanted)


def _configure(url: str) -> Path:
    ini = HOME / "kinto.ini"
    ini.write_text(_INI.format(url=url.replace("%", "%%")))  # percent signs are the file format's own
    return ini


@contextmanager
def _serving(ini: Path) -> Iterator[int]:
    port = free_port()
    command = [
        str(_ENVIRONMENT / "bin" / "gunicorn"), "--paste", str(ini), "--bind", f"127.0.0.1:{port}",
        "--workers", str(WEB_PROCESSES), "--threads", str(THREADS), "--keep-alive", "15",
    ]  # fmt: skip
    ready = f"http://127.0.0.1:{port}/v1/"
    with running(command, environment=dict(os.environ), log=HOME / "kinto.log", ready_url=ready):
        yield port
