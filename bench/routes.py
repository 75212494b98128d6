"""Measures the route search and writes `var/bench/routes.json`: `make bench-routes INSTANCES=dir`. For some of it:

python -m bench.routes --instances dir --names "RC107 day week" --seeds "11 12"
"""

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from bench import geography, routing_peers
from bench.figures import Figure, medians, table
from bench.routing_instances import Folder, Instance, check_breaks, running, with_every_rule
from domain.routing import search
from domain.routing.day import order_day
from domain.routing.insertion import best_places, insert_urgent
from domain.routing.problem import Prices

HOME = Path("var") / "bench"

_T = TypeVar("_T")

SOLOMON = ("C103", "R104", "RC107", "C204", "R206", "RC205")
LARGE = {"R1_2_5": "gh200_gap_pct", "RC2_4_5": "gh400_gap_pct", "RC1_10_5": "gh1000_gap_pct"}
GENERATED = {"day": (7, 8, 9), "week": (5, 6, 7), "rep": (3, 4, 5, 6, 7)}
KINDS = ("day", "breaks", "all_rules", "urgent", "week", "rep", "geography")
DAY_SECONDS = (2, 5, 10)
URGENT_SEED = 11
MOVED_PRICE = 1_800


def _less(key: str, what: str, unit: str, reach: float) -> Figure:
    return Figure(key=key, what=what, unit=unit, reach=reach, less_is_better=True)


FIGURES = (
    _less("solomon_median_gap_pct", "Solomon, 10 s: median gap", "%", 0.5),
    _less("solomon_worst_gap_pct", "  worst", "%", 2),
    _less("gh200_gap_pct", "200 customers, 10 s: gap", "%", 1),
    _less("gh400_gap_pct", "400 customers, 30 s: gap", "%", 2),
    _less("gh1000_gap_pct", "1,000 customers, 60 s: gap", "%", 6),
    _less("day_2s_gap_pct", "50 technicians, 400 jobs, 2 s: median gap", "%", 6),
    _less("day_5s_gap_pct", "  5 s", "%", 4),
    _less("day_10s_gap_pct", "  10 s", "%", 3),
    _less("day_left_out", "  jobs left out", "", 0),
    _less("day_breaks_left_out", "  jobs left out with lunch breaks", "", 0),
    Figure(key="all_rules_speed_ratio", what="  iterations/s with every rule on", unit="x", reach=0.25),
    Figure(key="urgent_served", what="20 urgent jobs, each into 50 routes: served", unit="", reach=20),
    _less("urgent_moved_max", "  others moved to someone else", "", 3),
    _less("urgent_ms", "  longest", "ms", 250),
    _less("week_2s_gap_pct", "a rep's week, 2 s: median gap", "%", 1),
    _less("week_2s_worst_gap_pct", "  worst", "%", 4),
    _less("rep_worst_gap_pct", "a rep's day, proven: gap", "%", 0),
    _less("rep_worst_s", "  longest", "s", 1),
    _less("one_more_job_ms", "one more job among 50 routes, five people", "ms", 5),
    _less("territories_s", "2,000 accounts into 20 territories", "s", 2),
    _less("territories_imbalance_pct", "  furthest from the mean", "%", 2.5),
    _less("matrix_1000_ms", "1,000 x 1,000 distances", "ms", 50),
)


