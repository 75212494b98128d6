"""Why a job is left out, in words: the narrowest circle of people in which nobody is left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from domain.routing.evaluate import Evaluator, Rule, Segment, clock
from domain.routing.problem import MAX_TIME_S, Job


class Obstacle(StrEnum):
    """What stands in the way of a job."""

    SKILL = "skill"
    PERSON = "person"
    RADIUS = "radius"
    DAY = "day"
    HOURS = "hours"
    BUSY = "busy"
    RELATION = "relation"
    PRICE = "price"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Why a job is left out. `people` are those who were considered last: who could do it, but for this obstacle."""

    job: str
    obstacle: Obstacle
    people: tuple[str, ...]
    sentences: Mapping[str, str]

    def in_words(self, language: str = "en") -> str:
        """Return the sentence in this language, English if there is none."""
        return self.sentences.get(language, self.sentences["en"])


WORDS = {
    "en": {
        "who": "no one",
        "among": "none of {people}",
        "with": " with {skills}",
        "level": "{name} level {level}",
        "and": " and ",
        "or": " or ",
        "between": " between {start} and {end}",
        "within": " within {km} km",
        Obstacle.SKILL: "{who} has {skills}",
        Obstacle.PERSON: "{who}{with_} may do it",
        Obstacle.RADIUS: "{who}{with_} starts near enough",
        Obstacle.DAY: "{who}{with_} works on a day on which it may be{within}",
        Obstacle.HOURS: "{who}{with_} works{between}{within}",
        Obstacle.BUSY: "{who}{with_} is free{between}{within}",
        Obstacle.RELATION: "{who}{with_} is free{between}{within} without breaking a rule about several jobs",
        Obstacle.PRICE: "it would cost {cost} to have it done by {people}, more than {price} for leaving it out",
    },
    "de": {
        "who": "niemand",
        "among": "von {people} niemand",
        "with": " mit {skills}",
        "level": "{name} Stufe {level}",
        "and": " und ",
        "or": " oder ",
        "between": " zwischen {start} und {end}",
        "within": " im Umkreis von {km} km",
        Obstacle.SKILL: "{who} hat {skills}",
        Obstacle.PERSON: "{who}{with_} darf es tun",
        Obstacle.RADIUS: "{who}{with_} beginnt nah genug",
        Obstacle.DAY: "{who}{with_} arbeitet an einem möglichen Tag{within}",
        Obstacle.HOURS: "{who}{with_} arbeitet{between}{within}",
        Obstacle.BUSY: "{who}{with_} ist{between}{within} frei",
        Obstacle.RELATION: "{who}{with_} ist{between}{within} frei, ohne eine Regel über mehrere Aufträge zu verletzen",
        Obstacle.PRICE: "es durch {people} erledigen zu lassen kostet {cost}, mehr als {price} fürs Auslassen",
    },
}


def reason(evaluator: Evaluator, routes: Sequence[Sequence[int]], job: int) -> Reason:
    """Return why the plan leaves out the job; the routes are those of the plan, one for each tour."""
    problem, task = evaluator.problem, evaluator.problem.jobs[job]
    tours = list(range(len(problem.tours)))
    circle = tours
    for obstacle, hindering in (
        (Obstacle.SKILL, {Rule.SKILL}),
        (Obstacle.PERSON, {Rule.PERSON}),
        (Obstacle.RADIUS, {Rule.RADIUS}),
        (Obstacle.DAY, {Rule.DAY, Rule.WINDOW}),
    ):
        left = [tour for tour in circle if not _is_hindered(evaluator, job, tour, hindering)]
        if not left:
            return _told(evaluator, task, job, obstacle, circle)
        circle = left
    at_work = [tour for tour in circle if _is_at_work(evaluator, job, tour)]
    if not at_work:
        return _told(evaluator, task, job, Obstacle.HOURS, circle)
    alone = [tour for tour in at_work if _cheapest(evaluator, routes, job, tour, together=False) is not None]
    if not alone:
        return _told(evaluator, task, job, Obstacle.BUSY, at_work)
    costs = {tour: _cheapest(evaluator, routes, job, tour, together=True) for tour in alone}
    possible = {tour: cost for tour, cost in costs.items() if cost is not None}
    if not possible:
        return _told(evaluator, task, job, Obstacle.RELATION, alone)
    best = min(possible, key=lambda tour: possible[tour])
    return _told(evaluator, task, job, Obstacle.PRICE, [best], cost=possible[best])


