"""Territory design: balanced, compact territories for accounts with a workload.

Both ways come down to one question: which owner for each account, at the least cost, so that each territory's workload
stays within a band around the mean? Each territory has a price for a unit of work; every account goes where cost and
price are least, and the prices of those with too much rise (the dual of the assignment problem). What whole accounts
cannot settle that way, single shifts and exchanges do.

For new territories the cost is the squared distance to the territory's centre, weighted by workload, and centres and
assignment take turns, as in k-means: with prices the territories are cells of a power diagram, convex and without
overlap (Aurenhammer, Hoffmann, Aronov 1998). For today's territories the cost is one for each account that changes
hands, more if it comes to lie further from its centre.

numpy takes a third of a second to load: whoever answers phones imports this module where it is needed.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from domain.geo.distances import Degrees
from domain.geo.rules import Shortcoming

Numbers = NDArray[np.float64]
Owners = NDArray[np.int64]
"""For each account the number of its territory, from 0. -1: it has none."""

TOLERANCE = 0.025
"""How far a territory's workload may be from the mean, as a share of it."""
_STARTS = 3
_FURTHER = 0.1
"""What it counts that an account comes to lie further from its centre, by the mean distance, beside changing hands."""
_ROUNDS = 25
_PRICE_STEPS = 60
_KM_PER_DEGREE = 111.195
_HARDER = 16
"""How often the penalty for leaving the band is raised fourfold, at most."""

_LAST_TRIES = 40

Progress = Callable[[float], None]
"""Is told the share that is done, from 0 to 1."""


@dataclass(frozen=True, kw_only=True)
class Figures:
    """What one wants to know about a division into K territories."""

    accounts: list[int]
    workload: list[float]
    distance_km: list[float]
    """Mean distance of each territory's work from its centre; 0 for one without accounts."""
    imbalance_pct: float
    """How far the workload that is furthest from the mean is from it, in per cent of it."""
    mean_distance_km: float
    """Mean distance of all work from its territory's centre: the smaller the more compact."""
    changing_hands: int
    """Accounts whose territory is another one than today. Those without one today are not counted."""


@dataclass(frozen=True, kw_only=True)
class Design:
    """A division of the accounts."""

    owners: Owners
    figures: Figures
    stands_for: list[int | None]
    """For each of these territories the one of today that goes on in it; None for a new one."""
    shortcoming: Shortcoming | None = None
    """Why the workload of a territory is further from the mean than it should be."""


