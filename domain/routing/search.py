"""The search for a plan: any-time, repeatable, from the plan that runs at present.

It drives the kernel in slices of some 20 ms, so that it can tell how far it is and be stopped. What it returns was
evaluated by `evaluate`, not by the kernel.
"""

import copy
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.routing import arrays, kernel
from domain.routing.evaluate import Evaluation, Evaluator
from domain.routing.problem import AtMost, Job, NewPlace, Problem, SamePerson

SLICE_S = 0.02
FIRST_SLICE = 20
HOTTEST, COLDEST = 2.0, 0.02
"""Temperatures at the beginning and at the end, in travel per job."""


class PlanRefused(RuntimeError):
    """The kernel and the evaluator disagree about a rule: a programming error. The plan is not used."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Progress:
    """How far a search is. `cost` is that of the best plan so far, in seconds of travel."""

    iterations: int
    seconds: float
    cost: int
    left_out: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """The best plan found, evaluated."""

    evaluation: Evaluation
    iterations: int
    seconds: float


GoOn = Callable[[Progress], bool]
"""Is told how far the search is about fifty times a second; returns False to stop it."""


def plan(
    problem: Problem,
    *,
    seconds: float | None = None,
    iterations: int | None = None,
    seed: int = 1,
    go_on: GoOn | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Plan:
    """Return the best plan found within the seconds, or within the iterations: then it is the same every time.

    Every job that the present plan serves by the rules is served.
    """
    began = clock()
    search = Search(problem, seed=seed)
    search.run(seconds=seconds, iterations=iterations, go_on=go_on, clock=clock, began=began)
    return Plan(evaluation=search.best(), iterations=search.iterations, seconds=clock() - began)


class Search:
    """The arrays of one problem and the state of its search. Building takes longer than a repair, so keep it."""

    def __init__(self, problem: Problem, *, seed: int = 1, engine: Any = kernel) -> None:
        self.problem = problem
        self.evaluator = Evaluator(problem)
        self._engine = engine
        self._hottest = HOTTEST
        routes = present_by_the_rules(self.evaluator)
        stays = [job for route in routes for job in route]
        self._arrays(arrays.given(self.evaluator, must_stay=stays), arrays.longest_route(problem))
        self._roll(seed)
        self._start(routes)

    @property
    def iterations(self) -> int:
        """Return how many iterations have been run."""
        return int(self._counts[kernel.ITERATION])

    def run(
        self,
        *,
        seconds: float | None = None,
        iterations: int | None = None,
        go_on: GoOn | None = None,
        clock: Callable[[], float] = time.monotonic,
        began: float | None = None,
    ) -> None:
        """Search on, for so many iterations or until so many seconds have passed since `began`."""
        if (seconds is None) == (iterations is None):
            raise ValueError("Give either seconds or iterations.")
        began = clock() if began is None else began
        if self._is_trivial():
            return
        slices = self._until(seconds, began, clock) if seconds is not None else self._for(iterations or 0, clock)
        for size in slices:
            self._engine.iterate(*self._views, size)
            if go_on is not None and not go_on(self.progress(clock() - began)):
                break

    def best(self) -> Evaluation:
        """Return the best plan so far, evaluated.

        Raises:
            PlanRefused: it breaks a rule.
        """
        evaluation = self.evaluator.evaluate(self.best_routes())
        if evaluation.violations:
            raise PlanRefused("; ".join(violation.sentence for violation in evaluation.violations))
        return evaluation

    def best_routes(self) -> list[list[int]]:
        """Return the best plan so far as job indices for each tour."""
        counts = self._progress_arrays.best_count
        return [self._progress_arrays.best_order[tour, : counts[tour]].tolist() for tour in range(len(counts))]

    def with_job(self, job: Job, at: NewPlace) -> "Search":
        """Return a search of the same plan with one more job, not planned yet, at a new place."""
        grown = copy.copy(self)
        grown._grow(self.problem.with_job(job, at))  # noqa: SLF001 - it is one of us
        return grown

    def _grow(self, problem: Problem) -> None:
        routes, dice = self.best_routes(), self._progress_arrays.dice
        self.problem, self.evaluator = problem, self.evaluator.for_grown(problem)
        self._arrays(arrays.with_last_job(self.given, self.evaluator), self._progress_arrays.best_order.shape[1])
        self._progress_arrays.dice[:] = dice
        self._set_up(routes)
        self._begin_with(np.flatnonzero(self._progress_arrays.tour_of < 0))

    def offers(self, job: int) -> list[tuple[int, int, int]]:
        """Return the best place for a job left out in each route that has one: cost, tour, position; best first."""
        found = np.zeros((len(self.problem.tours), 2), np.int64)
        given, current, _, cache, progress, _ = self._views
        self._engine.offers(given, current, cache, progress, job, self._viewed_one(found))
        return sorted((int(cost), tour, int(place)) for tour, (cost, place) in enumerate(found) if place >= 0)

    def repair(
        self, job: int, *, max_moved: int, seconds: float, enough_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Search around a job left out for a place, with at most so many others moved to someone else.

        It ends when nothing better was found for `enough_s`, but not before the job has a place.
        """
        self.problem = self.problem.with_max_moved(max_moved)
        self.evaluator = self.evaluator.for_grown(self.problem)
        self.given.switches[kernel.MAX_MOVED] = max_moved
        self._counts[kernel.FOCUS] = job if self.given.near.shape[1] else -1
        self._hottest = COLDEST
        left_out = np.flatnonzero(self._progress_arrays.tour_of < 0).tolist()
        self._insert(left_out)
        best, since_s = int(self._counts[kernel.BEST]), 0.0

        def go_on(progress: Progress) -> bool:
            nonlocal best, since_s
            if progress.cost < best:
                best, since_s = progress.cost, progress.seconds
            return progress.left_out == len(left_out) or progress.seconds < since_s + enough_s

        self.run(seconds=seconds, go_on=go_on, clock=clock)

    def best_order_of(self, tour: int, *, bound: int) -> list[int] | None:
        """Return the order of the tour's jobs that costs least, None if none costs less than `bound`.

        The time doubles with each job; more than about 13 take too long.
        """
        counts = self._progress_arrays.best_count
        visits = self._progress_arrays.best_order[tour, : counts[tour]].copy()
        table = np.zeros((1 << len(visits), len(visits)), np.int64)
        best, tried = np.full(len(visits), -1, np.int64), np.zeros(len(visits) + 1, np.int64)
        given, _, trial = self._views[:3]
        visits_view, table_view, tried_view, best_view = map(self._viewed_one, (visits, table, tried, best))
        fixed_part = int(
            self._current.totals[tour, kernel.COST] - self._current.totals[tour, [kernel.TRAVEL, kernel.TIMES]].sum()
        )
        self._engine.least_travel(given, tour, visits_view, table_view)
        self._engine.best_order(given, trial, tour, visits_view, table_view, bound - fixed_part, tried_view, best_view)
        return None if best[0] < 0 else best.tolist()

    def _is_trivial(self) -> bool:
        return not self.problem.jobs

    def progress(self, seconds: float) -> Progress:
        """Return how far the search is after these seconds."""
        return Progress(
            iterations=self.iterations,
            seconds=seconds,
            cost=int(self._counts[kernel.BEST]),
            left_out=int(self._counts[kernel.BEST_LEFT_OUT]),
        )

    # Slices and temperatures.

    def _for(self, iterations: int, clock: Callable[[], float]) -> Iterator[int]:
        """Yield slices that add up to so many iterations; how they are cut does not change the plan."""
        self._heat[:] = self._hottest * self._unit, (COLDEST / self._hottest) ** (1.0 / max(1, iterations))
        size = FIRST_SLICE
        while iterations > 0:
            size = min(size, iterations)
            before = clock()
            yield size
            iterations -= size
            size = _next_size(size, clock() - before)

    def _until(self, seconds: float, began: float, clock: Callable[[], float]) -> Iterator[int]:
        """Yield slices until the seconds are over, cooling as time passes."""
        size = FIRST_SLICE
        now = start = clock() - began
        while now < seconds:
            self._heat[:] = (
                self._hottest * (COLDEST / self._hottest) ** ((now - start) / (seconds - start)) * self._unit,
                1.0,
            )
            yield size
            before, now = now, clock() - began
            size = _next_size(size, now - before)

    # The start.

    def _arrays(self, given: kernel.Given, longest: int) -> None:
        jobs, tours = len(given.jobs), len(given.tours)
        people = len(self.problem.people)
        kinds = 1 + int(given.tours[:, kernel.ALIKE].max(initial=0))
        whole = np.int64

        def state() -> kernel.State:
            return kernel.State(
                order=np.zeros((tours, longest + 1), whole),
                stops=np.zeros((tours, longest + 3, kernel.STOP_FIELDS), whole),
                totals=np.zeros((tours, kernel.TOTALS), whole),
            )

        self.given, self._current, self._trial = given, state(), state()
        self._cache = kernel.Cache(
            places=np.full((jobs, tours, kernel.CACHE_FIELDS), -1, np.int32),
            same_held=np.zeros((len(self.problem.same_person) + 1, people + 1), whole),
            most_held=np.zeros((len(self.problem.at_most) + 1, tours), whole),
            tried=np.zeros(kinds, whole),
        )
        self._progress_arrays = kernel.Progress(
            counts=np.zeros(kernel.COUNTS, whole),
            heat=np.zeros(2),
            dice=np.zeros(3, whole),
            tour_of=np.full(jobs, -1, whole),
            left_out=np.zeros(jobs + kernel.TRIED_AGAIN, whole),
            best_order=np.zeros((tours, longest + 1), whole),
            best_count=np.zeros(tours, whole),
            best_version=np.full(tours, -1, whole),
        )
        self._scratch = kernel.Scratch(
            touched=np.zeros(tours, whole),
            touched_list=np.zeros(tours, whole),
            pool=np.zeros(jobs + kernel.TRIED_AGAIN, whole),
            failed=np.zeros(jobs, whole),
            keys=np.zeros(jobs + kernel.TRIED_AGAIN),
            best=np.zeros(2, whole),
        )
        self._counts, self._heat = self._progress_arrays.counts, self._progress_arrays.heat
        self._views = tuple(
            self._viewed(group)
            for group in (given, self._current, self._trial, self._cache, self._progress_arrays, self._scratch)
        )

    def _viewed(self, group: Any) -> Any:
        """Return the arrays as the engine reads them quickest."""
        return type(group)(*(self._viewed_one(array) for array in group))

    def _viewed_one(self, array: Any) -> Any:
        return array if self._engine.COMPILED else memoryview(array)

    def _roll(self, seed: int) -> None:
        generator = np.random.default_rng(seed)
        self._progress_arrays.dice[:2] = generator.integers(1, 2_000_000_000, size=2)

    def _start(self, routes: Sequence[Sequence[int]]) -> None:
        """Set up these routes, and insert greedily what is not in them."""
        self._set_up(routes)
        planned = {job for route in routes for job in route}
        pool = sorted(
            (job for job in range(len(self.problem.jobs)) if job not in planned),
            key=lambda job: (-self.given.jobs[job, kernel.LEFT_OUT], self.given.jobs[job, kernel.WIDTH]),
        )
        self._insert(pool)

    def _insert(self, pool: Sequence[int]) -> None:
        """Insert these jobs where they are cheapest, one after the other, and begin there."""
        given, current, _, cache, progress, scratch = self._views
        self._scratch.pool[: len(pool)] = pool
        _, failures = self._engine.recreate(given, current, cache, progress, scratch, len(pool), 0, False)
        self._scratch.touched[:] = 0
        self._cache.places[..., kernel.AT_VERSION] = -1
        for tour, count in enumerate(self._current.totals[:, kernel.COUNT]):
            self._progress_arrays.tour_of[self._current.order[tour, :count]] = tour
        self._begin_with(self._scratch.failed[:failures])

    def _set_up(self, routes: Sequence[Sequence[int]]) -> None:
        given, current, _, cache, progress, _ = self._views
        self._counts[kernel.FOCUS] = -1
        for tour, route in enumerate(routes):
            self._current.order[tour, : len(route)] = route
            self._current.totals[tour, kernel.COUNT] = len(route)
        self._engine.set_up(given, current, cache, progress)

    def _begin_with(self, left_out: npt.NDArray[np.int64]) -> None:
        """Take the current routes, without these jobs, as where the search begins."""
        counts, totals = self._counts, self._current.totals
        totals[:, kernel.VERSION] = 1
        counts[kernel.VERSIONS] = 1
        self._progress_arrays.best_version[:] = -1
        self._progress_arrays.left_out[: len(left_out)] = left_out
        counts[kernel.N_LEFT_OUT] = len(left_out)
        for target, source in zip(self._trial, self._current, strict=True):
            target[...] = source
        counts[kernel.NOW] = totals[:, kernel.COST].sum() + self.given.jobs[left_out, kernel.LEFT_OUT].sum()
        self._engine.remember_best(self._views[0], self._views[1], self._views[4])
        served = max(1, len(self.problem.jobs) - len(left_out))
        self._unit = max(1.0, float(totals[totals[:, kernel.COUNT] > 0, kernel.TRAVEL].sum()) / served)


