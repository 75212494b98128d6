"""Pushes of 50 mutations, from one device and from eight at a time.

The bodies are made beforehand and the answers are looked at afterwards, so that nothing but the wire is done while the
time runs. Each device is a thread that waits for its answers, and uses next to no processor.
"""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from itertools import cycle, islice
from time import perf_counter

from bench.device import Command, Device, all_applied
from bench.figures import Samples
from bench.installation import Server
from bench.organisation import Organisation, Rep
from domain.kernel.ids import new_id

MUTATIONS = 50
"""In one request."""
DEVICES = 8
LINES = 3


@dataclass(frozen=True, kw_only=True)
class Kind:
    """What is pushed, and in how many requests by each device in a run, if it is alone and if they are eight."""

    name: str
    commands_of: Callable[[Organisation, Rep], Iterator[Command]]
    requests_alone: int
    requests_together: int

    def requests(self, *, devices: int) -> int:
        """Return how many requests each of that many devices sends in a run."""
        return self.requests_alone if devices == 1 else self.requests_together


def _check_ins(_organisation: Organisation, rep: Rep) -> Iterator[Command]:
    """Yield a check-in for each of the rep's planned visits."""
    position = {"lat": 47.141, "lng": 9.5209, "accuracy_m": 8.0}
    return (("visit.check_in", {"visit_id": visit_id, "position": position}) for visit_id in rep.visits)


def _orders(organisation: Organisation, rep: Rep) -> Iterator[Command]:
    """Yield orders of three lines for the rep's accounts, without end."""
    products = cycle(organisation.products)
    for account_id in cycle(rep.accounts):
        lines = [
            {"id": new_id(), "product_id": product_id, "quantity": 3, "unit_price_minor": price}
            for product_id, price in islice(products, LINES)
        ]
        yield (
            "order.place",
            {"id": new_id(), "account_id": account_id, "price_list_id": organisation.price_list_id, "lines": lines},
        )


VISITS = Kind(name="visits", commands_of=_check_ins, requests_alone=16, requests_together=16)
ORDERS = Kind(name="orders", commands_of=_orders, requests_alone=8, requests_together=8)


def visits_needed(*, devices: int, runs: int) -> int:
    """Return how many planned visits a rep needs for that many runs and the one that warms up."""
    return (runs + 1) * VISITS.requests(devices=devices) * MUTATIONS


def key_of(what: Kind, *, devices: int) -> str:
    """Return the figure's key."""
    return f"push_{what.name}_{devices}_per_s"


def push_rates(server: Server, organisation: Organisation, *, what: Kind, reps: Sequence[Rep], runs: int) -> Samples:
    """Measure the mutations per second that these reps' devices push at the same time.

    The time runs from the first request of the first device to the last answer of the last one.

    Raises:
        RuntimeError: one was not applied.
    """
    with ExitStack() as open_devices, ThreadPoolExecutor(len(reps)) as threads:
        devices = [open_devices.enter_context(closing(Device(server, email=rep.email))) for rep in reps]
        waiting = [what.commands_of(organisation, rep) for rep in reps]
        rates = []
        for run in range(runs + 1):
            if run == 1:  # after the one that warms up
                server.analyze()
            bodies = [
                [device.prepare_push(*_next(commands)) for _ in range(what.requests(devices=len(reps)))]
                for device, commands in zip(devices, waiting, strict=True)
            ]
            began = perf_counter()
            answers = [answer for per_device in threads.map(_push_all, devices, bodies) for answer in per_device]
            rates.append(len(answers) * MUTATIONS / (perf_counter() - began))
            for answer in answers:
                if not all_applied(answer):
                    raise RuntimeError(f"not everything was applied: {answer[:2000]!r}")
    return {key_of(what, devices=len(reps)): rates[1:]}  # the first run warms up


def _next(commands: Iterator[Command]) -> list[Command]:
    batch = list(islice(commands, MUTATIONS))
    if len(batch) < MUTATIONS:
        raise RuntimeError("nothing is left to push: the organisation was loaded with too little")
    return batch


def _push_all(device: Device, bodies: list[bytes]) -> list[bytes]:
    return [device.push(body) for body in bodies]
