"""The inner loop of the route search, on flat arrays of whole numbers: ruin a few routes, recreate them, accept or not.

The method is SISR, Christiaens and Vanden Berghe, *Slack Induction by String Removals for Vehicle Routing Problems*
(2020), under simulated annealing. Where numba is installed this file is compiled; without it the same source runs as
plain Python. It knows the rules of `evaluate`, and computes for each place in a route what an insertion there costs.

Why it is fast: a route is laid out once (earliest and latest times at each stop), so that most places are judged by a
few comparisons; and where a job fits best in a route is remembered until that route changes.

Compiled functions are found again only if they and their constants stand at module level. Random numbers are our own,
so that a plan can be repeated, and never exceed 63 bits, so that both ways of running agree.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

try:
    from numba import njit
except ImportError:  # The extra `fast` is not installed.
    njit = None

COMPILED = njit is not None

_F = TypeVar("_F", bound=Callable[..., Any])


def entry(function: _F) -> _F:
    """Compile a function that Python calls."""
    return _compiled(function, {})


def compiled(function: _F) -> _F:
    """Compile a function that only compiled ones call: without what it takes to be called from Python."""
    return _compiled(function, {"no_cpython_wrapper": True, "no_cfunc_wrapper": True})


def _compiled(function: _F, options: dict[str, bool]) -> _F:
    if njit is None:
        return function
    # No reference counts (`_nrt`): nothing is allocated here, and counting took half of the time.
    all_options = {"nogil": True, "error_model": "numpy", "_nrt": False, **options}
    try:
        return njit(cache=True, **all_options)(function)
    except RuntimeError:  # No cache directory can be written: it is compiled anew in each process.
        return njit(**all_options)(function)


Numbers = Any
"""A numpy array; as plain Python a memoryview of one, which is indexed alike, but faster and gives Python's ints."""

NEVER = 1 << 29
"""A time that does not come."""
IMPOSSIBLE = 1 << 30
"""The cost of what a rule forbids."""

# Fields of Given.jobs[job, …]
PLACE, SERVICE, LOAD, LEFT_OUT, WIDTH, FAR, CHOICES, LATE_PRICE, MOVED_PRICE, PRESENT_PERSON = range(10)
JOB_FIELDS = 10
# Fields of Given.timing[job, day, …]: number of windows, when the last one closes, when it is late, when it was planned
# (NEVER on other days), whether any time costs anything.
WINDOWS, LAST, DUE, PLANNED, PRICED = range(5)
TIMING_FIELDS = 5
# Fields of Given.windows[job, day, window, …]: sorted and without overlap.
OPENS, CLOSES, WINDOW_PRICE = range(3)
WINDOW_FIELDS = 3
# Fields of Given.tours[tour, …]. REST_S is 0 without a break; tours with the same ALIKE are equal when they are empty.
(SPEED, DAY, START, END, START_PLACE, END_PLACE, REST_FROM, REST_TO, REST_S) = range(9)
(FIXED, ALIKE, MAX_TRAVEL, MAX_WORK, MAX_LOAD, PERSON) = range(9, 15)
TOUR_FIELDS = 15
# Fields of Given.switches[…]: whether a rule is in play at all, and its figure.
ANY_PRICED, ANY_RELATED, FAIRNESS, TOLERANCE, MAX_MOVED = range(5)
SWITCHES = 5
# Fields of State.stops[tour, position, …]. Position 0 is the start, count + 1 the end. LEG is the way to here. There
# are two ways through the day: with the break still to come, and RESTED. LATEST is the latest arrival from which the
# rest of the day is possible, FREE the latest up to which it costs nothing, if it costs nothing now.
(AT, LEG, ARRIVE, LEAVE, LATEST, PAID, FREE) = range(7)
(ARRIVE_RESTED, LEAVE_RESTED, LATEST_RESTED, PAID_RESTED, FREE_RESTED) = range(7, 12)
STOP_FIELDS = 12
# Fields of State.totals[tour, …]. TIMES is what the times of a day cost, COST all that the route costs.
COUNT, COST, TIMES, TRAVEL, WORK, LOADED, VERSION = range(7)
TOTALS = 7
# Fields of Cache.places[job, tour, …]
AT_VERSION, CHEAPEST, POSITION = range(3)
CACHE_FIELDS = 3
# Fields of Progress.counts[…]. FOCUS is the job around which routes are ruined, -1 for all alike.
N_LEFT_OUT, NOW, BEST, ITERATION, VERSIONS, BEST_LEFT_OUT, MOVED, STAMP, FOCUS = range(9)
COUNTS = 9

STRING_LENGTH = 10
REMOVED_ON_AVERAGE = 10.0
BLINK = 0.01
WHOLE_ROUTE = 0.03
TRIED_AGAIN = 20
"""At most so many of the jobs left out are tried in one iteration."""


class Given(NamedTuple):
    """The problem. Nothing here changes during a search."""

    travel: Numbers
    """[speed, from, to] seconds, in 16 bits: most of the time goes into waiting for memory."""
    travel_back: Numbers
    """[speed, to, from] seconds: the same, so that both directions of one place lie side by side."""
    jobs: Numbers
    timing: Numbers
    windows: Numbers
    tours: Numbers
    pair: Numbers
    """[job, tour] what it costs that they come together at all; IMPOSSIBLE if they must not."""
    choices: Numbers
    """[job, n] the tours that may hold the job, as many as its CHOICES."""
    near: Numbers
    """[job, n] the other jobs, nearest first."""
    same: Numbers
    """[job, n] groups of jobs of which one person does all, -1 beyond the last."""
    most: Numbers
    """[job, n] groups of jobs of which a shift holds only so many, -1 beyond the last."""
    most_count: Numbers
    """[group]"""
    switches: Numbers


