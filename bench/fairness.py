"""Measures what a small organisation notices of one with a hundred times its data and load beside it, on one server.

`make bench-fairness` writes `var/bench/fairness.json`. The small one has a device that pushes and pulls at a steady
pace. The devices of the big one fetch everything, push batches and pull without a pause, and come again when told to.
"""

import json
import multiprocessing
import random
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from statistics import median, quantiles
from threading import Thread
from typing import TypeVar

from bench.device import Busy, Command, Device, all_applied
from bench.installation import HOME, Postgres, Server, loaded, serving
from bench.organisation import District, Organisation, Rep, load, words

Answer = TypeVar("Answer")

ROUNDS = 3
SECONDS = 20
PACE_S = 0.2
"""The small organisation's device asks twice in that time: ten requests a second."""
BIG_DEVICES = 40
"""Each asks as fast as it is answered: far more than a hundred times as much as this server can do."""
SMALL = [District(accounts=100, visits=(200,))]
BIG = [District(accounts=500, visits=(200,))] * BIG_DEVICES
"""With the sites some 48,000 documents, against 460."""


@dataclass(frozen=True, kw_only=True)
class Two:
    """Both organisations."""

    small: Organisation
    big: Organisation


def main() -> None:
    """Measure, print and write."""
    postgres = Postgres()
    with postgres.running():
        database, two = loaded(postgres, "fairness", _load_two)
        with serving(postgres, database) as server:
            rounds = [_round(server, two) for _ in range(ROUNDS)]
        postgres.drop(database)
    found = {name: round(median(one[name] for one in rounds), 3) for name in rounds[0]}
    (HOME / "fairness.json").write_text(json.dumps(found, indent=2) + "\n")
    for name, value in found.items():
        sys.stdout.write(f"{name:32} {value:>12,}\n")
    sys.stdout.write(json.dumps(found) + "\n")


def _load_two(owner_url: str) -> Two:
    return Two(small=load(owner_url, slug="small", districts=SMALL), big=load(owner_url, slug="big", districts=BIG))


def _round(server: Server, two: Two) -> dict[str, float]:
    alone = _latencies(server, two.small.reps[0])
    over = multiprocessing.Event()
    answers: Queue[Counter[str]] = multiprocessing.Queue()
    crowd = multiprocessing.Process(target=_crowd, args=(server.host, server.port, two.big, over, answers))
    crowd.start()
    try:
        answers.get()  # all are signed in
        beside = _latencies(server, two.small.reps[0])
    finally:
        over.set()
        counted = answers.get()
        crowd.join()
    return {
        "alone_p50_ms": alone[0],
        "alone_p95_ms": alone[1],
        "beside_p50_ms": beside[0],
        "beside_p95_ms": beside[1],
        "ratio_p50": beside[0] / alone[0],
        "ratio_p95": beside[1] / alone[1],
        "big_requests_per_s": counted["answered"] / SECONDS,
        "big_refused_per_s": counted["refused"] / SECONDS,
    }


def _latencies(server: Server, rep: Rep) -> tuple[float, float]:
    """Return the median and the 95th percentile of what the device waits for an answer, in ms."""
    device = Device(server, email=rep.email)
    last = device.pull_all()
    taken: list[float] = []

    def timed(ask: Callable[[], object]) -> None:
        began = time.perf_counter()
        ask()
        taken.append((time.perf_counter() - began) * 1000)

    for number, visit in zip(range(int(SECONDS / PACE_S)), cycle(rep.visits), strict=False):
        began = time.monotonic()
        body = device.prepare_push(_note(str(visit), f"Note {number}"), base_rev=last.checkpoint)
        timed(partial(_push, device, body))
        timed(partial(device.pull, last.cursor))
        time.sleep(max(0.0, PACE_S - (time.monotonic() - began)))
    device.close()
    return median(taken), quantiles(taken, n=20)[18]


def _push(device: Device, body: bytes) -> None:
    if not all_applied(device.push(body)):
        raise RuntimeError("a note was refused")


def _note(visit_id: str, text: str) -> Command:
    return "visit.update", {"visit_id": visit_id, "notes": text}


def _crowd(host: str, port: int, big: Organisation, over: Event, answers: "Queue[Counter[str]]") -> None:
    """Be the big organisation, in a process of its own, until it is over."""
    crowd = _Crowd(host=host, port=port, over=over, waited_for=len(big.reps))
    threads = [Thread(target=crowd.be_restless, args=(rep,)) for rep in big.reps]
    for thread in threads:
        thread.start()
    crowd.all_are_there.wait()
    crowd.counted.clear()
    answers.put(Counter())
    for thread in threads:
        thread.join()
    answers.put(crowd.counted)


class _Crowd:
    def __init__(self, *, host: str, port: int, over: Event, waited_for: int) -> None:
        self.host, self.port = host, port
        self.counted: Counter[str] = Counter()
        self.all_are_there = threading.Event()
        self._over, self._waited_for = over, waited_for

    def be_restless(self, rep: Rep) -> None:
        """Sign in, then ask without a pause."""
        chance = random.Random(rep.email)
        device = self._patiently(lambda: Device(self, email=rep.email))  # type: ignore[arg-type]  # an address will do
        last = self._patiently(device.pull_all)
        cursor: str | None = last.cursor
        push: bytes | None = None
        self._waited_for -= 1
        if not self._waited_for:
            self.all_are_there.set()
        while not self._over.is_set():
            try:
                match chance.choice(["pull", "push", "everything"]) if push is None else "push":
                    case "everything":
                        cursor = device.pull(None).cursor
                    case "pull":
                        cursor = device.pull(cursor).cursor
                    case _:
                        notes = [_note(str(visit), words(chance, 8)) for visit in rep.visits[:20]]
                        push = push or device.prepare_push(*notes, base_rev=last.checkpoint)
                        device.push(push)
                        push = None
                self.counted["answered"] += 1
            except Busy as busy:
                self.counted["refused"] += 1
                self._over.wait(min(busy.retry_after_s, 3.0))
        device.close()

    def _patiently(self, ask: Callable[[], Answer]) -> Answer:
        while True:
            try:
                return ask()
            except Busy as busy:
                time.sleep(busy.retry_after_s)


if __name__ == "__main__":
    main()
