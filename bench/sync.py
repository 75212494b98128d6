"""Measures sync and writes `var/bench/sync.json`: `make bench-sync`. For single figures:

python -m bench.sync --quick --only push_visits_1
"""

import argparse
import json
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from statistics import median
from time import monotonic

from bench import kinto, memory, poking, pulling, pushing
from bench.figures import FIGURES, Samples, medians, table
from bench.installation import HOME, Loaded, Postgres, Server, loaded, serving
from bench.organisation import District, Organisation, load
from bench.storm import Storm, load_organisations

RUNS = 5
QUICK_RUNS = 3

# A rep who holds 10,000 documents: 3,000 accounts with a site each, what a colleague has planned there, the catalogue.
TEN_THOUSAND = District(accounts=3_000, visits=(0, 3_930))
# The first sync of fifty thousand documents, and what makes a million of them all: these lie in the change log only.
FIFTY_THOUSAND = District(accounts=0, visits=(0,), copies=50_000)
THE_REST = [District(accounts=0, visits=(), copies=10_000)] * 94
# One pushes alone, eight together; each run uses up planned visits.
PUSHERS = [
    District(accounts=50, visits=(pushing.visits_needed(devices=devices, runs=RUNS),))
    for devices in (1, *[pushing.DEVICES] * pushing.DEVICES)
]

# Ours and Kinto's. Of several ratios the smallest counts.
VS_KINTO = {
    "first_pull_vs_kinto": [("first_pull_rows_per_s", "kinto_first_pull_rows_per_s")],
    "push_vs_kinto": [
        (pushing.key_of(pushing.VISITS, devices=devices), f"kinto_push_{devices}_per_s")
        for devices in (1, pushing.DEVICES)
    ],
}