class State(NamedTuple):
    """Routes, laid out."""

    order: Numbers
    """[tour, n] jobs."""
    stops: Numbers
    totals: Numbers


class Cache(NamedTuple):
    """Where each job fits best into each route of the current plan, and relations as they are in the trial."""

    places: Numbers
    same_held: Numbers
    """[group, person] how many of the group's jobs the person has; the last column is the sum."""
    most_held: Numbers
    """[group, tour]"""
    tried: Numbers
    """[alike] the stamp of the last job that tried an empty tour of this kind."""


class Progress(NamedTuple):
    """Where the search is."""

    counts: Numbers
    heat: Numbers
    """[0] temperature, [1] its factor for each iteration."""
    dice: Numbers
    """[0] and [1] random state, [2] chances until the next blink."""
    tour_of: Numbers
    """[job] -1 if left out."""
    left_out: Numbers
    best_order: Numbers
    best_count: Numbers
    best_version: Numbers


class Scratch(NamedTuple):
    """Room to work in."""

    touched: Numbers
    touched_list: Numbers
    pool: Numbers
    failed: Numbers
    keys: Numbers
    best: Numbers
    """[0] tour, [1] position; here and not in variables, because numba compiles a second time for a literal -1."""


@compiled
def chance(dice: Numbers) -> float:
    """Return a random number from 0 up to 1. L'Ecuyer's combined generator (1988)."""
    dice[0] = dice[0] * 40014 % 2147483563
    dice[1] = dice[1] * 40692 % 2147483399
    return ((dice[0] - dice[1]) % 2147483562) / 2147483562.0


@compiled
def blinks(dice: Numbers) -> bool:
    """Tell whether a good place is overlooked this time, so that not always the same is chosen."""
    dice[2] -= 1
    if dice[2] >= 0:
        return False
    dice[2] = int(math.log(chance(dice) + 1e-12) / math.log(1.0 - BLINK))
    return True


# One rule a function.


@compiled
def leg_s(travel: Numbers, speed: int, one: int, other: int) -> int:
    """Return the seconds of a leg, as a whole number that may be subtracted from: 16 bits have no sign."""
    return 0 + travel[speed, one, other]


@compiled
def first_start(given: Given, job: int, day: int, arrive: int) -> int:
    """Return when the job can begin for someone who arrives then."""
    for window in range(given.timing[job, day, WINDOWS]):
        if arrive <= given.windows[job, day, window, CLOSES]:
            return max(arrive, given.windows[job, day, window, OPENS])
    return NEVER


@compiled
def latest_arrival(given: Given, job: int, day: int, by: int) -> int:
    """Return the latest arrival from which the job is done by then."""
    start = by - given.jobs[job, SERVICE]
    for window in range(given.timing[job, day, WINDOWS] - 1, -1, -1):
        if given.windows[job, day, window, OPENS] <= start:
            return min(start, given.windows[job, day, window, CLOSES])
    return -NEVER


@compiled
def price_of_start(given: Given, job: int, day: int, start: int) -> int:
    """Return what it costs that the job begins then: an unwanted window, lateness, moved against the present plan."""
    price = 0
    for window in range(given.timing[job, day, WINDOWS]):
        if start <= given.windows[job, day, window, CLOSES]:
            price = given.windows[job, day, window, WINDOW_PRICE]
            break
    late = start - given.timing[job, day, DUE]
    if late > 0:
        price += given.jobs[job, LATE_PRICE] * late // 60
    if given.timing[job, day, PLANNED] != NEVER:
        moved = abs(start - given.timing[job, day, PLANNED]) - given.switches[TOLERANCE]
        if moved > 0:
            price += given.jobs[job, MOVED_PRICE] * moved // 60
    return price


@compiled
def free_until(given: Given, job: int, day: int, start: int) -> int:
    """Return up to which start the job still costs nothing in this window, -NEVER if it costs something now."""
    if price_of_start(given, job, day, start) > 0:
        return -NEVER
    until = given.timing[job, day, DUE]
    if given.timing[job, day, PLANNED] != NEVER and given.jobs[job, MOVED_PRICE] > 0:
        until = min(until, given.timing[job, day, PLANNED] + given.switches[TOLERANCE])
    for window in range(given.timing[job, day, WINDOWS]):
        if start <= given.windows[job, day, window, CLOSES]:
            return min(until, given.windows[job, day, window, CLOSES])
    return -NEVER


@compiled
def arrive_rested(given: Given, tour: int, leave: int, leg: int) -> int:
    """Return when a leg is over with the break on it: on arrival or, if that is too late, before driving off."""
    begin = max(leave + leg, given.tours[tour, REST_FROM])
    if begin <= given.tours[tour, REST_TO]:
        return begin + given.tours[tour, REST_S]
    begin = max(leave, given.tours[tour, REST_FROM])
    if begin <= given.tours[tour, REST_TO]:
        return begin + given.tours[tour, REST_S] + leg
    return NEVER


