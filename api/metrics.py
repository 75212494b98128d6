"""What is measured, for Prometheus. Labels never hold customer data."""

import time

from flask import Flask, Response, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest, multiprocess

REQUEST_SECONDS = Histogram(
    "fieldbook_request_seconds",
    "Time to answer a request.",
    ["method", "endpoint", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
PUSHED_MUTATIONS = Counter(
    "fieldbook_pushed_mutations", "Mutations that devices handed in, by what became of them.", ["status", "code"]
)
PULLED_DOCUMENTS = Histogram(
    "fieldbook_pulled_documents", "Changes in one page of a pull.", buckets=(0, 1, 10, 100, 500, 1_000, 2_000)
)


def register(app: Flask, *, multiprocess_dir: str | None) -> None:
    """Measure every request of `app` and serve the figures at `/metrics`."""

    @app.after_request
    def observe(answer: Response) -> Response:
        if "began" in g and request.endpoint:
            seconds = time.perf_counter() - g.began
            REQUEST_SECONDS.labels(request.method, request.endpoint, answer.status_code).observe(seconds)
        return answer

    @app.get("/metrics")
    def metrics() -> Response:
        """Figures for Prometheus, of all processes of this server."""
        if multiprocess_dir:
            registry = CollectorRegistry()
            multiprocess.MultiProcessCollector(registry, path=multiprocess_dir)  # type: ignore[no-untyped-call]
            return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)
        return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)