class Bench:
    """One invocation: which problems, and what has been measured so far. All times are the processor's."""

    def __init__(self, folder: Folder, *, names: Sequence[str], seeds: Sequence[int], peers: bool) -> None:
        self._folder, self._names, self._seeds, self._peers = folder, names, seeds, peers
        self._left_out = 0
        self.samples: dict[str, list[float]] = {}

    def run(self) -> None:
        """Measure all that is wanted."""
        search.warm_up()
        self._academic()
        for kind, measure in (
            ("day", self._days),
            ("breaks", self._breaks),
            ("all_rules", self._all_rules),
            ("urgent", self._insertions),
            ("week", self._weeks),
            ("rep", self._reps),
            ("geography", self._geography),
        ):
            if not self._names or kind in self._names:
                measure()

    def _academic(self) -> None:
        for name in [name for name in self._names if name not in KINDS] or ([] if self._names else [*SOLOMON, *LARGE]):
            instance = self._folder.academic(name)
            seconds = _academic_seconds(len(instance.problem.jobs))
            for gap in self._gaps(instance, seconds, seeds=self._seeds or (1,)):
                self._note(LARGE.get(name, "solomon_median_gap_pct"), gap)
        if "solomon_median_gap_pct" in self.samples:
            self.samples["solomon_worst_gap_pct"] = [max(self.samples["solomon_median_gap_pct"])]

    def _geography(self) -> None:
        for seed in self._seeds or (1,):
            for key, value in geography.figures(seed=seed).items():
                self._note(key, value)

    def _days(self) -> None:
        for instance in self._generated("day"):
            for seconds in DAY_SECONDS:
                for gap in self._gaps(instance, seconds):
                    self._note(f"day_{seconds}s_gap_pct", gap)
                self._note("day_left_out", self._left_out)
        self.samples["day_left_out"] = [max(self.samples["day_left_out"])]

    def _breaks(self) -> None:
        for instance in self._generated("day", breaks=True):
            plan = search.plan(instance.problem, seconds=10, clock=time.process_time)
            check_breaks(instance.raw, plan.evaluation.routes)
            self._say(instance.name, "with breaks, 10 s", instance.check(plan.evaluation.routes), plan.iterations)
            self._note("day_breaks_left_out", len(plan.evaluation.left_out))
        self.samples["day_breaks_left_out"] = [max(self.samples["day_breaks_left_out"])]

    def _all_rules(self) -> None:
        for instance in self._generated("day"):
            hard = search.plan(instance.problem, seconds=10, clock=time.process_time)
            every = with_every_rule(instance, hard.evaluation.routes)
            ruled = search.plan(every, seconds=10, clock=time.process_time)
            self._say(instance.name, "with every rule, 10 s", ruled.evaluation.cost, ruled.iterations)
            self._note("all_rules_speed_ratio", ruled.iterations / hard.iterations)

    def _insertions(self) -> None:
        instance = next(self._generated("day"))
        plan = search.plan(instance.problem, seconds=10, clock=time.process_time)
        prices = Prices(other_person=MOVED_PRICE)
        routes = search.Search(running(instance.problem, plan.evaluation.routes, prices))
        urgent = list(self._folder.urgent(instance.raw, URGENT_SEED))
        for job, place in urgent:
            best_ms, offers = _timed_ms(lambda: best_places(routes, job, at=place))  # noqa: B023
            repair_ms, repair = _timed_ms(
                lambda: insert_urgent(routes, job, at=place, timer=time.process_time)  # noqa: B023
            )
            offered = ", ".join(f"{offer.person} +{offer.cost}" for offer in offers)
            self._say(job.id, f"{repair_ms:.0f} ms", repair.evaluation.cost, f"moved {len(repair.moved)}; {offered}")
            self._note("one_more_job_ms", best_ms)
            self._note("urgent_ms", repair_ms)
            self._note("urgent_served", float(repair.served))
            self._note("urgent_moved_max", len(repair.moved))
        for key, worst in (("urgent_ms", max), ("urgent_moved_max", max), ("urgent_served", sum)):
            self.samples[key] = [worst(self.samples[key])]

    def _weeks(self) -> None:
        for instance in self._generated("week"):
            for gap in self._gaps(instance, 2):
                self._note("week_2s_gap_pct", gap)
        self.samples["week_2s_worst_gap_pct"] = [max(self.samples["week_2s_gap_pct"])]

    def _reps(self) -> None:
        for instance in self._generated("rep"):
            took_ms, evaluation = _timed_ms(lambda: order_day(instance.problem))  # noqa: B023
            cost = instance.check(evaluation.routes)
            self._say(instance.name, "exact", cost, f"{took_ms:.0f} ms")
            self._note("rep_worst_s", took_ms / 1000)
            if instance.best_known is not None:
                self._note("rep_worst_gap_pct", _gap_pct(cost, instance.best_known))
        for key in ("rep_worst_s", "rep_worst_gap_pct"):
            self.samples[key] = [max(self.samples.get(key, [0.0]))]

    def _gaps(self, instance: Instance, seconds: float, *, seeds: Sequence[int] = (1,)) -> list[float]:
        """Solve with each seed, and once with each peer; return our gaps, none if no good answer is known."""
        gaps = []
        for seed in seeds:
            plan = search.plan(instance.problem, seconds=seconds, seed=seed, clock=time.process_time)
            cost = instance.check(plan.evaluation.routes)
            self._left_out = len(plan.evaluation.left_out)
            gap = None if instance.best_known is None else _gap_pct(cost, instance.best_known)
            self._say(instance.name, f"{seconds} s, seed {seed}", cost, _percent(gap), plan.iterations)
            gaps += [] if gap is None else [gap]
        for name, solve in (routing_peers.solvers(instance.problem) if self._peers else {}).items():
            cost = instance.check(solve(instance.problem, seconds))
            gap = None if instance.best_known is None else _gap_pct(cost, instance.best_known)
            self._say(instance.name, f"{seconds} s, {name}", cost, _percent(gap))
            if gap is not None:
                self._note(f"{name}_{_kind(instance)}_gap_pct", gap)
        return gaps

    def _generated(self, kind: str, *, breaks: bool = False) -> Iterator[Instance]:
        for seed in self._seeds or GENERATED[kind]:
            yield self._folder.generated(kind, seed, breaks=breaks)

    def _note(self, key: str, value: float) -> None:
        self.samples.setdefault(key, []).append(value)

    def _say(self, *words: object) -> None:
        print(
            "  ".join(f"{word:,}" if isinstance(word, int) else str(word) for word in words),
            file=sys.stderr,
            flush=True,
        )


