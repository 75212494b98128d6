"""Measures sync and writes `var/bench/sync.json`: `make bench-sync`. For single figures:

python -m bench.sync --quick --only push_visits_1
"""

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from time import monotonic

from bench import pulling, pushing
from bench.figures import FIGURES, Samples, medians, table
from bench.installation import HOME, Postgres, Server, loaded, serving
from bench.organisation import District, Organisation, load

RUNS = 5
QUICK_RUNS = 3


class Bench:
    """One invocation: which figures, how many runs, and what has been measured so far."""

    def __init__(self, postgres: Postgres, *, only: Sequence[str], runs: int) -> None:
        self._postgres, self._only, self._runs = postgres, only, runs
        self.samples: dict[str, list[float]] = {}
        self._began = monotonic()

    def run(self) -> None:
        """Measure all that is wanted."""
        self._small_organisation()
        self._pushes()

    def _small_organisation(self) -> None:
        if not self._wants("first_pull", "incremental_10k"):
            return
        # The first rep holds the customers of the district and the visits that the second one has planned there.
        database, organisation = self._load("small", [District(accounts=500, visits=(0, 8_930))])
        with serving(self._postgres, database) as server:
            self._measure("first_pull", server, lambda: pulling.first_pulls(server, organisation, runs=self._runs))
            self._measure(
                "incremental_10k",
                server,
                lambda: pulling.incremental_pulls(server, organisation, runs=self._runs, size="10k"),
            )
        self._postgres.drop(database)

    def _pushes(self) -> None:
        if not self._wants("push_"):
            return
        # The first rep pushes alone, the others together.
        visits = [pushing.visits_needed(devices=devices, runs=RUNS) for devices in (1, *[pushing.DEVICES] * 8)]
        database, organisation = self._load("push", [District(accounts=50, visits=(count,)) for count in visits])
        with serving(self._postgres, database) as server:

            def measure(kind: str, devices: int, commands_of: pushing.CommandsOf, requests: int) -> None:
                key = f"push_{kind}_{devices}_per_s"
                reps = organisation.reps[:1] if devices == 1 else organisation.reps[1:]
                self._measure(
                    key,
                    server,
                    lambda: {
                        key: pushing.push_rates(
                            server,
                            organisation,
                            reps=reps,
                            commands_of=commands_of,
                            requests=requests,
                            runs=self._runs,
                        )
                    },
                )

            for devices, requests in pushing.VISIT_REQUESTS.items():
                measure("visits", devices, pushing.check_ins, requests)
            for devices, requests in pushing.ORDER_REQUESTS.items():
                measure("orders", devices, pushing.orders, requests)
        self._postgres.drop(database)

    def _load(self, kind: str, districts: Sequence[District]) -> tuple[str, Organisation]:
        self._say(f"{kind} organisation: loading, unless it is there")
        return loaded(self._postgres, kind, lambda url: load(url, slug=f"bench-{kind}", districts=districts))

    def _measure(self, key: str, server: Server, take: Callable[[], Samples]) -> None:
        """Take the samples of a figure, or of several that begin with `key`, if they are wanted."""
        if not self._wants(key):
            return
        before = server.processor_seconds(), self._postgres.processor_seconds()
        for name, values in take().items():
            self.samples.setdefault(name, []).extend(values)
        after = server.processor_seconds(), self._postgres.processor_seconds()
        web, database = (end - begin for begin, end in zip(before, after, strict=True))
        self._say(f"{key} (processor time: web workers {web:.2f} s, PostgreSQL {database:.2f} s)")

    def _wants(self, *keys: str) -> bool:
        return not self._only or any(
            wanted.startswith(key) or key.startswith(wanted) for wanted in self._only for key in keys
        )

    def _say(self, text: str) -> None:
        print(f"[{monotonic() - self._began:4.0f} s] {text}", file=sys.stderr, flush=True)


def main() -> None:
    """Measure, print, and write what was measured."""
    options = _parser().parse_args()
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
