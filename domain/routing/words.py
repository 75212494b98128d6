"""What the search says of its answers: a stable code with its values, and its words in English and German."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from domain.routing.evaluate import clock


class Obstacle(StrEnum):
    """What stands in the way of a job that is left out."""

    SKILL = "skill"
    PERSON = "person"
    RADIUS = "radius"
    DAY = "day"
    HOURS = "hours"
    BUSY = "busy"
    RELATION = "relation"
    PRICE = "price"


class Merit(StrEnum):
    """What is to be known of a person who could take a job."""

    BEGINS = "begins"
    MORE_DRIVING = "more_driving"
    HAS_SKILL = "has_skill"
    PREFERRED = "preferred"
    OTHERS_LATER = "others_later"
    BACK = "back"


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """Why a job is left out, or what speaks for a person. Of the values those that there are:

    `skills` that the job needs (levels by name), `among` the ids of the only people who may, `people` the ids of those
    who could but for this obstacle, `start_s` and `end_s` (seconds since midnight), `within_m`, `cost` and `price`
    (seconds of travel); of a person: `start_s`, `end_s`, `minutes`, `skill` and `level`, `jobs` (how many others).
    """

    code: Obstacle | Merit
    values: Mapping[str, Any] = field(default_factory=dict)

    def in_words(self, language: str = "en") -> str:
        """Return the text in this language, English if there is none: of an obstacle a sentence, of a merit a part."""
        return _told(self, WORDS.get(language, WORDS["en"]))


WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "who": "no one",
        "among": "none of {people}",
        "with": " with {skills}",
        "level": "{skill} level {level}",
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
        Merit.BEGINS: "begins at {start}",
        Merit.MORE_DRIVING: "{minutes} min more driving",
        Merit.HAS_SKILL: "{skill} level {level}",
        Merit.PREFERRED: "preferred",
        Merit.OTHERS_LATER: "{jobs} later by up to {minutes} min",
        Merit.BACK: "back at {end}",
    },
    "de": {
        "who": "niemand",
        "among": "von {people} niemand",
        "with": " mit {skills}",
        "level": "{skill} Stufe {level}",
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
        Merit.BEGINS: "beginnt um {start}",
        Merit.MORE_DRIVING: "{minutes} Min. mehr Fahrt",
        Merit.HAS_SKILL: "{skill} Stufe {level}",
        Merit.PREFERRED: "bevorzugt",
        Merit.OTHERS_LATER: "{jobs} bis zu {minutes} Min. später",
        Merit.BACK: "zurück um {end}",
    },
}


def _told(reason: Reason, words: Mapping[str, str]) -> str:
    values = reason.values
    parts = dict(values)
    parts["people"] = words["or"].join(values.get("people", ()))
    levels = sorted(values.get("skills", {}).items())
    parts["skills"] = words["and"].join(words["level"].format(skill=name, level=level) for name, level in levels)
    parts["start"], parts["end"] = (clock(values.get(name, 0)) for name in ("start_s", "end_s"))
    among = words["or"].join(values.get("among", ()))
    parts["who"] = words["among"].format(people=among) if among else words["who"]
    parts["with_"] = words["with"].format(**parts) if levels else ""
    parts["between"] = words["between"].format(**parts) if "start_s" in values else ""
    parts["within"] = words["within"].format(km=round(values["within_m"] / 1000)) if "within_m" in values else ""
    text = words[reason.code].format(**parts)
    return text[0].upper() + text[1:] + "." if isinstance(reason.code, Obstacle) else text