def _kind(instance: Instance) -> str:
    return instance.name.partition(":")[0].lower()


def _academic_seconds(customers: int) -> int:
    return 10 if customers <= 200 else 30 if customers <= 400 else 60


def _gap_pct(cost: int, best_known: int) -> float:
    return 100 * (cost / best_known - 1)


def _percent(gap: float | None) -> str:
    return "no answer known" if gap is None else f"{gap:+.2f} %"


def _timed_ms(call: Callable[[], _T]) -> tuple[float, _T]:
    before = time.process_time()
    answer = call()
    return 1000 * (time.process_time() - before), answer


def main() -> None:
    """Measure, print, and write what was measured."""
    options = _parser().parse_args()
    names, seeds = options.names.split(), [int(seed) for seed in options.seeds.split()]
    bench = Bench(Folder(Path(options.instances)), names=names, seeds=seeds, peers=not options.no_peers)
    bench.run()
    reached = medians(bench.samples)
    figures = {figure.key: reached[figure.key] for figure in FIGURES if figure.key in reached}
    print(table(bench.samples, FIGURES))
    print(json.dumps(figures, indent=2))
    if not names and not seeds:
        HOME.mkdir(parents=True, exist_ok=True)
        (HOME / "routes.json").write_text(json.dumps(figures, indent=2) + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench.routes", description=__doc__.splitlines()[0])
    parser.add_argument("--instances", required=True, metavar="DIR", help="the folder with the problems")
    parser.add_argument("--names", default="", help=f"only these: files' names, or of {', '.join(KINDS)}")
    parser.add_argument("--seeds", default="", help="other seeds, of the generator and of the search")
    parser.add_argument("--no-peers", action="store_true", help="only our own search")
    return parser


if __name__ == "__main__":
    main()