@compiled
def latest_leave_resting(given: Given, tour: int, arrive: int, leg: int) -> int:
    """Return the latest start of a leg with the break on it that is over by `arrive`."""
    rest = given.tours[tour, REST_S]
    latest = -NEVER
    if given.tours[tour, REST_FROM] + rest <= arrive:
        latest = min(given.tours[tour, REST_TO], arrive - rest) - leg
    if given.tours[tour, REST_FROM] + rest + leg <= arrive:
        latest = max(latest, min(given.tours[tour, REST_TO], arrive - rest - leg))
    return latest


@compiled
def fairness_price(given: Given, work: int) -> int:
    """Return what a shift's work costs so that it is spread: the price times hours squared."""
    return given.switches[FAIRNESS] * work * work // 12960000


@compiled
def may_hold(given: Given, cache: Cache, job: int, tour: int) -> bool:
    """Tell whether the relations to other jobs let the job into the tour."""
    person = given.tours[tour, PERSON]
    people = cache.same_held.shape[1] - 1
    for n in range(given.same.shape[1]):
        group = given.same[job, n]
        if group >= 0 and cache.same_held[group, people] != cache.same_held[group, person]:
            return False
    for n in range(given.most.shape[1]):
        group = given.most[job, n]
        if group >= 0 and cache.most_held[group, tour] >= given.most_count[group]:
            return False
    return True


@compiled
def hold(given: Given, cache: Cache, job: int, tour: int, change: int) -> None:
    """Note that the tour holds the job (change 1), or no longer does (-1)."""
    people = cache.same_held.shape[1] - 1
    for n in range(given.same.shape[1]):
        group = given.same[job, n]
        if group >= 0:
            cache.same_held[group, given.tours[tour, PERSON]] += change
            cache.same_held[group, people] += change
    for n in range(given.most.shape[1]):
        group = given.most[job, n]
        if group >= 0:
            cache.most_held[group, tour] += change


@compiled
def is_moved(given: Given, job: int, tour: int) -> int:
    """Return 1 if the present plan gives the job to someone else."""
    before = given.jobs[job, PRESENT_PERSON]
    return 1 if before >= 0 and before != given.tours[tour, PERSON] else 0


# A route.


@compiled
def lay_out(given: Given, state: State, tour: int) -> None:
    """Compute all that is kept about a route from the order of its jobs."""
    go_forward(given, state, tour)
    go_backward(given, state, tour)


@compiled
def go_forward(given: Given, state: State, tour: int) -> None:
    """Compute the earliest times and the totals."""
    stops, tours, jobs = state.stops, given.tours, given.jobs
    count = state.totals[tour, COUNT]
    set_off(given, state, tour)
    pairs, travel, service, load = 0, 0, 0, 0
    for position in range(1, count + 1):
        job = state.order[tour, position - 1]
        go_on(given, state, tour, position)
        travel += stops[tour, position, LEG]
        service += jobs[job, SERVICE]
        load += jobs[job, LOAD]
        pairs += given.pair[job, tour]
    end = count + 1
    here, there = stops[tour, count, AT], tours[tour, END_PLACE]
    leg = leg_s(given.travel, tours[tour, SPEED], here, there) if count > 0 else 0
    travel += leg
    stops[tour, end, AT] = there
    stops[tour, end, LEG] = leg
    stops[tour, end, ARRIVE] = stops[tour, count, LEAVE] + leg
    stops[tour, end, ARRIVE_RESTED] = stops[tour, count, LEAVE_RESTED] + leg
    times = 0
    if given.switches[ANY_PRICED] > 0 and count > 0:
        times = price_at_end(
            given,
            tour,
            leg,
            stops[tour, count, LEAVE],
            stops[tour, count, PAID],
            stops[tour, count, LEAVE_RESTED],
            stops[tour, count, PAID_RESTED],
        )
    totals = state.totals
    totals[tour, TRAVEL] = travel
    totals[tour, WORK] = travel + service
    totals[tour, LOADED] = load
    totals[tour, TIMES] = times
    totals[tour, COST] = travel + pairs + times + fairness_price(given, travel + service)


@compiled
def set_off(given: Given, state: State, tour: int) -> None:
    """Compute the start of a day."""
    stops = state.stops
    stops[tour, 0, AT] = given.tours[tour, START_PLACE]
    stops[tour, 0, LEAVE] = given.tours[tour, START]
    stops[tour, 0, LEAVE_RESTED] = NEVER
    stops[tour, 0, PAID] = 0
    stops[tour, 0, PAID_RESTED] = 0


@compiled
def go_on(given: Given, state: State, tour: int, position: int) -> None:
    """Compute the earliest times at a stop from the stop before, on both ways through the day."""
    stops = state.stops
    job = state.order[tour, position - 1]
    before = position - 1
    day, service = given.tours[tour, DAY], given.jobs[job, SERVICE]
    priced = given.timing[job, day, PRICED] > 0
    there = given.jobs[job, PLACE]
    leg = leg_s(given.travel, given.tours[tour, SPEED], stops[tour, before, AT], there)
    leave, paid = stops[tour, before, LEAVE], stops[tour, before, PAID]
    stops[tour, position, AT] = there
    stops[tour, position, LEG] = leg
    if given.tours[tour, REST_S] > 0:
        paid_rested = stops[tour, before, PAID_RESTED]
        arrive_then = stops[tour, before, LEAVE_RESTED] + leg
        start_then = first_start(given, job, day, arrive_then)
        arrive_now = arrive_rested(given, tour, leave, leg)
        start_now = first_start(given, job, day, arrive_now)
        if start_now < start_then or (start_now == start_then and paid < paid_rested):
            arrive_then, start_then, paid_rested = arrive_now, start_now, paid
        if priced and start_then < NEVER:
            paid_rested += price_of_start(given, job, day, start_then)
        stops[tour, position, ARRIVE_RESTED] = arrive_then
        stops[tour, position, LEAVE_RESTED] = min(NEVER, start_then + service)
        stops[tour, position, PAID_RESTED] = paid_rested
    start = first_start(given, job, day, leave + leg)
    if priced and start < NEVER:
        paid += price_of_start(given, job, day, start)
    stops[tour, position, ARRIVE] = leave + leg
    stops[tour, position, LEAVE] = min(NEVER, start + service)
    stops[tour, position, PAID] = paid


