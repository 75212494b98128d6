"""Measures distances and territory design, in processor time of one core: `bench.routes` joins the figures to its own.

`python -m bench.geography` shows them alone.
"""

import time
from collections.abc import Callable

import numpy as np

from domain.geo.distances import Degrees, StraightLines
from domain.geo.rules import DEFAULT_PROFILE
from domain.territories.design import Design, Numbers, propose

RUNS = 3


def matrix_1000_ms(*, seed: int = 1) -> float:
    """Return the time of the default provider for 1,000 by 1,000 places, in milliseconds."""
    places = _places(1_000, seed=seed)
    provider = StraightLines(profile=DEFAULT_PROFILE)
    return 1_000 * _least_s(lambda: provider.matrix(places, places))


def territories(*, seed: int = 1) -> tuple[float, float]:
    """Return the time for 2,000 accounts into 20 territories in seconds, and the imbalance in per cent: the worst of
    three kinds of workload, all the same, visits by account class, and from very small to very large.
    """
    generator = np.random.default_rng(seed)
    places = _places(2_000, seed=seed)
    kinds: list[Numbers] = [
        np.ones(2_000),
        generator.choice([4.0, 2.0, 1.0], size=2_000, p=[0.1, 0.3, 0.6]),
        generator.lognormal(0, 1, size=2_000),
    ]
    taken, imbalances = [], []
    for workload in kinds:
        found: list[Design] = []

        def design(workload: Numbers = workload, found: list[Design] = found) -> None:
            found.append(propose(places=places, workload=workload, territories=20, seed=seed))

        taken.append(_least_s(design))
        imbalances.append(found[0].figures.imbalance_pct)
    return max(taken), max(imbalances)


def _places(count: int, *, seed: int) -> Degrees:
    """Return places in and around some towns, as customers are."""
    generator = np.random.default_rng(seed)
    towns = np.column_stack((generator.uniform(46.8, 47.8, 12), generator.uniform(7.0, 9.6, 12)))
    around = generator.normal(0, 0.06, (count, 2))
    return towns[generator.integers(len(towns), size=count)] + around


def _least_s(work: Callable[[], object]) -> float:
    """Return the least of a few runs in seconds: what others do on the machine only ever adds."""
    taken = []
    for _ in range(RUNS):
        began = time.process_time()
        work()
        taken.append(time.process_time() - began)
    return min(taken)


def figures(*, seed: int = 1) -> dict[str, float]:
    """Return all figures by their keys."""
    seconds, imbalance_pct = territories(seed=seed)
    return {
        "matrix_1000_ms": matrix_1000_ms(seed=seed),
        "territories_s": seconds,
        "territories_imbalance_pct": imbalance_pct,
    }


if __name__ == "__main__":
    for key, value in figures().items():
        print(f"{key}: {value:.3f}")