class Bench:
    """One invocation: which figures, how many runs, and what has been measured so far."""

    def __init__(self, postgres: Postgres, *, only: Sequence[str], runs: int) -> None:
        self._postgres, self._runs = postgres, runs
        self._only = [*only, *(ours for wanted in only for ours, _ in VS_KINTO.get(wanted, ()))]
        self.samples: dict[str, list[float]] = {}
        self._began = monotonic()

    def run(self) -> None:
        """Measure all that is wanted."""
        if self._wants("first_pull", "incremental_10k", "incremental_bytes", "poke"):
            self._small_organisation()
        if self._wants("push_"):
            self._pushes()
        if not self._only or any(wanted in VS_KINTO for wanted in self._only):
            self._kinto()
        if self._wants("incremental_1m", "first_syncs_memory"):
            self._large_organisation()
        if self._wants("storm"):
            self._storm()

    def _small_organisation(self) -> None:
        with (
            self._copy("small", _company("small", TEN_THOUSAND)) as (database, organisation),
            self._serving(database) as server,
        ):
            self._measure("first_pull", lambda: pulling.first_pulls(server, organisation, runs=self._runs))
            self._measure(
                "incremental_10k",
                lambda: pulling.incremental_pulls(server, organisation, runs=self._runs, size="10k"),
            )
            self._measure("poke", lambda: poking.pokes(server, organisation, runs=self._runs))

    def _pushes(self) -> None:
        with (
            self._copy("push", _company("push", *PUSHERS)) as (database, organisation),
            self._serving(database) as server,
        ):
            alone, together = organisation.reps[:1], organisation.reps[1:]
            for what in (pushing.VISITS, pushing.ORDERS):
                for reps in (alone, together):
                    take = partial(pushing.push_rates, server, organisation, what=what, reps=reps, runs=self._runs)
                    self._measure(pushing.key_of(what, devices=len(reps)), take)

    def _large_organisation(self) -> None:
        company = _company("large", TEN_THOUSAND, FIFTY_THOUSAND, *THE_REST)
        with self._copy("large", company) as (database, organisation):
            if self._wants("incremental_1m"):
                with self._serving(database) as server:
                    self._measure(
                        "incremental_1m",
                        lambda: pulling.incremental_pulls(server, organisation, runs=self._runs, size="1m"),
                    )
            for _ in range(self._runs if self._wants("first_syncs_memory") else 0):
                with self._serving(database) as server:
                    self._measure("first_syncs_memory", lambda: memory.first_syncs(server, organisation.reps[2]))

    def _storm(self) -> None:
        with self._copy("storm", load_organisations) as (database, organisations), self._serving(database) as server:
            self._say("a thousand phones: first syncs, not measured")
            storm = Storm(server, organisations)
            storm.first_syncs()
            for _ in range(self._runs):
                self._measure("storm", storm.morning)

    def _kinto(self) -> None:
        self._say("Kinto: installing and loading, unless it is there")
        samples = kinto.measure(
            self._postgres,
            runs=self._runs,
            pulls=self._wants("first_pull_vs_kinto"),
            pushes=self._wants("push_vs_kinto"),
        )
        self.samples.update(samples)
        self._say("Kinto measured")
        self.samples.update(_ratios({key: median(values) for key, values in self.samples.items()}))

    @contextmanager
    def _copy(self, kind: str, load_it: Callable[[str], Loaded]) -> Iterator[tuple[str, Loaded]]:
        """Give a fresh copy of the database that `load_it` fills, and what that returned."""
        self._say(f"{kind}: loading, unless it is there")
        database, found = loaded(self._postgres, kind, load_it)
        try:
            yield database, found
        finally:
            self._postgres.drop(database)

    @contextmanager
    def _serving(self, database: str) -> Iterator[Server]:
        with serving(self._postgres, database) as server:
            self._server = server
            yield server

    def _measure(self, key: str, take: Callable[[], Samples]) -> None:
        """Take the samples of a figure, or of several that begin with `key`, if they are wanted."""
        if not self._wants(key):
            return
        before = self._server.processor_seconds(), self._postgres.processor_seconds()
        for name, values in take().items():
            self.samples.setdefault(name, []).extend(values)
        after = self._server.processor_seconds(), self._postgres.processor_seconds()
        web, database = (end - begin for begin, end in zip(before, after, strict=True))
        self._say(f"{key} (processor time: web workers {web:.2f} s, PostgreSQL {database:.2f} s)")

    def _wants(self, *keys: str) -> bool:
        return not self._only or any(
            wanted.startswith(key) or key.startswith(wanted) for wanted in self._only for key in keys
        )

    def _say(self, text: str) -> None:
        print(f"[{monotonic() - self._began:4.0f} s] {text}", file=sys.stderr, flush=True)


def _company(name: str, *districts: District) -> Callable[[str], Organisation]:
    return lambda owner_url: load(owner_url, slug=f"bench-{name}", districts=districts)


def _ratios(reached: Mapping[str, float]) -> Samples:
    """Compare what was measured of both."""
    ratios = {
        key: [reached[ours] / reached[theirs] for ours, theirs in pairs if {ours, theirs} <= reached.keys()]
        for key, pairs in VS_KINTO.items()
    }
    return {key: [min(found)] for key, found in ratios.items() if found}


def main() -> None:
    """Measure, print, and write what was measured."""
    options = _parser().parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))  # so that what was started is stopped, too
    with Postgres().running() as postgres:
        bench = Bench(postgres, only=options.only, runs=QUICK_RUNS if options.quick else RUNS)
        bench.run()
    reached = medians(bench.samples)
    figures = {figure.key: reached[figure.key] for figure in FIGURES if figure.key in reached}
    print(table(bench.samples))
    print(json.dumps(figures, indent=2))
    if not options.quick and not options.only:
        (HOME / "sync.json").write_text(json.dumps(figures, indent=2) + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.sync", description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help=f"{QUICK_RUNS} runs instead of {RUNS}; no file is written")
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        metavar="KEY",
        help="measure the figures that begin like this; repeatable",
    )
    return parser


if __name__ == "__main__":
    main()
