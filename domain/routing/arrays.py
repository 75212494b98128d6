"""The problem as the kernel's flat arrays. Built once and kept: that takes longer than a repair."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from domain.routing import kernel
from domain.routing.evaluate import Evaluator
from domain.routing.problem import DAY_S, MAX_LEG_S, Job, Problem

NEIGHBOURS = 100

Array = npt.NDArray[np.int64]


def given(evaluator: Evaluator, *, must_stay: Iterable[int] = ()) -> kernel.Given:
    """Return what the kernel must know. Leaving out a job that `must_stay` costs more than anything else."""
    problem = evaluator.problem
    days = 1 + max((tour.shift.day for tour in problem.tours), default=0)
    speeds = sorted({tour.person.speed_percent for tour in problem.tours})
    travel = np.stack([_legs(problem.travel_s, speed) for speed in speeds])
    symmetric = bool((travel == travel.transpose(0, 2, 1)).all())
    pair = _pairs(evaluator)
    jobs = _jobs(problem)
    for job in must_stay:
        jobs[job, kernel.LEFT_OUT] = 10**12
    windows, timing = _windows(evaluator, days)
    tours = _tours(evaluator, speeds)
    _number_kinds(tours, pair, people_differ=bool(problem.same_person))
    jobs[:, kernel.WIDTH] = _widths(windows, timing)
    choices = [np.flatnonzero(row < kernel.IMPOSSIBLE) for row in pair]
    jobs[:, kernel.CHOICES] = [len(row) for row in choices]
    if len(tours):
        jobs[:, kernel.FAR] = travel[0][np.ix_(tours[:, kernel.START_PLACE], jobs[:, kernel.PLACE])].min(axis=0)
    counted = [most.count for most in problem.at_most]
    return kernel.Given(
        travel=travel,
        travel_back=travel if symmetric else np.ascontiguousarray(travel.transpose(0, 2, 1)),
        jobs=jobs,
        timing=timing,
        windows=windows,
        tours=tours,
        pair=pair,
        choices=_padded(choices),
        near=_near(travel[0], jobs[:, kernel.PLACE]),
        same=_groups(problem, [relation.jobs for relation in problem.same_person]),
        most=_groups(problem, [relation.jobs for relation in problem.at_most]),
        most_count=np.array([*counted, 0], np.int64),
        switches=_switches(problem, timing),
    )


def with_last_job(before: kernel.Given, evaluator: Evaluator) -> kernel.Given:
    """Return the arrays with the problem's last job added, which is at its last place."""
    problem = evaluator.problem
    index, job = len(problem.jobs) - 1, problem.jobs[-1]
    travel = _grown_travel(before.travel, problem)
    symmetric = before.travel_back is before.travel and bool((travel[:, -1] == travel[:, :, -1]).all())
    days = before.timing.shape[1]
    pair = np.array([_pair(evaluator, index, tour) for tour in range(len(problem.tours))], np.int64)
    timing = np.zeros((1, days, kernel.TIMING_FIELDS), np.int64)
    most = max(before.windows.shape[2], *(len(evaluator.segments(index, day)) for day in range(days)))
    windows = np.zeros((index + 1, days, most, kernel.WINDOW_FIELDS), np.int64)
    windows[:index, :, : before.windows.shape[2]] = before.windows
    for day in range(days):
        _write_day(evaluator, index, job, day, windows[index], timing[0])
    choices = np.flatnonzero(pair < kernel.IMPOSSIBLE)
    row = _job(problem, index, job)
    row[kernel.CHOICES], row[kernel.WIDTH] = len(choices), _widths(windows[index:], timing)[0]
    jobs = np.vstack([before.jobs, row])
    places = jobs[:, kernel.PLACE]
    near = np.argsort(travel[0][job.place, places[:index]], kind="stable")[: before.near.shape[1]]
    all_timing = np.concatenate([before.timing, timing])
    return before._replace(
        travel=travel,
        travel_back=travel if symmetric else np.ascontiguousarray(travel.transpose(0, 2, 1)),
        jobs=jobs,
        timing=all_timing,
        windows=windows,
        pair=np.vstack([before.pair, pair]),
        choices=_with_row(before.choices, choices),
        near=np.vstack([before.near, _fitted(near, before.near.shape[1])]),
        same=np.vstack([before.same, np.full((1, before.same.shape[1]), -1)]),
        most=np.vstack([before.most, np.full((1, before.most.shape[1]), -1)]),
        switches=_switches(problem, all_timing),
    )


