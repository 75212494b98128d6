"""The web process: gunicorn with threads."""

import gc
import sys
import time
from socket import socket
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import ThreadWorker

from api.runtime.measuring import measure_as
from api.settings import Settings

GRACEFUL_TIMEOUT_S = 10
REQUEST_TIMEOUT_S = 60
PATIENCE_S = 0.0005
"""For each connection that a process has, before it takes another one: more than it takes the others to wake up."""
MOST_PATIENCE_S = 0.005


class JsonLogger(Logger):
    """Leaves gunicorn's own messages to our log."""

    def setup(self, cfg: Any) -> None:  # noqa: ARG002 - gunicorn's signature
        """Let the messages pass on to the root logger instead of having handlers of their own."""
        self.error_log.propagate = True
        self.error_log.handlers.clear()


class Worker(ThreadWorker):
    """Answers requests, in threads."""

    def accept(self, listener: socket) -> None:
        """Accept a connection, unless a process that has fewer of them is faster."""
        # All are woken for each. As phones keep their connections, chance would leave one process with twice the work
        # of another: whoever has more to do lets the others go first.
        time.sleep(min(PATIENCE_S * self.nr_conns, MOST_PATIENCE_S))
        super().accept(listener)

    def handle_exit(self, sig: int, frame: Any) -> None:
        """Begin the graceful stop. Live streams end now: each would otherwise hold it up until the timeout."""
        self.wsgi.extensions["fieldbook"].pokes.close()
        super().handle_exit(sig, frame)


class Web(BaseApplication):
    """Serves the app on a socket that is already open, or on the settings' address."""

    def __init__(self, settings: Settings, *, listener: int | None) -> None:
        self._settings, self._listener = settings, listener
        super().__init__()

    def load_config(self) -> None:
        """Tell gunicorn how to serve."""
        settings = self._settings
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        values = {
            "bind": f"{host}:{settings.port}" if self._listener is None else f"fd://{self._listener}",
            "workers": settings.web_processes,
            "threads": settings.request_threads,
            "worker_class": Worker,
            "preload_app": True,
            "graceful_timeout": GRACEFUL_TIMEOUT_S,
            "timeout": REQUEST_TIMEOUT_S,
            "keepalive": 15,
            "logger_class": JsonLogger,
            "control_socket_disable": True,
            "child_exit": _forget_metrics,
        }
        for name, value in values.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        """Make the app, once, before the processes fork: that spares each of them the time and memory."""
        # A request that comes back from the database waits for so long until others let it go on. With the usual five
        # milliseconds, and a dozen questions to the database each, small requests would crawl beside large ones.
        sys.setswitchinterval(0.001)

        import geopy.distance  # noqa: F401 - otherwise the first check-in would wait for it

        from api.app import create_app

        app = create_app(self._settings, most_streams=self._settings.web_threads // 2)
        # A connection must not be shared by forking.
        app.extensions["fieldbook"].engine.dispose()
        # What is here now lasts as long as the process: the garbage collector would walk through all of it for a
        # quarter of a second, in the middle of somebody's request, and find nothing.
        gc.collect()
        gc.freeze()
        # A request leaves few circles behind, with little in them. To look for them after every 700 objects, as usual,
        # would cost a tenth of a push.
        gc.set_threshold(20_000)
        return app


def run(settings: Settings, *, listener: int | None = None) -> None:
    """Serve until SIGTERM, then finish the requests that are running."""
    measure_as("web", runtime_dir=settings.runtime_dir)
    Web(settings, listener=listener).run()


def _forget_metrics(_server: Arbiter, worker: Worker) -> None:
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)  # type: ignore[no-untyped-call]