@compiled
def price_at_end(given: Given, tour: int, leg: int, leave: int, paid: int, leave_rested: int, paid_rested: int) -> int:
    """Return the price of the cheapest way home: without a break if it is early enough, after it, or with it."""
    tours = given.tours
    if tours[tour, REST_S] == 0:
        return paid
    price = IMPOSSIBLE
    if leave + leg <= min(tours[tour, END], tours[tour, REST_TO]):
        price = paid
    if leave_rested + leg <= tours[tour, END]:
        price = min(price, paid_rested)
    if arrive_rested(given, tour, leave, leg) <= tours[tour, END]:
        price = min(price, paid)
    return price


@compiled
def go_backward(given: Given, state: State, tour: int) -> None:
    """Compute the latest times."""
    stops, tours = state.stops, given.tours
    count = state.totals[tour, COUNT]
    day = tours[tour, DAY]
    rests = tours[tour, REST_S] > 0
    priced = given.switches[ANY_PRICED] > 0
    latest_rested = tours[tour, END]
    latest = min(latest_rested, tours[tour, REST_TO]) if rests else latest_rested
    free, free_rested = NEVER, NEVER
    end = count + 1
    stops[tour, end, LATEST] = latest
    stops[tour, end, LATEST_RESTED] = latest_rested
    stops[tour, end, FREE] = free
    stops[tour, end, FREE_RESTED] = free_rested
    for position in range(count, 0, -1):
        job = state.order[tour, position - 1]
        leg = stops[tour, position + 1, LEG]
        by = latest - leg
        if rests:
            by = max(by, latest_leave_resting(given, tour, latest_rested, leg))
            latest_rested = latest_arrival(given, job, day, latest_rested - leg)
            stops[tour, position, LATEST_RESTED] = latest_rested
        latest = latest_arrival(given, job, day, by)
        stops[tour, position, LATEST] = latest
        if priced:
            service = given.jobs[job, SERVICE]
            free = free_arrival(given, job, day, stops[tour, position, LEAVE] - service, free - leg)
            stops[tour, position, FREE] = free
            if rests:
                start = stops[tour, position, LEAVE_RESTED] - service
                free_rested = free_arrival(given, job, day, start, free_rested - leg)
                stops[tour, position, FREE_RESTED] = free_rested


@compiled
def free_arrival(given: Given, job: int, day: int, start: int, by: int) -> int:
    """Return up to which arrival neither the job, now at `start`, nor what follows it costs more."""
    by = latest_arrival(given, job, day, by)
    if given.timing[job, day, PRICED] > 0:
        return min(by, free_until(given, job, day, start))
    return by


@compiled
def price_with(given: Given, state: State, tour: int, place: int, job: int, enough: int) -> int:
    """Return what the times of the route cost with a job put in at `place`; at least `enough` if it is too much."""
    stops, tours = state.stops, given.tours
    count = state.totals[tour, COUNT]
    speed, day = tours[tour, SPEED], tours[tour, DAY]
    rests = tours[tour, REST_S] > 0
    leave, paid = stops[tour, place, LEAVE], stops[tour, place, PAID]
    leave_rested, paid_rested = stops[tour, place, LEAVE_RESTED], stops[tour, place, PAID_RESTED]
    here = stops[tour, place, AT]
    for position in range(place, count + 1):
        now = job if position == place else state.order[tour, position - 1]
        there = given.jobs[now, PLACE]
        leg = stops[tour, position, LEG] if position > place + 1 else leg_s(given.travel, speed, here, there)
        here = there
        priced = given.timing[now, day, PRICED] > 0
        if rests:
            start = first_start(given, now, day, leave_rested + leg)
            start_now = first_start(given, now, day, arrive_rested(given, tour, leave, leg))
            if start_now < start or (start_now == start and paid < paid_rested):
                start, paid_rested = start_now, paid
            if priced and start < NEVER:
                paid_rested += price_of_start(given, now, day, start)
            leave_rested = min(NEVER, start + given.jobs[now, SERVICE])
        start = first_start(given, now, day, leave + leg)
        if priced and start < NEVER:
            paid += price_of_start(given, now, day, start)
        leave = min(NEVER, start + given.jobs[now, SERVICE])
        if (min(paid, paid_rested) if rests else paid) >= enough:
            return enough
        if position > place and leave == stops[tour, position, LEAVE]:
            more = paid - stops[tour, position, PAID]
            if not rests:
                return state.totals[tour, TIMES] + more
            more_rested = paid_rested - stops[tour, position, PAID_RESTED]
            if leave_rested == stops[tour, position, LEAVE_RESTED] and more == more_rested:
                return state.totals[tour, TIMES] + more
    end = tours[tour, END_PLACE]
    leg = stops[tour, count + 1, LEG] if place < count else leg_s(given.travel, speed, here, end)
    return price_at_end(given, tour, leg, leave, paid, leave_rested, paid_rested)


