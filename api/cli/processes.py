"""The processes of an installation. `fieldbook serve` starts them all; each may also run on its own, anywhere."""

from threading import Thread

import click


@click.command()
@click.option("--listener", type=int, hidden=True, help="The descriptor of a listening socket that is already open.")
def web(listener: int | None) -> None:
    """Answer requests: the API and the app's files."""
    from api import logging
    from api import web as process
    from api.cli.environment import read_settings

    settings = read_settings()
    logging.configure(level=settings.log_level)
    process.run(settings, listener=listener)


@click.command()
def live() -> None:
    """Hold the live streams of this machine's web processes."""
    # First of all: what is imported afterwards finds the patched standard library.
    from gevent import monkey

    monkey.patch_all()

    from api import logging
    from api.cli.environment import read_settings
    from api.runtime.measuring import measure_as

    settings = read_settings()
    logging.configure(level=settings.log_level)
    measure_as("live", runtime_dir=settings.runtime_dir)

    from api.runtime import live as process
    from api.runtime.handover import inbox_of

    process.run(inbox=inbox_of(settings.runtime_dir), conninfo=settings.database_url)


@click.command()
@click.option("--concurrency", default=4, show_default=True, help="How many jobs to carry out at a time.")
@click.option("--until-idle", is_flag=True, help="Stop when the queue is empty.")
@click.option("--metrics-port", type=int, help="Serve figures at this port: on a machine without a web process.")
def worker(concurrency: int, *, until_idle: bool, metrics_port: int | None) -> None:
    """Carry out jobs from the queue: sending pushes, and what is done by the clock."""
    from api import logging
    from api.cli.environment import database, read_settings
    from api.runtime.measuring import measure_as

    settings = read_settings()
    logging.configure(level=settings.log_level)
    measure_as("worker", runtime_dir=settings.runtime_dir)

    from api.composition import REGISTRY, configure_notifications, make_sessions
    from api.jobs import record_jobs
    from api.metrics import serve_metrics
    from api.runtime.database import make_engine
    from api.upkeep import periodic_jobs
    from notifications.queue import run_worker

    if metrics_port:
        serve_metrics(settings.runtime_dir, host=settings.host, port=metrics_port)
    with database(settings):
        engine = make_engine(
            settings.database_url,
            role=settings.app_role_to_set,
            pool_size=concurrency,
            timeouts=settings.database_timeouts,
        )
        sessions = make_sessions(engine)
        configure_notifications(settings, sessions)
        if not until_idle:
            Thread(target=_warm_up, name="warm-up", daemon=True).start()
        run_worker(
            database_url=settings.database_url,
            concurrency=concurrency,
            until_idle=until_idle,
            periodic=periodic_jobs(settings, sessions),
            record_jobs=record_jobs(settings, sessions, REGISTRY),
        )


def _warm_up() -> None:
    """Compile the route search beside the first jobs: whoever first has a route planned need not wait for it."""
    from domain.routing.search import warm_up

    warm_up()
