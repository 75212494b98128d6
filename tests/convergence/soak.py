"""Runs the state machine for a given time with new seeds: `python -m tests.convergence.soak --minutes 30`.

It prints operations, faults and violations; the exit code says whether there was a violation. A run is repeated with
`--seed`.
"""

import argparse
import secrets
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

import psycopg
from hypothesis import HealthCheck, Phase, Verbosity, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from api.runtime import migrations
from api.runtime.postgres import OWNER_ROLE, EmbeddedPostgres
from tests.convergence.machine import ConvergenceMachine
from tests.convergence.server import Server

DATABASE = "soak"
LONG = settings(
    max_examples=5,
    stateful_step_count=60,
    deadline=None,
    database=None,
    phases=[Phase.generate],
    verbosity=Verbosity.quiet,
    suppress_health_check=list(HealthCheck),
)


def main() -> int:
    """Soak; return how many violations there were, at most 1 for the exit code."""
    parser = argparse.ArgumentParser(description="Run random days on random devices with random faults.")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, help="repeat the run with this seed, once")
    wanted = parser.parse_args()
    # Whoever stops it leaves nothing running. To Hypothesis an exit would be a failure like any other.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="soak-") as folder:
        postgres = EmbeddedPostgres(Path(folder) / "postgres").start()
        try:
            with psycopg.connect(postgres.url(role=OWNER_ROLE, database="postgres"), autocommit=True) as connection:
                connection.execute(f"create database {DATABASE}")
            migrations.upgrade(postgres.url(role=OWNER_ROLE, database=DATABASE))
            server = Server(postgres=postgres, database=DATABASE, folder=Path(folder))
            server.start()
            try:
                violations = _soak(server, minutes=wanted.minutes, seed_wanted=wanted.seed)
            finally:
                server.close()
        finally:
            postgres.destroy()
    return min(violations, 1)


def _soak(server: Server, *, minutes: float, seed_wanted: int | None) -> int:
    began = time.monotonic()
    runs = violations = 0
    ConvergenceMachine.server = server
    while (time.monotonic() - began < minutes * 60 and seed_wanted is None) or runs == 0:
        number = seed_wanted if seed_wanted is not None else secrets.randbits(32)
        try:
            run_state_machine_as_test(seed(number)(type("Machine", (ConvergenceMachine,), {})), settings=LONG)
        except Exception:  # noqa: BLE001 - whatever it is, it is counted, and the soak goes on
            violations += 1
            print(f"\nVIOLATION with --seed {number}")
            traceback.print_exc(file=sys.stdout, limit=-4)
            for steps in ConvergenceMachine.failed:
                print(*steps, sep="\n")
            ConvergenceMachine.failed.clear()
        runs += 1
        print(f"{(time.monotonic() - began) / 60:5.1f} min: {runs} runs, {violations} violations", flush=True)
    _print("operations", ConvergenceMachine.totals)
    _print("faults", ConvergenceMachine.faults)
    print(f"\nviolations: {violations}")
    return violations


def _print(title: str, counts: Counter[str]) -> None:
    print(f"\n{title}: {counts.total()}")
    for name, count in sorted(counts.items()):
        print(f"  {count:7}  {name}")


if __name__ == "__main__":
    sys.exit(main())