@compiled
def cheapest_place(
    given: Given, state: State, tour: int, job: int, bound: int, dice: Numbers, blinking: bool
) -> tuple[int, int]:
    """Return the cost and the position of the best place in the route that is cheaper than `bound`, else -1."""
    stops, tours, totals = state.stops, given.tours, state.totals
    best = -1
    if totals[tour, LOADED] + given.jobs[job, LOAD] > tours[tour, MAX_LOAD]:
        return bound, best
    speed, day = tours[tour, SPEED], tours[tour, DAY]
    rests = tours[tour, REST_S] > 0
    priced = given.switches[ANY_PRICED] > 0
    fair = given.switches[FAIRNESS] > 0
    count, times = totals[tour, COUNT], totals[tour, TIMES]
    most = min(
        tours[tour, MAX_TRAVEL] - totals[tour, TRAVEL],
        tours[tour, MAX_WORK] - totals[tour, WORK] - given.jobs[job, SERVICE],
    )
    place, service = given.jobs[job, PLACE], given.jobs[job, SERVICE]
    last = given.timing[job, day, LAST]
    pair = given.pair[job, tour]
    for position in range(tours[tour, FIXED], count + 1):
        there = leg_s(given.travel_back, speed, place, stops[tour, position, AT])
        arrive = stops[tour, position, LEAVE] + there
        if stops[tour, position, LEAVE] > last:
            break
        if arrive > last:
            continue
        onward = leg_s(given.travel, speed, place, stops[tour, position + 1, AT])
        detour = there + onward - stops[tour, position + 1, LEG]
        cost = detour + pair
        if fair:
            work = totals[tour, WORK]
            cost += fairness_price(given, work + detour + service) - fairness_price(given, work)
        if priced:
            paid = stops[tour, position, PAID]
            if rests:
                paid = min(paid, stops[tour, position, PAID_RESTED])
            if cost + paid - times >= bound:
                continue
        elif cost >= bound:
            continue
        if detour > most:
            continue
        start = first_start(given, job, day, arrive)
        after = start + service + onward
        if after > stops[tour, position + 1, LATEST]:
            if not rests:
                continue
            latest = stops[tour, position + 1, LATEST_RESTED]
            if arrive_rested(given, tour, start + service, onward) > latest:
                arrive_then = min(
                    stops[tour, position, LEAVE_RESTED] + there,
                    arrive_rested(given, tour, stops[tour, position, LEAVE], there),
                )
                if first_start(given, job, day, arrive_then) + service + onward > latest:
                    continue
        if priced:
            cost -= times
            if not rests and after <= stops[tour, position + 1, FREE] and after >= stops[tour, position + 1, ARRIVE]:
                cost += stops[tour, position, PAID]
                if given.timing[job, day, PRICED] > 0:
                    cost += price_of_start(given, job, day, start)
            else:
                cost += price_with(given, state, tour, position, job, bound - cost)
            if cost >= bound:
                continue
        if blinking and blinks(dice):
            continue
        bound = cost
        best = position
    return bound, best


@compiled
def is_possible(given: Given, state: State, tour: int) -> bool:
    """Tell whether a route that is laid out keeps its times and limits."""
    stops, tours, totals = state.stops, given.tours, state.totals
    if totals[tour, COUNT] == 0:
        return True
    if totals[tour, TRAVEL] > tours[tour, MAX_TRAVEL] or totals[tour, WORK] > tours[tour, MAX_WORK]:
        return False
    leave, leg = stops[tour, 0, LEAVE], stops[tour, 1, LEG]
    if leave + leg <= stops[tour, 1, LATEST]:
        return True
    return tours[tour, REST_S] > 0 and arrive_rested(given, tour, leave, leg) <= stops[tour, 1, LATEST_RESTED]


@compiled
def put(given: Given, state: State, tour: int, position: int, job: int) -> None:
    """Insert a job into a route."""
    count = state.totals[tour, COUNT]
    for n in range(count, position, -1):
        state.order[tour, n] = state.order[tour, n - 1]
    state.order[tour, position] = job
    state.totals[tour, COUNT] = count + 1
    lay_out(given, state, tour)


@compiled
def copy_route(source: State, target: State, tour: int) -> None:
    """Make a route of `target` equal to that of `source`."""
    count = source.totals[tour, COUNT]
    for n in range(count):
        target.order[tour, n] = source.order[tour, n]
    for n in range(count + 2):
        for part in range(STOP_FIELDS):
            target.stops[tour, n, part] = source.stops[tour, n, part]
    for part in range(TOTALS):
        target.totals[tour, part] = source.totals[tour, part]


# Whole plans.


@entry
def set_up(given: Given, state: State, cache: Cache, progress: Progress) -> None:
    """Lay out all routes, note who holds what, where each job is and how many are moved."""
    for tour in range(given.tours.shape[0]):
        lay_out(given, state, tour)
        for position in range(state.totals[tour, COUNT]):
            job = state.order[tour, position]
            hold(given, cache, job, tour, 1)
            progress.tour_of[job] = tour
            progress.counts[MOVED] += is_moved(given, job, tour)