def longest_route(problem: Problem) -> int:
    """Return how many jobs one route can hold at most, for all that the hours and the loads tell."""
    shifts = [tour.shift for tour in problem.tours]
    hours = max((shift.end_s - shift.start_s for shift in shifts), default=0)
    by_time = int(np.searchsorted(np.cumsum(sorted(job.service_s for job in problem.jobs)), hours, side="right"))
    loads = [tour.person.load for tour in problem.tours]
    by_load = len(problem.jobs)
    if loads and None not in loads:
        most = max(load for load in loads if load is not None)
        by_load = int(np.searchsorted(np.cumsum(sorted(job.load for job in problem.jobs)), most, side="right"))
    fixed = max(problem.fixed, default=0)
    return max(min(by_time, by_load) + fixed, *(len(route) for route in problem.present_routes), 1)


def _legs(travel_s: npt.NDArray[np.int32], speed_percent: int) -> npt.NDArray[np.uint16]:
    legs = -(-travel_s.astype(np.int64) * 100 // speed_percent)
    return np.minimum(legs, MAX_LEG_S).astype(np.uint16)


def _jobs(problem: Problem) -> Array:
    if not problem.jobs:
        return np.zeros((0, kernel.JOB_FIELDS), np.int64)
    return np.stack([_job(problem, index, job) for index, job in enumerate(problem.jobs)])


def _job(problem: Problem, index: int, job: Job) -> Array:
    before = problem.present_tour.get(index)
    row = np.zeros(kernel.JOB_FIELDS, np.int64)
    row[kernel.PLACE], row[kernel.SERVICE], row[kernel.LOAD] = job.place, job.service_s, job.load
    row[kernel.LEFT_OUT], row[kernel.LATE_PRICE] = job.left_out_price, job.late_price
    row[kernel.MOVED_PRICE] = problem.prices.moved_minute
    row[kernel.PRESENT_PERSON] = -1 if before is None else problem.person_index[problem.tours[before].person.id]
    return row


def _windows(evaluator: Evaluator, days: int) -> tuple[Array, Array]:
    problem = evaluator.problem
    most = max(
        (len(evaluator.segments(job, day)) for job in range(len(problem.jobs)) for day in range(days)), default=1
    )
    windows = np.zeros((len(problem.jobs), days, max(1, most), kernel.WINDOW_FIELDS), np.int64)
    timing = np.zeros((len(problem.jobs), days, kernel.TIMING_FIELDS), np.int64)
    for index, job in enumerate(problem.jobs):
        for day in range(days):
            _write_day(evaluator, index, job, day, windows[index], timing[index])
    return windows, timing


def _write_day(evaluator: Evaluator, index: int, job: Job, day: int, windows: Array, timing: Array) -> None:
    segments = evaluator.segments(index, day)
    if segments:
        windows[day, : len(segments)] = segments
    timing[day] = _timing(evaluator, index, job, day)
    timing[day, kernel.WINDOWS] = len(segments)
    timing[day, kernel.LAST] = segments[-1].closes if segments else -1


def _timing(evaluator: Evaluator, index: int, job: Job, day: int) -> list[int]:
    problem = evaluator.problem
    before = problem.present_tour.get(index)
    stays_on_day = before is not None and problem.tours[before].shift.day == day
    planned = evaluator.planned_start_s[index] if stays_on_day and problem.prices.moved_minute else kernel.NEVER
    due = kernel.NEVER if job.due_s is None or not job.late_price else job.due_s - day * DAY_S
    priced = due < kernel.NEVER or planned < kernel.NEVER or any(part.price for part in evaluator.segments(index, day))
    timing = [0] * kernel.TIMING_FIELDS
    timing[kernel.DUE], timing[kernel.PLANNED], timing[kernel.PRICED] = due, planned, int(priced)
    return timing


def _widths(windows: Array, timing: Array) -> Array:
    counts = timing[..., kernel.WINDOWS]
    exists = np.arange(windows.shape[2]) < counts[..., None]
    spans = windows[..., kernel.CLOSES] - windows[..., kernel.OPENS]
    widths: Array = np.where(exists, spans, 0).sum(axis=(1, 2))
    return widths


def _tours(evaluator: Evaluator, speeds: Sequence[int]) -> Array:
    problem = evaluator.problem
    tours = np.zeros((len(problem.tours), kernel.TOUR_FIELDS), np.int64)
    for index, tour in enumerate(problem.tours):
        person, shift, limits = tour.person, tour.shift, evaluator.limits[index]
        row = tours[index]
        row[kernel.SPEED] = speeds.index(person.speed_percent)
        row[kernel.DAY] = shift.day
        row[kernel.START], row[kernel.END] = shift.start_s, limits.end_s
        row[kernel.START_PLACE], row[kernel.END_PLACE] = shift.start_place, shift.end_place
        if limits.rest is not None:
            row[kernel.REST_FROM], row[kernel.REST_TO] = limits.rest.earliest_s, limits.rest.latest_s
            row[kernel.REST_S] = limits.rest.duration_s
        row[kernel.FIXED] = problem.fixed[index]
        row[kernel.MAX_TRAVEL], row[kernel.MAX_WORK] = limits.travel_s, limits.work_s
        row[kernel.MAX_LOAD] = limits.load
        row[kernel.PERSON] = problem.person_index[person.id]
    return tours


def _pairs(evaluator: Evaluator) -> Array:
    """Compute what a job costs in a tour, once for tours that no job tells apart."""
    problem = evaluator.problem
    pair = np.zeros((len(problem.jobs), len(problem.tours)), np.int64)
    by_kind: dict[object, list[int]] = {}
    named = _named_people(problem)
    for index, tour in enumerate(problem.tours):
        person = tour.person
        kind = person.id if person.id in named else (frozenset(person.skills.items()), person.radius_m)
        by_kind.setdefault((kind, tour.shift), []).append(index)
    for tours in by_kind.values():
        for job in range(len(problem.jobs)):
            pair[job, tours] = _pair(evaluator, job, tours[0])
    return pair


def _pair(evaluator: Evaluator, job: int, tour: int) -> int:
    problem = evaluator.problem
    fixed_there = job in problem.fixed_jobs and problem.present_tour[job] == tour
    if not fixed_there and evaluator.forbids(job, tour):
        return kernel.IMPOSSIBLE
    return sum(price for _, price in evaluator.pair_costs(job, tour))


def _named_people(problem: Problem) -> set[str]:
    named = {route.person for route in problem.present}
    for job in problem.jobs:
        named |= {*job.required_people, *job.preferred_people, *job.forbidden_people}
        if job.pinned_person is not None:
            named.add(job.pinned_person)
    return named


def _number_kinds(tours: Array, pair: Array, *, people_differ: bool) -> None:
    """Set ALIKE: tours of a kind are equal as long as they are empty."""
    kinds: dict[bytes, int] = {}
    others = [part for part in range(kernel.TOUR_FIELDS) if part != kernel.PERSON or people_differ]
    for index, row in enumerate(tours):
        key = row[others].tobytes() + pair[:, index].tobytes()
        row[kernel.ALIKE] = kinds.setdefault(key, len(kinds))


def _near(travel: npt.NDArray[np.uint16], places: Array) -> Array:
    both_ways = travel[np.ix_(places, places)].astype(np.int64)
    both_ways += both_ways.T.copy()
    np.fill_diagonal(both_ways, -1)
    near: Array = np.argsort(both_ways, axis=1, kind="stable")[:, 1 : NEIGHBOURS + 1]
    return np.ascontiguousarray(near, np.int64)


def _groups(problem: Problem, groups: Sequence[frozenset[str]]) -> Array:
    of_job: list[list[int]] = [[] for _ in problem.jobs]
    for number, group in enumerate(groups):
        for job in group:
            of_job[problem.job_index[job]].append(number)
    return _padded(of_job, filler=-1)


def _padded(rows: Sequence[Any], *, filler: int = 0) -> Array:
    width = max((len(row) for row in rows), default=0)
    table = np.full((len(rows), max(1, width)), filler, np.int64)
    for index, row in enumerate(rows):
        table[index, : len(row)] = row
    return table


def _grown_travel(before: npt.NDArray[np.uint16], problem: Problem) -> npt.NDArray[np.uint16]:
    speeds = sorted({tour.person.speed_percent for tour in problem.tours})
    travel = np.zeros((len(speeds), before.shape[1] + 1, before.shape[1] + 1), np.uint16)
    travel[:, :-1, :-1] = before
    for number, speed in enumerate(speeds):
        travel[number, -1], travel[number, :, -1] = (
            _legs(problem.travel_s[-1], speed),
            _legs(problem.travel_s[:, -1], speed),
        )
    return travel


def _with_row(table: Array, row: Array) -> Array:
    """Return the table with one more row, widened with zeros if need be."""
    wider = np.pad(table, ((0, 0), (0, max(0, len(row) - table.shape[1]))))
    return np.vstack([wider, _fitted(row, wider.shape[1])])


def _fitted(row: Array, width: int) -> Array:
    """Return the row cut or filled with zeros to this width."""
    fitted = np.zeros((1, width), np.int64)
    fitted[0, : min(width, len(row))] = row[:width]
    return fitted


def _switches(problem: Problem, timing: Array) -> Array:
    switches = np.zeros(kernel.SWITCHES, np.int64)
    switches[kernel.ANY_PRICED] = int(timing[..., kernel.PRICED].any())
    switches[kernel.ANY_RELATED] = int(bool(problem.same_person or problem.at_most))
    switches[kernel.FAIRNESS] = problem.prices.fairness
    switches[kernel.TOLERANCE] = problem.prices.tolerance_s
    switches[kernel.MAX_MOVED] = kernel.NEVER if problem.max_moved is None else problem.max_moved
    return switches