def present_by_the_rules(evaluator: Evaluator) -> list[list[int]]:
    """Return the present plan without the jobs that it could not serve by the rules; what is fixed stays."""
    problem = evaluator.problem
    routes: list[list[int]] = []
    for tour, route in enumerate(problem.present_routes):
        kept = list(route)
        if _breaks_rules(evaluator, tour, kept):
            kept = list(route[: problem.fixed[tour]])
            for job in route[problem.fixed[tour] :]:
                if not _breaks_rules(evaluator, tour, [*kept, job]):
                    kept.append(job)
        routes.append(kept)
    relations: tuple[SamePerson | AtMost, ...] = (*problem.same_person, *problem.at_most)
    for relation in relations:
        if any(evaluator.broken_relations(routes)):
            loose = {problem.job_index[job] for job in relation.jobs} - problem.fixed_jobs
            routes = [[job for job in route if job not in loose] for route in routes]
    return routes


def warm_up() -> None:
    """Compile the kernel, which takes some 20 seconds once; later processes find it on the disk."""
    from domain.routing.problem import Job, Person, Shift

    shift = Shift(start_s=0, end_s=10, start_place=0, end_place=0)
    job = Job(id="job", place=0, service_s=1)
    person = Person(id="person", shifts=(shift,))
    search = Search(Problem(people=(person,), jobs=(job,), travel_s=np.zeros((1, 1), np.int32)))
    search.run(iterations=1)
    search.offers(0)
    search.best_order_of(0, bound=search.best().cost)


def _breaks_rules(evaluator: Evaluator, tour: int, route: Sequence[int]) -> bool:
    return any(evaluator.violations_of(tour, evaluator.schedule(tour, route)))


def _next_size(size: int, took_s: float) -> int:
    """Return how many iterations fill a slice, if the last ones took so long."""
    return max(5, int(size * min(4.0, max(0.25, SLICE_S / (took_s + 1e-9)))))