@entry
def offers(given: Given, state: State, cache: Cache, progress: Progress, job: int, found: Numbers) -> None:
    """Find the best place for a job in each route: its cost, IMPOSSIBLE if there is none, and its position."""
    for tour in range(given.tours.shape[0]):
        found[tour, 0], found[tour, 1] = IMPOSSIBLE, -1
        if given.pair[job, tour] < IMPOSSIBLE and may_hold(given, cache, job, tour):
            cost, place = cheapest_place(given, state, tour, job, IMPOSSIBLE, progress.dice, False)
            found[tour, 0], found[tour, 1] = cost, place


@entry
def least_travel(given: Given, tour: int, visits: Numbers, table: Numbers) -> None:
    """Fill table[set, last]: the least travel from visit `last` through the visits of the set and home, without times.

    Held and Karp (1962). A set is a number with a bit for each visit.
    """
    speed, end = given.tours[tour, SPEED], given.tours[tour, END_PLACE]
    count = visits.shape[0]
    for last in range(count):
        table[0, last] = leg_s(given.travel, speed, given.jobs[visits[last], PLACE], end)
    for rest in range(1, 1 << count):
        for last in range(count):
            least = IMPOSSIBLE
            if rest & (1 << last) == 0:
                here = given.jobs[visits[last], PLACE]
                for visit in range(count):
                    if rest & (1 << visit) != 0:
                        leg = leg_s(given.travel, speed, here, given.jobs[visits[visit], PLACE])
                        least = min(least, leg + table[rest & ~(1 << visit), visit])
            table[rest, last] = least


@entry
def best_order(
    given: Given, state: State, tour: int, visits: Numbers, table: Numbers, bound: int, tried: Numbers, best: Numbers
) -> int:
    """Find the order of all visits in a route that costs least if that is below `bound`; return the least cost.

    It goes through all orders, except for beginnings that cost too much: what is still to be driven at least stands in
    `table`, see `least_travel`. `tried[depth]` is the next visit to try there.
    """
    stops, count = state.stops, visits.shape[0]
    set_off(given, state, tour)
    speed, end = given.tours[tour, SPEED], given.tours[tour, END_PLACE]
    travelled, depth, rest = 0, 0, (1 << count) - 1
    tried[0] = 0
    while depth >= 0:
        visit = tried[depth]
        if visit == count:
            depth -= 1
            if depth >= 0:
                rest |= 1 << (tried[depth] - 1)
                travelled -= stops[tour, depth + 1, LEG]
            continue
        tried[depth] = visit + 1
        if rest & (1 << visit) == 0:
            continue
        position = depth + 1
        state.order[tour, depth] = visits[visit]
        go_on(given, state, tour, position)
        leave, paid = stops[tour, position, LEAVE], stops[tour, position, PAID]
        leave_rested, paid_rested = NEVER, IMPOSSIBLE
        if given.tours[tour, REST_S] > 0:
            leave_rested, paid_rested = stops[tour, position, LEAVE_RESTED], stops[tour, position, PAID_RESTED]
        if leave >= NEVER and leave_rested >= NEVER:
            continue
        after = rest & ~(1 << visit)
        least = travelled + stops[tour, position, LEG] + table[after, visit]
        if least + min(paid, paid_rested) >= bound:
            continue
        if after != 0:
            travelled += stops[tour, position, LEG]
            rest = after
            depth += 1
            tried[depth] = 0
            continue
        leg = leg_s(given.travel, speed, stops[tour, position, AT], end)
        price = price_at_end(given, tour, leg, leave, paid, leave_rested, paid_rested)
        if price < IMPOSSIBLE and least + price < bound and is_home_in_time(given, tour, leg, leave, leave_rested):
            bound = least + price
            for n in range(count):
                best[n] = state.order[tour, n]
    return bound


@compiled
def is_home_in_time(given: Given, tour: int, leg: int, leave: int, leave_rested: int) -> bool:
    """Tell whether some way ends within the shift."""
    end = given.tours[tour, END]
    if given.tours[tour, REST_S] == 0:
        return leave + leg <= end
    before_rest = leave + leg <= min(end, given.tours[tour, REST_TO])
    return before_rest or leave_rested + leg <= end or arrive_rested(given, tour, leave, leg) <= end


# An iteration.


