"""What is measured, for Prometheus. Labels never hold customer data, and have few values. See docs/operations.md."""

import os
import threading
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import structlog
from flask import Flask, Response, g, request
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
    start_http_server,
)
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError

from api.runtime.measuring import measured
from domain.kernel.errors import error_classes
from sync.pull import Page

log = structlog.get_logger(__name__)

REQUEST_SECONDS = Histogram(
    "fieldbook_request_seconds",
    "Time to answer a request, waiting for a place included.",
    ["method", "endpoint", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
PLACE_WAIT_SECONDS = Histogram(
    "fieldbook_place_wait_seconds",
    "Time that a request waited until it was worked on.",
    buckets=(0.001, 0.01, 0.1, 0.5, 1, 2.5, 5, 10, 20),
)
LIMITS_HIT = Counter("fieldbook_limits_hit", "Requests that were refused as too much.", ["limit"])
PUSHED_MUTATIONS = Counter(
    "fieldbook_pushed_mutations", "Mutations that devices handed in, by what became of them.", ["status", "code"]
)
PULLED_DOCUMENTS = Histogram(
    "fieldbook_pulled_documents", "Changes in one page of a pull.", buckets=(0, 1, 10, 100, 500, 1_000, 2_000)
)
SYNC_BYTES = Counter(
    "fieldbook_sync_bytes", "Bytes of bodies: received, answered, and sent after compression.", ["door", "form"]
)
REPAIRED_BUCKETS = Counter("fieldbook_repaired_buckets", "Buckets that a device asked for anew: its checksum differed.")
RESET_BUCKETS = Counter("fieldbook_reset_buckets", "Buckets that began anew, because their cursor could not be served.")
UPLOADS = Counter("fieldbook_uploads", "Uploads of contents that were begun or finished.", ["step"])
UPLOADS_REFUSED = Counter("fieldbook_uploads_refused", "Requests of uploads that were refused.", ["code"])
DOWNLOADS = Counter("fieldbook_downloads", "Contents that were asked for, by the status of the answer.", ["status"])
CONTENT_BYTES = Counter("fieldbook_content_bytes", "Bytes of contents that were received or sent.", ["direction"])

DATABASE_FIGURES_KEPT_S = 10.0
FIRST_SYNC_LEASE_S = 60
"""A device in the middle of its first sync that asks for nothing for so long is not counted any more."""

_QUEUES = text("""
    select j.queue_name as queue, count(*) filter (where j.status = 'todo') as waiting,
           count(*) filter (where j.status = 'failed') as failed,
           coalesce(extract(epoch from max(now() - coalesce(j.scheduled_at, deferred.at))
                                       filter (where j.status = 'todo')), 0) as oldest_s
      from procrastinate_jobs j
      left join lateral (select min(e.at) as at from procrastinate_events e
                          where e.job_id = j.id and e.type = 'deferred') deferred on j.status = 'todo'
     where j.status in ('todo', 'failed') and coalesce(j.scheduled_at, now()) <= now() and j.queue_name <> 'builtin'
     group by j.queue_name
""")
_OVERALL = text("select open_failures, first_syncs from operator_figures(:lease)")
# As of the last vacuum or analyze: counting would read everything.
_ROWS = text("""
    select relname, greatest(reltuples, 0) as rows from pg_class
     where relnamespace = 'public'::regnamespace
       and relname in ('sync_documents', 'sync_entries', 'ix_sync_entries_tombstones', 'receipts', 'sync_shares')
""")


def count_push(results: Sequence[Mapping[str, Any]], *, received: int, answer: Response) -> None:
    """Count what became of the mutations of a push."""
    for result in results:
        code = result["code"] or ""
        PUSHED_MUTATIONS.labels(result["status"], code if code in _known_codes() else "other").inc()
    _count_bytes("push", received=received, plain=len(answer.data), answer=answer)


def count_pull(page: Page, *, repaired: Collection[str], received: int, answer: Response) -> None:
    """Count a page of a pull, and what it mended."""
    PULLED_DOCUMENTS.observe(page.changes)
    RESET_BUCKETS.inc(page.reset)
    REPAIRED_BUCKETS.inc(len(repaired))
    _count_bytes("pull", received=received, plain=len(page.body), answer=answer)


def _count_bytes(door: str, *, received: int, plain: int, answer: Response) -> None:
    for form, count in (("received", received), ("answered", plain), ("sent", len(answer.data))):
        SYNC_BYTES.labels(door, form).inc(count)


class DatabaseFigures(Collector):
    """What the database knows, asked at most every few seconds however often somebody looks."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._asked_at = float("-inf")
        self._found: list[Metric] = []

    def collect(self) -> Iterable[Metric]:
        """Return the figures; when the database does not answer, that alone."""
        with self._lock:
            if time.monotonic() - self._asked_at >= DATABASE_FIGURES_KEPT_S:
                try:
                    self._found = [*self._ask(), _gauge("fieldbook_database_up", "Whether the database answers.", 1)]
                except SQLAlchemyError as error:
                    log.warning("metrics.database", error=type(error).__name__)
                    self._found = [_gauge("fieldbook_database_up", "Whether the database answers.", 0)]
                self._asked_at = time.monotonic()
            return self._found

    def _ask(self) -> Iterator[Metric]:
        with self._engine.connect() as connection:
            overall = connection.execute(_OVERALL, {"lease": FIRST_SYNC_LEASE_S}).one()
            queues = connection.execute(_QUEUES).all()
            rows = connection.execute(_ROWS).all()
        yield _gauge("fieldbook_failed_mutations_open", "Mutations that wait for support.", overall.open_failures)
        yield _gauge("fieldbook_first_syncs_running", "Devices in the middle of a first sync.", overall.first_syncs)
        waiting = GaugeMetricFamily("fieldbook_jobs_waiting", "Jobs that are due.", labels=["queue"])
        failed = GaugeMetricFamily("fieldbook_jobs_failed", "Jobs that failed for good.", labels=["queue"])
        oldest = GaugeMetricFamily("fieldbook_oldest_job_seconds", "For how long one has been due.", labels=["queue"])
        for queue in queues:
            waiting.add_metric([queue.queue], queue.waiting)
            failed.add_metric([queue.queue], queue.failed)
            oldest.add_metric([queue.queue], max(float(queue.oldest_s), 0.0))
        yield from (waiting, failed, oldest)
        estimated = GaugeMetricFamily("fieldbook_rows", "Rows, as the database estimates.", labels=["of"])
        for row in rows:
            of = "tombstones" if row.relname == "ix_sync_entries_tombstones" else row.relname
            estimated.add_metric([of], row.rows)
        yield estimated


class SharedFigures(Collector):
    """The figures that all processes of this machine have left."""

    def __init__(self, runtime_dir: Path) -> None:
        self._runtime_dir = runtime_dir

    def collect(self) -> Iterable[Metric]:
        """Return them, added up."""
        files = [str(file) for file in measured(self._runtime_dir)]
        found: Iterable[Metric] = multiprocess.MultiProcessCollector.merge(files)  # type: ignore[no-untyped-call]
        return found


def own_or_shared(runtime_dir: Path) -> Collector:
    """Return what this process has counted, or all of this machine if they leave their figures in one place."""
    return SharedFigures(runtime_dir) if "PROMETHEUS_MULTIPROC_DIR" in os.environ else REGISTRY


def serve_metrics(runtime_dir: Path, *, host: str, port: int) -> None:
    """Serve the figures of this machine's processes at a port of their own, in a thread."""
    collectors = CollectorRegistry()
    collectors.register(own_or_shared(runtime_dir))
    start_http_server(port, addr=host, registry=collectors)


def register(app: Flask, *, engine: Engine, runtime_dir: Path) -> None:
    """Measure every request of `app` and serve the figures at `/metrics`."""
    collectors = CollectorRegistry()
    collectors.register(own_or_shared(runtime_dir))
    collectors.register(DatabaseFigures(engine))

    @app.after_request
    def observe(answer: Response) -> Response:
        if "began" in g and request.endpoint:
            seconds = time.perf_counter() - g.began
            REQUEST_SECONDS.labels(request.method, request.endpoint, answer.status_code).observe(seconds)
        return answer

    @app.get("/metrics")
    def metrics() -> Response:
        """Figures for Prometheus, of all processes of this server."""
        return Response(generate_latest(collectors), content_type=CONTENT_TYPE_LATEST)


def _gauge(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value=value)


@cache
def _known_codes() -> frozenset[str]:
    # Whatever the code is, the label has few values.
    return frozenset({"", "sync.busy", *(error.code for error in error_classes())})