def propose(
    *,
    places: Degrees,
    workload: Numbers,
    territories: int,
    today: Owners | None = None,
    tolerance: float = TOLERANCE,
    seed: int = 1,
    progress: Progress = lambda _share: None,
) -> Design:
    """Return new territories, `territories` of them, for N accounts at `places` (N by 2, degrees).

    `workload` is in any unit. With `today`, whose territories may be more or fewer, those that go on do so where as few
    accounts as possible change hands, and come first. The same arguments give the same result.
    """
    points, work, band = _on_plane(places), _counted(workload), _Band.around(workload, territories, tolerance)
    if not len(points):
        return _designed(points, work, np.zeros(0, dtype=np.int64), today, list(range(territories)), tolerance)
    generator = np.random.default_rng(seed)
    best: tuple[float, float, Numbers, Owners, Numbers] | None = None
    for start in range(_STARTS):
        centres = _spread(points, work, territories, generator)
        prices = np.zeros(territories)
        for _ in range(_ROUNDS):
            cost = _squared_distances(points, centres) * work[:, None]
            owners, prices = _by_prices(cost, work, band, prices, steps=_PRICE_STEPS // 4)
            moved = _centres(points, work, owners, centres)
            if np.allclose(moved, centres, atol=1e-3):
                break
            centres = moved
        cost = _squared_distances(points, centres) * work[:, None]
        owners, prices = _by_prices(cost, work, band, prices, steps=_PRICE_STEPS)
        worth = (round(band.left_by(owners, work), 1), float(cost[np.arange(len(owners)), owners].sum()))
        if best is None or worth < best[:2]:
            best = (*worth, cost, owners, prices)
        progress((start + 1) / (_STARTS + 1))
    assert best is not None  # noqa: S101 - there is at least one start
    owners = _settle(best[2], work, band, best[3], best[4])
    progress(1)
    if today is None:
        return _designed(points, work, owners, None, [None] * territories, tolerance)
    owners, stands_for = _renumbered(owners, today, territories)
    return _designed(points, work, owners, today, stands_for, tolerance)


def rebalance(
    *, places: Degrees, workload: Numbers, territories: int, today: Owners, tolerance: float = TOLERANCE
) -> Design:
    """Return today's territories with the workload evened out, and as few accounts as possible changing hands.

    Accounts without a territory go to the one whose centre is nearest if it has room. The same arguments give the same
    result.
    """
    points, work, band = _on_plane(places), _counted(workload), _Band.around(workload, territories, tolerance)
    if not len(points):
        return _designed(points, work, today, today, list(range(territories)), tolerance)
    settled = today >= 0
    middle = np.average(points, axis=0, weights=work)
    centres = _centres(points[settled], work[settled], today[settled], np.tile(middle, (territories, 1)))
    distance = np.sqrt(_squared_distances(points, centres))
    home = np.where(settled, today, distance.argmin(axis=1))
    rows = np.arange(len(points))
    from_home = distance[rows, home]
    radius = max(float(np.average(from_home, weights=work)), 1e-6)
    heavy = np.sqrt(np.maximum(work / work.mean(), 1)) * _FURTHER
    further = (distance - from_home[:, None]) / radius * heavy[:, None]
    cost = np.where(settled[:, None], 1 + np.maximum(further, -0.5), np.maximum(further, 0))
    cost[rows, home] = 0
    owners, prices = _by_prices(cost, work, band, np.zeros(territories), steps=4 * _PRICE_STEPS)
    owners = _settle(cost, work, band, owners, prices)
    return _designed(points, work, owners, today, list(range(territories)), tolerance)


def figures_of(*, places: Degrees, workload: Numbers, territories: int, owners: Owners) -> Figures:
    """Return the figures of a division as it is. Accounts without a territory count for the mean only."""
    return _figures(_on_plane(places), _counted(workload), owners, territories, changing_hands=0)


@dataclass(frozen=True)
class _Band:
    """The workload that a territory may have."""

    count: int
    low: float
    high: float

    @classmethod
    def around(cls, workload: Numbers, territories: int, tolerance: float) -> "_Band":
        """Return the band of the territories that can be in it.

        An account that alone is more than a territory's share gets one to itself; the others share what is left.
        """
        work = np.sort(_counted(workload))[::-1]
        left, count = float(work.sum()), territories
        for heaviest in work[: territories - 1]:
            if heaviest <= left / count * (1 + tolerance) or heaviest >= left:
                break
            left, count = left - float(heaviest), count - 1
        return cls(territories, left / count * (1 - tolerance), left / count * (1 + tolerance))

    def violations(self, loads: Numbers) -> Numbers:
        """Return by how much each is above (positive) or below (negative) the band."""
        found: Numbers = np.maximum(loads - self.high, 0) + np.minimum(loads - self.low, 0)
        return found

    def left_by(self, owners: Owners, work: Numbers) -> float:
        """Return how far outside the band the territories are, all together."""
        return float(np.abs(self.violations(_sums(owners, work, self.count))).sum() / self.high)


def _sums(owners: Owners, values: Numbers, count: int) -> Numbers:
    """Return the sum of the accounts' values in each territory."""
    return np.bincount(owners, values, minlength=count).astype(np.float64, copy=False)


def _counted(workload: Numbers) -> Numbers:
    """Return the workload; where nobody has any, each account counts as one."""
    counted = np.asarray(workload, dtype=np.float64)
    return counted if counted.sum() > 0 else np.ones_like(counted)


def _on_plane(places: Degrees) -> Numbers:
    """Return the places in kilometres on a plane around their middle."""
    if not len(places):
        return np.zeros((0, 2))
    middle = places.mean(axis=0)
    east = ((places[:, 1] - middle[1] + 180) % 360 - 180) * np.cos(np.radians(middle[0]))
    return np.column_stack((east, places[:, 0] - middle[0])) * _KM_PER_DEGREE


def _squared_distances(points: Numbers, centres: Numbers) -> Numbers:
    apart = points[:, None, :] - centres[None, :, :]
    found: Numbers = np.einsum("nkd,nkd->nk", apart, apart)
    return found


def _centres(points: Numbers, work: Numbers, owners: Owners, former: Numbers) -> Numbers:
    """Return where each territory's work is on average; `former` for those without any."""
    count = len(former)
    weight = work + 1e-9 * work.sum()
    loads = _sums(owners, weight, count)
    sums = np.column_stack([_sums(owners, weight * points[:, axis], count) for axis in (0, 1)])
    return np.where(loads[:, None] > 0, sums / np.maximum(loads, 1e-300)[:, None], former)


def _spread(points: Numbers, work: Numbers, count: int, generator: np.random.Generator) -> Numbers:
    """Return centres to begin with, each likely to be far from those before it (k-means++)."""
    chosen = [int(generator.choice(len(points), p=work / work.sum()))]
    nearest = _squared_distances(points, points[chosen])[:, 0]
    for _ in range(count - 1):
        odds = nearest * work
        odds = odds if odds.sum() > 0 else np.ones(len(points))
        chosen.append(int(generator.choice(len(points), p=odds / odds.sum())))
        nearest = np.minimum(nearest, _squared_distances(points, points[chosen[-1:]])[:, 0])
    return points[chosen]


def _by_prices(cost: Numbers, work: Numbers, band: _Band, prices: Numbers, *, steps: int) -> tuple[Owners, Numbers]:
    """Return who owns what when each account goes where cost and price are least, and the prices that lead there.

    Each price goes up while its territory has too much and down while it has too little, in steps that grow until the
    direction changes and then shrink. A price without need goes back to nothing.
    """
    count = cost.shape[1]
    if count == 1:
        return np.zeros(len(cost), dtype=np.int64), prices
    # What an account's second choice costs more than its first, for a unit of work, is what a price has to make up for.
    first_two = np.partition(cost, 1, axis=1)[:, :2]
    gap = np.median((first_two[:, 1] - first_two[:, 0]) / np.maximum(work, work.mean() * 1e-3))
    step = np.full(count, max(float(gap), 1e-9) / 4)
    before = np.zeros(count)
    best: tuple[float, float, Owners, Numbers] | None = None
    rows = np.arange(len(cost))
    for _ in range(steps):
        owners = (cost + work[:, None] * prices).argmin(axis=1)
        violations = band.violations(_sums(owners, work, count))
        worth = (float(np.abs(violations).sum()), float(cost[rows, owners].sum()))
        if best is None or worth < best[:2]:
            best = (*worth, owners, prices.copy())
        direction = np.where(violations != 0, np.sign(violations), -np.sign(prices))
        step *= np.where(direction * before > 0, 1.3, np.where(direction * before < 0, 0.5, 1))
        change = direction * step
        # Back to nothing, and not past it.
        idle = (violations == 0) & (np.abs(change) > np.abs(prices))
        prices = np.where(idle, 0, prices + change)
        before = direction
    assert best is not None  # noqa: S101 - there is at least one step
    return best[2], best[3]


def _settle(cost: Numbers, work: Numbers, band: _Band, owners: Owners, prices: Numbers) -> Owners:
    """Return the owners after shifts and exchanges that bring every territory into the band, then make it cheaper."""
    if cost.shape[1] == 1:
        return owners
    owners = owners.copy()
    loads = _sums(owners, work, cost.shape[1])
    # As much as the prices, where a workload is outside by a quarter of the band.
    spread = float(np.median(cost.max(axis=1) - cost.min(axis=1))) or 1.0
    penalty = max(float(np.abs(prices).max()), spread / float(work.max()) / 64) / (band.high - band.low)
    for _ in range(_HARDER):
        while _shift(cost, work, band, owners, loads, penalty) or _exchange(cost, work, band, owners, loads, penalty):
            pass
        if not band.violations(loads).any():
            return owners
        penalty *= 4
    # Where the worst one can do nothing, another one outside the band may.
    for one in np.resize(np.argsort(-np.abs(band.violations(loads))), _LAST_TRIES):
        _exchange_of(int(one), cost, work, band, owners, loads, penalty)
    return owners


def _shift(cost: Numbers, work: Numbers, band: _Band, owners: Owners, loads: Numbers, penalty: float) -> bool:
    """Give one account to another territory, the best one; return whether that was any better."""
    rows = np.arange(len(owners))
    punished = band.violations(loads) ** 2
    gained = band.violations(loads[None, :] + work[:, None]) ** 2 - punished
    lost = band.violations(loads[owners] - work) ** 2 - punished[owners]
    change = cost - cost[rows, owners][:, None] + penalty * (gained + lost[:, None])
    change[rows, owners] = 0
    best = int(change.argmin())
    account, to = divmod(best, cost.shape[1])
    if change[account, to] >= -1e-9 * max(1.0, abs(float(cost[account, to]))):
        return False
    loads[owners[account]] -= work[account]
    loads[to] += work[account]
    owners[account] = to
    return True


def _exchange(cost: Numbers, work: Numbers, band: _Band, owners: Owners, loads: Numbers, penalty: float) -> bool:
    """Let the territory furthest outside the band exchange an account with another; return whether that helped."""
    worst = int(np.abs(band.violations(loads)).argmax())
    return _exchange_of(worst, cost, work, band, owners, loads, penalty)


def _exchange_of(
    worst: int, cost: Numbers, work: Numbers, band: _Band, owners: Owners, loads: Numbers, penalty: float
) -> bool:
    violations = band.violations(loads)
    if violations[worst] == 0:
        return False
    own, others = np.flatnonzero(owners == worst), np.flatnonzero(owners != worst)
    if not len(own) or not len(others):
        return False
    theirs = owners[others]
    now = cost[own, worst][:, None] + cost[others, theirs][None, :]
    then = cost[own][:, theirs] + cost[others, worst][None, :]
    more = work[others][None, :] - work[own][:, None]
    punished = violations**2
    change = then - now
    change += penalty * (band.violations(loads[worst] + more) ** 2 - punished[worst])
    change += penalty * (band.violations(loads[theirs][None, :] - more) ** 2 - punished[theirs][None, :])
    best = int(change.argmin())
    if change.flat[best] >= -1e-9 * max(1.0, abs(float(now.flat[best]))):
        return False
    mine, other = own[best // len(others)], others[best % len(others)]
    difference = work[other] - work[mine]
    loads[worst] += difference
    loads[owners[other]] -= difference
    owners[mine], owners[other] = owners[other], worst
    return True


def _renumbered(owners: Owners, today: Owners, count: int) -> tuple[Owners, list[int | None]]:
    """Return the same territories, those of today first, and which those are, so that few accounts change hands."""
    settled = today >= 0
    former = int(today.max(initial=-1)) + 1
    kept = np.zeros((max(count, former),) * 2)
    np.add.at(kept, (owners[settled], today[settled]), 1)
    matched = np.array(_matched(-kept)[:count])
    order = np.argsort(matched)
    number = np.empty(count, dtype=np.int64)
    number[order] = np.arange(count)
    return number[owners], [int(one) if one < former else None for one in matched[order]]


def _matched(cost: Numbers) -> list[int]:
    """Return for each row a column of its own, at the least cost in all (the Hungarian method, by shortest paths)."""
    count = len(cost)
    row_price, column_price = np.zeros(count + 1), np.zeros(count + 1)
    row_of = np.full(count + 1, -1)
    for row in range(count):
        row_of[count], column = row, count
        least, came_from = np.full(count, np.inf), np.full(count, count)
        seen = np.zeros(count + 1, dtype=bool)
        while row_of[column] >= 0:
            seen[column] = True
            here = row_of[column]
            reduced = cost[here] - row_price[here] - column_price[:count]
            better = ~seen[:count] & (reduced < least)
            least[better], came_from[better] = reduced[better], column
            following = int(np.where(seen[:count], np.inf, least).argmin())
            by = least[following]
            row_price[row_of[seen]] += by
            column_price[seen] -= by
            least[~seen[:count]] -= by
            column = following
        while column != count:
            row_of[column] = row_of[came_from[column]]
            column = int(came_from[column])
    columns = [0] * count
    for column, its_row in enumerate(row_of[:count]):
        columns[int(its_row)] = column
    return columns


def _designed(
    points: Numbers,
    work: Numbers,
    owners: Owners,
    today: Owners | None,
    stands_for: list[int | None],
    tolerance: float,
) -> Design:
    count, changing = len(stands_for), 0
    if today is not None and len(owners):
        own = np.array([-2 if one is None else one for one in stands_for])
        changing = int(((today >= 0) & (today != own[owners])).sum())
    figures = _figures(points, work, owners, count, changing_hands=changing)
    return Design(
        owners=owners,
        figures=figures,
        stands_for=stands_for,
        shortcoming=_shortcoming(work, count, tolerance, figures.imbalance_pct),
    )


def _figures(points: Numbers, work: Numbers, owners: Owners, count: int, *, changing_hands: int) -> Figures:
    placed = owners >= 0
    points, work_of_all, work = points[placed], work, work[placed]
    owned = owners[placed]
    centres = _centres(points, work, owned, np.zeros((count, 2)))
    distance = np.sqrt(((points - centres[owned]) ** 2).sum(axis=1))
    loads = _sums(owned, work, count)
    away = _sums(owned, work * distance, count)
    mean = float(work_of_all.sum()) / count
    return Figures(
        accounts=np.bincount(owned, minlength=count).tolist(),
        workload=np.round(loads, 3).tolist(),
        distance_km=np.round(away / np.where(loads > 0, loads, 1), 3).tolist(),
        imbalance_pct=round(float(np.abs(loads - mean).max()) / mean * 100, 3) if mean else 0.0,
        mean_distance_km=round(float(away.sum() / loads.sum()), 3) if loads.sum() else 0.0,
        changing_hands=changing_hands,
    )


def _shortcoming(work: Numbers, count: int, tolerance: float, imbalance_pct: float) -> Shortcoming | None:
    if imbalance_pct <= tolerance * 100 + 1e-3:
        return None
    wanted, reached = f"{tolerance * 100:g} %", f"{imbalance_pct:.1f} %"
    mean = float(work.sum()) / count
    if int((work > 0).sum()) < count:
        return Shortcoming(
            code="territories.too_few_accounts",
            detail=f"There are fewer accounts with work than territories, so that workloads differ by {reached}.",
        )
    if work.max() > mean * (1 + tolerance):
        return Shortcoming(
            code="territories.account_too_heavy",
            detail=f"One account alone is {work.max() / mean * 100:.0f} % of a territory's share of the work, so that "
            f"workloads cannot be within {wanted} of the mean; they are within {reached}.",
        )
    return Shortcoming(
        code="territories.tolerance_not_reached",
        detail=f"No division was found with all workloads within {wanted} of the mean; they are within {reached}. "
        "Fewer territories or a wider tolerance would do.",
    )