@compiled
def ruin(
    given: Given, current: State, trial: State, cache: Cache, progress: Progress, scratch: Scratch
) -> tuple[int, int]:
    """Take strings of neighbouring jobs out of some routes around a random job; return how many jobs and routes."""
    dice, tour_of, order = progress.dice, progress.tour_of, current.order
    jobs = given.jobs.shape[0]
    used = 0
    for tour in range(given.tours.shape[0]):
        if current.totals[tour, COUNT] > 0:
            used += 1
    mean = max(1.0, (jobs - progress.counts[N_LEFT_OUT]) / max(1, used))
    longest = min(float(STRING_LENGTH), mean)
    wanted = int(chance(dice) * (4.0 * REMOVED_ON_AVERAGE / (1.0 + longest) - 1.0) + 1.0)
    whole = chance(dice) < WHOLE_ROUTE
    if whole:
        wanted = max(wanted, 4)
        if chance(dice) < 0.5:
            longest = mean
    focus = progress.counts[FOCUS]
    seed = int(chance(dice) * jobs) if focus < 0 else given.near[focus, int(chance(dice) * given.near.shape[1])]
    removed, touched = 0, 0
    for n in range(-1, given.near.shape[1]):
        centre = seed if n < 0 else given.near[seed, n]
        tour = tour_of[centre]
        if tour < 0 or scratch.touched[tour] > 0:
            continue
        count, fixed = current.totals[tour, COUNT], given.tours[tour, FIXED]
        at = 0
        while order[tour, at] != centre:
            at += 1
        if at < fixed:
            continue
        movable = count - fixed
        kept_from, kept_to = -1, -1
        if whole and touched == 0:
            begin, length = fixed, movable
        else:
            length = min(movable, int(1.0 + chance(dice) * min(float(movable), longest)))
            kept = 0
            if 1 < length < movable and chance(dice) < 0.5:
                kept = 1
                while length + kept < movable and chance(dice) < 0.5:
                    kept += 1
            lowest = max(fixed, at - length - kept + 1)
            highest = min(at, count - length - kept)
            begin = lowest + int(chance(dice) * (highest - lowest + 1))
            if kept > 0:
                kept_from = begin + 1 + int(chance(dice) * (length - 1))
                kept_to = kept_from + kept
            length += kept
        filled, removed_before = begin, removed
        for position in range(begin, count):
            job = order[tour, position]
            if position < begin + length and not kept_from <= position < kept_to:
                scratch.pool[removed] = job
                removed += 1
                if given.switches[ANY_RELATED] > 0:
                    hold(given, cache, job, tour, -1)
            else:
                trial.order[tour, filled] = job
                filled += 1
        trial.totals[tour, COUNT] = filled
        lay_out(given, trial, tour)
        if not is_possible(given, trial, tour):
            # Without a stop it takes longer: that the straight way is the shortest is not true of roads.
            for n_back in range(removed_before, removed):
                if given.switches[ANY_RELATED] > 0:
                    hold(given, cache, scratch.pool[n_back], tour, 1)
            removed = removed_before
            copy_route(current, trial, tour)
            continue
        scratch.touched[tour] = 1
        scratch.touched_list[touched] = tour
        touched += 1
        if touched >= wanted:
            break
    return removed, touched


@compiled
def choose_left_out(progress: Progress, scratch: Scratch, removed: int) -> int:
    """Add jobs left out to the pool, at random if there are many; return how many. They come first in the list."""
    counts, left_out = progress.counts, progress.left_out
    tried = counts[N_LEFT_OUT]
    if tried > TRIED_AGAIN:
        for n in range(TRIED_AGAIN):
            other = n + int(chance(progress.dice) * (tried - n))
            job = left_out[n]
            left_out[n] = left_out[other]
            left_out[other] = job
        tried = TRIED_AGAIN
    for n in range(tried):
        scratch.pool[removed + n] = left_out[n]
    return tried


@compiled
def sort_pool(given: Given, dice: Numbers, scratch: Scratch, size: int) -> None:
    """Put the pool into one of several orders, chosen at random: the order decides who gets the good places."""
    way = int(chance(dice) * 8)
    pool, keys = scratch.pool, scratch.keys
    for n in range(size):
        job = pool[n]
        if way <= 2:
            keys[n] = chance(dice)
        elif way == 3:
            keys[n] = given.jobs[job, WIDTH]
        elif way == 4:
            keys[n] = chance(dice) - given.jobs[job, LEFT_OUT]
        elif way == 5:
            keys[n] = chance(dice) + given.jobs[job, CHOICES] - given.jobs[job, LOAD]
        elif way == 6:
            keys[n] = -given.jobs[job, FAR]
        else:
            keys[n] = given.timing[job, 0, LAST]
    for n in range(1, size):
        job, key = pool[n], keys[n]
        before = n - 1
        while before >= 0 and keys[before] > key:
            keys[before + 1] = keys[before]
            pool[before + 1] = pool[before]
            before -= 1
        keys[before + 1] = key
        pool[before + 1] = job


@entry
def recreate(
    given: Given,
    trial: State,
    cache: Cache,
    progress: Progress,
    scratch: Scratch,
    size: int,
    touched: int,
    blinking: bool,
) -> tuple[int, int]:
    """Insert each job of the pool where it is cheapest; return how many routes are touched and how many jobs failed."""
    dice, places, totals, best = progress.dice, cache.places, trial.totals, scratch.best
    related = given.switches[ANY_RELATED] > 0
    failures = 0
    for n in range(size):
        job = scratch.pool[n]
        bound = min(IMPOSSIBLE, given.jobs[job, LEFT_OUT] + 1)
        best[0] = -1
        progress.counts[STAMP] += 1
        stamp = progress.counts[STAMP]
        for choice in range(given.jobs[job, CHOICES]):
            tour = given.choices[job, choice]
            if scratch.touched[tour] > 0:
                continue
            if totals[tour, COUNT] == 0:
                if cache.tried[given.tours[tour, ALIKE]] == stamp:
                    continue
                cache.tried[given.tours[tour, ALIKE]] = stamp
            if places[job, tour, AT_VERSION] != totals[tour, VERSION]:
                cost, place = cheapest_place(given, trial, tour, job, IMPOSSIBLE, dice, False)
                places[job, tour, AT_VERSION] = totals[tour, VERSION]
                places[job, tour, CHEAPEST] = cost
                places[job, tour, POSITION] = place
            cost = places[job, tour, CHEAPEST]
            if cost >= bound or (related and not may_hold(given, cache, job, tour)):
                continue
            if blinking and blinks(dice):
                continue
            bound = cost
            best[0], best[1] = tour, places[job, tour, POSITION]
        for choice in range(touched):
            tour = scratch.touched_list[choice]
            if given.pair[job, tour] >= IMPOSSIBLE or (related and not may_hold(given, cache, job, tour)):
                continue
            cost, place = cheapest_place(given, trial, tour, job, bound, dice, blinking)
            if place >= 0:
                bound = cost
                best[0], best[1] = tour, place
        best_tour = best[0]
        if best_tour < 0:
            scratch.failed[failures] = job
            failures += 1
            continue
        if scratch.touched[best_tour] == 0:
            scratch.touched[best_tour] = 1
            scratch.touched_list[touched] = best_tour
            touched += 1
        put(given, trial, best_tour, best[1], job)
        if related:
            hold(given, cache, job, best_tour, 1)
    return touched, failures


