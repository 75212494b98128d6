"""`fieldbook serve`: everything that an installation on one machine needs, with one command."""

import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from types import FrameType

import click

from api.cli.environment import database, read_settings
from api.runtime.handover import inbox_of
from api.runtime.supervisor import Process, ProcessFailed, Supervisor, answers
from api.settings import Settings

DEMO_LOGINS = """\
  Sign in with the password demo-fieldbook:
    rep1@demo.example        visits customers and takes orders   (rep1 to rep6)
    tech1@demo.example       repairs machines on site            (tech1 to tech8)
    dispatch1@demo.example   plans who goes where                (dispatch1, dispatch2)
    manager1@demo.example, admin1@demo.example

  What to try:
    1. As rep1 in a phone-sized window: open today's first visit, check in, place an order.
    2. Stop the network (DevTools > Network > Offline), reload, place another: it waits under Sync and goes out later.
    3. As dispatch1 in a wide window: drag an unscheduled job onto tech1 and dispatch it.
       As tech1 in a private window: accept it and carry it out; the board follows by itself.
"""


class Interrupted(BaseException):
    """Somebody wants Fieldbook to stop."""


@click.command()
@click.option("--demo", is_flag=True, help="Load the demo company if there is no organisation yet.")
def serve(*, demo: bool) -> None:
    """Start everything on this machine: database, web, live streams and worker. Ctrl-C stops it all."""
    settings = read_settings()
    began = time.monotonic()
    listener = _listen(settings)
    try:
        with _interruptible(), listener, database(settings, say=_say):
            _prepare(settings, demo=demo)
            _run(settings, listener, began)
    except Interrupted:
        _say("Fieldbook has stopped.")


def _prepare(settings: Settings, *, demo: bool) -> None:
    from api.runtime import migrations
    from api.runtime.organisations import list_organisations

    _say("Bringing the database up to date")
    migrations.upgrade(settings.migration_database_url)
    if demo and not list_organisations(settings.migration_database_url):
        from api.demo.load import load_demo

        load_demo(settings.migration_database_url, now=datetime.now(UTC), progress=_say)


def _run(settings: Settings, listener: socket.socket, began: float) -> None:
    logs = settings.var_dir / "log"

    def process(name: str, *arguments: str, passed_on: tuple[int, ...] = ()) -> Process:
        return Process(name=name, arguments=(name, *arguments), log_file=logs / f"{name}.log", passed_on=passed_on)

    handle = listener.fileno()
    # They stop in this order: first no new requests, then the streams, then the jobs that are being carried out.
    processes = [process("web", "--listener", str(handle), passed_on=(handle,)), process("live"), process("worker")]
    inbox = inbox_of(settings.runtime_dir)
    inbox.unlink(missing_ok=True)
    supervisor = Supervisor(processes, postgres=settings.embedded_postgres, say=_say)
    try:
        _say("Starting web, live streams and worker")
        supervisor.start(ready=lambda: inbox.exists() and answers(f"{settings.address}/readyz"))
        _welcome(settings, seconds=time.monotonic() - began)
        supervisor.watch()
    except ProcessFailed as error:
        raise click.ClickException(str(error)) from error
    except Interrupted:
        _say("Stopping: what is running is finished first")
        raise
    finally:
        supervisor.stop()


def _welcome(settings: Settings, *, seconds: float) -> None:
    from api.runtime.organisations import list_organisations

    click.echo(f"\n  Fieldbook is ready after {seconds:.0f} s:  {settings.address}\n")
    if any(organisation.is_demo for organisation in list_organisations(settings.migration_database_url)):
        click.echo(DEMO_LOGINS)
    click.echo(f"  API documentation: {settings.address}/api/docs     Logs: {settings.var_dir / 'log'}")
    click.echo("  Ctrl-C stops everything.\n")


def _listen(settings: Settings) -> socket.socket:
    """Take the port, so that it is known to be free before anything else is started."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
            listener.listen(socket.SOMAXCONN)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        wish = f"PORT={settings.port + 1} make run"
        raise click.ClickException(
            f"Port {settings.port} of {settings.host} cannot be used ({error.strerror}). Choose another: {wish}"
        ) from error
    return listener


@contextmanager
def _interruptible() -> Iterator[None]:
    """Turn the first SIGINT or SIGTERM into `Interrupted`. Further ones, while things are being stopped, do nothing."""
    told = False

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        nonlocal told
        if not told:
            told = True
            raise Interrupted

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _say(text: str) -> None:
    click.echo(f"==> {text}")
