"""Small problems on a line: places are numbers, the way between two is as many minutes as they are apart."""

from typing import Any

import numpy as np

from domain.routing.problem import Job, Person, Problem, Shift

MINUTE, HOUR = 60, 3600
EIGHT, TEN, TWELVE, FOURTEEN, SIXTEEN, SEVENTEEN = (hour * HOUR for hour in (8, 10, 12, 14, 16, 17))
PLACES = 121


def shift(**changes: Any) -> Shift:
    return Shift(**{"start_s": EIGHT, "end_s": SEVENTEEN, "start_place": 0, "end_place": 0} | changes)


def person(name: str = "ann", **changes: Any) -> Person:
    return Person(**{"id": name, "shifts": (shift(),)} | changes)


def job(name: str, place: int = 10, **changes: Any) -> Job:
    return Job(**{"id": name, "place": place, "service_s": 30 * MINUTE} | changes)


def on_a_line() -> Any:
    places = np.arange(PLACES)
    return (abs(places[:, None] - places[None, :]) * MINUTE).astype(np.int32)


def problem(*jobs: Job, people: tuple[Person, ...] | None = None, **changes: Any) -> Problem:
    return Problem(**{"people": people or (person(),), "jobs": jobs, "travel_s": on_a_line()} | changes)