@compiled
def take_over(current: State, trial: State, progress: Progress, scratch: Scratch, touched: int) -> None:
    """Make the trial the current plan."""
    counts, tour_of = progress.counts, progress.tour_of
    for n in range(touched):
        tour = scratch.touched_list[n]
        scratch.touched[tour] = 0
        count = trial.totals[tour, COUNT]
        same = count == current.totals[tour, COUNT]
        position = 0
        while same and position < count:
            same = current.order[tour, position] == trial.order[tour, position]
            position += 1
        if same:
            continue
        counts[VERSIONS] += 1
        trial.totals[tour, VERSION] = counts[VERSIONS]
        copy_route(trial, current, tour)
    for n in range(touched):
        tour = scratch.touched_list[n]
        for position in range(current.totals[tour, COUNT]):
            tour_of[current.order[tour, position]] = tour


@compiled
def give_up(given: Given, current: State, trial: State, cache: Cache, scratch: Scratch, touched: int) -> None:
    """Make the trial equal to the current plan again."""
    related = given.switches[ANY_RELATED] > 0
    for n in range(touched):
        tour = scratch.touched_list[n]
        scratch.touched[tour] = 0
        if related:
            for position in range(trial.totals[tour, COUNT]):
                hold(given, cache, trial.order[tour, position], tour, -1)
            for position in range(current.totals[tour, COUNT]):
                hold(given, cache, current.order[tour, position], tour, 1)
        copy_route(current, trial, tour)


@compiled
def moved_more(given: Given, current: State, trial: State, scratch: Scratch, touched: int) -> int:
    """Return by how many more jobs the trial gives to someone else than in the present plan."""
    more = 0
    for n in range(touched):
        tour = scratch.touched_list[n]
        for position in range(trial.totals[tour, COUNT]):
            more += is_moved(given, trial.order[tour, position], tour)
        for position in range(current.totals[tour, COUNT]):
            more -= is_moved(given, current.order[tour, position], tour)
    return more


@entry
def remember_best(given: Given, current: State, progress: Progress) -> None:
    """Keep the current plan as the best one."""
    progress.counts[BEST] = progress.counts[NOW]
    progress.counts[BEST_LEFT_OUT] = progress.counts[N_LEFT_OUT]
    for tour in range(given.tours.shape[0]):
        if progress.best_version[tour] == current.totals[tour, VERSION]:
            continue
        progress.best_version[tour] = current.totals[tour, VERSION]
        count = current.totals[tour, COUNT]
        progress.best_count[tour] = count
        for position in range(count):
            progress.best_order[tour, position] = current.order[tour, position]


@entry
def iterate(
    given: Given, current: State, trial: State, cache: Cache, progress: Progress, scratch: Scratch, iterations: int
) -> None:
    """Run some iterations. `current` and `trial` are equal before and after; the temperature goes on falling."""
    counts, left_out = progress.counts, progress.left_out
    for _ in range(iterations):
        removed, touched = ruin(given, current, trial, cache, progress, scratch)
        tried = choose_left_out(progress, scratch, removed)
        change = 0
        for n in range(tried):
            change -= given.jobs[left_out[n], LEFT_OUT]
        sort_pool(given, progress.dice, scratch, removed + tried)
        touched, failures = recreate(given, trial, cache, progress, scratch, removed + tried, touched, True)
        for n in range(failures):
            change += given.jobs[scratch.failed[n], LEFT_OUT]
        for n in range(touched):
            tour = scratch.touched_list[n]
            change += trial.totals[tour, COST] - current.totals[tour, COST]
        accepted = change <= 0 or change < -progress.heat[0] * math.log(chance(progress.dice) + 1e-15)
        if accepted and given.switches[MAX_MOVED] < NEVER:
            more = moved_more(given, current, trial, scratch, touched)
            accepted = more <= 0 or counts[MOVED] + more <= given.switches[MAX_MOVED]
            if accepted:
                counts[MOVED] += more
        if accepted:
            take_over(current, trial, progress, scratch, touched)
            for n in range(tried, counts[N_LEFT_OUT]):
                left_out[n - tried] = left_out[n]
            counts[N_LEFT_OUT] -= tried
            for n in range(failures):
                left_out[counts[N_LEFT_OUT]] = scratch.failed[n]
                progress.tour_of[scratch.failed[n]] = -1
                counts[N_LEFT_OUT] += 1
            counts[NOW] += change
            if counts[NOW] < counts[BEST]:
                remember_best(given, current, progress)
        else:
            give_up(given, current, trial, cache, scratch, touched)
        counts[ITERATION] += 1
        progress.heat[0] *= progress.heat[1]