def _is_hindered(evaluator: Evaluator, job: int, tour: int, rules: set[Rule]) -> bool:
    return any(violation.rule in rules for violation in evaluator.hindrances(job, tour))


def _is_at_work(evaluator: Evaluator, job: int, tour: int) -> bool:
    """Tell whether the shift could hold the job if it held nothing else but what is fixed."""
    fixed = evaluator.problem.present_routes[tour][: evaluator.problem.fixed[tour]]
    return not any(evaluator.violations_of(tour, evaluator.schedule(tour, [*fixed, job])))


def _cheapest(
    evaluator: Evaluator, routes: Sequence[Sequence[int]], job: int, tour: int, *, together: bool
) -> int | None:
    """Return the least extra cost in this route by the rules, None if it does not fit."""
    route = routes[tour]
    before = sum(evaluator.day_costs(tour, evaluator.schedule(tour, route)).values())
    costs = []
    for place in range(evaluator.problem.fixed[tour], len(route) + 1):
        tried = [*route[:place], job, *route[place:]]
        schedule = evaluator.schedule(tour, tried)
        if any(evaluator.violations_of(tour, schedule)):
            continue
        if together and any(evaluator.broken_relations([*routes[:tour], tried, *routes[tour + 1 :]])):
            continue
        costs.append(sum(evaluator.day_costs(tour, schedule).values()) - before)
    return min(costs, default=None)


def _told(
    evaluator: Evaluator, task: Job, job: int, obstacle: Obstacle, circle: Sequence[int], *, cost: int = 0
) -> Reason:
    tours = [evaluator.problem.tours[tour] for tour in circle]
    people = tuple(dict.fromkeys(tour.person.id for tour in tours))
    radii = [tour.person.radius_m for tour in evaluator.problem.tours if tour.person.radius_m is not None]
    days = dict.fromkeys(tour.shift.day for tour in tours)
    times = [segment for day in days for segment in evaluator.segments(job, day)]
    sentences = {
        language: _sentence(words, task, obstacle, people, max(radii, default=None), times, cost)
        for language, words in WORDS.items()
    }
    return Reason(job=task.id, obstacle=obstacle, people=people, sentences=sentences)


def _sentence(
    words: Mapping[str, str],
    task: Job,
    obstacle: Obstacle,
    people: Sequence[str],
    radius_m: int | None,
    times: Sequence[Segment],
    cost: int,
) -> str:
    levels = [words["level"].format(name=name, level=level) for name, level in sorted(task.skills.items())]
    skills = words["and"].join(levels)
    named = sorted(task.required_people) or ([task.pinned_person] if task.pinned_person else [])
    who = words["among"].format(people=words["or"].join(named)) if named else words["who"]
    if obstacle is Obstacle.PERSON:
        who = words["who"]
    all_day = not times or max(segment.closes for segment in times) >= MAX_TIME_S
    between = ""
    if not all_day:
        start, end = min(segment.opens for segment in times), max(segment.closes for segment in times)
        between = words["between"].format(start=clock(start), end=clock(end))
    text = words[obstacle].format(
        who=who,
        with_=words["with"].format(skills=skills) if skills else "",
        skills=skills,
        between=between,
        within="" if radius_m is None else words["within"].format(km=round(radius_m / 1000)),
        people=words["or"].join(people),
        cost=cost,
        price=task.left_out_price,
    )
    return text[0].upper() + text[1:] + "."
